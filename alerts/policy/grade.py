"""The computed CRS grade, what may hide it, and what comes back: A03, A04, A05, A13, A39."""

from collections.abc import Mapping
from decimal import Decimal

from alerts.policy import breaches, fever
from alerts.policy.facts import Facts
from alerts.policy.rulebook import Rulebook
from alerts.policy.vocabulary import Condition, Family, Rule

# These alerts include what they rest on; fever, pressure and oxygen are not told beside them.
ABSORBING = frozenset({Rule.A03, Rule.A04, Rule.A05, Rule.A13})
_VALUES = ("systolic_mmhg", "spo2_percent", "oxygen_class")


def conditions(facts: Facts, book: Rulebook) -> list[Condition]:
    """Return the gravest thing that the grade of this set asks for, if any."""
    seen = facts.seen
    if seen.at_least >= book.a04.from_grade:
        return [
            Condition(
                Rule.A04, Family.CRS_GRADE, book.a04.severity, seen.at_least, values=_values(facts)
            )
        ]
    if seen.at_least >= book.a03.from_grade:
        sure = not seen.rests_on_pressure or _pressure(facts, book) is True
        return [_condition(Rule.A03, facts, book, step=seen.at_least, sure=sure)]
    return _masked(facts, book) or _again(facts, book)


def clinician_differs(*, computed: int | None, clinician: int, book: Rulebook) -> Condition | None:
    """A39: a clinician's grade is not the computed one; nothing while none is computed."""
    if computed is None or computed == clinician:
        return None
    return Condition(Rule.A39, Family.CRS_GRADE, book.a39.severity, 0)


def is_abnormal(facts: Facts, book: Rulebook) -> bool | None:
    """Whether pressure or oxygen is beyond its limit: None while one soft reading says so."""
    answers = {_pressure(facts, book), _oxygen(facts, book)}
    return True if True in answers else None if None in answers else False


def _masked(facts: Facts, book: Rulebook) -> list[Condition]:
    """A13: abnormal without fever, while a drug may hide the fever."""
    hours = facts.course.hours_since_masking_drug
    if facts.seen.fever or hours is None or hours > book.a13.within_hours:
        return []
    abnormal = is_abnormal(facts, book)
    if abnormal is False:
        return []
    return [_condition(Rule.A13, facts, book, step=1, sure=abnormal is True)]


def _again(facts: Facts, book: Rulebook) -> list[Condition]:
    """A05: as grave as the fever it takes in."""
    if not facts.course.recurs or facts.seen.at_least < 1:
        return []
    severities = [
        each.severity for each in fever.conditions(facts, book) if each.family is Family.FEVER
    ]
    return [Condition(Rule.A05, Family.CRS_GRADE, min([book.a05.severity, *severities]), 0)]


def _condition(rule: Rule, facts: Facts, book: Rulebook, *, step: int, sure: bool) -> Condition:
    numbers = book.a03
    return Condition(
        rule,
        Family.CRS_GRADE,
        numbers.severity if sure else numbers.provisional,
        step,
        is_provisional=not sure,
        confirm_within_minutes=None if sure else numbers.silence_minutes,
        values=_values(facts),
    )


def _pressure(facts: Facts, book: Rulebook) -> bool | None:
    return breaches.counts(facts, lambda r: breaches.pressure(r, facts.course, book), book)


def _oxygen(facts: Facts, book: Rulebook) -> bool | None:
    before = breaches.device_before(facts.seen.earlier)
    now = breaches.oxygen(facts.seen.newest, before, book)
    if now is breaches.Breach.ACTION:
        return True
    return breaches.counts(facts, lambda r: breaches.saturation(r, book), book)


def _values(facts: Facts) -> Mapping[str, Decimal]:
    recorded = {name: getattr(facts.seen.newest, name) for name in _VALUES}
    return {name: Decimal(value) for name, value in recorded.items() if value is not None}
