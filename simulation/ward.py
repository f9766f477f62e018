"""The ward a seed begins with: its people, and patients at different days of their therapy."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from charting import doses, stays
from patients.models import Patient
from simulation.scenario import Scenario
from staff.models import Bed, Role, User, Ward, WardMembership


@dataclass(frozen=True, slots=True)
class People:
    """Who works here; the same in every seed."""

    ward: Ward
    nurses: tuple[User, ...]
    charge_nurses: tuple[User, ...]
    oncologist: User


def build() -> People:
    """Make ward and people, once for all seeds."""
    ward = Ward.objects.create(code="sim", name="Simulated ward", time_zone="Europe/London")
    return People(
        ward=ward,
        nurses=tuple(_person(f"nurse{n}", Role.NURSE, ward) for n in (1, 2)),
        charge_nurses=(_person("charge1", Role.CHARGE_NURSE, ward),),
        oncologist=_person("oncologist", Role.ONCOLOGIST, ward),
    )


def admit(people: People, scenario: Scenario) -> list[int]:
    """Admit the patients of a scenario; return their ids."""
    return [
        _patient(people, number, days, at=scenario.starts_at)
        for number, days in enumerate(scenario.infused_days_ago, start=1)
    ]


def _patient(people: People, number: int, days: int | None, *, at: datetime) -> int:
    patient = Patient.objects.create(
        mrn=f"SIM{number}", birth_date=date(1960 + number, 5, 1), is_synthetic=True
    )
    bed, _ = Bed.objects.get_or_create(ward=people.ward, label=str(number))
    before = at - timedelta(days=60)
    stays.admit(patient, ward=people.ward, bed=bed, at=before, by=people.oncologist, now=at)
    if days is not None:
        doses.record_infusion(
            patient_id=patient.pk,
            therapy="tisa-cel",
            kind="infusion",
            started_at=at - timedelta(days=days),
            recorded_by=people.oncologist,
            now=at,
        )
    return patient.pk


def _person(name: str, role: Role, ward: Ward) -> User:
    person = User.objects.create(username=name, email=f"{name}@example.org", role=role)
    WardMembership.objects.create(user=person, ward=ward)
    return person
