"""Whether what was charted can be relied on: A31, A38 and A45, one family of alerts."""

from typing import Final

from alerts.policy.facts import Facts
from alerts.policy.rulebook import Rulebook
from alerts.policy.vocabulary import Condition, Family, Rule, Severity

_PARTIAL_SETS: Final = 2


def conditions(facts: Facts, book: Rulebook) -> list[Condition]:
    """Return what is incomplete or unusual in this set."""
    return [*_incomplete(facts, book), *_unusual(facts, book)]


def of_late_entry(
    found: list[Condition], *, minutes_late: float, book: Rulebook
) -> list[Condition]:
    """What a set calls for that was entered after newer ones.

    While it is young it may still tell how the patient is. Later it is history: of
    anything urgent in it, one note is left.
    """
    if minutes_late <= book.a45.after_minutes:
        return found
    if not any(each.severity in {Severity.P1, Severity.P2} for each in found):
        return []
    return [Condition(Rule.A45, Family.DATA_QUALITY, book.a45.severity, 0)]


def _incomplete(facts: Facts, book: Rulebook) -> list[Condition]:
    """Two sets in a row that do not answer for the grade, and no grade from what is left."""
    seen = facts.seen
    sets = (seen.newest, *seen.earlier)[:_PARTIAL_SETS]
    if len(sets) < _PARTIAL_SETS or any(each.is_complete for each in sets):
        return []
    if seen.grade is not None:
        return []
    graded = seen.at_least >= book.a31.graded_from
    severity = book.a31.graded if graded else book.a31.severity
    return [Condition(Rule.A31, Family.DATA_QUALITY, severity, 1)]


def _unusual(facts: Facts, book: Rulebook) -> list[Condition]:
    if not facts.seen.unusual_values:
        return []
    return [Condition(Rule.A38, Family.DATA_QUALITY, book.a38.severity, 0)]
