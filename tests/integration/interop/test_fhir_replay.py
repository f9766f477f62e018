"""A resource that waited is taken again when it is understood; what is a day old is history."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.models import Alert, Notification
from grading.models import Assessment
from interop.codes import ALL, LOINC, field_for
from interop.models import QuarantinedItem
from interop.quarantine import replaying
from staff.models import Role
from tests.factories import fhir, ward
from vitals.models import LabResult, ObservationSet

pytestmark = pytest.mark.django_db
BY_OXIMETRY = "8889-8"  # heart rate by pulse oximetry: not in our table


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: ward.NOW)


@pytest.fixture
def place():
    return ward.a_ward()


def send(place, someone, resource, status):
    answer = fhir.Sender.of(place).send("Observation", fhir.of(someone, resource))
    assert answer.status_code == status


@pytest.fixture
def waiting(place):
    someone = ward.a_patient(place)
    at = (ward.NOW - timedelta(minutes=10)).isoformat()
    send(place, someone, fhir.observation(BY_OXIMETRY, 77, "/min", effectiveDateTime=at), 202)
    return QuarantinedItem.objects.get()


def replay(item, place):
    by = ward.a_person(Role.CHARGE_NURSE, place)
    return dict(replaying.replay([item], by=by, now=ward.NOW))


def test_what_is_still_not_understood_waits_on(waiting, place):
    assert replaying.can_replay(waiting)
    assert replay(waiting, place) == {"waiting": 1}
    assert not ObservationSet.objects.exists()


def test_what_is_understood_now_is_stored_once_as_history(waiting, place, monkeypatch):
    known = replace(field_for("8867-4"), code=BY_OXIMETRY)
    monkeypatch.setitem(ALL, (LOINC, BY_OXIMETRY), known)
    assert replay(waiting, place) == {"stored": 1}
    assert ObservationSet.objects.get().heart_rate_bpm == 77
    assert waiting.resolution.resolved_as == "stored"
    assert not Notification.objects.exists()
    assert not QuarantinedItem.objects.waiting().exists()


def test_a_part_of_what_was_stored_is_not_taken_for_stored(place):
    someone = ward.a_patient(place)
    at = (ward.NOW - timedelta(minutes=10)).isoformat()
    panel = fhir.pressure(effectiveDateTime=at)
    panel["component"].append(
        {"code": fhir.code(BY_OXIMETRY), "valueQuantity": fhir.quantity(77, "/min")}
    )
    send(place, someone, panel, 201)
    assert replay(QuarantinedItem.objects.get(), place) == {"waiting": 1}
    assert ObservationSet.objects.count() == 1


@pytest.mark.parametrize(("hours", "is_told"), [(1, True), (25, False)])
def test_a_reading_a_day_old_is_graded_and_pages_nobody(place, hours, is_told):
    someone = ward.a_patient(place)
    ward.a_person(Role.ONCOLOGIST, place)
    at = (ward.NOW - timedelta(hours=hours)).isoformat()
    for loinc, value in (("8310-5", 39.9), ("8480-6", 60), ("59408-5", 80)):
        send(place, someone, fhir.observation(loinc, value, effectiveDateTime=at), 201)
    send(place, someone, fhir.observation("777-3", 3, "10*3/uL", effectiveDateTime=at), 201)
    assert ObservationSet.objects.count() == 3
    assert LabResult.objects.count() == 1
    assert Assessment.objects.filter(observation_set__isnull=False).exists()
    assert Alert.objects.exists() is is_told
    assert Notification.objects.exists() is is_told
