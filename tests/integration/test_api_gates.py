"""The gates over REST: doubts are stored and answered, or held to where the caller says it asks."""

import uuid
from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from staff.models import ApiToken, Role
from tests.factories.ward import NOW, WELL, a_patient, a_person, a_ward, chart_set
from vitals.models import LabResult, ObservationSet

pytestmark = pytest.mark.django_db
URL = "/api/v1/observations/"


@pytest.fixture
def ward(time_machine):
    time_machine.move_to(NOW, tick=False)
    return a_ward()


@pytest.fixture
def patient(ward):
    return a_patient(ward)


@pytest.fixture
def api(ward):
    return client_of(a_person(Role.INTEGRATION, ward))


def client_of(person):
    _, secret = ApiToken.issue(person, label="gateway")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def body(patient, /, **values):
    envelope = {"client_id": str(uuid.uuid4()), "patient": patient.mrn, "taken_at": NOW.isoformat()}
    return envelope | {"heart_rate_bpm": 80} | values


def test_a_caller_that_cannot_ask_has_its_doubts_kept_and_answered(api, patient):
    chart_set(patient, WELL, minutes_ago=60)
    answer = api.post(URL, body(patient, heart_rate_bpm=165))
    assert answer.status_code == 201
    (doubt,) = answer.json()["doubts"]
    assert doubt["field"] == "heart_rate_bpm"
    assert "unusual" in doubt["message"]
    assert "after 80 /min before" in doubt["message"]
    stored = ObservationSet.objects.latest("pk")
    assert [(d["field"], d["confirmed"]) for d in stored.doubted] == [("heart_rate_bpm", False)]


def test_a_caller_that_asks_is_held_to_the_answer(api, patient):
    sent = body(patient, heart_rate_bpm=165, confirmed=[])
    asked = api.post(URL, sent)
    assert asked.status_code == 409
    assert [error["field"] for error in asked.json()["errors"]] == ["heart_rate_bpm"]
    assert not ObservationSet.objects.exists()
    wrong = api.post(URL, sent | {"confirmed": ["heart_rate_bpm=164"]})
    assert wrong.status_code == 409
    stood_by = api.post(URL, sent | {"confirmed": ["heart_rate_bpm=165"]})
    assert stood_by.status_code == 201
    assert ObservationSet.objects.get().doubted[0]["confirmed"] is True


@pytest.mark.parametrize("confirmed", ["heart_rate_bpm=165", {"heart_rate_bpm": 165}, [165]])
def test_what_is_confirmed_is_a_list_of_tokens(api, patient, confirmed):
    answer = api.post(URL, body(patient, confirmed=confirmed))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "confirmed"


def test_skips_and_their_reasons_come_over_rest(api, ward, patient):
    sent = body(patient, skipped={"spo2_percent": "equipment_missing", "set": "refused"})
    assert api.post(URL, sent).status_code == 201
    nurse = client_of(a_person(Role.NURSE, ward))
    listed = nurse.get(f"{URL}?patient={patient.pk}").json()["sets"][0]
    assert listed["skipped"] == {"set": "refused", "spo2_percent": "equipment_missing"}


def test_asleep_needs_a_signed_order(api, patient):
    answer = api.post(URL, body(patient, skipped={"set": "asleep"}))
    assert answer.status_code == 400
    assert "signed order" in answer.json()["errors"][0]["message"]


def test_a_person_says_why_a_set_is_late_and_a_machine_has_no_reason(api, ward, patient):
    late = {"taken_at": (NOW - timedelta(hours=5)).isoformat()}
    assert api.post(URL, body(patient, **late)).status_code == 201
    nurse = client_of(a_person(Role.NURSE, ward))
    refused = nurse.post(URL, body(patient, **late))
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "late_reason"
    assert nurse.post(URL, body(patient, late_reason="on_paper", **late)).status_code == 201


def test_a_correction_carries_its_code(ward, patient):
    nurse = client_of(a_person(Role.NURSE, ward))
    wrong = chart_set(patient, WELL, minutes_ago=5).observations
    sent = {name: value for name, value in body(patient).items() if name != "patient"}
    for reason, code in (("device_fault", "device_fault"), ("the cuff slipped", "other")):
        url = f"{URL}{wrong.pk}/corrections/"
        answer = nurse.post(url, sent | {"client_id": str(uuid.uuid4()), "reason": reason})
        assert answer.status_code == 201
        wrong = ObservationSet.objects.get(pk=answer.json()["id"])
        assert (wrong.correction_code, wrong.reason) == (code, reason)


@pytest.mark.parametrize(("crp", "asked"), [(119, False), (120, True)])
def test_a_result_ten_times_the_one_before_is_asked_about(api, patient, crp, asked):
    def result(value, minutes, **more):
        at = (NOW - timedelta(minutes=minutes)).isoformat()
        row = {"client_id": str(uuid.uuid4()), "patient": patient.mrn, "taken_at": at}
        return row | {"loinc": "1988-5", "value": value, "unit": "mg/L"} | more

    api.post("/api/v1/labs/", result(12, 600))
    sent = result(crp, 5, confirmed=[])
    answer = api.post("/api/v1/labs/", sent)
    assert answer.status_code == (409 if asked else 201)
    if asked:
        assert "is the unit right?" in answer.json()["errors"][0]["message"]
        assert api.post("/api/v1/labs/", sent | {"confirmed": ["crp=120"]}).status_code == 201
        assert LabResult.objects.latest("pk").doubted[0]["confirmed"] is True


def test_a_set_of_the_wrong_patient_moves_over_rest(ward, patient):
    nurse, right = client_of(a_person(Role.NURSE, ward)), a_patient(ward)
    wrong = chart_set(patient, WELL, minutes_ago=5).observations
    url, sent = f"{URL}{wrong.pk}/move/", {"client_id": str(uuid.uuid4()), "patient": right.mrn}
    assert nurse.post(url, sent | {"patient": patient.mrn}).status_code == 400
    assert nurse.post(url, sent | {"patient": a_patient(a_ward()).mrn}).status_code == 404
    assert [nurse.post(url, sent).status_code for _ in range(2)] == [201, 200]
    moved = ObservationSet.objects.in_force().get()
    assert (moved.patient_id, moved.moved_from_id) == (right.pk, wrong.pk)
    again = nurse.post(url, sent | {"client_id": str(uuid.uuid4())})
    assert again.status_code == 409
