"""Fever inside and outside its window, a rising temperature, and a low one: A01, A02, A12, A33,
A34.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Final

from alerts.policy import breaches
from alerts.policy.breaches import Breach
from alerts.policy.facts import Facts
from alerts.policy.rulebook import Rulebook
from alerts.policy.vocabulary import Condition, Family, Rule, Severity
from patients.windows import WindowState

BEFORE_WINDOW_WORDS: Final = "fever before the expected window: consider infection first"


def conditions(facts: Facts, book: Rulebook) -> list[Condition]:
    """Return what the temperature of this set asks for; a window words it, never mutes it."""
    if facts.seen.fever:
        return [_fever(facts, book)]
    return [*_rising(facts, book), *_cold(facts, book)]


def values_of(facts: Facts) -> Mapping[str, Decimal]:
    """The temperature, for comparing with the one people were last told about."""
    celsius = facts.seen.newest.temperature_celsius
    return {} if celsius is None else {"temperature_celsius": celsius}


def _fever(facts: Facts, book: Rulebook) -> Condition:
    values = values_of(facts)
    window = facts.course.window
    if window is WindowState.HIGH_RISK:
        return Condition(Rule.A01, Family.FEVER, _first_fever(facts, book), 1, values=values)
    if window is WindowState.CLOSED:
        return Condition(Rule.A34, Family.FEVER, book.a34.severity, 1, values=values)
    words = BEFORE_WINDOW_WORDS if window is WindowState.BEFORE else ""
    return Condition(Rule.A33, Family.FEVER, book.a33.severity, 1, values=values, words=words)


def _first_fever(facts: Facts, book: Rulebook) -> Severity:
    """Urgent for an infant, for neutropenia or an unknown count, or with abnormal vitals."""
    count, months = facts.course.neutrophils_10e9_per_liter, facts.course.age_months
    neutropenic = count is None or count < book.a01.neutrophils_below_10e9_per_liter
    infant = months is not None and months < 12 * book.a01.infant_before_years
    urgent = neutropenic or infant or _others_abnormal(facts, book)
    return book.a01.urgent if urgent else book.a01.severity


def _others_abnormal(facts: Facts, book: Rulebook) -> bool:
    """Whether pressure or heart rate is beyond its limit, near it only when seen twice."""
    course = facts.course
    return any(
        breaches.counts(facts, judge, book) is True
        for judge in (
            lambda reading: breaches.pressure(reading, course, book),
            lambda reading: breaches.heart_rate(reading, course, book),
        )
    )


def _rising(facts: Facts, book: Rulebook) -> list[Condition]:
    celsius, numbers = facts.seen.newest.temperature_celsius, book.a02
    if celsius is None or facts.course.window is not WindowState.HIGH_RISK:
        return []
    if not numbers.from_celsius <= celsius < numbers.below_celsius:
        return []
    since = facts.seen.newest.taken_at - timedelta(hours=numbers.within_hours)
    lowest = min(
        (
            each.temperature_celsius
            for each in facts.seen.earlier
            if each.temperature_celsius is not None and each.taken_at >= since
        ),
        default=None,
    )
    if lowest is None or celsius - lowest < numbers.rise_celsius:
        return []
    return [Condition(Rule.A02, Family.FEVER, numbers.severity, 0, values=values_of(facts))]


def _cold(facts: Facts, book: Rulebook) -> list[Condition]:
    """One reading of the others is enough: sepsis with a low temperature does not wait."""
    celsius = facts.seen.newest.temperature_celsius
    if celsius is None or celsius >= book.a12.below_celsius:
        return []
    judged = (
        breaches.pressure(facts.seen.newest, facts.course, book),
        breaches.heart_rate(facts.seen.newest, facts.course, book),
    )
    if all(each in {None, Breach.NORMAL} for each in judged):
        return []
    return [Condition(Rule.A12, Family.FEVER, book.a12.severity, 1)]
