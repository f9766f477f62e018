"""Fill an empty database with invented wards, and count what the load left in it."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone

from alerts.models import Heartbeat, Notification
from audit import trail
from audit.models import AuditEntry
from bench.floor.views import TABLE
from charting import chart
from charting.entry import Entry
from charting.models import PatientState
from grading.models import Assessment
from grading.scales import CRS
from patients import therapies
from patients.models import Infusion, Patient, Stay
from staff.models import ApiToken, Bed, Role, User, Ward, WardMembership
from vitals.models import ObservationSet

WELL: Final[dict[str, Any]] = {
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
FEVER: Final = WELL | {"temperature_celsius": Decimal("38.6")}
LOW_PRESSURE: Final = FEVER | {"systolic_mmhg": 84, "diastolic_mmhg": 50}
# What one in ten patients of a board last had; the others are well.
_UNWELL: Final = (FEVER, LOW_PRESSURE)


@dataclass(frozen=True, slots=True)
class Nurse:
    """Somebody signed in: the keys that a browser or an integration would send."""

    session: str
    token: str


@dataclass(frozen=True, slots=True)
class Charts:
    """What was stored for some patients: every count must agree with the answers."""

    sets: int
    grades: int
    audited: int
    states_behind: int


def make_floor() -> int:
    """Create the floor's table and one row to look up; return its id."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute(
            "INSERT INTO bench_floor (client_id, patient, taken_at, oxygen_device) "
            "VALUES (gen_random_uuid(), 'P', now(), 'room_air') RETURNING id"
        )
        row: tuple[int] = cursor.fetchone()
    return row[0]


def make_ward(code: str, *, patients: int) -> Ward:
    """A ward with this many patients five days after their infusion, each charted once."""
    ward = Ward.objects.create(code=code, name=f"Ward {code}", time_zone="Europe/London")
    _person(f"{code}-lead", Role.CHARGE_NURSE, ward)
    nurse = _person(f"{code}-nurse", Role.NURSE, ward)
    now = timezone.now()
    people = Patient.objects.bulk_create(
        Patient(
            mrn=f"{code}-{number:04d}",
            family_name=f"Family{number}",
            given_name="Given",
            birth_date=date(1980, 5, 1),
            is_synthetic=True,
        )
        for number in range(patients)
    )
    beds = Bed.objects.bulk_create(Bed(ward=ward, label=f"{n:03d}") for n in range(patients))
    Stay.objects.bulk_create(
        Stay(patient=who, ward=ward, bed=bed, admitted_at=now - timedelta(days=9))
        for who, bed in zip(people, beds, strict=True)
    )
    edition = therapies.profile("tisa-cel").edition
    Infusion.objects.bulk_create(
        Infusion(
            patient=who,
            therapy="tisa-cel",
            therapy_edition=edition,
            kind="infusion",
            started_at=now - timedelta(days=5),
            recorded_at=now,
        )
        for who in people
    )
    for number, who in enumerate(people):
        last = _UNWELL[number // 10 % 2] if number % 10 == 0 else WELL
        chart.chart_observations(
            patient_id=who.pk,
            entry=Entry(uuid.uuid4(), now - timedelta(minutes=30), last),
            charted_by=nurse,
            now=now,
        )
    return ward


def sign_in(name: str, role: Role, ward: Ward) -> Nurse:
    """A person of the ward with a session of their own, and a token."""
    person = _person(name, role, ward)
    store = SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save()
    _, secret = ApiToken.issue(person, label="bench")
    return Nurse(session=str(store.session_key), token=secret)


def stand_in_for_the_sender() -> None:
    """Mark every message as sent, as the sender would have done, and beat its heart."""
    now = timezone.now()
    Notification.objects.filter(sent_at=None).update(sent_at=now)
    Heartbeat.objects.update_or_create(
        name="sender", defaults={"boot_id": "bench", "counter": 1, "at": now}
    )


def charts_of(ward_code: str) -> Charts:
    """Count what is stored for the patients of a ward."""
    states = PatientState.objects.filter(ward__code=ward_code)
    scopes = [f"patient:{pk}" for pk in states.values_list("pk", flat=True)]
    in_order = ObservationSet.objects.filter(ward__code=ward_code).order_by("taken_at", "pk")
    newest = dict(in_order.values_list("patient_id", "pk"))  # the last of each patient stays
    return Charts(
        sets=ObservationSet.objects.filter(ward__code=ward_code).count(),
        grades=Assessment.objects.filter(observation_set__ward__code=ward_code, scale=CRS).count(),
        audited=AuditEntry.objects.filter(action="observations.charted", scope__in=scopes).count(),
        states_behind=sum(newest.get(state.pk) != state.latest_set_id for state in states),
    )


def floor_rows() -> int:
    """Count the floor's rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bench_floor")
        row: tuple[int] = cursor.fetchone()
    return row[0]


def breaks_in_the_trail() -> int:
    """How often the audit trail cannot be believed: 0."""
    return len(trail.verify())


def settle() -> str:
    """Tell the planner what is there; return what PostgreSQL calls itself."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SHOW server_version")
        row: tuple[str] = cursor.fetchone()
    return row[0]


def _person(name: str, role: Role, ward: Ward) -> User:
    person = User.objects.create_user(name, email=f"{name}@example.org", role=role)
    WardMembership.objects.create(user=person, ward=ward)
    return person
