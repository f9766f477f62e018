"""Search: which parameters each type takes, and what they let through."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from interop.fhir.coding import categories_of
from interop.fhir.outcome import IssueCode, refusal

_ABOUT_PAGES: Final = ("_count", "_summary", "_format", "_pretty", "_page")
_OF_ALL: Final = ("_id", "_lastUpdated", "identifier")
_CLINICAL: Final = ("patient", "subject")
PARAMETERS: Final[dict[str, tuple[str, ...]]] = {
    "Patient": (*_OF_ALL, "family", "birthdate", "gender"),
    "Encounter": (*_OF_ALL, *_CLINICAL, "status", "date"),
    "Observation": (*_OF_ALL, *_CLINICAL, "code", "category", "status", "date"),
    "MedicationAdministration": (*_OF_ALL, *_CLINICAL, "code", "status", "effective-time"),
    "Procedure": (*_OF_ALL, *_CLINICAL, "code", "status", "date"),
    "Flag": (*_OF_ALL, *_CLINICAL, "date"),
    "Provenance": ("_id", "_lastUpdated", "patient", "target"),
    "AuditEvent": ("_id", "_lastUpdated", "patient", "date"),
}
TYPE_OF: Final = {
    "_id": "token", "_lastUpdated": "date", "identifier": "token", "family": "string",
    "birthdate": "date", "gender": "token", "patient": "reference", "subject": "reference",
    "status": "token", "date": "date", "effective-time": "date", "code": "token",
    "category": "token", "target": "reference",
}  # fmt: skip
DEFAULT_COUNT: Final = 100
LARGEST_COUNT: Final = 1000
_PREFIXES: Final = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb")
_TIMES: Final = (
    "effectiveDateTime", "performedDateTime", "recorded", "effectivePeriod", "performedPeriod",
    "period",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    """A search, read: what must hold, and which page of it is wanted."""

    kind: str
    wanted: tuple[tuple[str, str], ...]
    count: int
    page: int
    only_count: bool

    def all_of(self, name: str) -> list[str]:
        """Every value of a parameter."""
        return [value for key, value in self.wanted if key == name]


def parsed(kind: str, sent: Iterable[tuple[str, str]], *, lenient: bool = False) -> Query:
    """Read the parameters of a search; raises FhirError for one that is not known."""
    known = PARAMETERS[kind]
    wanted: list[tuple[str, str]] = []
    pages: dict[str, str] = {}
    for name, value in sent:
        if name in _ABOUT_PAGES:
            pages[name] = value
        elif name in known:
            wanted.append((name, value))
        elif not lenient:
            words = f"{kind} is not searched by “{name[:40]}”; known are {', '.join(known)}"
            raise refusal(400, name[:40], words, IssueCode.NOT_SUPPORTED)
    return Query(
        kind,
        tuple(wanted),
        count=_whole(pages, "_count", DEFAULT_COUNT, LARGEST_COUNT),
        page=_whole(pages, "_page", 0, 10**9),
        only_count=pages.get("_summary") == "count" or pages.get("_count") == "0",
    )


def _whole(pages: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = pages.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise refusal(400, name, f"{name} is a whole number from 0", IssueCode.VALUE)
    return min(int(text), most)


def under_own_ids(query: Query, idents: list[str]) -> Query:
    """The search with a sender's identifier turned into the ids of what was sent under it."""
    if not query.all_of("identifier") or not idents:
        return query
    kept = tuple(pair for pair in query.wanted if pair[0] != "identifier")
    return replace(query, wanted=(*kept, ("_id", ",".join(idents))))


def patient_named(query: Query) -> str | None:
    """The id of the patient a search is about; None where it names none. Raises FhirError."""
    named = {value for name in _CLINICAL for value in query.all_of(name)}
    plain = {value.removeprefix("Patient/") for value in named}
    if len(plain) > 1:
        raise refusal(400, "patient", "one patient at a time", IssueCode.NOT_SUPPORTED)
    return plain.pop() if plain else None


