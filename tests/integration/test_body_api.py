"""Weights and disease burden over HTTP: recorded once, read back, refused by name."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from audit.models import AuditEntry
from patients.models import BodyWeight, DiseaseBurden
from staff.models import Role
from tests.factories.ward import NOW, a_patient, a_person, a_ward

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def patient(ward):
    return a_patient(ward)


@pytest.fixture
def client(ward):
    found = APIClient()
    found.force_authenticate(a_person(Role.NURSE, ward))
    return found


def weight(**fields):
    named = {"client_id": str(uuid.uuid4()), "weight_kg": 71.5, "measured_at": NOW.isoformat()}
    return named | fields


def burden(**fields):
    named = {
        "client_id": str(uuid.uuid4()), "measure": "mrd", "value_percent": 0.0125,
        "assessed_on": "2026-03-01",
    }  # fmt: skip
    return named | fields


def send(client, patient, kind, body):
    return client.post(f"/api/v1/patients/{patient.pk}/{kind}/", body, format="json")


def test_a_weight_is_recorded_once_and_read_back(client, patient):
    sent = weight()
    assert send(client, patient, "weights", sent).status_code == 201
    again = send(client, patient, "weights", sent)
    assert again.status_code == 200
    assert send(client, patient, "weights", sent | {"weight_kg": 72}).status_code == 409
    read = client.get(f"/api/v1/patients/{patient.pk}/weights/").json()
    assert read == {"weights": [again.json()], "next": None}
    assert read["weights"][0]["weight_kg"] == 71.5
    assert AuditEntry.objects.filter(action="weight.recorded").count() == 1


def test_the_same_weight_of_the_same_moment_is_one_fact(client, patient):
    first, second = (send(client, patient, "weights", weight()).json() for _ in range(2))
    assert first == second
    assert BodyWeight.objects.count() == 1


def test_a_burden_is_recorded_once_and_read_back(client, patient):
    sent = burden()
    assert send(client, patient, "burdens", sent).status_code == 201
    assert send(client, patient, "burdens", sent).status_code == 200
    (read,) = client.get(f"/api/v1/patients/{patient.pk}/burdens/").json()["burdens"]
    assert (read["measure"], read["value_percent"], read["assessed_on"]) == (
        "mrd", 0.0125, "2026-03-01",
    )  # fmt: skip
    assert AuditEntry.objects.filter(action="burden.recorded").count() == 1


@pytest.mark.parametrize(
    ("kilograms", "status"), [(0.29, 400), (0.3, 201), (400, 201), (400.01, 400)]
)
def test_a_weight_is_from_0_3_to_400_kg(client, patient, kilograms, status):
    assert send(client, patient, "weights", weight(weight_kg=kilograms)).status_code == status


@pytest.mark.parametrize(("percent", "status"), [(-0.1, 400), (0, 201), (100, 201), (100.1, 400)])
def test_a_burden_is_from_0_to_100_percent(client, patient, percent, status):
    sent = burden(value_percent=percent)
    assert send(client, patient, "burdens", sent).status_code == status


@pytest.mark.parametrize(
    ("kind", "wrong", "field"),
    [
        ("weights", {"weight_kg": 71.555}, "weight_kg"),
        ("weights", {"weight_kg": None}, "weight_kg"),
        ("weights", {"measured_at": None}, "measured_at"),
        ("burdens", {"value_percent": 0.00001}, "value_percent"),
        ("burdens", {"measure": "guessed"}, "measure"),
        ("burdens", {"assessed_on": None}, "assessed_on"),
    ],
)
def test_what_is_wrong_is_refused_by_name_and_nothing_is_stored(
    client, patient, kind, wrong, field
):
    sent = (weight if kind == "weights" else burden)(**wrong)
    answer = send(client, patient, kind, sent)
    assert answer.status_code == 400
    assert field in answer.content.decode()
    assert not BodyWeight.objects.exists()
    assert not DiseaseBurden.objects.exists()


def test_the_future_is_refused(client, patient):
    later = timezone.now() + timedelta(days=2)
    for kind, sent in (
        ("weights", weight(measured_at=later.isoformat())),
        ("burdens", burden(assessed_on=later.date().isoformat())),
    ):
        answer = send(client, patient, kind, sent)
        assert answer.status_code == 400
        assert "is in the future" in answer.content.decode()


def test_another_wards_patient_is_not_found(patient):
    other = APIClient()
    other.force_authenticate(a_person(Role.NURSE, a_ward()))
    assert send(other, patient, "weights", weight()).status_code == 404
    assert send(other, patient, "burdens", burden()).status_code == 404
    assert other.get(f"/api/v1/patients/{patient.pk}/weights/").status_code == 404
