"""The ward of the storm: many patients with a lesser problem, and one new patient for each P1."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone

from charting import doses
from charting.entry import Entry
from charting.models import PatientState
from patients.models import Patient
from staff.models import Role, User, Ward
from tests.factories.ward import WELL, a_person, a_ward
from tests.faults.kill.ward import EVENTS

PROBLEMS: Final = 50
# One event in so many is a P1 of a patient who had none.
P1_EVERY: Final = 20
# A fever outside the window is a P2; each step is a whole one worse, so people are told again.
_FEVERS: Final = (38.2, 39.3, 40.4)


@dataclass(frozen=True, slots=True)
class Event:
    """One set that makes somebody be told, or would if nobody had been."""

    patient_id: int
    values: dict[str, Any]

    def entry(self) -> Entry:
        """Return it as a client would send it now."""
        now = timezone.now()
        sent = {"client_id": str(uuid.uuid4()), "taken_at": now.isoformat(), **self.values}
        body = json.loads(json.dumps(sent, default=float), parse_float=Decimal)
        return Entry.parse(body, now=now)


def make(events: int) -> None:
    """Make a ward with those who are told, and a patient for each problem and each P1."""
    ward = a_ward()
    a_person(Role.CHARGE_NURSE, ward)
    oncologist = a_person(Role.ONCOLOGIST, ward)
    a_person(Role.NURSE, ward)
    for number in range(PROBLEMS):
        _patient(ward, f"S{number:05d}", days=20, given_by=oncologist)
    for number in range(events // P1_EVERY):
        _patient(ward, f"G{number:05d}", days=5, given_by=oncologist)


def nurse() -> User:
    """The one who charts."""
    return User.objects.get(role=Role.NURSE)


def events(count: int, *, mine: int, of: int) -> Iterator[Event]:
    """Every event of one client among several, in order."""
    lesser, grave = _numbered("S"), _numbered("G")
    for number in range(mine, count, of):
        if number % P1_EVERY == P1_EVERY - 1:
            at = number // P1_EVERY
            yield Event(grave[at], WELL | EVENTS[at % len(EVENTS)])
        else:
            fever = _FEVERS[min(number // PROBLEMS, len(_FEVERS) - 1)]
            yield Event(lesser[number % PROBLEMS], WELL | {"temperature_celsius": fever})


def _numbered(letter: str) -> list[int]:
    rows = Patient.objects.filter(mrn__startswith=letter).order_by("mrn")
    return list(rows.values_list("pk", flat=True))


def _patient(ward: Ward, mrn: str, *, days: int, given_by: User) -> None:
    now = timezone.now()
    patient = Patient.objects.create(mrn=mrn, birth_date="1980-05-01")
    doses.record_infusion(
        patient_id=patient.pk,
        therapy="tisa-cel",
        kind="infusion",
        started_at=now - timedelta(days=days),
        recorded_by=given_by,
        now=now,
    )
    PatientState.objects.filter(pk=patient.pk).update(ward=ward)
