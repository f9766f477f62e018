"""Wards, people, patients and sets of observations that are ordinary in every way."""

import itertools
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django.contrib.auth.hashers import get_hasher, make_password

from charting import chart, doses, stays
from charting.chart import Charted
from charting.entry import Entry
from charting.neuro import record_neuro_check
from charting.symptoms import Report, Reported, record_symptoms
from patients.models import Infusion, Patient
from staff.models import Bed, Role, User, Ward, WardMembership
from vitals.models import NeuroAssessment
from vitals.vocabulary import Source

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"  # of every person made here
_numbers = itertools.count(1)

# A complete set of somebody who is well. `pressors` none is charted, not assumed.
WELL: dict[str, Any] = {
    "temperature_celsius": Decimal("36.8"),
    "heart_rate_bpm": 80,
    "respirations_per_minute": 16,
    "systolic_mmhg": 120,
    "diastolic_mmhg": 70,
    "spo2_percent": Decimal(98),
    "oxygen_device": "room_air",
    "vasopressors": [],
    "consciousness": "alert",
}
FEVER = WELL | {"temperature_celsius": Decimal("38.6")}
# Low enough to count on one reading; SOFT_GRADE_2 waits for a second one.
SOFT_GRADE_2 = FEVER | {"systolic_mmhg": 84, "diastolic_mmhg": 50}
GRADE_2 = SOFT_GRADE_2 | {"mean_arterial_mmhg": 54}
GRADE_3 = FEVER | {"hypotension": True, "vasopressors": ["norepinephrine"]}
GRADE_4 = GRADE_3 | {"vasopressors": ["norepinephrine", "epinephrine"]}


def a_ward(**fields: Any) -> Ward:
    """A ward in London."""
    number = next(_numbers)
    defaults = {"code": f"w{number}", "name": f"Ward {number}", "time_zone": "Europe/London"}
    return Ward.objects.create(**defaults | fields)


def a_person(role: str = Role.NURSE, *wards: Ward, **fields: Any) -> User:
    """Somebody with a role, an e-mail and these wards."""
    name = f"{role}{next(_numbers)}"
    defaults = {"email": f"{name}@example.org", "role": role}
    kept = _kept_password(get_hasher().algorithm)
    person = User.objects.create(username=name, password=kept, **defaults | fields)
    for ward in wards:
        WardMembership.objects.create(user=person, ward=ward)
    return person


@cache
def _kept_password(algorithm: str) -> str:
    """The one password as this hasher keeps it: worked out once, as the real one is slow."""
    return make_password(PASSWORD, hasher=algorithm)


def a_patient(
    ward: Ward | None = None,
    *,
    infused_at: datetime | None = NOW - timedelta(days=5),
    therapy: str = "tisa-cel",
    kind: str = "infusion",
    bed: str = "",
    **fields: Any,
) -> Patient:
    """A patient in a bed of the ward, five days after tisagenlecleucel."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "mrn": f"MRN{number:05d}",
        "family_name": f"Family{number}",
        "given_name": "Given",
        "birth_date": date(1980, 5, 1),
    }
    patient = Patient.objects.create(**defaults | fields)
    if ward is not None:
        place, _ = Bed.objects.get_or_create(ward=ward, label=bed or str(number))
        stays.admit(patient, ward=ward, bed=place, at=NOW - timedelta(days=9), by=None, now=NOW)
    if infused_at is not None:
        an_infusion(patient, therapy=therapy, kind=kind, started_at=infused_at)
    return patient


def an_infusion(
    patient: Patient, *, started_at: datetime, therapy: str = "tisa-cel", kind: str = "infusion"
) -> Infusion:
    """A dose that was given."""
    return doses.record_infusion(
        patient_id=patient.pk,
        therapy=therapy,
        kind=kind,
        started_at=started_at,
        recorded_by=a_person(Role.ONCOLOGIST),
        now=max(NOW, started_at),
    )


def an_entry(values: dict[str, Any], *, taken_at: datetime, **envelope: Any) -> Entry:
    """An entry with these values."""
    return Entry(envelope.pop("client_id", uuid.uuid4()), taken_at, values, **envelope)


def chart_set(
    patient: Patient,
    values: dict[str, Any],
    *,
    minutes_ago: float = 0,
    by: User | None = None,
    now: datetime = NOW,
) -> Charted:
    """Chart a set taken some minutes ago."""
    return chart.chart_observations(
        patient_id=patient.pk,
        entry=an_entry(values, taken_at=now - timedelta(minutes=minutes_ago)),
        charted_by=by or a_person(),
        now=now,
    )


def give(
    patient: Patient, code: str, *, minutes_ago: float, now: datetime = NOW, **more: Any
) -> Any:
    """Record a medicine given some minutes ago."""
    return doses.record_treatment(
        patient_id=patient.pk,
        client_id=uuid.uuid4(),
        code=code,
        started_at=now - timedelta(minutes=minutes_ago),
        recorded_by=a_person(),
        now=now,
        **more,
    )


def check_neuro(
    patient: Patient, *, minutes_ago: float = 0, now: datetime = NOW, **findings: Any
) -> NeuroAssessment:
    """Do a neuro check some minutes ago, recorded at once."""
    at = now - timedelta(minutes=minutes_ago)
    return record_neuro_check(
        patient_id=patient.pk,
        client_id=uuid.uuid4(),
        taken_at=at,
        recorded_by=a_person(),
        now=at,
        findings=findings,
    )[0]


def report_symptoms(
    patient: Patient,
    found: dict[str, int | None],
    *,
    minutes_ago: float = 0,
    now: datetime = NOW,
) -> tuple[Reported, ...]:
    """Report symptoms with the grade picked; None is looked for and not found."""
    return record_symptoms(
        patient_id=patient.pk,
        client_id=uuid.uuid4(),
        reports=[
            Report(
                code,
                is_present=grade is not None,
                taken_at=now - timedelta(minutes=minutes_ago),
                grade=grade,
            )
            for code, grade in found.items()
        ],
        recorded_by=a_person(),
        now=now,
        source=Source.NURSE,
    )
