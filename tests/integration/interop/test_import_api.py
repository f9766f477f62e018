"""A file of history over HTTP: the page's own import, every row accounted for, nobody paged."""

import json
import uuid
from urllib.parse import urlencode

import pytest
from rest_framework.test import APIClient

from alerts.models import Alert, Notification
from audit.models import AuditEntry
from grading.models import Assessment
from interop.imports import files, work
from interop.imports.models import ImportJob
from interop.models import ImportBatch
from patients.models import Patient
from staff.models import ApiToken, Role
from staff.tokens import Scope
from tests.factories.ward import a_patient, a_person, a_ward
from vitals.models import ObservationSet

pytestmark = pytest.mark.django_db
WHERE = "/api/v1/imports/"
HEADER = "patient,taken_at,temperature_celsius,heart_rate_bpm,systolic_mmhg,oxygen_device\n"
GRAVE = "P1,2025-06-01T08:00:00Z,39.6,131,70,mechanical_ventilation\n"
IMPOSSIBLE = "P1,2025-06-01T09:00:00Z,388,120,70,\n"
ROWS = ("received", "stored", "duplicates", "quarantined", "rejected")


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.CRS_DATA_DIR = tmp_path


@pytest.fixture
def ward():
    return a_ward()


def caller(ward, *scopes, role=Role.INTEGRATION):
    made = APIClient()
    _, secret = ApiToken.issue(a_person(role, ward), label="history", scopes=scopes)
    made.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return made


@pytest.fixture
def client(ward):
    return caller(ward, Scope.IMPORT)


def send(client, text, kind="text/csv", **query):
    where = f"{WHERE}?{urlencode(query)}" if query else WHERE
    return client.post(where, text.encode(), content_type=kind)


def done(client, answer):
    assert answer.status_code == 202, answer.content
    assert work.work(uuid.UUID(answer.json()["id"]))
    return client.get(answer["Location"]).json()


def counts(said):
    return tuple(said["account"][name] for name in ROWS)


def test_a_file_is_taken_graded_and_accounted_for_and_nobody_is_paged(client, ward):
    answer = send(client, HEADER + GRAVE + IMPOSSIBLE, registers="true")
    assert (answer.json()["state"], answer.json()["account"]) == ("importing", None)
    said = done(client, answer)
    assert (said["state"], counts(said)) == ("done", (2, 1, 0, 1, 0))
    assert (said["rows_done"], said["rows_total"], said["stores"]) == (2, 2, True)
    stored = ObservationSet.objects.get()
    assert stored.patient.mrn == "P1"
    assert Assessment.objects.filter(observation_set=stored, grade__gte=3).exists()
    assert not Notification.objects.exists()
    assert not Alert.objects.exists()
    assert ImportBatch.objects.get().ward == ward
    acts = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"file.import_started", "patient.imported"} <= acts


def test_the_rejects_can_be_corrected_and_sent_again(client):
    said = done(client, send(client, HEADER + GRAVE + IMPOSSIBLE, registers="true"))
    answer = client.get(said["rejects"], HTTP_ACCEPT="text/csv")
    assert answer["Content-Type"] == "text/csv"
    rejects = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "388" in rejects
    assert AuditEntry.objects.filter(action="file.rejects_taken").count() == 1
    again = done(client, send(client, rejects.replace("388", "38.8")))
    assert counts(again) == (1, 1, 0, 0, 0)
    assert again["rejects"] is None
    assert client.get(f"{WHERE}{again['id']}/rejects/").status_code == 404


def test_the_same_file_again_is_all_duplicates(client):
    done(client, send(client, HEADER + GRAVE, registers="true"))
    said = done(client, send(client, HEADER + GRAVE, registers="true"))
    assert counts(said) == (1, 0, 1, 0, 0)
    assert ObservationSet.objects.count() == 1


def test_a_repeat_under_a_client_id_is_answered_and_another_file_refused(client):
    key = str(uuid.uuid4())
    first = send(client, HEADER + GRAVE, client_id=key)
    again = send(client, HEADER + GRAVE, client_id=key)
    other = send(client, HEADER + IMPOSSIBLE, client_id=key)
    assert (first.status_code, again.status_code, other.status_code) == (202, 200, 409)
    assert first.json()["id"] == again.json()["id"] == key
    assert ImportJob.objects.count() == len(list(files.folder().iterdir())) == 1


