"""Oxygen and breathing: A09 and A11, one family of alerts."""

from collections.abc import Mapping
from decimal import Decimal

from alerts.policy import breaches
from alerts.policy.breaches import Breach
from alerts.policy.facts import Facts
from alerts.policy.rulebook import Rulebook
from alerts.policy.vocabulary import Condition, Family, Rule


def conditions(facts: Facts, book: Rulebook) -> list[Condition]:
    """Return what saturation, oxygen device and breathing ask for at this set."""
    return [*_oxygen(facts, book), *_breathing(facts, book)]


def _oxygen(facts: Facts, book: Rulebook) -> list[Condition]:
    before = breaches.device_before(facts.seen.earlier)
    if breaches.oxygen(facts.seen.newest, before, book) is Breach.ACTION:
        sure: bool | None = True
    else:
        sure = breaches.counts(facts, lambda r: breaches.saturation(r, book), book)
    if sure is False:
        return []
    return [
        Condition(
            Rule.A09,
            Family.OXYGEN,
            book.a09.severity if sure else book.a03.provisional,
            1,
            is_provisional=not sure,
            confirm_within_minutes=None if sure else book.a03.silence_minutes,
            values=_values(facts),
        )
    ]


def _values(facts: Facts) -> Mapping[str, Decimal]:
    now = facts.seen.newest
    recorded = {"spo2_percent": now.spo2_percent, "oxygen_class": now.oxygen_class}
    return {name: Decimal(value) for name, value in recorded.items() if value is not None}


def _breathing(facts: Facts, book: Rulebook) -> list[Condition]:
    sure = breaches.counts(facts, lambda r: breaches.breathing(r, facts.course, book), book)
    return [Condition(Rule.A11, Family.OXYGEN, book.a11.severity, 0)] if sure else []
