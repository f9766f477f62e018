"""The ASTCT CRS table as one would write it by hand: the grade alone, without reasons or flags.

The measure of what rules as data cost. Never used to grade anybody.
"""

from decimal import Decimal
from typing import Final

from grading.rules.crs_findings import CrsFindings

_FEVER: Final = Decimal("38.0")
_LOW_FLOW: Final = Decimal(6)
_MASKS: Final = frozenset({"simple_facemask", "non_rebreather", "venturi"})
_PRESSURE: Final = frozenset({"cpap", "bipap", "invasive_ventilation"})
_WAIVER_HOURS: Final = 24
_VASOPRESSIN: Final = frozenset({"vasopressin", "terlipressin"})

# The grade known to be reached, and the grade that what is missing could reach.
Range = tuple[int, int]


def plain_grade(of: CrsFindings) -> tuple[int | None, int]:
    """The grade, None where what is missing could change it, and the lowest that is forced."""
    if of.death_due_to_crs:
        return 5, 5
    if of.fever_attributed_elsewhere:
        fever: bool | None = False
    else:
        temperature = of.temperature_celsius
        fever = None if temperature is None else temperature >= _FEVER
    required = True if fever else _or(fever, _waived(of))
    if required is False:
        return 0, 0
    low, high = _pressure(of)
    oxygen_low, oxygen_high = _oxygen(of)
    low, high = max(low, oxygen_low), max(high, oxygen_high)
    if fever is not False:
        high = max(high, 1)
        low = max(low, 1) if fever else low
    if high == 0:
        return 0, 0
    if required is None:
        return None, 0
    return (low, low) if low == high else (None, low)


def _or(one: bool | None, other: bool | None) -> bool | None:
    if one or other:
        return True
    return None if one is None or other is None else False


def _waived(of: CrsFindings) -> bool | None:
    if of.fever_within_course is False:
        return False
    hours = of.hours_since_last_fever
    either = _or(
        of.fever_waiving_treatment_given, None if hours is None else hours <= _WAIVER_HOURS
    )
    return either if of.fever_within_course or either is False else None


def _pressure(of: CrsFindings) -> Range:
    if of.hypotension_attributed_elsewhere:
        return 0, 0
    drugs, vasopressin = of.vasopressors, of.vasopressin
    if drugs and drugs & _VASOPRESSIN:
        drugs, vasopressin = drugs - _VASOPRESSIN, True
    number = len(drugs) if drugs else 0
    if number >= 2:
        return 4, 4
    if number == 1:
        return 3, 3
    high = 4 if drugs is None else 0
    if vasopressin:
        return 3, max(3, high)
    if vasopressin is None:
        high = max(high, 3)
    low = 2 if of.fluid_bolus_given or of.hypotension_present else 0
    if of.fluid_bolus_given is None or (
        not of.fluid_bolus_given and of.hypotension_present is None
    ):
        high = max(high, 2)
    return low, max(low, high)


def _oxygen(of: CrsFindings) -> Range:
    if of.oxygen_for_comfort:
        return 0, 0
    device, flow = of.oxygen_device, of.oxygen_flow_lpm
    if device is None:
        return 0, 4
    if device in _PRESSURE:
        grade = 4 if of.ventilation_reason in (None, "hypoxia") else 0
        return grade, grade
    if device in _MASKS:
        return 3, 3
    if device == "high_flow_nasal_cannula":
        return _by_flow(flow)
    if device not in ("nasal_cannula", "blow_by"):
        return 0, 0
    home = of.baseline_home_oxygen_lpm
    if home:
        if flow is None:
            return 0, 3 if device == "nasal_cannula" else 2
        if flow <= home:
            return 0, 0
    return (2, 2) if device == "blow_by" else _by_flow(flow)


def _by_flow(flow: Decimal | None) -> Range:
    if flow is None:
        return 2, 3
    grade = 3 if flow > _LOW_FLOW else 2 if flow > 0 else 0
    return grade, grade
