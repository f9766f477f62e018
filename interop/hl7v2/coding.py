"""What a code in OBX-3 and a unit in OBX-6 stand for: a reviewed row, or nothing."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from interop.codes import (
    ALL,
    LOINC,
    MDC,
    Code,
    Kind,
    field_for,
    is_well_formed_loinc,
    names_another,
)
from interop.csv.outcomes import Reason as ValueReason
from interop.hl7v2.reasons import Reason, RefusedMessageError
from interop.hl7v2.wire import Segment
from interop.models import LocalMapping
from interop.units import code_in, problem

_LOINC_NAMES: Final = frozenset({"LN", "LOINC", LOINC.upper(), "2.16.840.1.113883.6.1"})
_MDC_NAMES: Final = frozenset({"MDC", "MDCX", MDC.upper()})
# The category in which an oxygen saturation is one by pulse oximetry.
_VITAL_SIGNS_PANELS: Final = frozenset({"8716-3", "85353-1", "34566-0"})
_SWAPPED: Final = {
    "oxygen_flow_lpm": re.compile(r"fio2|f\.?i\.?o2|concentration|fraction|percent|%"),
    "fio2_percent": re.compile(r"flow|l/min|lpm|lit(?:er|re)"),
}
# Units of measurement by their ISO/IEEE 11073-10101 names.
_MDC_UNITS: Final = {
    "MDC_DIM_PERCENT": "%", "MDC_DIM_MMHG": "mm[Hg]", "MDC_DIM_KILO_PASCAL": "kPa",
    "MDC_DIM_BEAT_PER_MIN": "/min", "MDC_DIM_RESP_PER_MIN": "/min",
    "MDC_DIM_PULS_PER_MIN": "/min", "MDC_DIM_PER_MIN": "/min", "MDC_DIM_DEGC": "Cel",
    "MDC_DIM_FAHR": "[degF]", "MDC_DIM_L_PER_MIN": "L/min", "MDC_DIM_X_L_PER_MIN": "L/min",
    "MDC_DIM_KILO_G": "kg", "MDC_DIM_LB": "[lb_av]",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Coded:
    """A code as sent: identifier, text and coding system."""

    code: str
    text: str
    system: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code stands for: a row of the table, or a LOINC code kept as reported.

    `unit` is what a person said that a bare number, or one in `stated_unit`, is in;
    `settles` that they said it of the very unit of this result.
    """

    code: Code
    unit: str = ""
    stated_unit: str = ""
    by_person: bool = False
    settles: bool = False


def codings(segment: Segment, field: int) -> list[Coded]:
    """The codings of a field, as sent: the first, and the alternate one."""
    found = []
    for first in (1, 4):
        code, text, system = (segment.text(field, first + n) for n in range(3))
        if code or text:
            found.append(Coded(code, text, system))
    return found


class Mappings:
    """Every word of a person on a sender's code, read once for a batch of messages."""

    def __init__(self) -> None:
        """Read those in force; a later one comes first."""
        self._rows: dict[tuple[str, str, str], list[LocalMapping]] = {}
        for row in LocalMapping.objects.in_force().order_by("-pk"):
            self._rows.setdefault((row.sender, row.code_system, row.code), []).append(row)

    def of(self, each: Coded, *, sender: str, unit: str) -> LocalMapping | None:
        """The newest word on a code: that on this very unit before any other."""
        rows = self._rows.get((sender, each.system, each.code or each.text), [])
        exact = (row for row in rows if row.stated_unit == unit)
        return next(exact, rows[0] if rows else None)


def meaning_of(segment: Segment, *, sender: str, panel: str, mappings: Mappings) -> Meaning:
    """Return what OBX-3 stands for; raises RefusedMessageError where no reviewed row says.

    `panel` is the LOINC code of its order. Two codings that are both known and stand for
    different things are refused, as is a name that is another quantity's.
    """
    coded = codings(segment, 3)
    if not coded:
        raise RefusedMessageError(Reason.UNKNOWN_CODE, "OBX-3 is empty", where="OBX-3")
    unit = unit_of(segment)
    words = [mappings.of(each, sender=sender, unit=unit) for each in coded]
    pairs = zip(coded, words, strict=True)
    read = (_known(each, word, panel=panel, unit=unit) for each, word in pairs)
    found = [meaning for meaning in read if meaning]
    if not found:
        first = coded[0]
        what = f"code “{first.code[:40]}” of “{first.system[:40]}” is in no reviewed table"
        raise RefusedMessageError(Reason.UNKNOWN_CODE, what, where="OBX-3")
    chosen = next((meaning for meaning in found if meaning.settles), found[0])
    if any(_target(other.code) != _target(chosen.code) for other in found):
        what = "the two codings stand for different quantities"
        raise RefusedMessageError(ValueReason.CODES_DISAGREE, what, where="OBX-3")
    if chosen.code.kind is Kind.PANEL:
        what = f"{chosen.code.code} is the code of a panel, not of a value"
        raise RefusedMessageError(Reason.PANEL, what, where="OBX-3")
    if not chosen.by_person and any(_is_anothers(each, chosen.code) for each in coded):
        what = f"code {chosen.code.code} is {chosen.code.display}, the name is another's"
        raise RefusedMessageError(ValueReason.CODES_DISAGREE, what, where="OBX-3")
    return chosen


