"""What must be true after a shift: every set once, its author's, at its time, judged once."""

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from alerts.models import Alert, AlertEvent, Notification
from charting import chart
from charting.entry import READERS, Entry
from grading.models import Assessment
from grading.services import SCALE
from patients.models import Infusion, Patient
from staff.models import User
from tests.factories.ward import a_patient
from vitals.models import ObservationSet

# A form holds minutes; the nurse and the page may fall on two sides of one.
_MINUTE: Final = timedelta(seconds=95)


def faults(patient: Patient, nurse: User, saved: Iterable[Any]) -> list[str]:
    """Return everything that is wrong, in words; empty when all is well."""
    found = []
    stored = list(ObservationSet.objects.filter(patient=patient).order_by("pk"))
    by_mark = Counter(row.heart_rate_bpm for row in stored)
    for each in saved:
        count = by_mark.pop(each.heart_rate, 0)
        if count != 1:
            found.append(f"set {each.heart_rate} is stored {count} times")
            continue
        row = next(row for row in stored if row.heart_rate_bpm == each.heart_rate)
        if abs(row.taken_at - each.taken_at) > _MINUTE:
            found.append(f"set {each.heart_rate} was moved by {row.taken_at - each.taken_at}")
        if row.charted_by_id != nurse.pk:
            found.append(f"set {each.heart_rate} is ascribed to somebody else")
    found += [f"set {mark} was never saved" for mark in by_mark]
    found += _judged_once(patient, stored)
    return found


def _judged_once(patient: Patient, stored: list[ObservationSet]) -> list[str]:
    twin = _charted_in_peace(patient, stored)
    found = []
    graded = Counter(
        Assessment.objects.filter(patient=patient, scale=SCALE)
        .in_force()
        .values_list("observation_set_id", flat=True)
    )
    if graded != Counter(row.pk for row in stored):
        found.append("a set has not exactly one grade")
    for name, of in (("alerts", _alerts), ("events", _events), ("messages", _messages)):
        if of(patient) != of(twin):
            found.append(f"{name} differ: {of(patient)} and in peace {of(twin)}")
    return found


def _charted_in_peace(patient: Patient, stored: list[ObservationSet]) -> Patient:
    """Chart the same sets as they arrived, once each, for somebody else in the same state."""
    started = Infusion.objects.get(patient=patient).started_at
    twin = a_patient(patient.state.ward, infused_at=started)
    for row in stored:
        values = {
            name: getattr(row, name)
            for name in READERS
            if hasattr(row, name) and getattr(row, name) not in (None, "")
        }
        entry = Entry(uuid.uuid4(), row.taken_at, values, row.charted_at)
        by = row.charted_by
        assert by is not None
        chart.chart_observations(
            patient_id=twin.pk, entry=entry, charted_by=by, now=row.received_at
        )
    return twin


def _alerts(patient: Patient) -> list[tuple[Any, ...]]:
    rows = Alert.objects.filter(patient=patient)
    return sorted(rows.values_list("rule", "severity", "state", "count"), key=repr)


def _events(patient: Patient) -> Counter[str]:
    return Counter(AlertEvent.objects.filter(alert__patient=patient).values_list("kind", flat=True))


def _messages(patient: Patient) -> int:
    return Notification.objects.filter(alert__patient=patient).count()
