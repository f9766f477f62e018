"""Low or high intensity of vasopressors, as stated or by a flat adult table of doses.

The table is from memory (tag M): it is to be checked against Lee 2014 before use. Its doses
are flat adult doses, so a dose below a line says nothing about a child; one above it does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grading.rules.answers import Answer, both, either
from grading.rules.vocabulary import Inotrope, Labeled, VasopressinAnalog, Vasopressor

ADULT_FROM_YEARS = 18


class Intensity(Labeled):
    """How much vasopressor is needed."""

    LOW = "low", "low dose"
    HIGH = "high", "high dose"


class DoseUnit(Labeled):
    """The units in which infusions are charted."""

    UG_MIN = "ug/min", "ug/min"
    UG_KG_MIN = "ug/kg/min", "ug/kg/min"
    NG_KG_MIN = "ng/kg/min", "ng/kg/min"
    MG_H = "mg/h", "mg/h"
    U_MIN = "U/min", "U/min"
    U_H = "U/h", "U/h"
    U_KG_MIN = "U/kg/min", "U/kg/min"


@dataclass(frozen=True, slots=True)
class Infusion:
    """One drug running now; raises ValueError for a drug, unit or dose no rule can read.

    The dose is a Decimal from 0 up in `unit`; None for either is "not recorded".
    """

    drug: str
    dose: Decimal | None = None
    unit: str | None = None

    def __post_init__(self) -> None:
        """Refuse what would otherwise be read as nothing running."""
        if self.drug not in _DRUGS:
            listed = ", ".join(sorted(map(str, _DRUGS)))
            raise ValueError(f"unknown drug {str(self.drug)!r}; known: {listed}")
        if self.unit is not None and self.unit not in _UNITS:
            listed = ", ".join(sorted(map(str, _UNITS)))
            raise ValueError(f"unknown unit {str(self.unit)!r} of {self.drug}; known: {listed}")
        if isinstance(self.dose, float):
            raise TypeError(f"the dose of {self.drug} is a Decimal, never a binary float")
        if self.dose is not None and not (self.dose.is_finite() and self.dose >= 0):
            raise ValueError(f"the dose of {self.drug} must be 0 or more, not {self.dose}")


@dataclass(frozen=True, slots=True)
class DoseLine:
    """From which dose on one drug is high, and its norepinephrine equivalent per unit of dose."""

    unit: str
    high_from: Decimal  # at or above
    equivalent_ug_min: Decimal


_DRUGS: frozenset[str] = frozenset({*Vasopressor, *VasopressinAnalog, *Inotrope})
_UNITS: frozenset[str] = frozenset(DoseUnit)
DOSE_LINES: Mapping[str, DoseLine] = {
    Vasopressor.NOREPINEPHRINE: DoseLine(DoseUnit.UG_MIN, Decimal(20), Decimal(1)),
    Vasopressor.EPINEPHRINE: DoseLine(DoseUnit.UG_MIN, Decimal(10), Decimal(1)),
    Vasopressor.DOPAMINE: DoseLine(DoseUnit.UG_KG_MIN, Decimal(10), Decimal("0.5")),
    Vasopressor.PHENYLEPHRINE: DoseLine(DoseUnit.UG_MIN, Decimal(200), Decimal("0.1")),
}
EQUIVALENT_WITH_VASOPRESSIN_UG_MIN = Decimal(10)  # at or above, beside vasopressin
EQUIVALENT_COMBINED_UG_MIN = Decimal(20)  # at or above, several drugs without vasopressin


def norepinephrine_equivalent(infusions: Sequence[Infusion]) -> tuple[Decimal, bool]:
    """The equivalent in ug/min of the doses that have one, and whether that is all of them."""
    total, complete = Decimal(0), True
    for infusion in infusions:
        line = DOSE_LINES.get(infusion.drug)
        if line is None or infusion.dose is None or infusion.unit != line.unit:
            complete = False
        else:
            total += infusion.dose * line.equivalent_ug_min
    return total, complete


def is_high_dose(
    infusions: Sequence[Infusion] | None,
    *,
    vasopressin: bool | None,
    hours_on_dose: Decimal | None,
    age_years: Decimal | int | None,
    hours_needed: Decimal | int,
) -> Answer:
    """Whether doses alone make this high; None when they do not decide it.

    Below a line is an answer for adults only: in a child it leaves the question open.
    """
    if infusions is None:
        return None
    long_enough = None if hours_on_dose is None else hours_on_dose >= hours_needed
    high = both(_above_a_line(infusions, vasopressin), long_enough)
    adult = age_years is not None and age_years >= ADULT_FROM_YEARS
    return high if high or adult else None


def _above_a_line(infusions: Sequence[Infusion], vasopressin: bool | None) -> Answer:
    drugs = sorted({infusion.drug for infusion in infusions})
    alone = (_drug_is_high([one for one in infusions if one.drug == drug]) for drug in drugs)
    equivalent = norepinephrine_equivalent(infusions)
    beside = both(vasopressin, _reaches(equivalent, EQUIVALENT_WITH_VASOPRESSIN_UG_MIN))
    combined = len(drugs) > 1 and _reaches(equivalent, EQUIVALENT_COMBINED_UG_MIN)
    return either(*alone, beside, combined)


def _drug_is_high(infusions: Sequence[Infusion]) -> Answer:
    line = DOSE_LINES.get(infusions[0].drug)
    if line is None:
        return None
    equivalent = norepinephrine_equivalent(infusions)
    return _reaches(equivalent, line.high_from * line.equivalent_ug_min)


def _reaches(equivalent: tuple[Decimal, bool], line: Decimal) -> Answer:
    total, complete = equivalent
    if total >= line:
        return True
    return False if complete else None
