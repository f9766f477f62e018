"""Three-valued questions about blood pressure that several CRS scales ask."""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from grading.rules.answers import Answer, both, either
from grading.rules.crs_oxygen import plain
from grading.rules.pressors import Infusion, Intensity, is_high_dose
from grading.rules.support_findings import SupportFindings
from grading.rules.vocabulary import Inotrope, VasopressinAnalog, Vasopressor

PRESSURE = "hypotension"
VASOPRESSIN = VasopressinAnalog.VASOPRESSIN
ADULT_SYSTOLIC_MMHG = 90  # hypotension is below it
_INOTROPES: frozenset[str] = frozenset(Inotrope)
_VASOPRESSIN: frozenset[str] = frozenset(VasopressinAnalog)
_LABELS: dict[str, str] = {
    drug: drug.label for drug in (*Vasopressor, *VasopressinAnalog, *Inotrope)
}


@dataclass(frozen=True, slots=True)
class Pressure:
    """The questions, under the choices that change their answers.

    `inotropes_count`: whether an inotrope charted among the vasopressors is one.
    `doses_decide`: whether the dose table speaks where nobody stated the intensity.
    `limit_by_age`: whether systolic hypotension depends on age, as in children.
    """

    inotropes_count: bool = False
    doses_decide: bool = True
    hours_needed: Decimal | int = 3
    limit_by_age: bool = False

    def running(self, findings: SupportFindings) -> frozenset[str]:
        """The distinct drugs known to run that count; vasopressin and its kin are one."""
        listed = {infusion.drug for infusion in findings.vasopressors or ()}
        if not self.inotropes_count:
            listed -= _INOTROPES
        if findings.vasopressin or listed & _VASOPRESSIN:
            listed = (listed - _VASOPRESSIN) | {VASOPRESSIN}
        return frozenset(listed)

    def at_least(self, number: int, findings: SupportFindings) -> Answer:
        """Whether so many distinct vasopressors run, vasopressin counted like any other."""
        if findings.hypotension_attributed_elsewhere:
            return False
        running = self.running(findings)
        if len(running) >= number:
            return True
        vasopressin_known = findings.vasopressin is not None or VASOPRESSIN in running
        return False if vasopressin_known and findings.vasopressors is not None else None

    def any(self, findings: SupportFindings) -> Answer:
        """Whether a vasopressor runs."""
        return self.at_least(1, findings)

    def several(self, findings: SupportFindings) -> Answer:
        """Whether two or more run."""
        return self.at_least(2, findings)

    def stated_high(self, findings: SupportFindings) -> Answer:
        """Whether a clinician stated high intensity; False when nobody stated any."""
        return both(findings.vasopressor_intensity == Intensity.HIGH, self.any(findings))

    def high_by_dose(self, findings: SupportFindings) -> Answer:
        """Whether the dose table says high; a stated intensity leaves it nothing to say."""
        if findings.vasopressor_intensity is not None:
            return False
        return self.dose_answer(findings)

    def dose_answer(self, findings: SupportFindings) -> Answer:
        """What the dose table says, whatever was stated."""
        high = None
        if self.doses_decide:
            high = is_high_dose(
                self._counted_by_dose(findings),
                vasopressin=VASOPRESSIN in self.running(findings) or findings.vasopressin,
                hours_on_dose=findings.hours_on_dose,
                age_years=findings.age_years,
                hours_needed=self.hours_needed,
            )
        return both(high, self.any(findings))

    def high(self, findings: SupportFindings) -> Answer:
        """Whether the intensity is high, stated or by dose."""
        return either(self.stated_high(findings), self.high_by_dose(findings))

    def not_known_high(self, findings: SupportFindings) -> Answer:
        """Whether a vasopressor runs and nothing says high: the least that it can be."""
        return False if self.high(findings) else self.any(findings)

    def bolus_only(self, findings: SupportFindings) -> Answer:
        """Whether pressure was treated with fluid and no vasopressor."""
        if findings.hypotension_attributed_elsewhere or self.running(findings):
            return False
        return bolus_given(findings)

    def untreated(self, findings: SupportFindings) -> Answer:
        """Whether hypotension is stated that nobody treated."""
        return False if self._treated(findings) else findings.hypotension_present

    def untreated_below_limit(self, findings: SupportFindings) -> Answer:
        """Whether hypotension is stated or measured that nobody treated."""
        return False if self._treated(findings) else self.hypotensive(findings)

    def hypotensive(self, findings: SupportFindings) -> Answer:
        """Hypotension as stated or as measured; either suffices, and either alone denies it."""
        measured = self.below_limit(findings)
        if findings.hypotension_present or measured:
            return True
        return False if False in (findings.hypotension_present, measured) else None

    def below_limit(self, findings: SupportFindings) -> Answer:
        """Whether systolic pressure is below the limit, which may depend on age."""
        systolic = findings.systolic_mmhg
        if systolic is None:
            return None
        if systolic >= ADULT_SYSTOLIC_MMHG or not self.limit_by_age:
            return systolic < ADULT_SYSTOLIC_MMHG
        age = findings.age_years
        limit = None if age is None else systolic_limit_mmhg(age)
        return None if limit is None else systolic < limit

    def _counted_by_dose(self, findings: SupportFindings) -> tuple[Infusion, ...] | None:
        if findings.vasopressors is None:
            return None
        without = _VASOPRESSIN | (frozenset() if self.inotropes_count else _INOTROPES)
        return tuple(one for one in findings.vasopressors if one.drug not in without)

    def _treated(self, findings: SupportFindings) -> bool:
        excluded = findings.hypotension_attributed_elsewhere
        return bool(excluded or self.running(findings) or bolus_given(findings))


