"""Blood pressure, heart rate and worry: A08, A10, A14, A15, one family of alerts."""

from datetime import timedelta
from decimal import Decimal

from alerts.policy import breaches
from alerts.policy.breaches import Breach
from alerts.policy.facts import Facts, Reading
from alerts.policy.rulebook import Rulebook
from alerts.policy.vocabulary import Condition, Family, Rule

WORRY = frozenset({Rule.A14, Rule.A15})


def conditions(facts: Facts, book: Rulebook) -> list[Condition]:
    """Return what pressure, heart rate and worry ask for at this set."""
    return [*_pressure(facts, book), *_rate(facts, book), *worry(facts, book)]


def worry(facts: Facts, book: Rulebook) -> list[Condition]:
    """A14 and A15: graver when somebody was worried in the hours before already."""
    now, found = facts.seen.newest, []
    for rule, is_worried, numbers in (
        (Rule.A14, now.worried, book.a14),
        (Rule.A15, now.carer_worried, book.a15),
    ):
        if is_worried:
            since = now.taken_at - timedelta(hours=numbers.again_within_hours)
            again = any(_is_worried(r) and r.taken_at >= since for r in facts.seen.earlier)
            severity, step = (numbers.again, 2) if again else (numbers.severity, 1)
            found.append(Condition(rule, Family.HEMODYNAMIC, severity, step))
    return found


def _is_worried(reading: Reading) -> bool:
    return reading.worried or reading.carer_worried


def _pressure(facts: Facts, book: Rulebook) -> list[Condition]:
    sure = breaches.counts(facts, lambda r: breaches.pressure(r, facts.course, book), book)
    if sure is False:
        return []
    systolic = facts.seen.newest.systolic_mmhg
    return [
        Condition(
            Rule.A08,
            Family.HEMODYNAMIC,
            book.a08.severity if sure else book.a03.provisional,
            1,
            is_provisional=not sure,
            confirm_within_minutes=None if sure else book.a03.silence_minutes,
            values={} if systolic is None else {"systolic_mmhg": Decimal(systolic)},
        )
    ]


def _rate(facts: Facts, book: Rulebook) -> list[Condition]:
    def judge(reading: Reading) -> Breach | None:
        return breaches.heart_rate(reading, facts.course, book)

    numbers = book.a10
    if judge(facts.seen.newest) is not Breach.SOFT:
        return []
    if not breaches.is_confirmed(facts, judge, apart_minutes=numbers.apart_minutes):
        return []
    severity = numbers.with_fever if facts.seen.fever else numbers.severity
    return [Condition(Rule.A10, Family.HEMODYNAMIC, severity, 0)]
