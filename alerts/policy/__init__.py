"""Which recorded facts need a person, how urgently, and in what words. No Django here.

Every function takes facts and a rulebook. Severities and limits are shipped defaults,
not yet clinically approved. The risk window changes an alert's words, never whether it
is raised.
"""

from collections.abc import Mapping, Sequence

from alerts.policy import (
    circulation,
    fever,
    grade,
    neuro,
    quality,
    respiration,
)
from alerts.policy.care import softened
from alerts.policy.catalog import CATALOG, LABELS, WORDS
from alerts.policy.catalog_rows import CatalogRow
from alerts.policy.endings import closings
from alerts.policy.facts import CourseFacts, Facts, Reading, SetFacts, SystemFacts
from alerts.policy.grade import ABSORBING, clinician_differs
from alerts.policy.rulebook import Rulebook
from alerts.policy.system import system_conditions
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
from alerts.policy.watch import (
    check_in_missed_condition,
    check_overdue_condition,
    overdue_condition,
    pause_ran_out_condition,
)
from alerts.policy.worsening import confirmed_by_silence, gravest_first, has_worsened

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
    "CourseFacts",
    "Facts",
    "Family",
    "Reading",
    "Rule",
    "Rulebook",
    "SetFacts",
    "Severity",
    "Standing",
    "SystemFacts",
    "check_in_missed_condition",
    "check_overdue_condition",
    "clinician_differs",
    "closings",
    "conditions",
    "confirmed_by_silence",
    "gravest_per_family",
    "has_worsened",
    "overdue_condition",
    "pause_ran_out_condition",
    "softened",
    "system_conditions",
]
_INCLUDED = frozenset({Family.FEVER, Family.OXYGEN, Family.HEMODYNAMIC})


def conditions(facts: Facts, book: Rulebook) -> list[Condition]:
    """Return what needs a person at this set; worry needs one whatever the grade.

    A grade of 2 or more includes what it rests on: fever, pressure and oxygen are told
    beside it only where they are graver, which a provisional grade leaves room for. CRS
    that comes back includes its fever.
    """
    graded = grade.conditions(facts, book)
    beside = [
        *fever.conditions(facts, book),
        *circulation.conditions(facts, book),
        *respiration.conditions(facts, book),
        *neuro.of_consciousness(facts.seen.newest.consciousness, book),
        *quality.conditions(facts, book),
    ]
    return [*graded, *(each for each in beside if not any(_includes(g, each) for g in graded))]


def _includes(graded: Condition, other: Condition) -> bool:
    """Whether a grade condition says already what another one would."""
    if other.rule in circulation.WORRY or other.severity.is_graver_than(graded.severity):
        return False
    if graded.rule is Rule.A05:
        return other.family is Family.FEVER
    return other.family in _INCLUDED


def gravest_per_family(
    found: Sequence[Condition], *, standing: Mapping[Family, Standing]
) -> list[Condition]:
    """One condition a family; while a grade alert stands, fever is no news."""
    gravest: dict[Family, Condition] = {}
    for condition in sorted(found, key=gravest_first):
        gravest.setdefault(condition.family, condition)
    held = standing.get(Family.CRS_GRADE)
    if held is not None and held.rule in ABSORBING and not held.is_provisional:
        gravest.pop(Family.FEVER, None)
    return list(gravest.values())
