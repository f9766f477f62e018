"""What becomes true by waiting: a long fever, a window, a missing baseline, a late check."""

from datetime import timedelta

import pytest

from alerts.policy import (
    Family,
    Rule,
    Severity,
    Standing,
    check_overdue_condition,
    overdue_condition,
    pause_ran_out_condition,
    watch,
)
from alerts.policy.facts import ClockFacts
from tests.spec.alerts.charts import BOOK, NOON

HOUR = timedelta(hours=1)


def ago(hours):
    return NOON - hours * HOUR


def told(**facts):
    found = watch.conditions(ClockFacts(NOON, **facts), BOOK)
    return [f"{each.rule} {each.severity}" for each in found]


@pytest.mark.parametrize(
    ("since", "last_fever", "at_least", "expected"),
    [
        # hours of fever, hours since the last, grade
        (23.99, 1, 1, []),
        (24, 1, 1, ["A06 P3"]),
        (71.99, 1, 1, ["A06 P3"]),
        (72, 1, 1, ["A06 P2"]),
        (72, 23.99, 1, ["A06 P2"]),
        (72, 24, 1, []),
        (72, 1, 2, []),
        (None, 1, 1, []),
    ],
)
def test_a_fever_that_lasts(since, last_fever, at_least, expected):
    since_at = None if since is None else ago(since)
    assert told(fever_since=since_at, last_fever_at=ago(last_fever), at_least=at_least) == expected


def test_a_longer_fever_is_a_step_and_says_since_when_it_is_long():
    early, late = (
        watch.conditions(
            ClockFacts(NOON, fever_since=ago(hours), last_fever_at=ago(1), at_least=1), BOOK
        )[0]
        for hours in (30, 80)
    )
    assert late.step > early.step
    assert (early.since, late.since) == (ago(6), ago(8))


@pytest.mark.parametrize(
    ("days", "told_of"),
    [
        ({"days_to_opening": 1}, True),
        ({"days_to_opening": 0}, False),
        ({"days_to_opening": 2}, False),
        ({"opened_today": True}, True),
        ({"days_to_closing": 0}, True),
        ({"days_to_closing": 1}, False),
        ({"days_to_end": 3}, True),
        ({"days_to_end": 2}, False),
        ({"days_to_end": 0}, True),
        ({}, False),
    ],
)
def test_a_window_is_announced_on_its_days(days, told_of):
    assert told(**days) == (["A35 P4"] if told_of else [])


def test_the_latest_notice_of_a_day_is_the_one_that_counts():
    both = ClockFacts(NOON, days_to_closing=0, days_to_end=3)
    one = ClockFacts(NOON, days_to_closing=0)
    (found,), (lesser,) = (watch.conditions(facts, BOOK) for facts in (both, one))
    assert found.step > lesser.step


@pytest.mark.parametrize(
    ("hours_since_dose", "missing", "expected"),
    [
        (0, ("weight",), ["A36 P3"]),
        (23.99, ("weight",), ["A36 P3"]),
        (24, ("weight",), []),
        (-0.01, ("weight",), []),
        (1, (), []),
        (None, ("weight",), []),
    ],
)
def test_a_missing_baseline_is_told_on_the_day_of_the_first_dose(
    hours_since_dose, missing, expected
):
    first = None if hours_since_dose is None else ago(hours_since_dose)
    assert told(first_dose_at=first, missing_baselines=missing) == expected


@pytest.mark.parametrize(
    ("family", "rule", "facts", "ends"),
    [
        (Family.CRS_GRADE, Rule.A06, {"fever_since": None}, True),
        (Family.CRS_GRADE, Rule.A06, {"fever_since": ago(80)}, False),
        (Family.CRS_GRADE, Rule.A04, {"fever_since": None}, False),
        (Family.WINDOW, Rule.A35, {}, True),
        (Family.WINDOW, Rule.A35, {"days_to_end": 0}, False),
        (Family.DATA_QUALITY, Rule.A36, {"missing_baselines": ()}, True),
        (Family.DATA_QUALITY, Rule.A36, {"missing_baselines": None}, False),
        (Family.DATA_QUALITY, Rule.A36, {"missing_baselines": ("neuro",)}, False),
        (Family.DATA_QUALITY, Rule.A31, {}, False),
    ],
)
def test_what_time_ends(family, rule, facts, ends):
    held = {family: Standing(rule, Severity.P3)}
    found = watch.closings(held, facts=ClockFacts(NOON, **facts), book=BOOK)
    assert [each.family for each in found] == ([family] if ends else [])


@pytest.mark.parametrize(
    ("missed", "at_least", "severity", "step"),
    [(False, 0, "P3", 1), (False, 4, "P3", 1), (True, 0, "P2", 2), (True, 1, "P2", 2),
     (True, 2, "P1", 2), (True, 4, "P1", 2)],
)  # fmt: skip
@pytest.mark.parametrize("book", [BOOK, None])
def test_a_missed_set_is_graver_than_a_late_one(missed, at_least, severity, step, book):
    found = overdue_condition(is_missed=missed, at_least=at_least, book=book)
    assert (found.rule, found.severity, found.step) == ("A29", severity, step)


def test_a_late_check_and_a_pause_that_ran_out_are_told_by_their_own_rules():
    late, away = check_overdue_condition(BOOK), pause_ran_out_condition(BOOK)
    assert [(each.rule, each.severity, each.family) for each in (late, away)] == [
        ("A30", "P3", "obs_overdue"),
        ("A32", "P2", "obs_overdue"),
    ]
    assert late.step < away.step