def bolus_given(findings: SupportFindings) -> Answer:
    """Whether a bolus was given to correct pressure, by the word or by the count."""
    if findings.fluid_bolus_count is None:
        return findings.fluid_bolus_given
    return findings.fluid_bolus_count > 0 or bool(findings.fluid_bolus_given)


def several_boluses(findings: SupportFindings) -> Answer:
    """Whether two or more boluses were given; one that nobody counted may have been several."""
    if findings.fluid_bolus_count is None:
        return False if findings.fluid_bolus_given is False else None
    return findings.fluid_bolus_count > 1


def systolic_limit_mmhg(age_years: Decimal | int) -> int | None:
    """Below this is hypotension: 70 + 2 x completed years from 1 to 10, then 90.

    None under one year, for which the pediatric CARTOX table names no limit.
    """
    completed = int(Decimal(age_years).to_integral_value(rounding=ROUND_FLOOR))
    if completed < 1:
        return None
    return min(ADULT_SYSTOLIC_MMHG, 70 + 2 * completed)


def say_pressure(findings: SupportFindings) -> tuple[str, ...]:
    """What was recorded of blood pressure, in the order in which a nurse would say it."""
    said = [
        f"{_LABELS[one.drug]} {_dose(one.dose, one.unit)}".rstrip() + " running"
        for one in sorted(findings.vasopressors or (), key=lambda one: (one.drug, one.dose or 0))
    ]
    if findings.vasopressin and not _VASOPRESSIN & {
        one.drug for one in findings.vasopressors or ()
    }:
        said.append("vasopressin running")
    optional = (
        (findings.vasopressor_intensity, f"intensity stated {findings.vasopressor_intensity}"),
        (findings.hours_on_dose is not None, f"{_hours(findings.hours_on_dose)} at this dose"),
        (
            findings.hours_on_vasopressor is not None,
            f"{_hours(findings.hours_on_vasopressor)} on vasopressors",
        ),
        (findings.hypotension_refractory, "refractory"),
        (findings.fluid_bolus_count, f"fluid boluses: {findings.fluid_bolus_count}"),
        (findings.fluid_bolus_given and not findings.fluid_bolus_count, "fluid bolus given"),
        (findings.hypotension_present, "hypotension present"),
        (findings.systolic_mmhg is not None, f"systolic {findings.systolic_mmhg} mmHg"),
    )
    return tuple(said + [words for wanted, words in optional if wanted])


def _dose(dose: Decimal | None, unit: str | None) -> str:
    return "" if dose is None else f"{plain(dose)} {unit or ''}".rstrip()


def _hours(hours: Decimal | None) -> str:
    return "" if hours is None else f"{plain(hours)} h"
