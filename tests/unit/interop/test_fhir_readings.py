"""Whose and what a reading is: names, codes, repeats and references that could mislead."""

import pytest

from interop.codes import field_for, names_another
from interop.fhir.observation import decode
from interop.fhir.reasons import NotChartedError
from interop.fhir.subjects import Subjects
from tests.factories import fhir


def named(loinc, name):
    return names_another(field_for(loinc), name)


@pytest.mark.parametrize(
    ("loinc", "name", "is_anothers"),
    [
        ("8867-4", "Heart rate", False),
        ("8867-4", "Pulse", False),
        ("8867-4", "Heart rate by Pulse oximetry", False),
        ("8867-4", "HR bed 4", False),
        ("8867-4", "Vitals", False),
        ("8867-4", "Respiratory rate", True),
        ("8867-4", "Body temperature", True),
        ("9279-1", "RESP_RATE", False),
        ("9279-1", "Heart Rate", True),
        ("8310-5", "Temp (F)", False),
        ("8310-5", "SpO2", True),
        ("8480-6", "NBP [Systolic]", False),
        ("8480-6", "ABP sys", False),
        ("8480-6", "Pulse", True),
        ("59408-5", "Pulse ox", False),
        ("59408-5", "O2 saturation pulseoxymetry", False),
        ("59408-5", "Heart rate", True),
        ("3151-8", "O2 Flow (lpm)", False),
        ("3151-8", "FiO2", True),
        ("3150-0", "FiO2", False),
        ("3150-0", "O2 flow", True),
        ("29463-7", "Daily Weight", False),
        ("29463-7", "Body temperature", True),
        ("9269-2", "GCS", False),
        ("9269-2", "Heart rate", True),
    ],
)
def test_a_name_of_another_vital_sign_contradicts_a_code(loinc, name, is_anothers):
    assert named(loinc, name) is is_anothers


def refusals(**fields):
    made = decode(fhir.observation(**fields), mrn="M1", mark="m")
    return [each.reason for each in made.refusals]


@pytest.mark.parametrize("where", ["display", "text"])
def test_another_signs_listed_name_beside_a_code_is_never_that_code(where):
    code = fhir.code("8867-4")
    if where == "text":
        code["text"] = "Respiratory rate"
    else:
        code["coding"][0]["display"] = "Respiratory rate"
    assert refusals(value=18, code=code) == ["codes_disagree"]


def test_what_is_about_somebody_else_is_not_the_patients():
    with pytest.raises(NotChartedError) as refused:
        decode(fhir.observation(focus=[{"display": "fetus"}]), mrn="M1", mark="m")
    assert refused.value.refusal.reason == "not_the_patients_own"


@pytest.mark.parametrize(("second", "stored"), [(120, 2), (130, 0)])
def test_one_code_twice_in_one_observation_counts_only_where_both_agree(second, stored):
    parts = [
        {"code": fhir.code("8480-6"), "valueQuantity": fhir.quantity(value, "mm[Hg]")}
        for value in (120, second)
    ]
    found = fhir.observation("85354-9", None, component=parts)
    made = decode(found, mrn="M1", mark="m")
    assert len(made.rows) == stored
    assert len(made.refusals) == 2 - stored


AT = "http://one.example/fhir/Patient/1"


def mrn_for(reference, *known):
    subjects = Subjects()
    for patient, full_url in known:
        subjects.learn(patient, full_url)
    return subjects.mrn_for(fhir.observation(subject={"reference": reference}))


def patient(mrn, ident="1"):
    return fhir.patient(mrn, id=ident)


@pytest.mark.parametrize(
    ("reference", "full_url"),
    [
        ("Patient/1", AT),
        ("Patient/1", ""),
        (AT, AT),
        (f"{AT}/_history/2", AT),
        (AT, ""),
        ("urn:uuid:a", "urn:uuid:a"),
    ],
)
def test_a_reference_finds_its_patient(reference, full_url):
    assert mrn_for(reference, (patient("A"), full_url)) == "A"


@pytest.mark.parametrize(("whose", "is_refused"), [("Patient/1", False), ("Patient/2", True)])
def test_a_stay_of_another_patient_is_never_this_readings(whose, is_refused):
    subjects = Subjects()
    stay = {"resourceType": "Encounter", "id": "e", "subject": {"reference": whose}}
    for each in (patient("A"), patient("B", "2"), stay):
        subjects.learn(each)
    found = fhir.observation(
        subject={"reference": "Patient/1"}, encounter={"reference": "Encounter/e"}
    )
    if not is_refused:
        assert subjects.mrn_for(found) == "A"
        return
    with pytest.raises(NotChartedError) as refused:
        subjects.mrn_for(found)
    assert refused.value.refusal.reason == "encounter_of_another_patient"


@pytest.mark.parametrize(
    ("reference", "known"),
    [
        ("http://other.example/fhir/Patient/1", [(patient("A"), AT)]),
        ("Patient/1", [(patient("A"), ""), (patient("B"), "")]),
        ("Patient/2", [(patient("A"), AT)]),
    ],
)
def test_a_reference_that_may_be_another_patients_finds_nobody(reference, known):
    with pytest.raises(NotChartedError) as refused:
        mrn_for(reference, *known)
    assert refused.value.refusal.reason == "unknown_patient"
