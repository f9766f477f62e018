"""Fahrenheit: exact, compared before any rounding, and never the reason for a grade."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.rules.case_fields import celsius_from_fahrenheit
from grading.rules.cases import grade_case
from grading.rules.registry import SCALES

CRS = SCALES["astct-crs"]


@pytest.mark.parametrize(
    ("fahrenheit", "celsius"),
    [("100.4", "38.0"), ("102.2", "39.0"), ("104.0", "40.0"), ("98.6", "37.0"), ("77", "25")],
)
def test_the_familiar_pairs_are_exact(fahrenheit, celsius):
    assert celsius_from_fahrenheit(Decimal(fahrenheit)) == Decimal(celsius)


@pytest.mark.parametrize(
    ("fahrenheit", "grade"),
    [
        # 100.31 °F is 37.95 °C: rounding it to 38.0 would make a fever of it
        ("100.3", 0),
        ("100.31", 0),
        ("100.39", 0),
        ("100.3999999999999999999999999999999999", 0),
        ("100.39999999999999999999999999999999999999999999999999999999999999999999", 0),
        ("100.4", 1),
        ("100.40", 1),
        ("100.41", 1),
    ],
)
def test_a_fever_in_fahrenheit_begins_at_exactly_100_4(fahrenheit, grade):
    case = {"temperature_f": Decimal(fahrenheit)}
    assert grade_case(CRS, case, assume_normal=True)["grade"] == grade


@given(st.decimals("77", "113", allow_nan=False))
def test_conversion_never_changes_which_side_of_fever_a_reading_is_on(fahrenheit):
    exact = (Fraction(fahrenheit) - 32) * 5 / 9
    assert (celsius_from_fahrenheit(fahrenheit) >= 38) == (exact >= 38)
    assert celsius_from_fahrenheit(fahrenheit) <= exact


@given(st.decimals("25", "45", places=3))
def test_the_unit_of_a_reading_never_changes_the_grade(celsius):
    in_fahrenheit = celsius * 9 / 5 + 32  # exact: both factors are
    by_celsius = grade_case(CRS, {"temperature_c": celsius}, assume_normal=True)
    by_fahrenheit = grade_case(CRS, {"temperature_f": in_fahrenheit}, assume_normal=True)
    assert by_celsius["grade"] == by_fahrenheit["grade"]
