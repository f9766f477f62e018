"""Pediatric CARTOX 2019 grading of cytokine release syndrome; not yet clinically approved.

Source: Mahadeo KM et al., Nat Rev Clin Oncol 2019;16:45-63. Hypotension is below 70 mmHg plus
twice the age from 1 to 10 years, below 90 mmHg above; under 1 year a clinician has to say.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from grading.rules import support_flags as ask
from grading.rules.answers import Answer, both
from grading.rules.cartox import CHOICES, LIFE, pressure_disagrees
from grading.rules.organ import Toxicities
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
from grading.rules.support_oxygen import used_for_hypoxia
from grading.rules.support_policy import DoseAndOrganPolicy
from grading.rules.support_pressure import Pressure
from grading.rules.support_rows import (
    VASOPRESSOR_NEEDS,
    Row,
    fever_row,
    oxygen_row,
    pressure_row,
    stated_row,
)
from grading.rules.verdict import Criterion, Verdict
from grading.rules.vocabulary import OxygenDevice

_SOURCE = "Mahadeo 2019, pediatric CARTOX table"
_ORGANS = {
    4: "Grade 4 organ toxicity, transaminases excepted",
    3: "Grade 3 organ toxicity, or grade 4 transaminases",
    2: "Grade 2 organ toxicity",
}


@dataclass(frozen=True, slots=True)
class PediatricCartoxPolicy(DoseAndOrganPolicy):
    """Where the pediatric CARTOX table is silent; not yet clinically approved."""

    limit_by_age: ClassVar[bool] = True


DEFAULT_PEDIATRIC_CARTOX_POLICY = PediatricCartoxPolicy()


@lru_cache(maxsize=64)
def rules_for(policy: PediatricCartoxPolicy) -> Rules:
    """Every row of the table under a policy, the gravest first."""
    asked = policy.questions

    def grade_of(toxicities: Toxicities) -> int:
        return organ_grade(toxicities, blood_counts=asked.blood_counts, lower_from=4)

    return in_order(
        *_gravest_pressure_rows(asked.pressure),
        *dose_rows("cartox-ped", _SOURCE, asked.pressure),
        untreated_row(
            "cartox-ped",
            _SOURCE,
            policy.untreated_hypotension_grade,
            asked.pressure.untreated_below_limit,
            "hypotension_present",
            "systolic_mmhg",
            "age_years",
        ),
        *fraction_rows("cartox-ped", _SOURCE, asked.oxygen),
        oxygen_row(
            Criterion("cartox-ped-3-bipap", 3, "BiPAP at any FiO2", _SOURCE, "V2"),
            lambda findings: used_for_hypoxia(findings, OxygenDevice.BIPAP),
        ),
        *organ_rows("cartox-ped", _SOURCE, grade_of, _ORGANS),
        fever_row(Criterion("cartox-ped-1-fever", 1, "Fever of 38.0 °C or above", _SOURCE, "V2")),
    )


def _gravest_pressure_rows(pressure: Pressure) -> Iterator[Row]:
    def despite_several(findings: SupportFindings) -> Answer:
        # Hypotension "present" may mean "present but for the drugs"; only a pressure measured
        # under them, or the word refractory, says that they do not suffice.
        measured, stated = pressure.below_limit(findings), findings.hypotension_refractory
        still_low = True if measured or stated else stated if measured is None else measured
        return both(pressure.several(findings), still_low)

    yield stated_row(
        Criterion("cartox-ped-4-life", 4, "Life-threatening hypotension", _SOURCE, "P"),
        LIFE,
        "life_threatening",
    )
    yield pressure_row(
        Criterion(
            "cartox-ped-4-despite", 4, "Hypotension despite several vasopressors", _SOURCE, "V2"
        ),
        despite_several,
        *VASOPRESSOR_NEEDS,
        "systolic_mmhg",
        "age_years",
        "hypotension_refractory",
    )


def _adult(findings: SupportFindings, _: ask.Questions) -> bool:
    return findings.age_years is not None and findings.age_years >= 18


TABLE = SupportTable(
    scale="cartox-paediatric",
    title="Pediatric CARTOX 2019, cytokine release syndrome",
    ruleset="cartox-paediatric-2019/1",
    default=DEFAULT_PEDIATRIC_CARTOX_POLICY,
    choices=CHOICES,
    rules_for=rules_for,
    death=Criterion("cartox-ped-5-death", 5, "Death due to CRS", _SOURCE, "P"),
    nothing=Criterion("cartox-ped-0-nothing", 0, "No row of the table is met", _SOURCE, "D"),
    flags=(
        (SupportFlag.ADULT, _adult),
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


def grade_pediatric_cartox(
    findings: SupportFindings, policy: PediatricCartoxPolicy = DEFAULT_PEDIATRIC_CARTOX_POLICY
) -> Verdict:
    """The pediatric CARTOX grade (0 to 5) that these findings force, with reasons.

    Raises ValueError for a word or number outside its bounds, TypeError for a binary float.
    """
    return TABLE.grade(findings, policy)
