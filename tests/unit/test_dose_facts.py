"""Doses are counted and timed to the second, on both sides of each limit."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.dose_facts import (
    Beyond,
    Limits,
    earliest_by_code,
    facts_at,
    facts_with,
    hours_and_minutes,
    milligrams,
    words_beyond,
)

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
TOCI = Limits(timedelta(hours=8), 3, 4, Decimal(800))
SECOND = timedelta(seconds=1)


def hours(*ago):
    return [NOON - timedelta(hours=each) for each in ago]


def dose(*ago, **more):
    return facts_with(hours(*ago), at=NOON, limits=TOCI, **more)


@pytest.mark.parametrize(
    ("since", "beyond"),
    [
        # since the last dose                     outside?
        (timedelta(hours=7, minutes=30), True),
        (timedelta(hours=7, minutes=59), True),
        (timedelta(hours=8) - SECOND, True),
        (timedelta(hours=8), False),
        (timedelta(hours=8) + SECOND, False),
    ],
)
def test_the_interval_itself_is_within_it(since, beyond):
    facts = facts_with([NOON - since], at=NOON, limits=TOCI)
    assert (Beyond.INTERVAL in facts.beyond) is beyond
    assert facts.nearest == since


@pytest.mark.parametrize(
    ("ago", "count", "beyond"),
    [
        ((), 1, ()),
        ((8,), 2, ()),
        ((8, 16), 3, ()),
        ((8, 16, 24), 3, ()),  # exactly 24 h ago is no longer of these 24 h
        ((8, 16, 23.999), 4, (Beyond.INTERVAL, Beyond.IN_24_HOURS)),
        ((8, 16, 24, 32), 3, (Beyond.IN_COURSE,)),
    ],
)
def test_the_largest_numbers_are_within_what_is_described(ago, count, beyond):
    facts = dose(*ago)
    assert facts.in_24_hours == count
    assert set(facts.beyond) == set(beyond) - {Beyond.INTERVAL}


def test_the_course_counts_from_its_own_dose():
    began = NOON - timedelta(hours=30)
    facts = dose(10, 20, 30, 40, 50, course_began=began)
    assert facts.in_course == 4
    assert Beyond.IN_COURSE not in facts.beyond
    assert dose(10, 20, 30, 31, course_began=NOON - timedelta(hours=31)).in_course == 5


def test_without_an_open_episode_nothing_is_counted_in_it():
    assert dose(10).in_episode is None
    assert dose(10, 20, episode_began=NOON - timedelta(hours=10)).in_episode == 2


def test_a_dose_written_down_late_is_measured_to_the_one_that_followed():
    facts = facts_with([NOON + timedelta(hours=7)], at=NOON, limits=TOCI)
    assert facts.beyond == (Beyond.INTERVAL,)
    later = [NOON + timedelta(hours=each) for each in (8, 16, 23)]
    assert Beyond.IN_24_HOURS in facts_with(later, at=NOON, limits=TOCI).beyond
    later = [NOON + timedelta(hours=each) for each in (8, 16, 24)]
    assert facts_with(later, at=NOON, limits=TOCI).beyond == ()


@pytest.mark.parametrize(
    ("value", "unit", "mg", "beyond"),
    [
        ("800", "mg", "800", False),
        ("800.1", "mg", "800.1", True),
        ("0.8", "g", "800", False),
        ("0.81", "g", "810", True),
        ("8", "mg/kg", None, False),  # nobody wrote down the mg, and none are made up
        (None, "", None, False),
    ],
)
def test_the_largest_amount_is_compared_only_with_written_milligrams(value, unit, mg, beyond):
    amount = milligrams(None if value is None else Decimal(value), unit)
    assert amount == (None if mg is None else Decimal(mg))
    assert (Beyond.AMOUNT in dose(amount_mg=amount).beyond) is beyond


def test_a_medicine_without_limits_is_never_outside_them():
    assert facts_with(hours(0, 1, 2, 3, 4), at=NOON, limits=Limits()).beyond == ()


@pytest.mark.parametrize(
    "night", [datetime(2026, 3, 29, 1, 0), datetime(2026, 10, 25, 0, 30)], ids=["lost", "twice"]
)
def test_the_night_the_clocks_change_makes_no_hour_and_loses_none(night):
    before = night.replace(tzinfo=ZoneInfo("Europe/Berlin"))
    exactly = before.astimezone(UTC) + timedelta(hours=8)
    seen = exactly.astimezone(ZoneInfo("Europe/Berlin"))
    assert facts_with([before], at=seen, limits=TOCI).beyond == ()
    assert facts_with([before], at=seen - SECOND, limits=TOCI).beyond == (Beyond.INTERVAL,)


def test_what_stands_now_counts_no_dose_to_come():
    facts = facts_at([*hours(2, 23.9, 24), NOON + SECOND], at=NOON, limits=TOCI)
    assert (facts.in_24_hours, facts.in_course, facts.beyond) == (2, 3, ())
    assert facts.since_last == timedelta(hours=2)


def test_nothing_given_is_said_as_nothing():
    facts = facts_at([], at=NOON, limits=TOCI)
    assert (facts.last_at, facts.since_last, facts.in_24_hours) == (None, None, 0)


def test_each_way_is_said_with_its_numbers():
    facts = dose(1, 9, 17, 30, amount_mg=Decimal(900))
    assert words_beyond(facts) == (
        "min interval 8 h: 1 h to another dose",
        "dose 4 in 24 h; sources describe 3",
        "dose 5 in this course; sources describe 4",
        "900 mg; sources describe 800 mg at most",
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 h"), (59, "0 h"), (27000, "7 h 30 min"), (28799, "7 h 59 min"), (28800, "8 h")],
)
def test_a_time_is_never_rounded_up(seconds, words):
    assert hours_and_minutes(timedelta(seconds=seconds)) == words


def test_the_first_of_each_medicine_since_a_moment_is_named():
    pairs = [("b", NOON), ("a", NOON - timedelta(hours=1)), ("a", NOON - timedelta(hours=3)),
             ("a", NOON + timedelta(hours=1))]  # fmt: skip
    found = earliest_by_code(pairs, since=NOON - timedelta(hours=1))
    assert found == (("a", NOON - timedelta(hours=1)), ("b", NOON))


@given(st.lists(st.integers(-72 * 60, 72 * 60), max_size=12))
def test_one_more_dose_never_takes_a_way_out(minutes):
    others = [NOON + timedelta(minutes=each) for each in minutes]
    fewer = facts_with(others[1:], at=NOON, limits=TOCI)
    assert set(fewer.beyond) <= set(facts_with(others, at=NOON, limits=TOCI).beyond)
