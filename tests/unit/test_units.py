"""Conversions lose nothing that could move a value over a limit."""

import struct
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitals.units import (
    STORED_CELSIUS_DIGITS,
    celsius_from_fahrenheit,
    finite_decimal,
    percent_from_fraction,
    without_float_noise,
)


@pytest.mark.parametrize(
    ("fahrenheit", "celsius"),
    [("32", "0"), ("-40", "-40"), ("98.6", "37"), ("100.4", "38"), ("102.2", "39"),
     ("104", "40"), ("105.8", "41"), ("113", "45"), ("77", "25")],
)  # fmt: skip
def test_fahrenheit_becomes_celsius_exactly(fahrenheit, celsius):
    assert celsius_from_fahrenheit(Decimal(fahrenheit)) == Decimal(celsius)


@pytest.mark.parametrize(
    ("fahrenheit", "is_fever"),
    [
        ("100.3", False),
        ("100.31", False),  # 37.95 °C: rounded to a tenth it would be a fever
        ("100.399", False),
        ("100.39999", False),
        ("100.4", True),
        ("100.40001", True),
    ],
)
def test_rounding_never_makes_a_fever(fahrenheit, is_fever):
    assert (celsius_from_fahrenheit(Decimal(fahrenheit)) >= 38) is is_fever


@given(st.decimals("77", "113", places=6))
def test_fahrenheit_orders_patients_as_celsius_does(fahrenheit):
    celsius = celsius_from_fahrenheit(fahrenheit)
    assert (celsius >= 38) is (fahrenheit >= Decimal("100.4"))
    assert abs(celsius * 9 / 5 + 32 - fahrenheit) < Decimal("1e-20")


def test_a_stored_temperature_keeps_four_decimals():
    below = celsius_from_fahrenheit(Decimal("100.399"))
    assert below.quantize(STORED_CELSIUS_DIGITS, rounding="ROUND_DOWN") == Decimal("37.9994")


@pytest.mark.parametrize(("fraction", "percent"), [("0.21", 21), ("0.285", "28.5"), ("1.0", 100)])
def test_a_fraction_of_oxygen_becomes_percent(fraction, percent):
    assert percent_from_fraction(Decimal(fraction)) == Decimal(percent)


# --- Reading numbers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [("38.6", "38.6"), (" 38.6\n", "38.6"), ("-1", "-1"), ("+5", "5"), ("1E2", "100"),
     ("38.", "38"), (".5", "0.5"), ("0038.60", "38.60"), ("1e40", "1e40"), ("1e-40", "1e-40"),
     ("0", "0"), ("-0.0", "0")],
)  # fmt: skip
def test_a_decimal_is_read_as_written(text, value):
    assert finite_decimal(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["", " ", "NaN", "sNaN", "Infinity", "-inf", "1,5", "1_000", "0x10", "--1", "1.2.3", "e", "E5",
     ".", "+", "1 2", "³", "٣٨", "３８.６", "38.6 °C", "−5"],
)  # fmt: skip
def test_what_is_not_a_plain_number_is_refused(text):
    with pytest.raises(ValueError, match="is not a number"):
        finite_decimal(text)


@pytest.mark.parametrize(
    "text", ["1e41", "1e-41", "1e9999999", "1e-9999999", "1e9999999999999999999999", "1" * 41]
)
def test_a_number_too_long_to_write_out_is_refused(text):
    with pytest.raises(ValueError, match="is not a number"):
        finite_decimal(text)


@given(st.text(alphabet="0123456789+-.eE", max_size=30) | st.text(max_size=12))
def test_any_text_is_a_finite_number_or_refused(text):
    for read in (finite_decimal, without_float_noise):
        try:
            value = read(text)
        except ValueError:
            continue
        assert value.is_finite()
        assert len(f"{value:f}") < 100


# --- 32-bit floats -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("36.7999992370605", "36.8"),
        ("36.79999923706055", "36.8"),
        ("37.9000015258789", "37.9"),
        ("38.0999984741211", "38.1"),
        ("0.209999993443489", "0.21"),
        ("-36.7999992370605", "-36.8"),
        ("38.0", "38.0"),
    ],
)
def test_a_number_that_was_stored_as_a_float_reads_as_it_was_written(text, value):
    assert without_float_noise(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["36.7999992370", "36.79999924", "36.8000001", "37.99996", "37.9999999", "38.00000001",
     "16777217", "12345678.9", "0.00000000", "1e-38", "123456789012345678901234567890"],
)  # fmt: skip
def test_a_number_that_is_no_float_is_left_alone(text):
    assert without_float_noise(text) == Decimal(text)


@given(st.decimals("-1000", "1000", places=3))
def test_every_reading_of_three_decimals_survives_a_float(value):
    stored = struct.unpack("f", struct.pack("f", float(value)))[0]
    assert without_float_noise(f"{stored:.15g}") == value
    assert without_float_noise(repr(stored)) == value
    assert without_float_noise(f"{value:f}") == value
