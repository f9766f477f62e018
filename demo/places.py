"""The wards and beds of the demo, and the patients that the scripts describe."""

from datetime import datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from demo.courses import Script
from patients.models import BodyWeight, DiseaseBurden, Patient
from staff.models import Bed, User, Ward

TIME_ZONE: Final = ZoneInfo("Europe/London")
_WARDS: Final = {"7b": ("7B", "4417", 14), "4a": ("4A", "4402", 4)}
# Trees, so that nobody takes them for people; two share one, so that the name alert shows.
FAMILY_NAMES: Final = {
    "Ada": "Alder", "Bruno": "Birch", "Clara": "Cedar", "Dario": "Dogwood", "Edith": "Elm",
    "Femi": "Fir", "Greta": "Gorse", "Hugo": "Hazel", "Iris": "Ivy", "Jonas": "Juniper",
    "Kalu": "Kapok", "Lena": "Maple", "Milo": "Maple", "Noor": "Nutmeg",
}  # fmt: skip


def ensure_wards() -> dict[str, Ward]:
    """Create the wards and beds that are missing; return the wards by code."""
    wards = {}
    for code, (name, phone, beds) in _WARDS.items():
        wards[code], _ = Ward.objects.get_or_create(
            code=code, defaults={"name": name, "phone": phone, "time_zone": TIME_ZONE.key}
        )
        Bed.objects.bulk_create(
            [Bed(ward=wards[code], label=f"{number:02}") for number in range(1, beds + 1)],
            ignore_conflicts=True,
        )
    return wards


def register(script: Script, *, at: datetime, by: User) -> Patient:
    """Create the patient with a weight and the disease burden, as known at admission.

    A weight and a burden have no door of their own: they change no grade.
    """
    person = script.person
    day = at.astimezone(TIME_ZONE).date()
    patient = Patient.objects.create(
        mrn=person.mrn,
        family_name=FAMILY_NAMES[person.given_name],
        given_name=person.given_name,
        birth_date=person.birth_date(today=day),
        sex=person.sex,
        diagnosis=person.diagnosis,
        is_synthetic=True,
    )
    BodyWeight.objects.create(
        patient=patient,
        weight_kg=Decimal(person.weight_kg),
        measured_at=at,
        recorded_by=by,
        recorded_at=at,
    )
    measure, percent = person.burden
    DiseaseBurden.objects.create(
        patient=patient,
        measure=measure,
        value_percent=Decimal(percent),
        assessed_on=day,
        recorded_by=by,
        recorded_at=at,
    )
    return patient
