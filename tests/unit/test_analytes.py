"""A laboratory value is converted by a listed factor or not at all."""

import re
from decimal import Decimal

import pytest

from vitals.analytes import ANALYTES, BY_LOINC, UnknownUnitError

CULTURES = {"blood_culture", "urine_culture"}
MEASURED = [analyte for analyte in ANALYTES.values() if analyte.code not in CULTURES]
# Public intensive-care data carry this code for INR, wrong check digit and all.
MISSPELLED = {"5895-7"}


@pytest.mark.parametrize(
    ("code", "value", "unit", "canonical"),
    [
        ("crp", "12", "mg/dL", "120"),
        ("crp", "120", "mg/L", "120"),
        ("ferritin", "500", "ug/L", "500"),
        ("ferritin", "800000", "ng/mL", "800000"),
        ("il6", "5000", "ng/L", "5000"),
        ("hemoglobin", "8.1", "g/dL", "81"),
        ("fibrinogen", "150", "mg/dL", "1.5"),
        ("albumin", "35", "g/L", "3.5"),
        ("neutrophils", "0.49", "K/uL", "0.49"),
        ("neutrophils", "0.5", "10*3/uL", "0.5"),
        ("platelets", "20", "x10^9/L", "20"),
        ("alt", "40", "IU/L", "40"),
        ("inr", "1.2", "", "1.2"),
        ("inr", "1.2", "{INR}", "1.2"),
        ("creatinine_si", "88", "µmol/L", "88"),
        ("sodium", "140", "mEq/L", "140"),
        ("potassium", "4", "mEq/L", "4"),
        ("chloride", "100", "mEq/L", "100"),
        ("bicarbonate", "24", "mEq/L", "24"),
        ("crp", "12", " mg/dL ", "120"),
    ],
)
def test_a_listed_unit_is_converted(code, value, unit, canonical):
    assert ANALYTES[code].canonical(Decimal(value), unit) == Decimal(canonical)


def test_a_doubly_charged_ion_has_two_equivalents_in_a_mole():
    assert ANALYTES["calcium_ionized"].canonical(Decimal("2.4"), "mEq/L") == Decimal("1.2")
    assert ANALYTES["calcium_ionized"].canonical(Decimal("1.2"), "mmol/L") == Decimal("1.2")


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("crp", "g/L"),
        ("crp", ""),
        ("ferritin", "pmol/L"),
        ("hemoglobin", "mmol/L"),
        ("platelets", "/uL"),
        ("creatinine", "umol/L"),
        ("creatinine_si", "mg/dL"),
        ("lactate", "mEq/L"),
        ("magnesium", "mEq/L"),
        ("troponin_t", "ng/L"),
        ("d_dimer_feu", "ng/mL{DDU}"),
        ("d_dimer_ddu", "ng/mL{FEU}"),
        ("d_dimer_feu", "ng/mL"),
        ("fibrinogen", "MG/DL"),
    ],
)
def test_an_unlisted_unit_is_refused_and_the_known_ones_are_named(code, unit):
    analyte = ANALYTES[code]
    with pytest.raises(UnknownUnitError, match=re.escape(analyte.unit)):
        analyte.canonical(Decimal(1), unit)


@pytest.mark.parametrize(
    ("code", "loinc", "unit", "low", "high"),
    [
        ("crp", "1988-5", "mg/L", "0", "1000"),
        ("ferritin", "2276-4", "ng/mL", "0", "5000000"),
        ("il6", "26881-3", "pg/mL", "0", "1000000"),
        ("lactate", "32693-4", "mmol/L", "0", "35"),
        ("leukocytes", "6690-2", "10*9/L", "0", "1000"),
        ("hemoglobin", "718-7", "g/L", "10", "260"),
        ("platelets", "777-3", "10*9/L", "0", "3000"),
        ("sodium", "2951-2", "mmol/L", "90", "210"),
        ("potassium", "2823-3", "mmol/L", "0.8", "15"),
        ("creatinine", "2160-0", "mg/dL", "0.05", "60"),
        ("alt", "1742-6", "U/L", "0", "30000"),
        ("ast", "1920-8", "U/L", "0", "30000"),
        ("bilirubin", "1975-2", "mg/dL", "0", "80"),
        ("fibrinogen", "3255-7", "g/L", "0", "15"),
        ("inr", "6301-6", "1", "0.5", "20"),
        ("procalcitonin", "33959-8", "ng/mL", "0", "1000"),
        ("neutrophils", "751-8", "10*9/L", "0", "500"),
        ("d_dimer_feu", "48065-7", "ng/mL{FEU}", "0", "1000000"),
        ("d_dimer_ddu", "48066-5", "ng/mL{DDU}", "0", "1000000"),
    ],
)
def test_code_unit_and_bounds_are_those_of_the_grading_note(code, loinc, unit, low, high):
    found = BY_LOINC[loinc]
    assert (found.code, found.unit) == (code, unit)
    assert (found.hard_low, found.hard_high) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize("code", sorted(CULTURES))
def test_a_culture_is_words_and_never_a_number(code):
    with pytest.raises(UnknownUnitError):
        ANALYTES[code].canonical(Decimal(1), "")


@pytest.mark.parametrize("analyte", MEASURED, ids=lambda analyte: analyte.code)
class TestEachAnalyte:
    def test_its_own_unit_changes_nothing(self, analyte):
        assert analyte.canonical(Decimal("1.25"), analyte.unit) == Decimal("1.25")

    def test_factors_raise_and_never_turn_a_value_around(self, analyte):
        assert all(factor > 0 for factor in analyte.factors.values())

    def test_its_bounds_are_in_order(self, analyte):
        assert 0 <= analyte.hard_low < analyte.hard_high


def test_a_code_means_one_analyte_and_has_its_check_digit():
    codes = [code for analyte in ANALYTES.values() for code in analyte.loinc]
    assert len(codes) == len(set(codes)) == len(BY_LOINC)
    assert {code for code in codes if not _has_check_digit(code)} == MISSPELLED


def _has_check_digit(loinc: str) -> bool:
    """LOINC's check digit is Luhn's (mod 10)."""
    number, check = loinc.split("-")
    doubled = [int(d) * (2 - i % 2) for i, d in enumerate(reversed(number))]
    total = sum(sum(divmod(d, 10)) for d in doubled)
    return (10 - total % 10) % 10 == int(check)
