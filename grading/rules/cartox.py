"""CARTOX 2018 grading of cytokine release syndrome in adults; not yet clinically approved.

Source: Neelapu SS et al., Nat Rev Clin Oncol 2018;15:47-62. Hypotension is a systolic pressure
below 90 mmHg; fever is not required above grade 1.
"""

from dataclasses import dataclass
from functools import lru_cache

from grading.rules import support_flags as ask
from grading.rules.organ import Toxicities
from grading.rules.ruleset import Choice
from grading.rules.support_findings import SupportFindings
from grading.rules.support_flags import SupportFlag
from grading.rules.support_grading import Rules, SupportTable, in_order
from grading.rules.support_groups import (
    dose_rows,
    fraction_rows,
    organ_grade,
    organ_rows,
    untreated_row,
)
from grading.rules.support_policy import DoseAndOrganPolicy
from grading.rules.support_rows import (
    BLOOD_COUNTS,
    CANNULA,
    DOSES,
    HOURS,
    INOTROPES,
    MASKS,
    UNTREATED,
    fever_row,
    stated_row,
)
from grading.rules.verdict import Criterion, Verdict

LIFE = "life-threatening"
CHOICES: tuple[Choice, ...] = (INOTROPES, UNTREATED, MASKS, DOSES, HOURS, CANNULA, BLOOD_COUNTS)

_SOURCE = "Neelapu 2018, CARTOX table"
_ORGANS = {
    4: "Grade 4 organ toxicity, transaminases excepted",
    3: "Grade 3 organ toxicity, or grade 4 transaminases",
    2: "Grade 2 organ toxicity",
    1: "Grade 1 organ toxicity",
}


@dataclass(frozen=True, slots=True)
class CartoxPolicy(DoseAndOrganPolicy):
    """Where the adult CARTOX table is silent; not yet clinically approved."""


DEFAULT_CARTOX_POLICY = CartoxPolicy()


@lru_cache(maxsize=64)
def rules_for(policy: CartoxPolicy) -> Rules:
    """Every row of the table under a policy, the gravest first."""
    asked = policy.questions

    def grade_of(toxicities: Toxicities) -> int:
        return organ_grade(toxicities, blood_counts=asked.blood_counts, lower_from=4)

    return in_order(
        stated_row(
            Criterion("cartox-4-life", 4, "Life-threatening hypotension", _SOURCE, "V2"),
            LIFE,
            "life_threatening",
        ),
        *dose_rows("cartox", _SOURCE, asked.pressure),
        untreated_row(
            "cartox",
            _SOURCE,
            policy.untreated_hypotension_grade,
            asked.pressure.untreated_below_limit,
            "hypotension_present",
            "systolic_mmhg",
        ),
        *fraction_rows("cartox", _SOURCE, asked.oxygen),
        *organ_rows("cartox", _SOURCE, grade_of, _ORGANS),
        fever_row(Criterion("cartox-1-fever", 1, "Fever of 38.0 °C or above", _SOURCE, "V2")),
    )


def pressure_disagrees(findings: SupportFindings, asked: ask.Questions) -> bool:
    """Hypotension is denied, and the systolic pressure is below the limit."""
    return findings.hypotension_present is False and bool(asked.pressure.below_limit(findings))


def _child(findings: SupportFindings, _: ask.Questions) -> bool:
    return findings.age_years is not None and findings.age_years < 18


TABLE = SupportTable(
    scale="cartox",
    title="CARTOX 2018, cytokine release syndrome in adults",
    ruleset="cartox-2018/1",
    default=DEFAULT_CARTOX_POLICY,
    choices=CHOICES,
    rules_for=rules_for,
    death=Criterion("cartox-5-death", 5, "Death due to CRS", _SOURCE, "P"),
    nothing=Criterion("cartox-0-nothing", 0, "No row of the table is met", _SOURCE, "D"),
    flags=(
        (SupportFlag.CHILD, _child),
        *ask.FEVER_FLAGS,
        *ask.DOSE_FLAGS,
        *ask.VASOPRESSIN_FLAGS,
        *ask.PRESSURE_FLAGS,
        (SupportFlag.PRESSURE_DISAGREES, pressure_disagrees),
        *ask.OXYGEN_FLAGS,
        *ask.FRACTION_FLAGS,
        *ask.ORGAN_FLAGS,
    ),
)


def grade_cartox(
    findings: SupportFindings, policy: CartoxPolicy = DEFAULT_CARTOX_POLICY
) -> Verdict:
    """The CARTOX grade (0 to 5) that these findings force, with reasons.

    Raises ValueError for a word or number outside its bounds, TypeError for a binary float.
    """
    return TABLE.grade(findings, policy)
