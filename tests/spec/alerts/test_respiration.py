"""Saturation, oxygen device and breathing, edge by edge."""

from decimal import Decimal

import pytest

from tests.spec.alerts.charts import CHILD_OF_6, chart, febrile, only


@pytest.mark.parametrize(
    ("spo2", "earlier", "expected"),
    [
        ("90", [], []),
        ("89.99", [], ["A09 P2?"]),
        ("85", [], ["A09 P2?"]),
        ("84.99", [], ["A09 P1"]),
        (None, [], []),
        ("88", [(5, "89")], ["A09 P1"]),
        ("88", [(5, "90")], ["A09 P2?"]),
        ("88", [(4, "89")], ["A09 P2?"]),
        ("88", [(4, None), (9, "84")], ["A09 P1"]),
    ],
)
def test_a_low_saturation_near_the_limit_needs_a_second_reading(spo2, earlier, expected):
    before = [
        (ago, {"spo2_percent": None if each is None else Decimal(each)}) for ago, each in earlier
    ]
    facts = chart({"spo2_percent": None if spo2 is None else Decimal(spo2)}, before)
    assert only(facts, "oxygen") == expected


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        # class of the device then and now: more oxygen is an action and counts at once
        (0, 0, []),
        (0, 1, ["A09 P1"]),
        (1, 1, []),
        (1, 2, ["A09 P1"]),
        (2, 1, []),
        (2, 3, ["A09 P1"]),
        (None, 1, ["A09 P1"]),
        (None, 0, []),
        (1, None, []),
    ],
)
def test_more_oxygen_than_before_counts_at_once(before, now, expected):
    facts = chart({"oxygen_class": now}, [(60, {"oxygen_class": before})])
    assert only(facts, "oxygen") == expected


def test_the_last_device_is_looked_for_behind_a_set_without_one():
    facts = chart({"oxygen_class": 1}, [(30, {"oxygen_class": None}), (60, {"oxygen_class": 1})])
    assert only(facts, "oxygen") == []


def test_oxygen_on_a_device_is_still_low():
    low = {"oxygen_class": 1, "spo2_percent": Decimal(84)}
    assert only(chart(low, [(60, {"oxygen_class": 1})]), "oxygen") == ["A09 P1"]


@pytest.mark.parametrize(("at_least", "expected"), [(1, ["A09 P1"]), (2, []), (4, [])])
def test_a_grade_of_2_includes_the_oxygen(at_least, expected):
    facts = febrile(now={"oxygen_class": 1}, earlier=[(60, {})], at_least=at_least)
    assert only(facts, "oxygen") == expected


@pytest.mark.parametrize(
    ("course", "rate", "before", "expected"),
    [
        ({}, 25, 25, ["A11 P2"]),
        ({}, 25, 24, []),
        ({}, 24, 25, []),
        ({}, 25, None, []),
        ({}, None, 25, []),
        (CHILD_OF_6, 28, 28, ["A11 P2"]),
        (CHILD_OF_6, 27, 28, []),
    ],
)
def test_fast_breathing_needs_two_sets(course, rate, before, expected):
    facts = chart(
        {"respirations_per_minute": rate},
        [(30, {"respirations_per_minute": before})],
        course=course,
    )
    assert only(facts, "oxygen") == expected
