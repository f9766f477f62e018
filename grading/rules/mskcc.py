"""MSKCC grading of cytokine release syndrome; not yet clinically approved.

Source: Park JH et al., N Engl J Med 2018;378:449-459, as restated. Hours on vasopressors
decide between grades 2 and 3, so one observation without them leaves the grade open.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from grading.rules import support_flags as ask
from grading.rules.answers import Answer, both
from grading.rules.ruleset import Choice
from grading.rules.support_findings import SupportFindings
from grading.rules.support_flags import SupportFlag
from grading.rules.support_grading import Rules, SupportTable, in_order
from grading.rules.support_groups import fraction_rows, untreated_row
from grading.rules.support_oxygen import Oxygen
from grading.rules.support_pressure import Pressure
from grading.rules.support_rows import (
    CANNULA,
    DOSES,
    HOURS,
    INOTROPES,
    INTENSITY_NEEDS,
    MASKS,
    UNTREATED,
    VASOPRESSOR_NEEDS,
    Row,
    check_choices,
    fever_row,
    pressure_row,
    symptoms_row,
)
from grading.rules.verdict import Criterion, Verdict

LONG_HOURS = 24  # at or above

_SOURCE = "MSKCC CRS table"


@dataclass(frozen=True, slots=True)
class MskccPolicy:
    """Where the published table is silent: one choice each, not yet clinically approved."""

    inotropes_count: bool = False
    untreated_hypotension_grade: int = 1
    fluid_alone_grade: int = 1
    masks_ventilate: bool = False
    doses_decide_intensity: bool = True
    high_dose_hours: int = 3
    cannula_below_limit_lpm: int = 4

    def __post_init__(self) -> None:
        """Refuse a choice that would turn the order of the table around."""
        check_choices(self)

    @property
    def questions(self) -> ask.Questions:
        """The questions that tables share, under these choices."""
        return ask.Questions(
            Pressure(self.inotropes_count, self.doses_decide_intensity, self.high_dose_hours),
            Oxygen(self.cannula_below_limit_lpm, self.masks_ventilate),
        )


DEFAULT_MSKCC_POLICY = MskccPolicy()
FLUID = Choice("fluid", "fluid_alone_grade", "Grade of hypotension treated with fluid alone")


@lru_cache(maxsize=64)
def rules_for(policy: MskccPolicy) -> Rules:
    """Every row of the table under a policy, the gravest first."""
    pressure, fluid = policy.questions.pressure, policy.fluid_alone_grade
    return in_order(
        *_vasopressor_rows(pressure),
        pressure_row(
            Criterion(
                f"mskcc-{fluid}-fluid",
                fluid,
                "Hypotension treated with fluid alone",
                f"{_SOURCE} (silent on this)",
                "P",
            ),
            pressure.bolus_only,
            "fluid_bolus_given",
        ),
        untreated_row(
            "mskcc",
            _SOURCE,
            policy.untreated_hypotension_grade,
            pressure.untreated,
            "hypotension_present",
        ),
        *fraction_rows("mskcc", _SOURCE, policy.questions.oxygen),
        fever_row(Criterion("mskcc-1-fever", 1, "Fever of 38.0 °C or above", _SOURCE, "V2")),
        symptoms_row(Criterion("mskcc-1-symptoms", 1, "Mild symptoms, observed", _SOURCE, "V2")),
    )


def _vasopressor_rows(pressure: Pressure) -> Iterator[Row]:
    def refractory(findings: SupportFindings) -> Answer:
        return both(findings.hypotension_refractory, pressure.high(findings))

    def long(findings: SupportFindings) -> Answer:
        hours = findings.hours_on_vasopressor
        enough = None if hours is None else hours >= LONG_HOURS
        return False if refractory(findings) else both(pressure.any(findings), enough)

    def not_known_long(findings: SupportFindings) -> Answer:
        return False if refractory(findings) or long(findings) else pressure.any(findings)

    yield pressure_row(
        Criterion("mskcc-4-refractory", 4, "Refractory to high-dose vasopressors", _SOURCE, "V2"),
        refractory,
        "hypotension_refractory",
        *INTENSITY_NEEDS,
    )
    yield pressure_row(
        Criterion("mskcc-3-vasopressor", 3, "Vasopressors for 24 h or more", _SOURCE, "V2"),
        long,
        *VASOPRESSOR_NEEDS,
        "hours_on_vasopressor",
    )
    yield pressure_row(
        Criterion("mskcc-2-vasopressor", 2, "Vasopressors, not known for 24 h", _SOURCE, "V2"),
        not_known_long,
        *VASOPRESSOR_NEEDS,
    )


def _refractory_low(findings: SupportFindings, asked: ask.Questions) -> bool:
    return bool(findings.hypotension_refractory) and asked.pressure.high(findings) is False


TABLE = SupportTable(
    scale="mskcc",
    title="MSKCC, cytokine release syndrome",
    ruleset="mskcc-2018/1",
    default=DEFAULT_MSKCC_POLICY,
    choices=(INOTROPES, UNTREATED, FLUID, MASKS, DOSES, HOURS, CANNULA),
    rules_for=rules_for,
    death=Criterion("mskcc-5-death", 5, "Death due to CRS", _SOURCE, "P"),
    nothing=Criterion("mskcc-0-nothing", 0, "No row of the table is met", _SOURCE, "D"),
    flags=(
        *ask.FEVER_FLAGS,
        *ask.DOSE_FLAGS,
        (SupportFlag.REFRACTORY_LOW, _refractory_low),
        *ask.PRESSURE_FLAGS,
        *ask.OXYGEN_FLAGS,
        *ask.FRACTION_FLAGS,
    ),
)


def grade_mskcc(findings: SupportFindings, policy: MskccPolicy = DEFAULT_MSKCC_POLICY) -> Verdict:
    """The MSKCC grade (0 to 5) that these findings force, with reasons.

    Raises ValueError for a word or number outside its bounds, TypeError for a binary float.
    """
    return TABLE.grade(findings, policy)
