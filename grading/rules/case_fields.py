"""Readers for single values of a JSON case: what they may be, and why one was refused."""

from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_FLOOR, Context, Decimal
from typing import Any

from grading.rules.vocabulary import Labeled

Reader = Callable[[str, Any], Any]

CELSIUS_BOUNDS = (Decimal(25), Decimal(45))
FAHRENHEIT_BOUNDS = (Decimal(77), Decimal(113))
LIKELY_FAHRENHEIT = (Decimal(86), Decimal(113))
# Rounding down keeps every reading below 38.0 below it, however many digits were sent.
_EXACT = Context(prec=60, rounding=ROUND_FLOOR)


class CaseRefused(ValueError):  # noqa: N818  a refusal, as the ward says it
    """A case that cannot be graded as sent; `problems` names each field, value and bound."""

    def __init__(self, problems: Iterable[str]) -> None:
        """Keep every problem; the message joins them."""
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


def shown(value: object) -> str:
    """A refused value, cut short so that an answer stays readable."""
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _number(name: str, value: Any) -> Decimal:
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if not isinstance(value, Decimal):
        raise CaseRefused([f"{name} must be a number, not {shown(value)}"])
    if not value.is_finite():
        raise CaseRefused([f"{name} must be a finite number, not {value}"])
    return value


def number(low: int | str, high: int | str, unit: str = "") -> Reader:
    """A reader of decimals from `low` to `high`, both included."""
    least, most = Decimal(low), Decimal(high)
    bound = f"must be {low} to {high} {unit}".rstrip()

    def read(name: str, value: Any) -> Decimal:
        got = _number(name, value)
        if not least <= got <= most:
            raise CaseRefused([f"{name} {bound}, not {shown(value)}"])
        return got

    return read


def whole(low: int, high: int) -> Reader:
    """A reader of whole numbers from `low` to `high`, both included."""
    bounded = number(low, high)

    def read(name: str, value: Any) -> int:
        got: Decimal = bounded(name, value)
        if got != int(got):
            raise CaseRefused([f"{name} must be a whole number, not {shown(value)}"])
        return int(got)

    return read


def celsius(name: str, value: Any) -> Decimal:
    """Degrees Celsius from 25 to 45; a likely Fahrenheit value is named, never converted."""
    got, (low, high) = _number(name, value), CELSIUS_BOUNDS
    if low <= got <= high:
        return got
    hint = ""
    if LIKELY_FAHRENHEIT[0] <= got <= LIKELY_FAHRENHEIT[1]:
        hint = "; it looks like Fahrenheit: send it as temperature_f"
    raise CaseRefused([f"{name} must be {low} to {high} °C, not {shown(value)}{hint}"])


def fahrenheit(name: str, value: Any) -> Decimal:
    """Degrees Fahrenheit from 77 to 113, as Celsius that compares with 38.0 as exactly."""
    got, (low, high) = _number(name, value), FAHRENHEIT_BOUNDS
    if low <= got <= high:
        return celsius_from_fahrenheit(got)
    hint = ""
    if CELSIUS_BOUNDS[0] <= got <= CELSIUS_BOUNDS[1]:
        hint = "; it looks like Celsius: send it as temperature_c"
    raise CaseRefused([f"{name} must be {low} to {high} °F, not {shown(value)}{hint}"])


def celsius_from_fahrenheit(degrees: Decimal) -> Decimal:
    """(F - 32) * 5 / 9, never rounded up: 100.4 °F is 38.0 °C and anything less is below it."""
    product = _EXACT.multiply(_EXACT.subtract(degrees, Decimal(32)), Decimal(5))
    return _EXACT.divide(product, Decimal(9))


def yes_or_no(name: str, value: Any) -> bool:
    """True or false and nothing that merely resembles them."""
    if value is True or value is False:
        return bool(value)
    raise CaseRefused([f"{name} must be true or false, not {shown(value)}"])


def one_of(words: type[Labeled], also: Mapping[str, Labeled] | None = None) -> Reader:
    """A reader of one word of a closed vocabulary."""
    known: dict[str, Labeled] = {str(word.value): word for word in words} | dict(also or {})
    listed = ", ".join(str(word.value) for word in words)

    def read(name: str, value: Any) -> Labeled:
        found = known.get(value) if isinstance(value, str) else None
        if found is None:
            raise CaseRefused([f"{name} must be one of {listed}, not {shown(value)}"])
        return found

    return read


def listing(name: str, value: Any) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise CaseRefused([f"{name} must be a list, not {shown(value)}"])
    return value


def words(name: str, value: Any) -> tuple[str, ...]:
    """A list of words."""
    for word in listing(name, value):
        if not isinstance(word, str):
            raise CaseRefused([f"{name} must be a list of words, not {shown(word)}"])
    return tuple(value)


def drugs(*vocabularies: type[Labeled]) -> Reader:
    """A reader of infusions: `{drug, dose, unit}` objects, or the drugs' names alone."""
    known = {str(drug.value): drug for vocabulary in vocabularies for drug in vocabulary}
    listed = ", ".join(known)

    def one(name: str, item: Any) -> Labeled:
        drug = item
        if isinstance(item, dict):
            drug = item.get("drug")
            for key in item.keys() - {"drug", "dose", "unit"}:
                raise CaseRefused([f"{name}: unknown key {shown(key)}; known: drug, dose, unit"])
            if item.get("dose") is not None:
                _dose(f"{name}: dose", item["dose"])
        found = known.get(drug) if isinstance(drug, str) else None
        if found is None:
            raise CaseRefused([f"{name}: unknown drug {shown(drug)}; known: {listed}"])
        return found

    def read(name: str, value: Any) -> frozenset[Labeled]:
        return frozenset([one(name, item) for item in listing(name, value)])

    return read


_dose = number(0, 100_000)


def read_all(
    case: Mapping[str, Any], readers: Mapping[str, Reader], context: frozenset[str]
) -> dict[str, Any]:
    """Every value of a case, read; keys of `context` are accepted and left out.

    Raises CaseRefused naming all problems at once, an unknown key among them.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    for key, value in case.items():
        reader = readers.get(key)
        if reader is None:
            if key not in context:
                problems.append(f"unknown key {shown(key)}")
            elif isinstance(value, Decimal) and not value.is_finite():
                problems.append(f"{key} must be a finite number, not {value}")
        elif value is None:
            values[key] = None
        else:
            try:
                values[key] = reader(key, value)
            except CaseRefused as refused:
                problems += refused.problems
    if problems:
        raise CaseRefused(problems)
    return values
