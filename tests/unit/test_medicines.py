"""Each medicine has one class, and the class says what it does to a grade."""

import pytest

from patients import medicines
from patients.medicines import CLASS_OF, DOSE_UNITS, WAIVES_FEVER, TreatmentCode

C = medicines.TreatmentClass


def codes_of(*classes):
    return {code for code, klass in CLASS_OF.items() if klass in classes}


def test_every_code_has_a_class_and_every_class_member_is_a_code():
    assert CLASS_OF.keys() == set(TreatmentCode.values)
    assert set(CLASS_OF.values()) == set(C)


def test_no_code_stands_in_two_classes():
    named = [code for codes in medicines._BY_CLASS.values() for code in codes.split()]
    assert sorted(named) == sorted(CLASS_OF)


@pytest.mark.parametrize(
    ("codes", "waives", "runs"),
    [
        # medicines                            waive fever  run until stopped
        ("tocilizumab siltuximab anakinra", True, False),
        ("dexamethasone methylprednisolone hydrocortisone prednisolone", True, False),
        ("paracetamol ibuprofen metamizole", True, False),
        ("norepinephrine epinephrine dopamine ephedrine", False, True),
        ("phenylephrine metaraminol angiotensin_II", False, True),
        ("vasopressin terlipressin", False, True),
        ("milrinone dobutamine levosimendan enoximone", False, True),
        ("levetiracetam antibiotic fluid_bolus oxygen dialysis", False, False),
        ("invasive_ventilation intensive_care filgrastim red_cells other", False, False),
    ],
)
def test_what_a_medicine_does_to_a_grade(codes, waives, runs):
    for code in codes.split():
        assert (CLASS_OF[code] in WAIVES_FEVER) is waives, code
        assert (CLASS_OF[code] in {C.VASOPRESSOR, C.VASOPRESSIN, C.INOTROPE}) is runs, code


def test_vasopressin_and_inotropes_are_no_vasopressors():
    assert not codes_of(C.VASOPRESSOR) & codes_of(C.VASOPRESSIN, C.INOTROPE)
    assert CLASS_OF["vasopressin"] is C.VASOPRESSIN
    assert CLASS_OF["dobutamine"] is C.INOTROPE


def test_every_code_has_a_name_a_person_reads():
    assert all(label[0].isupper() for label in TreatmentCode.labels)
    assert len(set(TreatmentCode.labels)) == len(TreatmentCode.labels)


def test_a_dose_unit_is_written_one_way():
    assert len(set(DOSE_UNITS)) == len(DOSE_UNITS)
    # Each of these has been read as another unit at a bedside.
    assert not {"mcg", "µg", "u", "IU", "cc", "ml"} & set(DOSE_UNITS)
