"""The table of codes: code, name, field and unit agree, row by row and with what grading knows."""

import re

import pytest

from interop import codes
from interop.codes import Code, Kind, field_for, is_well_formed_loinc, names_another
from interop.csv import vitals as csv_vitals
from interop.units import is_ucum, listed
from vitals import plausibility
from vitals.analytes import ANALYTES, BY_LOINC

ROWS = sorted(codes.ALL.values(), key=lambda row: (row.system, row.code))
VITALS = [row for row in ROWS if row.kind is Kind.VITAL]
LABS = [row for row in ROWS if row.kind is Kind.LAB]
NAMES = {
    "heart_rate_bpm": "heart|puls_rate",
    "respirations_per_minute": "respiratory|resp",
    "systolic_mmhg": "systolic|_sys",
    "diastolic_mmhg": "diastolic|_dia",
    "mean_arterial_mmhg": "mean",
    "spo2_percent": "oxygen saturation|sat_o2",
    "temperature_celsius": "temp",
    "weight_kg": "body weight",
    "glasgow_coma_score": "glasgow",
    "oxygen_flow_lpm": "oxygen flow",
    "fio2_percent": "oxygen concentration",
}
PROPERTY_OF_UNIT = {
    "[Mass/volume]": r".*g/.*",
    "[Moles/volume]": r".*mol/L",
    "[Enzymatic activity/volume]": "U/L",
    "[#/volume]": r"10\*3/uL",
}


def name(row):
    return f"{row.code} {row.display}"


MISTYPED_AT_A_SOURCE = {"5895-7"}


@pytest.mark.parametrize(
    "row",
    [r for r in ROWS if r.system == codes.LOINC and r.code not in MISTYPED_AT_A_SOURCE],
    ids=name,
)
def test_every_loinc_code_carries_its_check_digit(row):
    assert is_well_formed_loinc(row.code)


@pytest.mark.parametrize(
    ("code", "holds"),
    [("8867-4", True), ("3150-0", True), ("3150-6", False), ("8867-5", False), ("x", False)],
)
def test_a_mistyped_loinc_code_is_seen(code, holds):
    assert is_well_formed_loinc(code) is holds


@pytest.mark.parametrize("row", VITALS, ids=name)
def test_a_vital_sign_s_name_is_of_its_field_and_of_no_other(row):
    matching = {
        field for field, words in NAMES.items() if re.search(words, row.display, re.IGNORECASE)
    }
    assert matching == {row.field}


@pytest.mark.parametrize("row", VITALS, ids=name)
def test_a_vital_sign_s_unit_is_its_field_s(row):
    limits = plausibility.limits_for(row.field, age_months=None)
    ours = {"°C": "Cel", "mmHg": "mm[Hg]"}.get(limits.unit, limits.unit)
    assert row.unit == ours
    assert is_ucum(row.unit)


@pytest.mark.parametrize("row", LABS, ids=name)
def test_a_laboratory_code_is_the_analyte_s_and_its_name_is_of_no_other(row):
    assert BY_LOINC[row.code].code == row.analyte
    assert not names_another(row, row.display)


@pytest.mark.parametrize("row", [r for r in LABS if r.unit], ids=name)
def test_a_laboratory_unit_is_ucum_and_one_the_analyte_takes(row):
    assert is_ucum(row.unit)
    assert listed(row.analyte, row.unit) is not None


@pytest.mark.parametrize(
    "row", [r for r in LABS if any(p in r.display for p in PROPERTY_OF_UNIT)], ids=name
)
def test_the_property_in_a_name_goes_with_the_unit(row):
    pattern = next(form for words, form in PROPERTY_OF_UNIT.items() if words in row.display)
    assert re.fullmatch(pattern, row.unit)


def test_every_code_that_results_are_graded_by_stands_in_the_table():
    assert set(BY_LOINC) == {row.code for row in LABS}
    assert {row.analyte for row in LABS} == set(ANALYTES)


def test_files_and_feeds_read_vital_signs_by_the_same_codes():
    for code, (field, method) in csv_vitals._CODES.items():
        row = field_for(code)
        assert row is not None
        assert (row.field, row.method) == (field, method)


@pytest.mark.parametrize(
    ("code", "said", "another"),
    [
        # public code that was seen to go wrong
        ("26881-3", "Procalcitonin", True),
        ("6598-7", "Troponin I", True),
        ("6598-7", "Troponin I, high sensitivity", True),
        ("6598-7", "hs-TnI", True),
        ("6598-7", "Troponin T", False),
        ("6598-7", "Troponin", False),
        ("48065-7", "D-Dimer (DDU)", True),
        ("48066-5", "D-Dimer FEU", True),
        ("48065-7", "D-Dimer FEU", False),
        ("48066-5", "D-Dimer", False),
        ("17861-6", "Calcium, ionized", True),
        ("2000-8", "Free Calcium", True),
        ("17861-6", "Calcium, Total", False),
        ("1994-3", "Calcium, Total", True),
        ("1994-3", "Free Calcium", False),
        ("1975-2", "Bilirubin, Direct", True),
        ("1975-2", "Bilirubin, Conjugated", True),
        ("1975-2", "Bilirubin, Total (direct and indirect)", False),
        ("718-7", "% Hemoglobin A1c", True),
        ("718-7", "Methemoglobin", True),
        ("1751-7", "Prealbumin", True),
        ("2160-0", "Creatinine clearance", True),
        ("2160-0", "Urea/Creatinine ratio", True),
        ("2160-0", "Creatinine concentration", False),
        ("777-3", "Mean platelet volume", True),
        ("777-3", "Platelets [#/volume] in Blood by Automated count", False),
        ("3151-8", "Inhaled oxygen flow rate", False),
        ("8480-6", "Diastolic BP", True),
        ("8480-6", "Pulmonary artery systolic", True),
        ("8867-4", "Fetal heart rate", True),
        ("1988-5", "CRP", False),
        ("1988-5", "", False),
        ("85354-9", "anything", False),
    ],
)
def test_a_name_that_is_of_another_quantity_is_seen(code, said, another):
    assert names_another(field_for(code), said) is another


def test_a_code_of_another_system_is_not_looked_up_among_loinc():
    assert field_for("8867-4", codes.MDC) is None
    assert field_for("150456", codes.MDC).field == "spo2_percent"
    assert field_for("99999-9") is None


def test_the_code_sent_out_is_the_first_listed():
    assert isinstance(codes.code_of("spo2_percent"), Code)
    assert codes.code_of("spo2_percent").code == "59408-5"
    assert codes.code_of("crp", kind=Kind.LAB).code == "1988-5"
    with pytest.raises(KeyError):
        codes.code_of("capillary_refill_seconds")


def test_every_medicine_of_the_list_is_one_that_can_be_recorded():
    from interop.fhir.given import _atc
    from patients.medicines import TreatmentCode

    assert set(_atc().values()) <= set(TreatmentCode.values)
    assert all(re.fullmatch(r"[A-Z]\d\d[A-Z]{2}\d\d", code) for code in _atc())
