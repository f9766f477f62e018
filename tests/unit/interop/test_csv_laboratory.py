"""Laboratory rows: numbers, bounds and words, each under the code it really has."""

from decimal import Decimal

import pytest

from interop.csv.kinds import Kind
from interop.csv.laboratory import map_lab
from interop.csv.outcomes import Reason, RefusedError
from tests.factories.extract import SETTING, lab, row


def read(cells):
    return map_lab(row(Kind.LABS, cells), SETTING).result


@pytest.mark.parametrize(
    ("text", "value", "comparator", "words"),
    [
        ("0.9", "0.9", "", ""),
        ("<0.05", "0.05", "<", ""),
        (">50", "50", ">", ""),
        (">= 50", "50", ">=", ""),
        ("≤ 2", "2", "<=", ""),
        ("LESS THAN 0.1", "0.1", "<", ""),
        ("GREATER THAN 9", "9", ">", ""),
        ("POS", None, "", "POS"),
        ("NotDone", None, "", "NotDone"),
        ("3-5", None, "", "3-5"),
        ("1:320", None, "", "1:320"),
    ],
)
def test_a_result_is_a_number_a_bound_or_words(text, value, comparator, words):
    result = read(lab("2160-0", text))
    assert result.value == (None if value is None else Decimal(value))
    assert (result.comparator, result.text) == (comparator, words)


@pytest.mark.parametrize(
    ("loinc", "text", "unit", "analyte", "canonical"),
    [
        ("718-7", "10.5", "g/dL", "hemoglobin", "105"),
        ("777-3", "120", "K/uL", "platelets", "120"),
        ("3255-7", "250", "mg/dL", "fibrinogen", "2.5"),
        ("5895-7", "1.3", "", "inr", "1.3"),
        ("11558-4", "7.38", "units", "", None),
    ],
)
def test_a_known_analyte_has_a_canonical_value_beside_the_reported(
    loinc, text, unit, analyte, canonical
):
    result = read(lab(loinc, text, unit))
    assert (result.analyte, result.value, result.unit) == (analyte, Decimal(text), unit)
    assert result.canonical_value == (None if canonical is None else Decimal(canonical))


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (lab("", "3"), Reason.NO_LOINC),
        (lab("creatinine", "3"), Reason.NOT_LOINC),
        (lab("2160-0", ""), Reason.NO_VALUE),
        (lab("2160-0", "nan"), Reason.NOT_A_NUMBER),
        (lab("2160-0", "5,000"), Reason.NOT_A_NUMBER),
        (lab("2160-0", "88", "umol/L"), Reason.CODE_AND_UNIT),
        (lab("2345-7", "5.5", "mmol/L"), Reason.CODE_AND_UNIT),
        (lab("14749-6", "99", "mg/dL"), Reason.CODE_AND_UNIT),
        (lab("2160-0", "1.1", "mg%"), Reason.LAB_UNIT),
        (lab("731-0", "20", "%"), Reason.LAB_UNIT),
        (lab("2160-0", "61"), Reason.IMPOSSIBLE),
        (lab("2951-2", "89.9", "mEq/L"), Reason.IMPOSSIBLE),
        (lab("2160-0", "1.1", value="1.2"), Reason.VALUES_DISAGREE),
        (lab("2160-0", "see note", value="1.2"), Reason.VALUES_DISAGREE),
        (lab("2160-0", "1.1", lab="Glucose"), Reason.CODES_DISAGREE),
        (lab("26881-3", "1.1", "pg/mL", lab="Procalcitonin"), Reason.CODES_DISAGREE),
        (lab("2160-0", "50", specimen="Urine"), Reason.CODES_DISAGREE),
        (lab("2345-7", "50", specimen="Pleural Fluid"), Reason.CODES_DISAGREE),
        (lab("2160-0", "x" * 501), Reason.TOO_LONG),
        (lab("11558-4", "7", "u" * 31), Reason.TOO_LONG),
        (lab("11558-4", "1e-7", ""), Reason.IMPOSSIBLE),
        (lab("2160-0", "1.1", error_flag="1"), Reason.FLAGGED_ERROR),
    ],
)
def test_a_result_that_cannot_be_trusted_is_kept_out(cells, reason):
    with pytest.raises(RefusedError) as caught:
        read(cells)
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("loinc", "name", "unit"),
    [
        ("1920-8", "Asparate Aminotransferase (AST)", "IU/L"),
        ("6768-6", "Alkaline Phosphatase", "IU/L"),
        ("5895-7", "INR(PT)", ""),
        ("3173-2", "PTT", "sec"),
        ("2532-0", "Lactate Dehydrogenase (LD)", "IU/L"),
        ("2160-0", "Kreatinin", "mg/dL"),
    ],
)
def test_a_name_of_the_same_thing_or_an_unknown_one_is_no_contradiction(loinc, name, unit):
    assert read(lab(loinc, "20", unit, lab=name)).display.startswith(name)


def test_a_specimen_other_than_blood_stands_in_the_name():
    assert read(lab("5792-7", "NEG", lab="Glucose", specimen="Urine")).display == "Glucose (urine)"
