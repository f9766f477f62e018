"""Fill ward 7B of the demo up to thirty beds with simple invented patients, for the pictures.

Run as `python -m docs.full_ward` with the environment of a demo ward that runs. The same
patients each time; `make run` shows none of them.
"""

import os
import sys
import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

BEDS: Final = 30
EMPTY: Final = (16, 27)
NAMES: Final = (
    "Aspen", "Beech", "Chestnut", "Larch", "Linden", "Magnolia", "Oak", "Olive", "Pine", "Poplar",
    "Rowan", "Spruce", "Sycamore", "Thuja", "Walnut", "Willow", "Yew", "Zelkova",
)  # fmt: skip
WELL: Final[dict[str, Any]] = {
    "temperature_celsius": Decimal("36.8"), "heart_rate_bpm": 80, "respirations_per_minute": 16,
    "systolic_mmhg": 120, "diastolic_mmhg": 70, "spo2_percent": Decimal(98),
    "oxygen_device": "room_air", "vasopressors": [], "consciousness": "alert",
}  # fmt: skip
FEVER: Final = WELL | {"temperature_celsius": Decimal("38.6"), "heart_rate_bpm": 104}


def fill() -> int:
    """Put a patient into every bed of 7B but the empty ones; return how many came."""
    from patients.models import Stay
    from staff.models import Bed, Ward

    ward = Ward.objects.get(code="7b")
    came = 0
    for number in range(1, BEDS + 1):
        bed, _ = Bed.objects.get_or_create(ward=ward, label=f"{number:02}")
        taken = Stay.objects.filter(bed=bed, discharged_at=None).exists()
        if not taken and number not in EMPTY:
            with transaction.atomic():
                _admit(NAMES[number % len(NAMES)], bed, number)
            came += 1
    return came


def _admit(name: str, bed: Any, number: int) -> None:
    """Somebody some days after a cell product, or some hours after a first step-up dose."""
    from charting import assigning, doses, stays
    from patients.models import Patient
    from staff.models import User

    people = {user.username: user for user in User.objects.all()}
    now = timezone.now()
    patient = Patient.objects.create(
        mrn=f"FULL-{number:03}", family_name=name, given_name="Sam",
        birth_date=date(1970, 1, 1), is_synthetic=True,
    )  # fmt: skip
    stays.admit(
        patient, ward=bed.ward, bed=bed, at=now - timedelta(days=8), by=people["charge"], now=now
    )
    by_hour = number % 4 == 0
    doses.record_infusion(
        patient_id=patient.pk,
        therapy="tarlatamab" if by_hour else "tisa-cel",
        kind="step_1" if by_hour else "infusion",
        started_at=now - timedelta(hours=5 + number if by_hour else 24 * (number % 9) + 2),
        recorded_by=people["charge"],
        now=now,
    )
    _chart(patient.pk, number, people["nurse"])
    if number % 3:
        assigning.assign(
            patient_id=patient.pk, nurse=people["nurse" if number % 2 else "charge"],
            by=people["charge"], now=now - timedelta(minutes=2),
        )  # fmt: skip


def _chart(patient_id: int, number: int, nurse: Any) -> None:
    """A baseline of the neuro check and three sets, the last of them some time ago."""
    from charting import chart
    from charting.entry import Entry
    from charting.neuro import record_neuro_check

    now = timezone.now()
    at = now - timedelta(minutes=60 + number)
    record_neuro_check(
        patient_id=patient_id, client_id=uuid.uuid4(), taken_at=at, recorded_by=nurse, now=at,
        findings={"ice_score": 10, "consciousness": "alert", "is_baseline": True},
    )  # fmt: skip
    for minutes in (500, 260, number * 23 % 230):
        at = now - timedelta(minutes=minutes)
        values = FEVER if number == 17 else WELL
        entry = Entry(uuid.uuid4(), at, values)
        chart.chart_observations(patient_id=patient_id, entry=entry, charted_by=nurse, now=at)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crs_monitor.settings")
    os.environ["CRS_DEMO"] = "1"
    django.setup()
    sys.stdout.write(f"{fill()} patients came.\n")
