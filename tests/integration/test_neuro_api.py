"""Neuro checks over HTTP: what was asked, handwriting, corrections, and who may read them."""

import uuid

import pytest
from rest_framework.test import APIClient

from staff.models import Role
from tests.factories.ward import NOW, a_patient, a_person, a_ward
from vitals import strokes
from vitals.models import Handwriting, IceWardSet, NeuroAssessment

pytestmark = pytest.mark.django_db
CLEAR = {"consciousness": "alert", "seizure": "none", "motor_weakness": False}
ASKED = {"objects": ["cup", "key", "pen"], "command": "Close your eyes", "sentence": "It rains."}
WRITTEN = [[10, 20, 30, 40], [50, 60]]


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def patient(ward):
    return a_patient(ward)


def client_of(*wards):
    client = APIClient()
    client.force_authenticate(a_person(Role.CHARGE_NURSE, *wards))
    return client


@pytest.fixture
def client(ward):
    return client_of(ward)


@pytest.fixture
def send(client):
    def post(where, **body):
        named = {"client_id": str(uuid.uuid4()), "taken_at": NOW.isoformat()}
        return client.post(f"/api/v1/{where}/", named | body, format="json")

    return post


def test_a_check_keeps_what_was_asked_and_how_it_was_written(client, send, patient):
    answer = send(
        "neuro-checks", patient=patient.mrn, ice_score=9, asked=ASKED, handwriting=WRITTEN,
        language="Turkish", interpreter=True, **CLEAR,
    )  # fmt: skip
    assert answer.status_code == 201, answer.content
    read = client.get(f"/api/v1/neuro-checks/{answer.json()['id']}/").json()
    assert (read["asked"], read["handwriting"]) == (ASKED, WRITTEN)
    assert (read["language"], read["interpreter"], read["ice_score"]) == ("Turkish", True, 9)
    assert read["grades"]["astct_icans"]["grade"] == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"handwriting": "M0 0"}, "handwriting"),
        ({"handwriting": [[1, 2, 3]]}, "handwriting"),
        ({"handwriting": [[1, strokes.HEIGHT + 1]]}, "handwriting"),
        ({"handwriting": [[1, 1]] * (strokes.MOST_STROKES + 1)}, "handwriting"),
        ({"handwriting": [[1.5, 2]]}, "handwriting"),
        ({"asked": ["cup"]}, "asked"),
        ({"asked": {"objects": ["cup"]}}, "asked"),
        ({"asked": {"president": "x"}}, "asked"),
    ],
)
def test_what_is_no_writing_and_no_question_is_refused_by_name(send, patient, body, field):
    answer = send("neuro-checks", patient=patient.mrn, ice_score=9, **body)
    assert answer.status_code == 400
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not NeuroAssessment.objects.exists()
    assert not Handwriting.objects.exists()


def test_handwriting_alone_is_no_check(send, patient):
    answer = send("neuro-checks", patient=patient.mrn, handwriting=WRITTEN, asked=ASKED)
    assert answer.status_code == 400


def test_a_check_is_corrected_and_withdrawn_with_a_reason(client, send, patient):
    wrong = send("neuro-checks", patient=patient.mrn, ice_score=6, **CLEAR).json()["id"]
    assert send(f"neuro-checks/{wrong}/corrections", ice_score=9, **CLEAR).status_code == 400
    answer = send(f"neuro-checks/{wrong}/corrections", ice_score=9, reason="typing", **CLEAR)
    assert answer.status_code == 201, answer.content
    assert answer.json()["grades"]["astct_icans"]["grade"] == 1
    right = answer.json()["id"]
    assert client.get(f"/api/v1/neuro-checks/{wrong}/").json()["superseded_by"] == right
    again = send(f"neuro-checks/{wrong}/corrections", ice_score=8, reason="typing", **CLEAR)
    assert again.status_code == 400
    gone = send(f"neuro-checks/{right}/corrections", withdrawn=True, reason="wrong patient")
    assert gone.status_code == 201
    listed = client.get(f"/api/v1/patients/{patient.pk}/neuro-checks/").json()
    assert listed["neuro_checks"] == []
    assert send("neuro-checks/0/corrections", reason="none", ice_score=1).status_code == 404


def test_the_list_is_newest_first_and_says_what_to_ask_next(client, send, patient):
    first = client.get(f"/api/v1/patients/{patient.pk}/neuro-checks/").json()["ask_next"]
    assert first == client.get(f"/api/v1/patients/{patient.pk}/neuro-checks/").json()["ask_next"]
    send("neuro-checks", patient=patient.mrn, ice_score=9, asked=first, **CLEAR)
    send("neuro-checks", patient=patient.mrn, ice_score=8, handwriting=WRITTEN, asked=first,
         taken_at="2026-03-10T11:00:00Z", **CLEAR)  # fmt: skip
    listed = client.get(f"/api/v1/patients/{patient.pk}/neuro-checks/").json()
    assert [each["ice_score"] for each in listed["neuro_checks"]] == [9, 8]
    assert [each["has_handwriting"] for each in listed["neuro_checks"]] == [False, True]
    assert not set(listed["ask_next"]["objects"]) & set(first["objects"])
    assert listed["ask_next"]["command"] != first["command"]


def test_a_ward_asks_with_its_own_set(client, ward, patient):
    own = ["ball", "doll", "drum", "kite", "sled", "top"]
    IceWardSet.objects.create(
        ward=ward, objects_to_name=own, commands=["Wave", "Clap"], sentence="Bears like honey."
    )
    asked = client.get(f"/api/v1/patients/{patient.pk}/neuro-checks/").json()["ask_next"]
    assert set(asked["objects"]) < set(own)
    assert asked["sentence"] == "Bears like honey."


def test_another_wards_checks_are_none(send, patient):
    check = send("neuro-checks", patient=patient.mrn, ice_score=9, **CLEAR).json()["id"]
    stranger = client_of(a_ward())
    named = {"client_id": str(uuid.uuid4()), "taken_at": NOW.isoformat(), "reason": "x"}
    assert stranger.get(f"/api/v1/neuro-checks/{check}/").status_code == 404
    assert stranger.get(f"/api/v1/patients/{patient.pk}/neuro-checks/").status_code == 404
    answer = stranger.post(
        f"/api/v1/neuro-checks/{check}/corrections/", named | {"ice_score": 1}, format="json"
    )
    assert answer.status_code == 404
    assert NeuroAssessment.objects.count() == 1
