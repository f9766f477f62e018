"""Rows that several tables of support share: how each is asked, and how it says what it saw."""

from collections.abc import Callable

from grading.rules.answers import Answer
from grading.rules.crs_criteria import say_temperature
from grading.rules.crs_findings import CrsFindings
from grading.rules.organ import Toxicities
from grading.rules.ruleset import Choice
from grading.rules.support_findings import SupportFindings, has_fever
from grading.rules.support_oxygen import OXYGEN, say_oxygen
from grading.rules.support_pressure import PRESSURE, say_pressure
from grading.rules.verdict import Criterion, Rule

SYMPTOMS = "symptoms"
ORGAN = "organ toxicity"

Test = Callable[[SupportFindings], Answer]
Row = Rule[SupportFindings]

VASOPRESSOR_NEEDS = ("vasopressors", "vasopressin")
INTENSITY_NEEDS = (*VASOPRESSOR_NEEDS, "vasopressor_intensity")
OXYGEN_NEEDS = ("oxygen_device", "fio2_fraction", "oxygen_flow_lpm")

INOTROPES = Choice(
    "P2", "inotropes_count", "Whether an inotrope charted among the vasopressors counts as one"
)
UNTREATED = Choice("P4", "untreated_hypotension_grade", "Grade of hypotension that nobody treated")
MASKS = Choice(
    "P12",
    "masks_ventilate",
    "Whether CPAP and BiPAP are ventilator support; if not, they count by FiO2",
)
DOSES = Choice(
    "doses",
    "doses_decide_intensity",
    "Whether the flat adult dose table decides an intensity that nobody stated",
)
HOURS = Choice("hours", "high_dose_hours", "Hours at a high dose before the dose table says high")
CANNULA = Choice(
    "flow",
    "cannula_below_limit_lpm",
    "Cannula flow in L/min up to which an FiO2 that nobody charted is below 0.40",
)
BLOOD_COUNTS = Choice("counts", "blood_counts_are_organs", "Whether blood counts count as organs")

# What a choice may be without turning the order of a table around.
_CHOICE_BOUNDS = {
    "untreated_hypotension_grade": (0, 2),
    "single_bolus_grade": (2, 3),
    "fluid_alone_grade": (1, 2),
    "several_vasopressors_grade": (3, 4),
    "creatinine_four_grade": (3, 4),
    "high_dose_hours": (0, 24),
    "cannula_below_limit_lpm": (0, 6),
}


def check_choices(policy: object) -> None:
    """Raise ValueError for a choice outside its bounds."""
    for name, (low, high) in _CHOICE_BOUNDS.items():
        value = getattr(policy, name, low)
        if not low <= value <= high:
            raise ValueError(f"{name} must be {low} to {high}, not {value}")


def pressure_row(row: Criterion, met: Test, *needs: str) -> Row:
    """A row about blood pressure."""
    return Rule(criterion=row, domain=PRESSURE, met=met, needs=needs, inputs=say_pressure)


def oxygen_row(row: Criterion, met: Test) -> Row:
    """A row about oxygen."""
    return Rule(criterion=row, domain=OXYGEN, met=met, needs=OXYGEN_NEEDS, inputs=say_oxygen)


def fever_row(row: Criterion) -> Row:
    """Fever now."""
    return Rule(
        criterion=row,
        domain=SYMPTOMS,
        met=has_fever,
        needs=("temperature_celsius",),
        inputs=_say_temperature,
    )


def symptoms_row(row: Criterion) -> Row:
    """Constitutional symptoms."""
    return Rule(
        criterion=row,
        domain=SYMPTOMS,
        met=lambda findings: (
            None
            if findings.constitutional_symptoms is None
            else bool(findings.constitutional_symptoms)
        ),
        needs=("constitutional_symptoms",),
        inputs=lambda findings: tuple(findings.constitutional_symptoms or ()),
    )


def organ_row(row: Criterion, test: Callable[[Toxicities], bool]) -> Row:
    """A row about organ toxicities; a map that was charted is the whole of them."""
    return Rule(
        criterion=row,
        domain=ORGAN,
        met=lambda findings: (
            None if findings.organ_toxicities is None else test(findings.organ_toxicities)
        ),
        needs=("organ_toxicities",),
        inputs=_say_organs,
    )


def stated_row(row: Criterion, domain: str, field: str) -> Row:
    """A row that a clinician's word alone meets: unsaid is not met."""
    return Rule(
        criterion=row,
        domain=domain,
        met=lambda findings: bool(getattr(findings, field)),
        needs=(field,),
        inputs=lambda _: (f"{field.replace('_', ' ')} stated",),
    )


def recorded_row(row: Criterion, domain: str, field: str) -> Row:
    """A row that one recorded yes meets; not recorded is not known."""
    return Rule(
        criterion=row,
        domain=domain,
        met=lambda findings: getattr(findings, field),
        needs=(field,),
        inputs=lambda _: (field.replace("_", " "),),
    )


def _say_temperature(findings: SupportFindings) -> tuple[str, ...]:
    return say_temperature(CrsFindings(temperature_celsius=findings.temperature_celsius))


def _say_organs(findings: SupportFindings) -> tuple[str, ...]:
    return tuple(sorted(str(found) for found in findings.organ_toxicities or ()))