def matching(query: Query, resources: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The resources for which everything wanted holds."""
    tests = [_test(name, value) for name, value in query.wanted if name not in _CLINICAL]
    return (each for each in resources if all(test(each) for test in tests))


def _test(name: str, value: str) -> Callable[[dict[str, Any]], bool]:
    if name in ("date", "effective-time"):
        return _date_test(name, value, _when)
    if name == "_lastUpdated":
        return _date_test(name, value, lambda each: _span((each.get("meta") or {}).get(
            "lastUpdated")))  # fmt: skip
    if name == "birthdate":
        return _date_test(name, value, lambda each: _span(each.get("birthDate")))
    choices = [choice for choice in value.split(",") if choice]
    return lambda each: any(_holds(name, choice, each) for choice in choices)


def _holds(name: str, choice: str, each: dict[str, Any]) -> bool:
    if name == "_id":
        return bool(each.get("id") == choice)
    if name == "identifier":
        return _has_identifier(each, choice)
    if name == "target":
        return any(one.get("reference") == choice for one in each.get("target") or ())
    if name == "category":
        return choice.rpartition("|")[2] in categories_of(each)
    if name == "code":
        return _has_code(each.get("code") or each.get("medicationCodeableConcept") or {}, choice)
    if name == "family":
        names = [one.get("family", "") for one in each.get("name") or ()]
        return any(one.casefold().startswith(choice.casefold()) for one in names)
    return bool(each.get(name) == choice.rpartition("|")[2])


def _has_identifier(each: dict[str, Any], choice: str) -> bool:
    system, bar, value = choice.rpartition("|")
    return any(
        one.get("value") == value and (not bar or one.get("system", "") == system)
        for one in each.get("identifier") or ()
    )


def _has_code(concept: dict[str, Any], choice: str) -> bool:
    system, bar, code = choice.rpartition("|")
    return any(
        (not code or one.get("code") == code) and (not bar or one.get("system", "") == system)
        for one in concept.get("coding") or ()
    )


Span = tuple[datetime, datetime]


def _when(each: dict[str, Any]) -> Span | None:
    for name in _TIMES:
        found = each.get(name)
        if isinstance(found, dict):
            start = _span(found.get("start"))
            end = _span(found.get("end"))
            if start is not None:
                return start[0], end[1] if end else datetime.max.replace(tzinfo=UTC)
        elif found is not None:
            return _span(found)
    return None


def _span(value: Any) -> Span | None:
    if isinstance(value, datetime):
        return value, value
    if isinstance(value, date):
        start = datetime(value.year, value.month, value.day, tzinfo=UTC)
        return start, start + timedelta(days=1)
    return None


def _date_test(
    name: str, value: str, of: Callable[[dict[str, Any]], Span | None]
) -> Callable[[dict[str, Any]], bool]:
    prefix = value[:2] if value[:2] in _PREFIXES else "eq"
    low, high = _asked(name, value.removeprefix(prefix))

    def holds(each: dict[str, Any]) -> bool:
        found = of(each)
        if found is None:
            return False
        start, end = found
        return {
            "eq": low <= start and end <= high,
            "ne": start < low or end > high,
            "gt": end > high,
            "ge": end >= low,
            "lt": start < low,
            "le": start <= high,
            "sa": start > high,
            "eb": end < low,
        }[prefix]

    return holds


def _asked(name: str, text: str) -> Span:
    """The span a date stands for: a year, a month, a day, a minute, a second or less."""
    forms = ((4, "-01-01T00:00", timedelta(days=365)), (7, "-01T00:00", timedelta(days=28)),
             (10, "T00:00", timedelta(days=1)))  # fmt: skip
    try:
        for length, rest, _ in forms:
            if len(text) == length:
                start = datetime.fromisoformat(text + rest).replace(tzinfo=UTC)
                return start, _end_of(start, length) - timedelta(microseconds=1)
        # A blank where a plus was: that is how an address brings it.
        found = datetime.fromisoformat(text.replace(" ", "+"))
        start = found if found.tzinfo else found.replace(tzinfo=UTC)
        exact = "." in text
        width = timedelta(0) if exact else timedelta(minutes=1) if len(text) == 16 else timedelta(
            seconds=1)  # fmt: skip
        return start, start + max(width - timedelta(microseconds=1), timedelta(0))
    except (ValueError, OverflowError) as error:
        words = f"“{text[:40]}” is no date such as ge2026-03-01 or 2026-03-01T14:10:00Z"
        raise refusal(400, name, words, IssueCode.VALUE) from error


def _end_of(start: datetime, length: int) -> datetime:
    if length == 4:
        return start.replace(year=start.year + 1)
    if length == 7:
        return (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    return start + timedelta(days=1)