def refuse_another_property(segment: Segment, meaning: Meaning) -> None:
    """Refuse a unit that is of another property than any of the LOINC codes or names says.

    A person's word on the code and this unit settles which of the two is meant. Raises
    RefusedMessageError.
    """
    unit = unit_of(segment)
    for each in () if meaning.settles else codings(segment, 3):
        if is_loinc(each) and (words := problem(each.code, unit, name=each.text)):
            raise RefusedMessageError(ValueReason.CODE_AND_UNIT, words, where="OBX-6")


def is_loinc(each: Coded) -> bool:
    """Whether the coding says that it is LOINC."""
    return each.system.upper() in _LOINC_NAMES


def unit_of(segment: Segment) -> str:
    """OBX-6 as text, a name of ISO/IEEE 11073-10101 turned into the UCUM unit it stands for."""
    parts = [segment.text(6, number) for number in (1, 2, 4, 5)]
    named = {_MDC_UNITS[part] for part in parts if part in _MDC_UNITS}
    if len(named) == 1:
        return named.pop()
    return parts[0] or parts[2]


def target_row(target: str) -> Code | None:
    """The table's row for what a person may map to: a field of a set, or a LOINC code."""
    for row in ALL.values():
        if target in (row.field, row.code) and row.system == LOINC and row.kind is not Kind.PANEL:
            return row
    if target in ("oxygen_device", "consciousness"):
        return Code(LOINC, "", target.replace("_", " "), Kind.VITAL, field=target)
    return None


def _known(each: Coded, row: LocalMapping | None, *, panel: str, unit: str) -> Meaning | None:
    if row is not None:
        settles = row.stated_unit == unit
        # What a person named is the value; its code is the one that goes with its unit.
        target = target_row(code_in(row.target, row.unit if settles and row.unit else unit))
        if target is not None:
            return Meaning(target, row.unit, row.stated_unit, by_person=True, settles=settles)
    if is_loinc(each):
        return _loinc(each, panel)
    if each.system.upper() in _MDC_NAMES:
        numbered, named = field_for(each.code, MDC), _mdc_by_name().get(each.text or each.code)
        if numbered and named and numbered != named:
            words = "the number and the name of the code are of different quantities"
            raise RefusedMessageError(ValueReason.CODES_DISAGREE, words, where="OBX-3")
        found = numbered or named
        return Meaning(found) if found else None
    return None


def _is_anothers(each: Coded, row: Code) -> bool:
    """Whether the text beside a code is of another quantity than the code."""
    plain = (each.text or each.code).casefold()
    # The codes of flow and concentration are often taken for each other.
    if row.field in _SWAPPED and _SWAPPED[row.field].search(plain):
        return True
    # Its own name in its list speaks of arterial blood, which pulse oximetry estimates.
    by_pulse = row.field == "spo2_percent" and "pulse ox" in plain
    return plain != row.display.casefold() and not by_pulse and names_another(row, each.text)


def _loinc(each: Coded, panel: str) -> Meaning:
    row = field_for(each.code)
    if row is None and not is_well_formed_loinc(each.code):
        words = f"“{each.code[:20]}” is not a LOINC code: its check digit is another"
        raise RefusedMessageError(Reason.NOT_LOINC, words, where="OBX-3")
    if row is None:
        # No vital sign we keep: a result that is kept exactly as it was reported.
        return Meaning(Code(LOINC, each.code, each.text, Kind.LAB))
    if row.only_as and panel not in _VITAL_SIGNS_PANELS:
        words = f"{row.code} may be of a blood gas: its order does not say vital signs"
        raise RefusedMessageError(ValueReason.CODES_DISAGREE, words, where="OBX-3")
    return Meaning(row)


def _target(row: Code) -> tuple[str, str]:
    return (row.field or row.analyte or row.code, row.method)


@cache
def _mdc_by_name() -> dict[str, Code]:
    return {row.display: row for row in ALL.values() if row.system == MDC}
