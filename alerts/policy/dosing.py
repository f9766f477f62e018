"""Doses and what they were to do: A07, A24, A25, A27, A28, one family of alerts."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from alerts.policy import planning
from alerts.policy.facts import ClockFacts, DoseTiming
from alerts.policy.rulebook import Rulebook
from alerts.policy.vocabulary import Closing, Condition, Family, Rule, Standing

_DAY = timedelta(hours=24)


def of_clock(facts: ClockFacts, book: Rulebook) -> list[Condition]:
    """Return what time since a dose, or since a pump stopped, asks for."""
    return [
        *_no_response(facts, book),
        *_since_dose(facts, book),
        *_pump(facts, book),
        *planning.next_dose(facts.plan, book),
    ]


def of_doses(
    given_at: Sequence[datetime], *, newest: datetime, course_began: datetime | None, book: Rulebook
) -> list[Condition]:
    """A25: how many doses the newest one makes in 24 h and in the course."""
    until_now = [at for at in given_at if at <= newest]
    in_a_day = sum(newest - at < _DAY for at in until_now)
    in_course = sum(course_began is None or at >= course_began for at in until_now)
    if in_a_day < book.a25.in_24_hours and in_course < book.a25.in_course:
        return []
    return [Condition(Rule.A25, Family.DRUG_TIMING, book.a25.severity, 2 + in_course)]


def closings(
    standing: Mapping[Family, Standing], *, facts: ClockFacts, book: Rulebook
) -> list[Closing]:
    """What a lower grade, another dose, a restart or an answer ends; else it stands."""
    held = standing.get(Family.DRUG_TIMING)
    if held is None:
        return []
    if held.rule is Rule.A25:
        ended = "answered by a person" if held.is_acknowledged else ""
    elif held.rule is Rule.A27:
        ended = "" if _pump(facts, book) else "a restart was recorded"
    elif held.rule is Rule.A28:
        ended = "" if planning.next_dose(facts.plan, book) else "nothing stands against the plan"
    elif held.rule is Rule.A07:
        ended = _fell(facts, facts.first_blocker)
    elif (
        facts.last_tocilizumab
        and held.raised_at
        and (facts.last_tocilizumab.given_at > held.raised_at)
    ):
        ended = "another dose was recorded"
    else:
        ended = _fell(facts, facts.last_tocilizumab)
    return [Closing(Family.DRUG_TIMING, ended)] if ended else []


def _fell(facts: ClockFacts, dose: DoseTiming | None) -> str:
    if dose is None or facts.grade is None or facts.grade >= dose.at_least_then:
        return ""
    return "the grade fell"


def _still(facts: ClockFacts, dose: DoseTiming | None) -> DoseTiming | None:
    """The dose, if CRS stood when it was given and no set since shows a lower grade."""
    if dose is None or dose.at_least_then < 1 or _fell(facts, dose):
        return None
    return dose


def _no_response(facts: ClockFacts, book: Rulebook) -> list[Condition]:
    dose, numbers = _still(facts, facts.first_blocker), book.a07
    if dose is None:
        return []
    is_severe = facts.at_least >= numbers.severe_from_grade
    due = dose.given_at + timedelta(hours=numbers.hours_if_severe if is_severe else numbers.hours)
    if facts.at < due:
        return []
    return [Condition(Rule.A07, Family.DRUG_TIMING, numbers.severity, 1, since=due)]


def _since_dose(facts: ClockFacts, book: Rulebook) -> list[Condition]:
    dose = _still(facts, facts.last_tocilizumab)
    due = dose.given_at + timedelta(hours=book.a24.hours) if dose else None
    if due is None or facts.at < due:
        return []
    return [Condition(Rule.A24, Family.DRUG_TIMING, book.a24.severity, 0, since=due)]


def _pump(facts: ClockFacts, book: Rulebook) -> list[Condition]:
    stopped = facts.pump_stopped_at
    if stopped is None or facts.at <= stopped:
        return []
    long_since = stopped + timedelta(hours=book.a27.long_hours)
    if facts.at >= long_since:
        return [Condition(Rule.A27, Family.DRUG_TIMING, book.a27.long, 1, since=long_since)]
    return [Condition(Rule.A27, Family.DRUG_TIMING, book.a27.severity, 0, since=stopped)]
