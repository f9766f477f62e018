"""The CTCAE v5.0 term "Cytokine release syndrome"; not yet clinically approved.

Source: NCI, Common Terminology Criteria for Adverse Events v5.0 (2017). One vasopressor is
grade 3 at any dose; the number of vasopressors and organ toxicities do not enter.
"""

from dataclasses import dataclass
from functools import lru_cache

from grading.rules import support_flags as ask
from grading.rules.ruleset import Choice
from grading.rules.support_findings import SupportFindings
from grading.rules.support_flags import SupportFlag
from grading.rules.support_grading import Rules, SupportTable, in_order
from grading.rules.support_groups import fraction_rows, untreated_row
from grading.rules.support_oxygen import Oxygen
from grading.rules.support_pressure import Pressure
from grading.rules.support_rows import (
    CANNULA,
    INOTROPES,
    MASKS,
    UNTREATED,
    VASOPRESSOR_NEEDS,
    check_choices,
    fever_row,
    pressure_row,
    stated_row,
)
from grading.rules.verdict import Criterion, Verdict

TERM = "Cytokine release syndrome"
LIFE = "life-threatening"

_SOURCE = "CTCAE v5.0, Cytokine release syndrome"
_SILENT = f"{_SOURCE} (silent on this)"


@dataclass(frozen=True, slots=True)
class CtcaeCrsPolicy:
    """Where the published term is silent: one choice each, not yet clinically approved."""

    inotropes_count: bool = False
    untreated_hypotension_grade: int = 2
    several_vasopressors_grade: int = 3
    masks_ventilate: bool = False
    cannula_below_limit_lpm: int = 4

    def __post_init__(self) -> None:
        """Refuse a choice that would turn the order of the table around."""
        check_choices(self)

    @property
    def questions(self) -> ask.Questions:
        """The questions that tables share, under these choices."""
        oxygen = Oxygen(self.cannula_below_limit_lpm, self.masks_ventilate)
        return ask.Questions(Pressure(self.inotropes_count), oxygen)


DEFAULT_CTCAE_CRS_POLICY = CtcaeCrsPolicy()
SEVERAL = Choice(
    "several",
    "several_vasopressors_grade",
    "Grade of several vasopressors, when nobody stated that life is threatened",
)


@lru_cache(maxsize=64)
def rules_for(policy: CtcaeCrsPolicy) -> Rules:
    """Every row of the term under a policy, the gravest first."""
    pressure, oxygen = policy.questions.pressure, policy.questions.oxygen
    several = policy.several_vasopressors_grade

    def one(findings: SupportFindings) -> bool | None:
        return False if pressure.several(findings) else pressure.any(findings)

    return in_order(
        stated_row(
            Criterion("ctcae-4-life", 4, "Life-threatening, urgent intervention", _SOURCE, "V1"),
            LIFE,
            "life_threatening",
        ),
        pressure_row(
            Criterion(
                f"ctcae-{several}-vasopressors", several, "Several vasopressors", _SILENT, "P"
            ),
            pressure.several,
            *VASOPRESSOR_NEEDS,
        ),
        pressure_row(
            Criterion("ctcae-3-vasopressor", 3, "One vasopressor, at any dose", _SOURCE, "V1"),
            one,
            *VASOPRESSOR_NEEDS,
        ),
        pressure_row(
            Criterion("ctcae-2-fluid", 2, "Hypotension treated with fluid alone", _SOURCE, "V1"),
            pressure.bolus_only,
            "fluid_bolus_given",
        ),
        untreated_row(
            "ctcae",
            _SOURCE,
            policy.untreated_hypotension_grade,
            pressure.untreated,
            "hypotension_present",
        ),
        # The term names no device; urgent intervention is derived from the ventilator.
        *fraction_rows("ctcae", _SOURCE, oxygen, tag="V1", ventilator_tag="D"),
        fever_row(Criterion("ctcae-1-fever", 1, "Fever of 38.0 °C or above", _SOURCE, "V1")),
    )


def _several(findings: SupportFindings, asked: ask.Questions) -> bool:
    return bool(asked.pressure.several(findings)) and not findings.life_threatening


def _not_responding(findings: SupportFindings, asked: ask.Questions) -> bool:
    stated = findings.fluid_responsive is False
    return stated and bool(asked.pressure.bolus_only(findings))


TABLE = SupportTable(
    scale="ctcae5-crs",
    title="CTCAE v5.0, cytokine release syndrome",
    ruleset="ctcae-5.0-crs/1",
    default=DEFAULT_CTCAE_CRS_POLICY,
    choices=(INOTROPES, UNTREATED, SEVERAL, MASKS, CANNULA),
    rules_for=rules_for,
    death=Criterion("ctcae-5-death", 5, "Death due to CRS", _SOURCE, "V1"),
    nothing=Criterion("ctcae-0-nothing", 0, "No row of the term is met", _SOURCE, "D"),
    flags=(
        *ask.FEVER_FLAGS,
        (SupportFlag.SEVERAL, _several),
        (SupportFlag.NOT_RESPONDING, _not_responding),
        *ask.PRESSURE_FLAGS,
        *ask.OXYGEN_FLAGS,
        *ask.FRACTION_FLAGS,
    ),
)


def grade_ctcae_crs(
    findings: SupportFindings, policy: CtcaeCrsPolicy = DEFAULT_CTCAE_CRS_POLICY
) -> Verdict:
    """The CTCAE v5.0 grade (0 to 5) that these findings force, with reasons.

    Raises ValueError for a word or number outside its bounds, TypeError for a binary float.
    """
    return TABLE.grade(findings, policy)
