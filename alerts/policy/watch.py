"""What becomes true by waiting: A06, A26, A29, A30, A32, A35, A36, A37, and what ends it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from alerts.policy import dosing, planning
from alerts.policy.facts import ClockFacts
from alerts.policy.rulebook import Rulebook
from alerts.policy.vocabulary import Closing, Condition, Family, Rule, Severity, Standing

_FEVER_ENDS_AFTER: Final = timedelta(hours=24)


def conditions(facts: ClockFacts, book: Rulebook) -> list[Condition]:
    """Return what time alone asks for; each says since when."""
    return [
        *_long_fever(facts, book),
        *dosing.of_clock(facts, book),
        *_window(facts, book),
        *_baselines(facts, book),
        *planning.supply(facts.plan, at=facts.at, book=book),
    ]


def closings(
    standing: Mapping[Family, Standing], *, facts: ClockFacts, book: Rulebook
) -> list[Closing]:
    """Return what time alone ends."""
    ended = dosing.closings(standing, facts=facts, book=book)
    rules = {held.rule for held in standing.values()}
    if Rule.A06 in rules and facts.fever_since is None:
        ended.append(Closing(Family.CRS_GRADE, "no fever at grade 1 any more"))
    if Rule.A35 in rules and not _window(facts, book):
        ended.append(Closing(Family.WINDOW, "the day has passed"))
    if Rule.A26 in rules and not planning.supply(facts.plan, at=facts.at, book=book):
        ended.append(Closing(Family.DATA_QUALITY, "confirmed, or planned otherwise"))
    if Rule.A36 in rules and facts.missing_baselines == ():
        ended.append(Closing(Family.DATA_QUALITY, "baselines and contacts are there"))
    return ended


def fever_lasts(facts: ClockFacts) -> bool:
    """Whether there was fever in the last 24 h."""
    return facts.last_fever_at is not None and facts.at - facts.last_fever_at < _FEVER_ENDS_AFTER


def overdue_condition(*, is_missed: bool, at_least: int, book: Rulebook | None = None) -> Condition:
    """A29: overdue is P3; a whole interval missed is P2, at grade 2 or more P1."""
    if not is_missed:
        severity = book.a29.severity if book else Severity.P3
        return Condition(Rule.A29, Family.OBS_OVERDUE, severity, 1)
    if at_least >= (book.a29.graded_from if book else 2):
        severity = book.a29.missed_if_graded if book else Severity.P1
    else:
        severity = book.a29.missed if book else Severity.P2
    return Condition(Rule.A29, Family.OBS_OVERDUE, severity, 2)


def check_in_missed_condition(*, at_least: int, book: Rulebook) -> Condition:
    """A37: nobody heard from a patient at home; graver if the last grade was 1 or more."""
    numbers = book.a37
    severity = numbers.graded if at_least >= numbers.graded_from else numbers.severity
    return Condition(Rule.A37, Family.OBS_OVERDUE, severity, 2)


def check_overdue_condition(book: Rulebook) -> Condition:
    """A30: a neuro check or daily laboratory values are overdue."""
    return Condition(Rule.A30, Family.OBS_OVERDUE, book.a30.severity, 0)


def pause_ran_out_condition(book: Rulebook) -> Condition:
    """A32: the patient was to be back by now, and no set was charted."""
    return Condition(Rule.A32, Family.OBS_OVERDUE, book.a32.severity, 1)


def _long_fever(facts: ClockFacts, book: Rulebook) -> list[Condition]:
    since, numbers = facts.fever_since, book.a06
    if since is None or facts.at_least > 1 or not fever_lasts(facts):
        return []
    for hours, severity, step in (
        (numbers.late_hours, numbers.severity, 1),
        (numbers.early_hours, numbers.early, 0),
    ):
        due = since + timedelta(hours=hours)
        if facts.at >= due:
            return [Condition(Rule.A06, Family.CRS_GRADE, severity, step, since=due)]
    return []


def _window(facts: ClockFacts, book: Rulebook) -> list[Condition]:
    """One notice a day, the latest of those that hold."""
    notices = (
        facts.days_to_end == 0,
        facts.days_to_end == book.a35.ends_in_days,
        facts.days_to_closing == 0,
        facts.opened_today,
        facts.days_to_opening == 1,
    )
    if not any(notices):
        return []
    step = len(notices) - notices.index(True)
    since = facts.at - timedelta(hours=24)
    return [Condition(Rule.A35, Family.WINDOW, book.a35.severity, step, since=since)]


def _baselines(facts: ClockFacts, book: Rulebook) -> list[Condition]:
    first = facts.first_dose_at
    if not facts.missing_baselines or first is None:
        return []
    if not first <= facts.at < first + timedelta(hours=book.a36.hours_after_dose):
        return []
    return [Condition(Rule.A36, Family.DATA_QUALITY, book.a36.severity, 0, since=first)]
