"""Whether a unit is of the property a LOINC name speaks of: by mass, by moles, by count.

A number in mmol/L under a code by mass is right in value and unit and wrong in code; who
reads the code alone takes it for another number. So neither is believed over the other.
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final

from interop.codes import Kind, code_named, display_of, field_for
from interop.units.reading import listed, plain
from interop.units.ucum import dimension
from vitals.analytes import ANALYTES


class Property(StrEnum):
    """What LOINC's names write in square brackets, as far as a unit can contradict it."""

    MASS = "Mass/volume"
    MOLES = "Moles/volume"
    NUMBER = "#/volume"
    ENZYME = "Enzymatic activity/volume"
    ARBITRARY = "Units/volume"


_BRACKET: Final = re.compile(r"\[([^\[\]]{1,40})\]")
_BY_NAME: Final = {each.value.casefold(): each for each in Property}
# Laboratories write IU for the U of an enzyme, and the reverse.
_ACTIVITY: Final = frozenset({Property.ENZYME, Property.ARBITRARY})
_PER_VOLUME: Final = ("[length]", -3.0)
_OF_DIMENSION: Final[dict[frozenset[tuple[str, float]], frozenset[Property]]] = {
    frozenset({("[mass]", 1), _PER_VOLUME}): frozenset({Property.MASS}),
    # Equivalents have no dimension of their own: LOINC counts them as moles.
    frozenset({("[substance]", 1), _PER_VOLUME}): frozenset({Property.MOLES}),
    frozenset({("[substance]", 1), ("[time]", -1), _PER_VOLUME}): _ACTIVITY,
    frozenset({_PER_VOLUME}): frozenset({Property.NUMBER}),
}
_INTERNATIONAL: Final = re.compile(r"\[(?:IU|iU|arb'U)\]")
# As laboratories write them and UCUM does not.
_IU: Final = re.compile(r"(?<![\[\w])([mu]?)IU/")
_EQUIVALENT: Final = re.compile(r"(?<!\w)([mu]?)Eq/")


def property_of(name: str) -> Property | None:
    """The property a name says; None where it says none, or one no unit contradicts."""
    match = _BRACKET.search(name)
    return _BY_NAME.get(match[1].casefold()) if match else None


@lru_cache(maxsize=2000)
def properties_of_unit(unit: str) -> frozenset[Property]:
    """The properties whose values may be in this unit; empty where that cannot be said."""
    ucum = _IU.sub(r"\1[IU]/", _EQUIVALENT.sub(r"\1eq/", plain(unit)))
    found = _OF_DIMENSION.get(dimension(ucum), frozenset())
    if Property.NUMBER in found and "[" in ucum:
        return _ACTIVITY if _INTERNATIONAL.search(ucum) else frozenset()
    # What is annotated, such as {FEU} or {copies}, may be a kind of unit of its own.
    return found | {Property.ARBITRARY} if found and "{" in ucum else found


def problem(loinc: str, unit: str, *, name: str = "") -> str:
    """Why a value in this unit is not one of this code, in words; blank where nothing says so.

    Of a code that is not known here, the name that was sent beside it is held to.
    """
    return _problem(loinc, property_of(name), unit) if unit else ""


@lru_cache(maxsize=4000)
def _problem(loinc: str, named: Property | None, unit: str) -> str:
    display = display_of(loinc)
    wanted = property_of(display)
    row = field_for(loinc)
    said = None
    if row is not None and row.kind is Kind.LAB:
        said = listed(row.analyte, unit)
        # What the table lists is decided by the table: no unit need be parsed.
        is_taken = said is not None and ANALYTES[row.analyte].takes(loinc, said)
        if is_taken and named in (None, wanted):
            return ""
    own = properties_of_unit(said or unit) if named or wanted else frozenset()
    if not own or {named, wanted} <= {None, *own}:
        return ""
    is_code = wanted not in {None, *own}
    what = display if is_code else f"called [{named}]"
    sibling = _sibling(display, own) if is_code else ""
    return f"{loinc} is {what}, {unit[:30]} is {_said(own)}{sibling}"


def contradict(one: str, other: str) -> bool:
    """Whether two units of one value are of different properties, both of which are known."""
    known, beside = properties_of_unit(one), properties_of_unit(other)
    return bool(known and beside and not known & beside)


def code_in(loinc: str, unit: str) -> str:
    """The code whose name goes with the unit, for a value that somebody else than a code named.

    The same code where it fits, where no unit is said, and where nothing else is known.
    """
    row = field_for(loinc)
    if row is None or row.kind is not Kind.LAB or not unit:
        return loinc
    said = listed(row.analyte, unit)
    return loinc if said is None else ANALYTES[row.analyte].loinc_in(said, like=loinc)


def name_with(loinc: str, unit: str, name: str) -> str:
    """A name that may stand beside this code and unit: the one given, or the code's own."""
    return display_of(loinc) if problem(loinc, unit, name=name) else name


def _said(own: frozenset[Property]) -> str:
    return " or ".join(f"[{each.value}]" for each in Property if each in own)


def _sibling(display: str, own: frozenset[Property]) -> str:
    """The code of the same value by the unit's property, where one is known."""
    found = (code_named(_BRACKET.sub(f"[{each.value}]", display, count=1)) for each in own)
    sibling = next((code for code in found if code), "")
    return f": the code of that is {sibling}" if sibling else ""
