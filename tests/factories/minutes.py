"""A course as a monitor sends it: a set a minute, stored and graded without the door."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from math import sin
from typing import Any

from grading.models import Assessment
from grading.services import SCALE
from patients.models import Patient
from vitals.models import ObservationSet
from vitals.vocabulary import Source

_BATCH = 1000
RULESET = "made-for-a-test"


def fill(
    patient: Patient,
    *,
    count: int,
    until: datetime,
    every: timedelta = timedelta(minutes=1),
    changed: dict[int, dict[str, Any]] | None = None,
    before: Sequence[timedelta] | None = None,
    grades: Sequence[int] | None = None,
) -> list[int]:
    """Store so many sets up to a moment, each graded; return their ids in order of time.

    `changed` says by place in the course what was recorded otherwise; `before` how long after
    the one before each set was taken, and `grades` how it is graded, where not by fever alone.
    """
    times = _times(count, until, before or [every] * count)
    sets = [
        _a_set(patient, at, _signs(n) | (changed or {}).get(n, {})) for n, at in enumerate(times)
    ]
    ObservationSet.objects.bulk_create(sets, batch_size=_BATCH)
    given = grades or [_febrile(each) for each in sets]
    Assessment.objects.bulk_create(_graded(patient, sets, given), batch_size=_BATCH)
    return [each.pk for each in sets]


def _times(count: int, until: datetime, before: Sequence[timedelta]) -> list[datetime]:
    times = [until]
    for step in reversed(before[1:count]):
        times.append(times[-1] - step)
    return times[::-1]


def _febrile(each: ObservationSet) -> int:
    return int(each.temperature_celsius is not None and each.temperature_celsius >= 38)


def _signs(n: int) -> dict[str, Any]:
    """Slow waves, so that every hour has a lowest and a highest value of each sign."""
    wave = sin(n / 240)
    return {
        "temperature_celsius": Decimal(f"{37.9 + wave + sin(n / 7) / 10:.1f}"),
        "heart_rate_bpm": round(95 + 15 * wave + 4 * sin(n / 3)),
        "respirations_per_minute": round(18 + 3 * wave + 2 * sin(n / 5)),
        "systolic_mmhg": round(115 - 15 * wave + 5 * sin(n / 4)),
        "diastolic_mmhg": round(65 - 8 * wave + 3 * sin(n / 6)),
        "mean_arterial_mmhg": round(82 - 10 * wave + 3 * sin(n / 6)),
        "spo2_percent": Decimal(round(96 + 2 * sin(n / 11))),
        "oxygen_device": "room_air" if wave < 0.5 else "nasal_cannula",
    }


def _a_set(patient: Patient, at: datetime, signs: dict[str, Any]) -> ObservationSet:
    return ObservationSet(
        client_id=uuid.uuid4(),
        body_hash="",
        patient=patient,
        taken_at=at,
        charted_at=at,
        received_at=at,
        source=Source.DEVICE,
        **signs,
    )


def _graded(
    patient: Patient, sets: Sequence[ObservationSet], grades: Sequence[int]
) -> Iterator[Assessment]:
    for each, grade in zip(sets, grades, strict=True):
        yield Assessment(
            patient=patient,
            observation_set=each,
            taken_at=each.taken_at,
            scale=SCALE,
            ruleset=RULESET,
            grade=grade,
            at_least=grade,
            assessed_at=each.taken_at,
        )
