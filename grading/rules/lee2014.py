"""Lee 2014 grading of cytokine release syndrome; not yet clinically approved.

Source: Lee DW et al., Blood 2014;124:188-195. Any row sets the grade; fever is not required.
Vasopressin counts as a vasopressor, and dose decides between grades 2 and 3.
"""

from dataclasses import dataclass
from functools import lru_cache

from grading.rules import support_flags as ask
from grading.rules.organ import Toxicities
from grading.rules.support_findings import SupportFindings
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
    symptoms_row,
)
from grading.rules.verdict import Criterion, Verdict

_SOURCE = "Lee 2014, CRS table"
_ORGANS = {
    4: "Grade 4 organ toxicity, transaminases excepted",
    3: "Grade 3 organ toxicity, or grade 4 transaminases",
    2: "Grade 2 organ toxicity, or grade 3 transaminases",
}


@dataclass(frozen=True, slots=True)
class LeePolicy(DoseAndOrganPolicy):
    """Where the Lee table is silent; not yet clinically approved."""

    inotropes_count: bool = True


DEFAULT_LEE_POLICY = LeePolicy()


@lru_cache(maxsize=64)
def rules_for(policy: LeePolicy) -> Rules:
    """Every row of the table under a policy, the gravest first."""
    asked = policy.questions

    def grade_of(toxicities: Toxicities) -> int:
        return organ_grade(toxicities, blood_counts=asked.blood_counts, lower_from=3)

    return in_order(
        *dose_rows("lee", _SOURCE, asked.pressure),
        untreated_row(
            "lee",
            _SOURCE,
            policy.untreated_hypotension_grade,
            asked.pressure.untreated,
            "hypotension_present",
        ),
        *fraction_rows("lee", _SOURCE, asked.oxygen),
        *organ_rows("lee", _SOURCE, grade_of, _ORGANS),
        fever_row(Criterion("lee-1-fever", 1, "Fever of 38.0 °C or above", _SOURCE, "V2")),
        symptoms_row(Criterion("lee-1-symptoms", 1, "Constitutional symptoms only", _SOURCE, "V2")),
    )


TABLE = SupportTable(
    scale="lee-2014",
    title="Lee 2014, cytokine release syndrome",
    ruleset="lee-2014/1",
    default=DEFAULT_LEE_POLICY,
    choices=(INOTROPES, UNTREATED, MASKS, DOSES, HOURS, CANNULA, BLOOD_COUNTS),
    rules_for=rules_for,
    death=Criterion("lee-5-death", 5, "Death due to CRS", _SOURCE, "V2"),
    nothing=Criterion("lee-0-nothing", 0, "No row of the table is met", _SOURCE, "D"),
    flags=(
        *ask.FEVER_FLAGS,
        *ask.DOSE_FLAGS,
        *ask.VASOPRESSIN_FLAGS,
        *ask.PRESSURE_FLAGS,
        *ask.OXYGEN_FLAGS,
        *ask.FRACTION_FLAGS,
        *ask.ORGAN_FLAGS,
    ),
)


def grade_lee2014(findings: SupportFindings, policy: LeePolicy = DEFAULT_LEE_POLICY) -> Verdict:
    """The Lee 2014 grade (0 to 5) that these findings force, with reasons.

    Raises ValueError for a word or number outside its bounds, TypeError for a binary float.
    """
    return TABLE.grade(findings, policy)
