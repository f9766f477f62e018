"""A condition that stands is told again when a value has got worse by a whole step."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest

from alerts.policy import has_worsened
from alerts.policy.rulebook import Steps
from alerts.policy.worsening import WORSE_IS_MORE
from tests.spec.alerts.charts import BOOK


@pytest.mark.parametrize(
    ("name", "before", "now", "worse"),
    [
        ("temperature_celsius", "38.1", "39.1", True),
        ("temperature_celsius", "38.1", "39.0", False),
        ("temperature_celsius", "39.1", "38.1", False),
        ("systolic_mmhg", "84", "74", True),
        ("systolic_mmhg", "84", "75", False),
        ("systolic_mmhg", "74", "84", False),
        ("spo2_percent", "88", "85", True),
        ("spo2_percent", "88", "85.1", False),
        ("ice_score", "6", "4", True),
        ("ice_score", "6", "5", False),
        ("oxygen_class", "1", "2", True),
        ("oxygen_class", "2", "2", False),
        ("oxygen_class", "2", "1", False),
    ],
)
def test_a_step_is_a_step_in_the_bad_direction(name, before, now, worse):
    assert has_worsened({name: before}, {name: Decimal(now)}, steps=BOOK.steps) is worse


def test_what_was_not_recorded_then_or_now_says_nothing():
    assert not has_worsened({}, {"systolic_mmhg": 60}, steps=BOOK.steps)
    assert not has_worsened({"systolic_mmhg": 90}, {}, steps=BOOK.steps)
    assert not has_worsened({"systolic_mmhg": None}, {"systolic_mmhg": 60}, steps=BOOK.steps)


def test_every_step_of_the_rulebook_has_a_direction():
    assert WORSE_IS_MORE.keys() == {field.name for field in fields(Steps)}


def test_a_rulebook_may_take_another_step():
    wider = replace(BOOK.steps, temperature_celsius=Decimal("1.5"))
    for now, worse in (("39.5", False), ("39.6", True)):
        assert (
            has_worsened({"temperature_celsius": "38.1"}, {"temperature_celsius": now}, steps=wider)
            is worse
        )
