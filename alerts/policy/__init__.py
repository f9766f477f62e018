"""Which recorded facts need a person, how urgently, and in what words. No Django here.

Rules A01, A03, A04, A14, A29 and A33; severities are shipped defaults, not yet
clinically approved. The risk window changes an alert's words, never whether it
is raised.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from alerts.policy.catalog import CATALOG, LABELS, WORDS, CatalogRow
from alerts.policy.vocabulary import (
    RESPOND_WITHIN_MINUTES,
    TELL,
    Audience,
    Closing,
    Condition,
    Family,
    Rule,
    Severity,
    Standing,
)

__all__ = [
    "CATALOG",
    "LABELS",
    "RESPOND_WITHIN_MINUTES",
    "TELL",
    "WORDS",
    "Audience",
    "CatalogRow",
    "Closing",
    "Condition",
    "Facts",
    "Family",
    "Rule",
    "Severity",
    "Standing",
    "closings",
    "conditions",
    "overdue_condition",
]


@dataclass(frozen=True, slots=True)
class Facts:
    """What policy reads of one patient at the newest set.

    `grade` is None when what is missing could change it; only a known grade ends an
    alert. `is_complete`: the set answers for the grade, so the next one is planned.
    """

    at_least: int
    grade: int | None
    fever: bool
    in_high_risk: bool
    age_years: int | None
    neutrophils_10e9_per_liter: Decimal | None = None  # None: no result in 48 h
    other_vitals_abnormal: bool = False
    is_complete: bool = True
    worried: bool = False
    worried_lately: bool = False  # an alert for worry stands, raised at most 2 h ago


SEVERE_NEUTROPENIA_10E9_PER_LITER: Final = Decimal("0.5")  # below it
INFANT_BEFORE_YEARS: Final = 1


def conditions(facts: Facts) -> list[Condition]:
    """Return what needs a person at this set; worry needs one whatever the grade."""
    return _of_the_grade(facts) + _of_worry(facts)


def _of_worry(facts: Facts) -> list[Condition]:
    if not facts.worried:
        return []
    severity, step = (Severity.P1, 2) if facts.worried_lately else (Severity.P2, 1)
    return [Condition(Rule.A14, Family.HEMODYNAMIC, severity, step)]


def _of_the_grade(facts: Facts) -> list[Condition]:
    """A grade of 2 or more includes its fever."""
    if facts.at_least >= 2:
        rule = Rule.A03 if facts.at_least == 2 else Rule.A04
        return [Condition(rule, Family.CRS_GRADE, Severity.P1, facts.at_least)]
    if not facts.fever:
        return []
    if not facts.in_high_risk:
        return [Condition(Rule.A33, Family.FEVER, Severity.P2, 1)]
    return [Condition(Rule.A01, Family.FEVER, _fever_severity(facts), 1)]


def closings(
    open_families: Mapping[Family, Rule],
    *,
    facts: Facts,
    grade_before: int | None,
    resolved: bool,
) -> list[Closing]:
    """Return which open alerts end with this set.

    A complete set ends `obs_overdue`. Grade 2 ends after two sets known to be below
    it in a row; grades 3 and 4 are closed by a person. Fever ends when the episode has
    resolved (24 h at a known grade 0), or is absorbed by a grade alert.
    """
    ended = []
    if Family.OBS_OVERDUE in open_families and facts.is_complete:
        ended.append(Closing(Family.OBS_OVERDUE, "a set was charted"))
    if Family.FEVER in open_families:
        if facts.at_least >= 2:
            ended.append(Closing(Family.FEVER, "included in the grade alert"))
        elif resolved:
            ended.append(Closing(Family.FEVER, "24 h without fever"))
    two_lower = all(grade is not None and grade < 2 for grade in (facts.grade, grade_before))
    if open_families.get(Family.CRS_GRADE) is Rule.A03 and two_lower:
        ended.append(Closing(Family.CRS_GRADE, "below grade 2 for two sets"))
    return ended


def overdue_condition(*, is_missed: bool, at_least: int) -> Condition:
    """A29: overdue is P3; a whole interval missed is P2, at grade 2 or more P1."""
    if not is_missed:
        return Condition(Rule.A29, Family.OBS_OVERDUE, Severity.P3, 1)
    severity = Severity.P1 if at_least >= 2 else Severity.P2
    return Condition(Rule.A29, Family.OBS_OVERDUE, severity, 2)


def _fever_severity(facts: Facts) -> Severity:
    """P1 for an infant, for neutropenia or an unknown count, or with abnormal vitals."""
    count = facts.neutrophils_10e9_per_liter
    neutropenic = count is None or count < SEVERE_NEUTROPENIA_10E9_PER_LITER
    infant = facts.age_years is not None and facts.age_years < INFANT_BEFORE_YEARS
    urgent = neutropenic or infant or facts.other_vitals_abnormal
    return Severity.P1 if urgent else Severity.P2
