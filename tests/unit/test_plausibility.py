"""Hard limits refuse, soft limits ask, and the limit itself belongs to the good side."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitals import plausibility
from vitals.plausibility import (
    BANDS_FROM_MONTHS,
    FIELDS,
    LABS,
    celsius_meant,
    doubt,
    jump,
    limits_for,
    pressure_refusal,
    refusal,
    temperature_hint,
)

# In months, at both ends of every band.
AGES = [None, 0, 2, 3, 11, 12, 59, 60, 143, 144, 215, 216, 720]

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
    ("pain_score", "1", "0", "10", None, None),
    ("urine_ml", "1", "0", "10000", "0", "2000"),
    ("weight_kg", "0.01", "0.3", "400", "30", "200"),
    ("ice_score", "1", "0", "10", None, None),
    ("capd_score", "1", "0", "32", None, None),
]
LAB_TABLE = [
    ("crp", "0.1", "0", "1000", "0", "500"),
    ("ferritin", "1", "0", "5000000", "0", "50000"),
    ("platelets", "1", "0", "3000", "0", "1000"),
    ("potassium", "0.1", "0.8", "15", "2.5", "6.5"),
    ("fibrinogen", "0.1", "0", "15", "0.5", "10"),
]


def test_the_table_is_whole():
    assert [name for name, *_ in TABLE] == list(FIELDS)


@pytest.mark.parametrize(
    ("field", "step", "low", "high", "soft_low", "soft_high"), TABLE + LAB_TABLE
)
def test_both_sides_of_every_hard_limit(field, step, low, high, soft_low, soft_high):
    low, high, step = Decimal(low), Decimal(high), Decimal(step)
    for value in (low, high):
        assert refusal(field, value) is None
        assert limits_for(field, age_months=480).is_possible(value)
    for value in (low - step, high + step):
        words = refusal(field, value)
        assert not limits_for(field, age_months=480).is_possible(value)
        for said in (f"{value:f}", f"{low:f}", f"{high:f}"):
            assert said in words


@pytest.mark.parametrize(
    ("field", "step", "low", "high", "soft_low", "soft_high"), TABLE + LAB_TABLE
)
def test_both_sides_of_every_soft_limit_of_an_adult(field, step, low, high, soft_low, soft_high):
    step = Decimal(step)
    if soft_low is None:
        assert doubt(field, Decimal(low), age_months=480) is None
        assert doubt(field, Decimal(high), age_months=480) is None
        return
    assert doubt(field, Decimal(soft_low), age_months=480) is None
    assert doubt(field, Decimal(soft_high), age_months=480) is None
    assert f"{Decimal(soft_low) - step:f} " in doubt(
        field, Decimal(soft_low) - step, age_months=480
    )
    assert f"{Decimal(soft_high) + step:f} " in doubt(
        field, Decimal(soft_high) + step, age_months=480
    )


ADULT = {None, 216, 720}


@pytest.mark.parametrize(
    ("field", "value", "doubtful_at"),
    [
        # a value      is asked about at these ages, and at no other
        ("heart_rate_bpm", 161, ADULT),
        ("heart_rate_bpm", 181, ADULT | {144, 215}),
        ("heart_rate_bpm", 191, ADULT | {60, 143, 144, 215}),
        ("heart_rate_bpm", 211, set(AGES) - {0, 2, 3, 11}),
        ("heart_rate_bpm", 231, set(AGES)),
        ("heart_rate_bpm", 69, {0, 2}),
        ("heart_rate_bpm", 59, {0, 2, 3, 11}),
        ("heart_rate_bpm", 49, {0, 2, 3, 11, 12, 59}),
        ("heart_rate_bpm", 44, {0, 2, 3, 11, 12, 59, 60, 143}),
        ("respirations_per_minute", 41, ADULT),
        ("respirations_per_minute", 46, ADULT | {144, 215}),
        ("respirations_per_minute", 14, {0, 2, 3, 11}),
        ("respirations_per_minute", 19, {0, 2}),
        ("systolic_mmhg", 69, ADULT),
        ("systolic_mmhg", 64, ADULT | {144, 215}),
        ("systolic_mmhg", 59, ADULT | {60, 143, 144, 215}),
        ("systolic_mmhg", 54, set(AGES) - {0, 2, 3, 11}),
        ("systolic_mmhg", 44, set(AGES) - {0, 2}),
        ("systolic_mmhg", 116, {0, 2}),
        ("systolic_mmhg", 131, {0, 2, 3, 11}),
        ("systolic_mmhg", 151, {0, 2, 3, 11, 12, 59}),
        ("fluid_bolus_ml", 151, {0, 2}),
        ("fluid_bolus_ml", 301, {0, 2, 3, 11}),
        ("weight_kg", 16, ADULT | {0, 2, 3, 11, 144, 215}),
    ],
)
def test_what_is_unusual_depends_on_age(field, value, doubtful_at):
    asked = {age for age in AGES if doubt(field, Decimal(value), age_months=age)}
    assert asked == doubtful_at


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    ("youngest", "oldest"),
    [(0, 2), (3, 11), (12, 59), (60, 143), (144, 215), (216, 1500), (None, 216)],
)
def test_an_age_band_is_one_from_end_to_end(field, youngest, oldest):
    assert limits_for(field, age_months=youngest) is limits_for(field, age_months=oldest)


@pytest.mark.parametrize("field", [*FIELDS, *LABS])
@pytest.mark.parametrize("age", AGES)
def test_what_is_expected_is_possible(field, age):
    limits = limits_for(field, age_months=age)
    assert limits.hard_low < limits.hard_high
    if limits.soft_low is not None:
        assert limits.hard_low <= limits.soft_low < limits.soft_high <= limits.hard_high


@given(st.sampled_from(FIELDS), st.decimals("-100", "12000", places=4), st.sampled_from(AGES))
def test_a_value_that_raises_no_doubt_is_never_refused(field, value, age):
    if limits_for(field, age_months=age).soft_low is not None:
        assert doubt(field, value, age_months=age) or refusal(field, value) is None


# --- Fahrenheit and pressures ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "celsius"),
    [("85.9", None), ("86", "30.0"), ("93", "33.9"), ("98.6", "37.0"), ("100.4", "38.0"),
     ("104", "40.0"), ("108", "42.2"), ("113", "45.0"), ("113.1", None), ("38.6", None),
     ("249", None), ("451", None), ("385.5", None)],
)  # fmt: skip
def test_a_temperature_that_reads_like_fahrenheit_is_offered_and_never_converted(value, celsius):
    words = refusal("temperature_celsius", Decimal(value)) or ""
    hint = temperature_hint(Decimal(value))
    assert (hint is not None) is (celsius is not None)
    assert ("°F" in words) is (celsius is not None)
    if celsius:
        assert f"{value} °F would be {celsius} °C" in words


@pytest.mark.parametrize(("value", "celsius"), [(250, "25.0"), (385, "38.5"), (450, "45.0")])
def test_a_lost_decimal_point_is_offered_and_never_put_back(value, celsius):
    assert celsius_meant(Decimal(value)) == Decimal(celsius)
    assert f"Was {celsius} °C meant?" in refusal("temperature_celsius", Decimal(value))


# field, the value before, one that asks and the one a step nearer that does not; hours, or None
JUMPS = [
    ("temperature_celsius", "36.8", "38.8", "38.7", 4),
    ("temperature_celsius", "38.8", "36.8", "36.9", 4),
    ("heart_rate_bpm", "80", "130", "129", None),
    ("respirations_per_minute", "16", "28", "27", None),
    ("systolic_mmhg", "120", "70", "71", None),
    ("diastolic_mmhg", "80", "40", "41", None),
    ("spo2_percent", "98", "90", "91", None),
    ("fio2_percent", "21", "51", "50", None),
    ("weight_kg", "20", "21", "20.9", 24),
    ("weight_kg", "20", "19", "19.1", 24),
    ("ice_score", "10", "7", "8", None),
    ("capd_score", "2", "8", "7", None),
    ("crp", "12", "120", "119", None),
    ("crp", "120", "12", "13", None),
    ("ferritin", "800", "8000", "7999", None),
]


@pytest.mark.parametrize(("field", "before", "asks", "passes", "hours"), JUMPS)
def test_both_sides_of_every_jump(field, before, asks, passes, hours):
    def said(value, elapsed):
        return jump(field, Decimal(value), before=Decimal(before), elapsed=elapsed)

    within = timedelta(hours=hours or 1000)
    assert asks in said(asks, within)
    assert before in said(asks, within)
    assert said(passes, within) is None
    assert (said(asks, within + timedelta(minutes=1)) is None) is (hours is not None)


def test_no_jump_is_left_unwalked():
    walked = {name for name, *_ in JUMPS} | {"hemoglobin", "fibrinogen"}  # as those of crp
    assert walked == {
        name for name in (*FIELDS, *LABS) if limits_for(name, age_months=None).jump is not None
    }


def test_ten_times_nothing_is_no_jump():
    assert jump("crp", Decimal(0), before=Decimal(0), elapsed=timedelta()) is None
    assert jump("crp", Decimal(5), before=Decimal(0), elapsed=timedelta()) is None


def test_the_bands_begin_where_the_ages_of_these_tests_do():
    assert set(BANDS_FROM_MONTHS) <= set(AGES)


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
