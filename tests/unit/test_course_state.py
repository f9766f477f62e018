"""The state of a course survives being stored as JSON, to the last digit and instant."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.course import CourseState, Known
from grading.course_state import from_json, to_json

AT = datetime(2026, 3, 1, 8, 0, 0, 123456, tzinfo=UTC)


def stored(state):
    """Through text and back, as a database column does it."""
    return from_json(json.loads(json.dumps(to_json(state))))


def test_an_empty_document_is_the_start_of_a_course():
    assert from_json({}) == CourseState()
    assert stored(CourseState()) == CourseState()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature_celsius", Decimal("38.0")),
        ("temperature_celsius", Decimal("37.9994")),
        ("oxygen_flow_lpm", Decimal("0.125")),
        ("spo2_percent", Decimal("98")),
        ("baseline_home_oxygen_lpm", Decimal("1.5")),
        ("systolic_mmhg", 90),
        ("fluid_bolus_ml", 0),
        ("hypotension", False),
        ("vasopressin", True),
        ("vasopressors", []),
        ("vasopressors", ["dopamine", "norepinephrine"]),
        ("oxygen_device", "room_air"),
    ],
)
def test_a_carried_value_comes_back_as_what_it_was(name, value):
    state = CourseState(known={"group": Known({name: value}, 7, AT)})
    found = stored(state).known["group"]
    assert found == Known({name: value}, 7, AT)
    assert type(found.values[name]) is type(value)


def test_a_decimal_is_kept_as_text_so_that_no_digit_is_lost():
    state = CourseState(known={"t": Known({"temperature_celsius": Decimal("38.0")}, 1, AT)})
    assert to_json(state)["known"]["t"]["values"] == {"temperature_celsius": "38.0"}


instants = st.datetimes(
    datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)
) | st.datetimes(
    datetime(2020, 1, 1),
    datetime(2030, 1, 1),
    timezones=st.just(timezone(timedelta(hours=5, minutes=30))),
)
knowns = st.builds(
    Known,
    st.fixed_dictionaries(
        {},
        optional={
            "temperature_celsius": st.decimals("25", "45", places=4),
            "systolic_mmhg": st.integers(20, 300),
            "hypotension": st.booleans(),
            "oxygen_flow_lpm": st.decimals("0", "80", places=3),
            "vasopressors": st.lists(st.sampled_from(["dopamine", "epinephrine"])),
        },
    ),
    st.integers(1, 10**9),
    instants,
)


@given(
    st.dictionaries(st.sampled_from(["pressure", "oxygen_device"]), knowns),
    st.none() | instants,
    st.none() | instants,
    st.none() | instants,
)
def test_any_state_comes_back_as_it_was(known, opened, fever, zero):
    state = CourseState(known, opened, fever, zero)
    assert stored(state) == state
