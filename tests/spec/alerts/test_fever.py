"""Fever inside, before and after its window, a rising temperature, and a low one."""

from decimal import Decimal

import pytest

from alerts.policy import conditions
from patients.windows import WindowState
from tests.spec.alerts.charts import BOOK, CHILD_OF_6, chart, febrile, only, told


def test_a_patient_who_is_well_has_nothing_to_tell():
    assert told(chart()) == []


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (WindowState.HIGH_RISK, ["A01 P2"]),
        (WindowState.BEFORE, ["A33 P2"]),
        (WindowState.MONITORING, ["A33 P2"]),
        (WindowState.NONE, ["A33 P2"]),
        (WindowState.CLOSED, ["A34 P3"]),
    ],
)
def test_a_window_words_a_fever_and_never_mutes_it(window, expected):
    assert told(febrile(course={"window": window})) == expected
    assert told(chart(course={"window": window})) == []


def test_fever_before_the_window_says_so_and_points_to_infection():
    (found,) = conditions(febrile(course={"window": WindowState.BEFORE}), BOOK)
    assert found.words == "fever before the expected window: consider infection first"
    (after,) = conditions(febrile(course={"window": WindowState.MONITORING}), BOOK)
    assert after.words == ""


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        # A known, sufficient count in an adult: P2. Anything that may be sepsis: P1.
        ({"neutrophils_10e9_per_liter": Decimal("0.5")}, "A01 P2"),
        ({"neutrophils_10e9_per_liter": Decimal("0.499")}, "A01 P1"),
        ({"neutrophils_10e9_per_liter": Decimal(0)}, "A01 P1"),
        ({"neutrophils_10e9_per_liter": None}, "A01 P1"),
        ({"age_months": 11, "hypotension_below_mmhg": 70}, "A01 P1"),
        ({"age_months": 12, "hypotension_below_mmhg": 72}, "A01 P2"),
        ({"age_months": None}, "A01 P2"),
    ],
)
def test_a_first_fever_is_urgent_when_it_may_be_sepsis(course, expected):
    assert only(febrile(course=course), "fever") == [expected]


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        # heart rate   five minutes before   one fast reading is not yet urgent
        (121, 121, "A01 P1"),
        (121, 120, "A01 P2"),
        (120, 121, "A01 P2"),
        (121, None, "A01 P2"),
    ],
)
def test_a_fast_heart_makes_a_first_fever_urgent_when_seen_twice(now, before, expected):
    facts = febrile(now={"heart_rate_bpm": now}, earlier=[(5, {"heart_rate_bpm": before})])
    assert only(facts, "fever") == [expected]


@pytest.mark.parametrize(
    ("celsius", "minutes_ago", "before", "expected"),
    [
        # now    minutes  then    a rise of 0.5 within 8 h, from 37.5 to below 38.0
        ("37.5", 480, "37.0", ["A02 P4"]),
        ("37.5", 481, "37.0", []),
        ("37.5", 60, "37.1", []),
        ("37.4", 60, "36.9", []),
        ("37.99", 60, "37.49", ["A02 P4"]),
        ("37.9", 60, "38.5", []),
        ("37.9", 60, None, []),
    ],
)
def test_a_temperature_that_rises_is_known_before_it_is_a_fever(
    celsius, minutes_ago, before, expected
):
    then = None if before is None else Decimal(before)
    facts = chart(
        {"temperature_celsius": Decimal(celsius)}, [(minutes_ago, {"temperature_celsius": then})]
    )
    assert told(facts) == expected


def test_a_rise_outside_the_window_is_no_news():
    facts = chart(
        {"temperature_celsius": Decimal("37.9")},
        [(60, {"temperature_celsius": Decimal("36.5")})],
        course={"window": WindowState.MONITORING},
    )
    assert told(facts) == []


@pytest.mark.parametrize(
    ("celsius", "values", "expected"),
    [
        ("35.9", {"heart_rate_bpm": 121}, ["A12 P2"]),
        ("36.0", {"heart_rate_bpm": 121}, []),
        ("35.9", {"heart_rate_bpm": 120}, []),
        ("35.9", {"heart_rate_bpm": None, "systolic_mmhg": None, "mean_mmhg": None}, []),
        ("35.9", {"systolic_mmhg": 89}, ["A12 P2"]),
        ("35.9", {"systolic_mmhg": 90}, []),
    ],
)
def test_a_low_temperature_counts_with_another_abnormal_value(celsius, values, expected):
    facts = chart({"temperature_celsius": Decimal(celsius)} | values)
    assert only(facts, "fever") == expected


def test_a_temperature_that_was_not_taken_says_nothing():
    assert told(chart({"temperature_celsius": None})) == []


def test_a_childs_heart_rate_is_held_to_the_childs_limit():
    fast = {"heart_rate_bpm": 124}
    facts = febrile(now=fast, earlier=[(5, fast)], course=CHILD_OF_6)
    assert only(facts, "fever") == ["A01 P1"]
    slower = {"heart_rate_bpm": 123}
    facts = febrile(now=slower, earlier=[(5, slower)], course=CHILD_OF_6)
    assert only(facts, "fever") == ["A01 P2"]
