"""The ward that charts: people to be told, and a new patient for every event."""

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from charting.models import PatientState
from patients.models import Patient
from staff.models import ApiToken, Role, User, Ward
from tests.factories.ward import a_person, a_ward, an_infusion

# What is charted of them, each of it a P1, which no limit holds back: a fever without a
# neutrophil count, a hypotension that a person judged, a vasopressor.
EVENTS = (
    {"temperature_celsius": 38.6, "systolic_mmhg": 120, "diastolic_mmhg": 70},
    {"temperature_celsius": 38.6, "systolic_mmhg": 82, "hypotension": True},
    {"temperature_celsius": 38.6, "hypotension": True, "vasopressors": ["norepinephrine"]},
)
_REST = {"spo2_percent": 97, "oxygen_device": "room_air", "heart_rate_bpm": 100}


@dataclass(frozen=True, slots=True)
class Event:
    """One set to be charted, by the name it keeps through every repeat."""

    patient_id: int
    client_id: str
    body: dict[str, object]


@dataclass(frozen=True, slots=True)
class Place:
    """A ward with its token, and the one who answers its alerts."""

    ward: Ward
    token: str
    oncologist: User


def make() -> Place:
    """Make a ward with a charge nurse and an oncologist."""
    ward = a_ward()
    a_person(Role.CHARGE_NURSE, ward)
    oncologist = a_person(Role.ONCOLOGIST, ward)
    gateway = a_person(Role.INTEGRATION, ward)
    _, token = ApiToken.issue(gateway, label="gateway")
    return Place(ward, token, oncologist)


def events(place: Place) -> Iterator[Event]:
    """Make patients as they are needed, five days after their dose, each with one event."""
    for number in itertools.count(1):
        patient = Patient.objects.create(mrn=f"K{number:06d}", birth_date="1980-05-01")
        an_infusion(patient, started_at=timezone.now() - timedelta(days=5))
        PatientState.objects.filter(pk=patient.pk).update(ward=place.ward)
        client_id = str(uuid.uuid4())
        yield Event(
            patient.pk,
            client_id,
            {"client_id": client_id, "patient": patient.pk, **_REST, **EVENTS[number % 3]},
        )
