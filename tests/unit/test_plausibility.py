"""Hard limits refuse, soft limits ask, and the limit itself belongs to the good side."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitals import plausibility
from vitals.plausibility import (
    FIELDS,
    doubt,
    fahrenheit_hint,
    limits_for,
    pressure_refusal,
    refusal,
)

AGES = [None, 0, 1, 4, 5, 11, 12, 17, 18, 60]

# field, a step just outside, hard low and high, adult soft low and high
TABLE = [
    ("temperature_celsius", "0.0001", "25", "45", "35", "41"),
    ("heart_rate_bpm", "1", "10", "350", "40", "160"),
    ("respirations_per_minute", "1", "0", "120", "8", "40"),
    ("systolic_mmhg", "1", "20", "300", "70", "220"),
    ("diastolic_mmhg", "1", "5", "220", "35", "130"),
    ("mean_arterial_mmhg", "1", "10", "250", "45", "150"),
    ("spo2_percent", "0.01", "30", "100", "85", "100"),
    ("oxygen_flow_lpm", "0.001", "0", "80", "0", "60"),
    ("fio2_percent", "0.01", "21", "100", None, None),
    ("fluid_bolus_ml", "1", "0", "10000", "0", "2000"),
    ("baseline_home_oxygen_lpm", "0.01", "0", "15", None, None),
    ("glasgow_coma_score", "1", "3", "15", None, None),
    ("capillary_refill_seconds", "1", "0", "60", "0", "10"),
    ("weight_kg", "0.01", "0.3", "400", "30", "200"),
]


def test_the_table_is_whole():
    assert [name for name, *_ in TABLE] == list(FIELDS)


@pytest.mark.parametrize(("field", "step", "low", "high", "soft_low", "soft_high"), TABLE)
def test_both_sides_of_every_hard_limit(field, step, low, high, soft_low, soft_high):
    low, high, step = Decimal(low), Decimal(high), Decimal(step)
    for value in (low, high):
        assert refusal(field, value) is None
        assert limits_for(field, age_years=40).is_possible(value)
    for value in (low - step, high + step):
        words = refusal(field, value)
        assert not limits_for(field, age_years=40).is_possible(value)
        for said in (f"{value:f}", f"{low:f}", f"{high:f}"):
            assert said in words


@pytest.mark.parametrize(("field", "step", "low", "high", "soft_low", "soft_high"), TABLE)
def test_both_sides_of_every_soft_limit_of_an_adult(field, step, low, high, soft_low, soft_high):
    step = Decimal(step)
    if soft_low is None:
        assert doubt(field, Decimal(low), age_years=40) is None
        assert doubt(field, Decimal(high), age_years=40) is None
        return
    assert doubt(field, Decimal(soft_low), age_years=40) is None
    assert doubt(field, Decimal(soft_high), age_years=40) is None
    assert f"{Decimal(soft_low) - step:f} " in doubt(field, Decimal(soft_low) - step, age_years=40)
    assert f"{Decimal(soft_high) + step:f} " in doubt(
        field, Decimal(soft_high) + step, age_years=40
    )


@pytest.mark.parametrize(
    ("field", "value", "doubtful_at"),
    [
        # a value      is asked about at these ages, and at no other
        ("heart_rate_bpm", 161, {None, 18, 60}),
        ("heart_rate_bpm", 181, {None, 12, 17, 18, 60}),
        ("heart_rate_bpm", 191, {None, 5, 11, 12, 17, 18, 60}),
        ("heart_rate_bpm", 211, {None, 1, 4, 5, 11, 12, 17, 18, 60}),
        ("heart_rate_bpm", 231, set(AGES)),
        ("heart_rate_bpm", 59, {0}),
        ("heart_rate_bpm", 49, {0, 1, 4}),
        ("heart_rate_bpm", 44, {0, 1, 4, 5, 11}),
        ("respirations_per_minute", 41, {None, 18, 60}),
        ("respirations_per_minute", 46, {None, 12, 17, 18, 60}),
        ("respirations_per_minute", 14, {0}),
        ("systolic_mmhg", 69, {None, 18, 60}),
        ("systolic_mmhg", 64, {None, 12, 17, 18, 60}),
        ("systolic_mmhg", 59, {None, 5, 11, 12, 17, 18, 60}),
        ("systolic_mmhg", 54, {None, 1, 4, 5, 11, 12, 17, 18, 60}),
        ("systolic_mmhg", 44, set(AGES)),
        ("systolic_mmhg", 131, {0}),
        ("systolic_mmhg", 151, {0, 1, 4}),
        ("fluid_bolus_ml", 301, {0}),
        ("weight_kg", 16, {None, 0, 12, 17, 18, 60}),
    ],
)
def test_what_is_unusual_depends_on_age(field, value, doubtful_at):
    asked = {age for age in AGES if doubt(field, Decimal(value), age_years=age)}
    assert asked == doubtful_at


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    ("youngest", "oldest"), [(0, 0), (1, 4), (5, 11), (12, 17), (18, 120), (None, 18)]
)
def test_an_age_band_is_one_from_end_to_end(field, youngest, oldest):
    assert limits_for(field, age_years=youngest) is limits_for(field, age_years=oldest)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("age", AGES)
def test_what_is_expected_is_possible(field, age):
    limits = limits_for(field, age_years=age)
    assert limits.hard_low < limits.hard_high
    if limits.soft_low is not None:
        assert limits.hard_low <= limits.soft_low < limits.soft_high <= limits.hard_high


@given(st.sampled_from(FIELDS), st.decimals("-100", "12000", places=4), st.sampled_from(AGES))
def test_a_value_that_raises_no_doubt_is_never_refused(field, value, age):
    if limits_for(field, age_years=age).soft_low is not None:
        assert doubt(field, value, age_years=age) or refusal(field, value) is None


# --- Fahrenheit and pressures ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "celsius"),
    [("85.9", None), ("86", "30.0"), ("98.6", "37.0"), ("100.4", "38.0"), ("104", "40.0"),
     ("113", "45.0"), ("113.1", None), ("38.6", None), ("386", None)],
)  # fmt: skip
def test_a_temperature_that_reads_like_fahrenheit_is_offered_and_never_converted(value, celsius):
    words = refusal("temperature_celsius", Decimal(value)) or ""
    hint = fahrenheit_hint(Decimal(value))
    assert (hint is not None) is (celsius is not None)
    assert ("°F" in words) is (celsius is not None)
    if celsius:
        assert f"{value} °F would be {celsius} °C" in words


def test_only_a_temperature_is_taken_for_fahrenheit():
    assert "°F" not in refusal("glasgow_coma_score", Decimal(98))


@pytest.mark.parametrize(
    ("systolic", "diastolic", "refused"),
    [(120, 119, False), (120, 120, True), (119, 120, True), (None, 120, False),
     (120, None, False), (None, None, False)],
)  # fmt: skip
def test_a_diastolic_pressure_is_below_the_systolic(systolic, diastolic, refused):
    words = pressure_refusal(systolic, diastolic)
    assert (words is not None) is refused
    if refused:
        assert words == f"{diastolic} mmHg is not below the systolic pressure of {systolic} mmHg"


def test_a_field_without_limits_is_an_error_and_not_a_pass():
    with pytest.raises(KeyError):
        refusal("temperature", Decimal(38))


def test_a_cannula_is_asked_about_above_fifteen_liters():
    assert plausibility.CANNULA_FLOW_TO_CONFIRM_LPM == 15
