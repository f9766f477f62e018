"""Laboratory results and neuro checks over HTTP: grades in the answer, corrections, item sheets."""

import uuid

import pytest
from rest_framework.test import APIClient

from staff.models import Role
from tests.factories.ward import NOW, a_patient, a_person, a_ward
from vitals.models import LabResult, NeuroAssessment

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def patient(ward):
    return a_patient(ward)


@pytest.fixture
def send(ward):
    client = APIClient()
    client.force_authenticate(a_person(Role.CHARGE_NURSE, ward))

    def post(where, **body):
        named = {"client_id": str(uuid.uuid4()), "taken_at": NOW.isoformat()}
        return client.post(f"/api/v1/{where}/", named | body, format="json")

    return post


SODIUM = {"loinc": "2951-2", "unit": "mmol/L", "reference_low": 135, "reference_high": 145}


def test_a_result_answers_its_grades_by_term(send, patient):
    answer = send("labs", patient=patient.mrn, value=118, **SODIUM)
    assert answer.status_code == 201
    assert answer.json()["grades"]["Hyponatremia"]["grade"] == 4
    untitled = send("labs", patient=patient.mrn, loinc="2276-4", value=9000, unit="ng/mL")
    assert untitled.json()["grades"]["Ferritin"]["grade"] == "no_ctcae_term"


def test_a_result_is_corrected_and_withdrawn_with_a_reason(send, patient):
    wrong = send("labs", patient=patient.mrn, value=118, **SODIUM).json()["id"]
    assert send(f"labs/{wrong}/corrections", value=140, **SODIUM).status_code == 400
    answer = send(f"labs/{wrong}/corrections", value=140, reason="another sample", **SODIUM)
    assert answer.json()["supersedes"] == wrong
    assert answer.json()["grades"]["Hyponatremia"]["grade"] == 0
    right = answer.json()["id"]
    gone, again = (
        send(f"labs/{right}/corrections", withdrawn=True, reason="hemolyzed") for _ in range(2)
    )
    assert gone.status_code == again.status_code == 201
    assert gone.json()["id"] == again.json()["id"]
    assert (gone.json()["withdrawn"], gone.json()["grades"]) == (True, {})
    assert send("labs/0/corrections", reason="none", **SODIUM).status_code == 404


@pytest.mark.parametrize(
    ("items", "score"),
    [
        ([3, 0, 0, 0, 0, 0, 0, 3], 6),
        (["rarely", "always", "always", "always", "never", "never", "never", "often"], 6),
        ([3, 0, 0, 0, 0, 0, 0, None], None),
    ],
)
def test_delirium_answers_come_as_points_or_as_words(ward, send, items, score):
    child = a_patient(ward, birth_date="2021-05-01")
    answer = send("neuro-checks", patient=child.mrn, capd_items=items)
    assert answer.status_code == 201, answer.content
    assert answer.json()["capd_score"] == score


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"ice_items": {"year": "yes"}}, "ice_items"),
        ({"ice_items": [1]}, "ice_items"),
        ({"ice_items": {"year": True}}, "ice_items"),
        ({"capd_items": ["never", 1]}, "capd_items"),
        ({"capd_items": [1.5] * 8}, "capd_items"),
        ({"raised_pressure_signs": "papilloedema"}, "raised_pressure_signs"),
        ({"seizure_minutes": -1}, "seizure_minutes"),
        ({"cerebral_edema": "huge"}, "cerebral_edema"),
    ],
)
def test_a_sheet_that_is_none_is_refused_by_name(send, patient, body, field):
    answer = send("neuro-checks", patient=patient.mrn, **body)
    assert answer.status_code == 400
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not NeuroAssessment.objects.exists()


def test_what_was_not_stated_of_a_result_stays_unknown(send, patient):
    send("labs", patient=patient.mrn, value=140, **SODIUM)
    row = LabResult.objects.get()
    assert (row.symptomatic, row.anticoagulated) == (None, None)
