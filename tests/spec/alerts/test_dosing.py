"""Doses: too many, without an answer, and a pump that stands still."""

from datetime import timedelta

import pytest

from alerts.policy import Family, Rule, Severity, Standing, dosing
from alerts.policy.facts import ClockFacts, DoseTiming
from tests.spec.alerts.charts import BOOK, NOON

HOUR = timedelta(hours=1)


def ago(hours):
    return NOON - hours * HOUR


def told(**facts):
    found = dosing.of_clock(ClockFacts(NOON, **facts), BOOK)
    return [f"{each.rule} {each.severity}" for each in found]


@pytest.mark.parametrize(
    ("hours_ago", "expected"),
    [
        # tocilizumab, hours before noon; the newest is the one recorded now
        ([0], False),
        ([0, 8], False),
        ([0, 8, 23.99], True),
        ([0, 8, 24], False),
        ([0, 30, 60], False),
        ([0, 30, 60, 90], True),
    ],
)
def test_the_third_dose_of_a_day_and_the_fourth_of_a_course(hours_ago, expected):
    given = [ago(hours) for hours in hours_ago]
    found = dosing.of_doses(given, newest=NOON, course_began=ago(200), book=BOOK)
    assert [each.rule for each in found] == (["A25"] if expected else [])


def test_doses_of_an_earlier_course_are_not_counted():
    given = [ago(hours) for hours in (0, 300, 330, 360)]
    assert dosing.of_doses(given, newest=NOON, course_began=ago(200), book=BOOK) == []


@pytest.mark.parametrize(
    ("hours", "then", "now", "grade", "expected"),
    [
        # hours since the first dose, grade then, now at least, and as known
        (24, 2, 2, 2, ["A07 P2"]),
        (23.99, 2, 2, 2, []),
        (24, 2, 1, 1, []),
        (24, 2, 1, None, ["A07 P2"]),  # not known to be lower
        (8, 3, 3, 3, ["A07 P2"]),
        (7.99, 3, 3, 3, []),
        (8, 2, 2, 2, []),
        (8, 2, 3, 3, ["A07 P2"]),
        (48, 0, 0, 0, []),
    ],
)
def test_no_lower_grade_after_the_first_dose(hours, then, now, grade, expected):
    first = DoseTiming(ago(hours), then)
    assert told(first_blocker=first, at_least=now, grade=grade) == expected


@pytest.mark.parametrize(
    ("hours", "then", "grade", "expected"),
    [(8, 1, 1, ["A24 P3"]), (7.99, 1, 1, []), (8, 1, 0, []), (8, 1, None, ["A24 P3"]),
     (8, 0, 0, [])],
)  # fmt: skip
def test_eight_hours_since_the_last_dose(hours, then, grade, expected):
    last = DoseTiming(ago(hours), then)
    assert told(last_tocilizumab=last, at_least=grade or 0, grade=grade) == expected


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(None, []), (0, []), (0.01, ["A27 P3"]), (3.99, ["A27 P3"]), (4, ["A27 P2"])],
)
def test_a_pump_that_stands_still(hours, expected):
    assert told(pump_stopped_at=None if hours is None else ago(hours)) == expected


@pytest.mark.parametrize(
    ("rule", "more", "reason"),
    [
        (Rule.A25, {}, None),
        (Rule.A27, {"pump_stopped_at": ago(1)}, None),
        (Rule.A27, {}, "a restart was recorded"),
        (Rule.A07, {"first_blocker": DoseTiming(ago(30), 2), "grade": 1}, "the grade fell"),
        (Rule.A07, {"first_blocker": DoseTiming(ago(30), 2), "grade": 2}, None),
        (Rule.A07, {"first_blocker": DoseTiming(ago(30), 2), "grade": None}, None),
        (Rule.A24, {"last_tocilizumab": DoseTiming(ago(9), 2), "grade": 1}, "the grade fell"),
        (Rule.A24, {"last_tocilizumab": DoseTiming(ago(9), 2), "grade": 2}, None),
        (Rule.A24, {"last_tocilizumab": DoseTiming(ago(0.5), 2), "grade": 2},
         "another dose was recorded"),
    ],
)  # fmt: skip
def test_what_ends_an_alert_about_a_dose(rule, more, reason):
    held = {Family.DRUG_TIMING: Standing(rule, Severity.P2, raised_at=ago(1))}
    found = dosing.closings(held, facts=ClockFacts(NOON, **more), book=BOOK)
    assert [each.reason for each in found] == ([reason] if reason else [])


def test_many_doses_end_once_a_person_answered():
    held = {Family.DRUG_TIMING: Standing(Rule.A25, Severity.P2, is_acknowledged=True)}
    assert dosing.closings(held, facts=ClockFacts(NOON), book=BOOK)
    assert dosing.closings({}, facts=ClockFacts(NOON), book=BOOK) == []