def test_a_dry_run_says_what_would_become_of_it_and_stores_nothing(client):
    said = done(client, send(client, HEADER + GRAVE, dry_run="true", registers="true"))
    assert (said["state"], said["stores"], counts(said)) == ("tried", False, (1, 1, 0, 0, 0))
    assert not Patient.objects.exists()


def test_a_mapping_is_given_once_and_then_named(client):
    mapping = {
        "shape": "tidy", "zone": "Europe/London",
        "columns": {"who": "patient", "when": "taken_at", "what": "name", "is": "value"},
        "names": {"pulse": {"target": "heart_rate_bpm"}},
    }  # fmt: skip
    head = "who,when,what,is\n"
    sent = send(client, head + "P2,2025-06-01 08:00,pulse,99\n", mapping=json.dumps(mapping),
                registers="true")  # fmt: skip
    said = done(client, sent)
    assert counts(said) == (1, 1, 0, 0, 0)
    assert ObservationSet.objects.get().taken_at.isoformat() == "2025-06-01T07:00:00+00:00"
    named = send(client, head + "P2,2025-06-01 09:00,pulse,98\n", mapping=said["id"])
    assert counts(done(client, named)) == (1, 1, 0, 0, 0)


def test_what_is_too_large_names_field_value_and_bound(client, monkeypatch):
    body = HEADER + GRAVE
    monkeypatch.setattr(files, "LARGEST_BYTES", len(body))
    assert send(client, body).status_code == 202
    answer = send(client, body + "\n")
    assert answer.status_code == 413
    (wrong,) = answer.json()["errors"]
    assert (wrong["field"], wrong["value"]) == ("body", len(body) + 1)
    assert wrong["bound"] == {"low": 1, "high": len(body), "unit": "bytes"}
    assert len(list(files.folder().iterdir())) == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"shape": "deep"}, "shape"),
        ({"dry_run": "perhaps"}, "dry_run"),
        ({"zone": "Mars/Olympus"}, "mapping"),
        ({"mapping": "{"}, "mapping"),
        ({"mapping": "[1]"}, "mapping"),
        ({"mapping": str(uuid.uuid4())}, "mapping"),
        ({"client_id": "7"}, "client_id"),
        ({"wards": "x"}, "wards"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_by_name(client, query, field):
    answer = send(client, HEADER + GRAVE, **query)
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert not ImportJob.objects.exists()
    assert not list(files.folder().iterdir())


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\0\0", "patient\n"])
def test_what_is_no_such_table_is_refused_and_not_kept(client, text):
    assert send(client, text).status_code == 400
    assert not list(files.folder().iterdir())


def test_another_media_type_is_refused(client):
    answer = send(client, HEADER + GRAVE, kind="application/json")
    assert (answer.status_code, answer.json()["title"]) == (415, "The body must be CSV")


def test_a_token_needs_the_scope_and_the_ward(ward, client):
    for scopes, role in (((Scope.WRITE_OBSERVATIONS,), Role.INTEGRATION), ((), Role.ONCOLOGIST)):
        refused = caller(ward, *scopes, role=role)
        assert send(refused, HEADER + GRAVE).status_code == 403
    assert send(caller(ward, Scope.IMPORT, role=Role.NURSE), HEADER + GRAVE).status_code == 404
    stranger = caller(a_ward(), Scope.IMPORT)
    assert send(stranger, HEADER + GRAVE, ward=ward.code).status_code == 404
    job = send(client, HEADER + GRAVE)["Location"]
    assert client.get(job).status_code == 200
    assert stranger.get(job).status_code == 404


def test_a_patient_of_another_ward_is_brought_nothing(client):
    a_patient(a_ward(), mrn="P1")
    assert counts(done(client, send(client, HEADER + GRAVE, registers="true"))) == (1, 0, 0, 0, 1)
    assert not ObservationSet.objects.exists()


def test_a_person_with_several_wards_names_one(ward):
    doctor = a_person(Role.ONCOLOGIST, ward, a_ward())
    signed_in = APIClient()
    signed_in.force_authenticate(doctor)
    assert send(signed_in, HEADER + GRAVE).status_code == 400
    assert send(signed_in, HEADER + GRAVE, ward=ward.code).status_code == 202
