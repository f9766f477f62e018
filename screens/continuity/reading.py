"""Read what a ward needs when the system is down: its sheets and each patient's last 24 hours."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from grading.grades import style_of
from grading.models import Assessment
from grading.services import SCALE
from screens import labels, words
from screens.handing import reading
from screens.handing.facts import Known
from screens.handing.reading import Handover
from screens.paper.record import medicine
from staff.models import Ward

SPAN: Final = timedelta(hours=24)
MOST_SETS: Final = 40  # of a patient; who is measured more often has a monitor at the bed
_SET: Final = (
    "temperature_celsius", "systolic_mmhg", "diastolic_mmhg", "heart_rate_bpm",
    "respirations_per_minute", "spo2_percent", "oxygen_device", "oxygen_flow_lpm",
    "consciousness", "vasopressors",
)  # fmt: skip
COLUMNS: Final = (
    "Time", "CRS", "Temp. °C", "BP", "HR", "RR", "SpO₂ %", "Oxygen", "Consciousness",
    "Vasopressors",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Day:
    """A patient's sets of the last 24 hours as rows of words, newest first."""

    rows: Sequence[Sequence[str]]
    not_shown: int


@dataclass(frozen=True, slots=True)
class Pack:
    """What a pack is made from."""

    handover: Handover
    days: Mapping[int, Day]


def read(ward: Ward, *, now: datetime) -> Pack:
    """Return the ward as it is known now; as many queries for thirty patients as for one."""
    handover = reading.of_ward(ward, now=now)
    by_patient: defaultdict[int, list[Sequence[str]]] = defaultdict(list)
    known = {each.state.pk: each for each in handover.known}
    for patient_id, *row in _rows(known, now=now):
        by_patient[patient_id].append(_words(row, known[patient_id]))
    days = {
        patient_id: Day(by_patient[patient_id][:MOST_SETS], len(by_patient[patient_id]) - MOST_SETS)
        for patient_id in known
    }
    return Pack(handover, days)


def _rows(patients: Iterable[int], *, now: datetime) -> Iterable[tuple[Any, ...]]:
    return (
        Assessment.objects.filter(
            patient_id__in=list(patients), scale=SCALE, taken_at__gt=now - SPAN, taken_at__lte=now
        )
        .in_force()
        .order_by("-taken_at", "-observation_set_id")
        .values_list(
            "patient_id", "taken_at", "grade", "at_least",
            *(f"observation_set__{name}" for name in _SET),
        )
    )  # fmt: skip


def _words(row: Sequence[Any], known: Known) -> list[str]:
    at, grade, at_least, *values = row
    of = dict(zip(_SET, values, strict=True))
    device, flow = (
        words.device(of["oxygen_device"], short=True),
        labels.number(of["oxygen_flow_lpm"]),
    )
    running = of["vasopressors"]
    halves = [labels.number(of[name]) for name in ("systolic_mmhg", "diastolic_mmhg")]
    return [
        known.at(at),
        style_of(grade, at_least=at_least).short,
        labels.temperature(of["temperature_celsius"]),
        "/".join(half or "–" for half in halves) if any(halves) else "",
        labels.number(of["heart_rate_bpm"]),
        labels.number(of["respirations_per_minute"]),
        labels.number(of["spo2_percent"]),
        f"{device} {flow} L" if device and flow else device,
        words.consciousness(of["consciousness"]),
        "" if running is None else ", ".join(map(medicine, running)) or "none",
    ]
