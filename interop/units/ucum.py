"""UCUM by a maintained grammar and unit registry, loaded on first use."""

from functools import cache, lru_cache
from typing import Any, Final

_RELATIVE_ERROR: Final = 1e-9  # of a registry that computes in floats
LONGEST: Final = 60
# Units that UCUM holds equal to others and medicine does not: an equivalent of calcium
# is half a mole, an international unit depends on what it is of.
_ARBITRARY: Final = ("eq", "[IU]", "[iU]", "U")


@lru_cache(maxsize=2000)
def is_ucum(text: str) -> bool:
    """Whether the text is a unit by the grammar of UCUM (case-sensitive)."""
    from ucumvert import InvalidUcumError
    from ucumvert.parser import parse_ucum

    if not text or len(text) > LONGEST or not text.isascii():
        return False
    try:
        parse_ucum(text, _parser())
    except InvalidUcumError:
        return False
    return True


@lru_cache(maxsize=2000)
def same_size(one: str, other: str) -> bool:
    """Whether two UCUM units are one unit in two spellings, such as ng/mL and ug/L.

    Annotations must agree: ng/mL{FEU} is not ng/mL. No temperature is asked about here:
    scales with a zero of their own are never of one size.
    """
    if not (is_ucum(one) and is_ucum(other)) or _annotations(one) != _annotations(other):
        return False
    if any(_has_arbitrary(each) for each in (one, other)):
        return False
    sizes = _size(one), _size(other)
    if None in sizes or sizes[0][1] != sizes[1][1]:
        return False
    return bool(abs(sizes[0][0] / sizes[1][0] - 1) < _RELATIVE_ERROR)


def dimension(unit: str) -> frozenset[tuple[str, float]]:
    """Base dimensions of a UCUM unit with their powers; empty for none, or none that is known."""
    size = _size(unit) if is_ucum(unit) else None
    return (
        frozenset((name, float(power)) for name, power in size[1].items()) if size else frozenset()
    )


def _has_arbitrary(unit: str) -> bool:
    words = unit.replace("/", " ").replace(".", " ").split()
    return any(word.endswith(_ARBITRARY) for word in words)


def _annotations(unit: str) -> list[str]:
    # Of what is counted: {beats}/min is /min to a clock. FEU and DDU are kinds of unit.
    return [kind for kind in ("{FEU}", "{DDU}") if kind in unit]


@lru_cache(maxsize=2000)
def _size(unit: str) -> Any:
    """Magnitude and dimension in base units; None where the registry knows neither."""
    try:
        base = _registry().from_ucum(unit).to_base_units()
        return float(base.magnitude), base.dimensionality
    # A registry for physics meets units of medicine: what it cannot reduce has no size.
    except (ValueError, TypeError, AttributeError, ArithmeticError, LookupError):
        return None


@cache
def _parser() -> Any:
    from ucumvert import get_ucum_parser

    return get_ucum_parser()


@cache
def _registry() -> Any:
    from ucumvert import PintUcumRegistry

    return PintUcumRegistry()
