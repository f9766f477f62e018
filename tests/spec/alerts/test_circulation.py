"""Blood pressure, heart rate and worry, edge by edge."""

from decimal import Decimal

import pytest

from tests.spec.alerts.charts import CHILD_OF_6, chart, febrile, only

GRADES = range(6)


@pytest.mark.parametrize(
    ("systolic", "mean", "expected"),
    [
        # mmHg  mean   an adult, one reading, no fever
        (90, "65", []),
        (89, "65", ["A08 P2?"]),
        (120, "64.9", ["A08 P2?"]),
        (80, "55", ["A08 P2?"]),
        (79, "65", ["A08 P1"]),
        (120, "54.9", ["A08 P1"]),
        (None, "64.9", ["A08 P2?"]),
        (89, None, ["A08 P2?"]),
        (None, None, []),
    ],
)
def test_low_pressure_in_an_adult(systolic, mean, expected):
    now = {"systolic_mmhg": systolic, "mean_mmhg": None if mean is None else Decimal(mean)}
    assert only(chart(now), "hemodynamic") == expected


@pytest.mark.parametrize(
    ("baseline", "systolic", "expected"),
    [
        # 80 % of 120 is 96; of 130 it is 104, but 100 is as far as a baseline reaches.
        (120, 95, ["A08 P2?"]),
        (120, 96, []),
        (130, 99, ["A08 P2?"]),
        (130, 100, []),
        (100, 89, ["A08 P2?"]),
        (100, 90, []),
        (None, 95, []),
    ],
)
def test_a_fall_below_ones_own_baseline(baseline, systolic, expected):
    facts = chart(
        {"systolic_mmhg": systolic, "mean_mmhg": Decimal(70)},
        course={"baseline_systolic_mmhg": baseline},
    )
    assert only(facts, "hemodynamic") == expected


@pytest.mark.parametrize(("systolic", "expected"), [(82, []), (81, ["A08 P1"])])
def test_a_childs_pressure_counts_at_once_and_has_no_mean(systolic, expected):
    facts = chart({"systolic_mmhg": systolic, "mean_mmhg": Decimal(50)}, course=CHILD_OF_6)
    assert only(facts, "hemodynamic") == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"vasopressors": 1}, ["A08 P1"]),
        ({"hypotension": True}, ["A08 P1"]),
        ({"hypotension": False, "systolic_mmhg": 84}, []),
        ({"hypotension": False, "systolic_mmhg": 79}, ["A08 P1"]),
        ({"hypotension": None, "systolic_mmhg": 84}, ["A08 P2?"]),
    ],
)
def test_what_a_person_does_or_judges_counts_at_once(values, expected):
    assert only(chart(values), "hemodynamic") == expected


def test_low_twice_in_five_minutes_is_low():
    low = {"systolic_mmhg": 85}
    assert only(chart(low, [(5, low)]), "hemodynamic") == ["A08 P1"]
    assert only(chart(low, [(5, {})]), "hemodynamic") == ["A08 P2?"]


@pytest.mark.parametrize("at_least", GRADES)
def test_a_grade_of_2_includes_the_pressure(at_least):
    facts = febrile(now={"systolic_mmhg": 70}, at_least=at_least)
    assert only(facts, "hemodynamic") == ([] if at_least >= 2 else ["A08 P1"])


@pytest.mark.parametrize(
    ("rate", "minutes", "before", "fever", "expected"),
    [
        # /min  min  then  fever   fast in two sets half an hour apart
        (121, 30, 121, False, ["A10 P3"]),
        (121, 29, 121, False, []),
        (120, 30, 121, False, []),
        (121, 30, 120, False, []),
        (121, 30, 121, True, ["A10 P2"]),
        (None, 30, 121, True, []),
    ],
)
def test_a_fast_heart_needs_two_sets(rate, minutes, before, fever, expected):
    facts = chart({"heart_rate_bpm": rate}, [(minutes, {"heart_rate_bpm": before})], fever=fever)
    assert only(facts, "hemodynamic") == expected


@pytest.mark.parametrize(
    ("baseline", "rate", "expected"), [(70, 100, ["A10 P3"]), (70, 99, []), (None, 100, [])]
)
def test_a_heart_rate_far_over_ones_own_baseline(baseline, rate, expected):
    fast = {"heart_rate_bpm": rate}
    facts = chart(fast, [(40, fast)], course={"baseline_heart_rate_bpm": baseline})
    assert only(facts, "hemodynamic") == expected


@pytest.mark.parametrize(
    ("months", "limit"),
    [(0, 181), (2, 181), (3, 175), (11, 161), (12, 156), (23, 149), (24, 142), (72, 123),
     (144, 108), (180, 104), (215, 104), (216, 120), (None, 120)],
)  # fmt: skip
def test_the_limit_of_a_heart_rate_follows_the_age(months, limit):
    course = {"age_months": months, "hypotension_below_mmhg": 60}
    for rate, expected in ((limit, []), (limit + 1, ["A10 P3"])):
        fast = {"heart_rate_bpm": rate}
        assert only(chart(fast, [(30, fast)], course=course), "hemodynamic") == expected


@pytest.mark.parametrize(
    ("now", "earlier", "expected"),
    [
        ({"worried": True}, [], ["A14 P2"]),
        ({"carer_worried": True}, [], ["A15 P2"]),
        ({"worried": True}, [(120, {"worried": True})], ["A14 P1"]),
        ({"worried": True}, [(121, {"worried": True})], ["A14 P2"]),
        ({"carer_worried": True}, [(60, {"worried": True})], ["A15 P1"]),
        ({}, [(60, {"worried": True})], []),
    ],
)
def test_worry_needs_no_number_and_twice_is_graver(now, earlier, expected):
    assert only(chart(now, earlier), "hemodynamic") == expected


@pytest.mark.parametrize("at_least", GRADES)
def test_worry_is_told_whatever_the_grade(at_least):
    facts = febrile(now={"worried": True}, at_least=at_least)
    assert only(facts, "hemodynamic") == ["A14 P2"]
