"""Whether alerting itself works: A40, A41 and A42, from facts that others gather."""

from alerts.policy.facts import SystemFacts
from alerts.policy.rulebook import Rulebook
from alerts.policy.vocabulary import Condition, Family, Rule


def system_conditions(facts: SystemFacts, book: Rulebook) -> list[Condition]:
    """Return what of rota, delivery and the alerting loop needs a person, gravest first."""
    found = [*_loop(facts, book), *_delivery(facts, book), *_rota(facts, book)]
    return sorted(found, key=lambda condition: condition.severity)


def _loop(facts: SystemFacts, book: Rulebook) -> list[Condition]:
    """A loop that never gave a sign of life is told by the page that shows health."""
    age = facts.heartbeat_age_minutes
    silent = age is not None and age > book.a42.minutes
    if not silent and not facts.database_is_read_only:
        return []
    return [Condition(Rule.A42, Family.SYSTEM, book.a42.severity, 3)]


def _delivery(facts: SystemFacts, book: Rulebook) -> list[Condition]:
    waits = facts.oldest_urgent_message_minutes
    stuck = waits is not None and waits > book.a41.minutes
    if not stuck and not facts.message_refused:
        return []
    return [Condition(Rule.A41, Family.SYSTEM, book.a41.severity, 2)]


def _rota(facts: SystemFacts, book: Rulebook) -> list[Condition]:
    hours = facts.hours_to_rota_gap
    if hours is None or hours > book.a40.within_hours:
        return []
    if hours <= 0:
        return [Condition(Rule.A40, Family.SYSTEM, book.a40.begun, 1)]
    return [Condition(Rule.A40, Family.SYSTEM, book.a40.severity, 0)]
