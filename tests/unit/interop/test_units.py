"""A number with a unit in our own unit: exact, kept as it came, and never guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.codes import ALL, Kind, field_for
from interop.units import Ambiguous, Canonical, Refused, is_ucum, listed, quantity, same_size
from vitals.analytes import ANALYTES


def read(code, value, unit):
    return quantity(Decimal(value), unit, of=field_for(code))


@pytest.mark.parametrize(
    ("code", "value", "unit", "canonical", "in_unit"),
    [
        ("8310-5", "38.0", "Cel", "38.0", "Cel"),
        ("8310-5", "100.4", "[degF]", "38", "Cel"),
        ("8310-5", "102.2", "[degF]", "39", "Cel"),
        ("8867-4", "88", "/min", "88", "/min"),
        ("8867-4", "88", "{beats}/min", "88", "/min"),
        ("8867-4", "88", "", "88", "/min"),
        ("8480-6", "120", "mm[Hg]", "120", "mm[Hg]"),
        ("59408-5", "95", "%", "95", "%"),
        ("3150-0", "0.4", "1", "40.0", "%"),
        ("3150-0", "40", "%", "40", "%"),
        ("3150-0", "0.21", "", "21.00", "%"),
        ("3151-8", "6", "L/min", "6", "L/min"),
        ("3151-8", "6", "l/min", "6", "L/min"),
        ("29463-7", "100", "[lb_av]", "45.359237", "kg"),
        ("1988-5", "12", "mg/dL", "120", "mg/L"),
        ("1988-5", "12", "ug/mL", "12", "mg/L"),
        ("2276-4", "900", "ug/L", "900", "ng/mL"),
        ("26881-3", "80", "ng/L", "80", "pg/mL"),
        ("718-7", "9.1", "g/dL", "91.0", "g/L"),
        ("3255-7", "250", "mg/dL", "2.50", "g/L"),
        ("777-3", "50", "10*3/uL", "50", "10*9/L"),
        ("777-3", "50", "K/uL", "50", "10*9/L"),
        ("2823-3", "4.1", "meq/L", "4.1", "mmol/L"),
        ("1994-3", "2.4", "mEq/L", "1.20", "mmol/L"),
        ("1994-3", "2.4", "meq/L", "1.20", "mmol/L"),
        ("1742-6", "40", "[IU]/L", "40", "U/L"),
        ("6301-6", "1.1", "{INR}", "1.1", "1"),
        ("6301-6", "1.1", "", "1.1", "1"),
        ("48065-7", "500", "ng/mL{FEU}", "500", "ng/mL{FEU}"),
    ],
)
def test_a_quantity_is_read_exactly_and_kept_as_it_came(code, value, unit, canonical, in_unit):
    assert read(code, value, unit) == Canonical(Decimal(canonical), in_unit, Decimal(value), unit)


@pytest.mark.parametrize(
    ("code", "value", "unit"),
    [
        ("8310-5", "38", ""),
        ("8480-6", "120", ""),
        ("29463-7", "70", ""),
        ("3150-0", "1", ""),
        ("1988-5", "12", ""),
        ("2160-0", "1", ""),
        ("48065-7", "500", ""),
    ],
)
def test_a_bare_number_that_may_be_two_things_is_not_guessed(code, value, unit):
    assert isinstance(read(code, value, unit), Ambiguous)


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("48065-7", "ng/mL{DDU}"),
        ("48065-7", "ng/mL"),
        ("48066-5", "ng/mL{FEU}"),
        ("2160-0", "umol/L"),
        ("1988-5", "mmol/L"),
        ("1988-5", "mg"),
        ("8480-6", "kPa"),
        ("8310-5", "K"),
        ("8867-4", "%"),
        ("59408-5", "mm[Hg]"),
        ("3151-8", "%"),
        ("3150-0", "L/min"),
        ("29463-7", "g"),
        ("777-3", "/uL"),
        ("2276-4", "mg/L"),
        ("85354-9", "mm[Hg]"),
    ],
)
def test_a_unit_that_is_not_the_value_s_is_refused_in_words(code, unit):
    answer = read(code, "40", unit)
    assert isinstance(answer, Refused)
    assert unit in answer.words or "no quantity" in answer.words


def test_the_soluble_receptor_is_converted_by_nobody():
    assert not any("25" in row.display and "CD25" in row.display for row in ALL.values())
    assert not any("receptor" in analyte.label for analyte in ANALYTES.values())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ng/mL", "ug/L", True),
        ("10*3/uL", "10*9/L", True),
        ("mmol/L", "mmol/l", True),
        ("ng/mL", "mg/L", False),
        ("ng/mL{FEU}", "ng/mL", False),
        ("ng/mL{FEU}", "ug/L{FEU}", True),
        ("meq/L", "mmol/L", False),
        ("[IU]/L", "U/L", False),
        ("nonsense", "ng/mL", False),
        ("{score}", "1", False),
    ],
)
def test_two_spellings_are_one_unit_only_where_medicine_says_so_too(one, other, same):
    assert same_size(one, other) is same


@pytest.mark.parametrize(
    ("text", "holds"),
    [("mm[Hg]", True), ("mmHg", False), ("Cel", True), ("", False), ("µmol/L", False),
     ("1" * 61, False)],
)  # fmt: skip
def test_ucum_is_read_by_its_grammar(text, holds):
    assert is_ucum(text) is holds


@given(st.text(max_size=12), st.sampled_from(sorted(ALL)), st.decimals(-1000, 1000))
def test_no_text_in_place_of_a_unit_breaks_the_reading(unit, key, value):
    row = ALL[key]
    answer = quantity(value, unit, of=row)
    assert isinstance(answer, Canonical | Refused | Ambiguous)
    if row.kind is Kind.LAB and isinstance(answer, Canonical):
        assert listed(row.analyte, unit) is not None
