"""What people decided and put right in a shift: each with its reason and by whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from alerts.events import Happened
from alerts.models import AlertEvent, OffWardReason, OrderKind, ScheduleOrder, SnoozeReason
from grading.models import Confirmation, Decision, OtherCause
from patients.medicines import TreatmentCode
from patients.models import Treatment
from staff.models import User, Ward
from vitals.models import LabResult, NeuroAssessment, ObservationSet

_SNOOZED: Final = dict(SnoozeReason.choices)
_OFF_WARD: Final = dict(OffWardReason.choices)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a person decided otherwise, or put right; `mrn` says of whom."""

    at: datetime
    mrn: str
    what: str
    reason: str
    by: str


def overrides(ward: Ward, patients: Sequence[int], *, start: datetime, end: datetime) -> list[Act]:
    """Return orders, grades changed, alerts put off or closed, doses beyond a label; four queries.

    What the rules or the schedule would have had otherwise.
    """
    found = [
        *_orders(patients, start, end),
        *_grades(patients, start, end),
        *_alerts(ward, start, end),
        *_doses(patients, start, end),
    ]
    return sorted(found, key=lambda act: act.at)


def corrections(patients: Sequence[int], *, start: datetime, end: datetime) -> list[Act]:
    """Return sets, neuro checks and results that were corrected or taken back; three queries."""
    kinds: tuple[tuple[Any, str, str], ...] = (
        (ObservationSet, "Set", "charted_by"),
        (NeuroAssessment, "Neuro check", "recorded_by"),
        (LabResult, "Result", "recorded_by"),
    )
    found = []
    for model, name, person in kinds:
        rows = model.objects.filter(
            patient_id__in=patients, supersedes__isnull=False, received_at__gte=start,
            received_at__lt=end,
        ).select_related("patient", person)  # fmt: skip
        for row in rows:
            what = f"{name} {'taken back' if row.withdrawn else 'corrected'}"
            by = _name(getattr(row, person))
            found.append(Act(row.received_at, row.patient.mrn, what, row.reason, by))
    return sorted(found, key=lambda act: act.at)


def _orders(patients: Sequence[int], start: datetime, end: datetime) -> Iterable[Act]:
    rows = ScheduleOrder.objects.filter(
        patient_id__in=patients, recorded_at__gte=start, recorded_at__lt=end, withdrawn=False
    ).select_related("patient", "recorded_by")
    for row in rows:
        what = OrderKind(row.kind).label
        if row.interval_minutes is not None:
            what = f"{what}: every {row.interval_minutes} min"
        why = _OFF_WARD.get(row.why, row.why)
        yield Act(row.recorded_at, row.patient.mrn, what, why, _name(row.recorded_by))


def _grades(patients: Sequence[int], start: datetime, end: datetime) -> Iterable[Act]:
    rows = (
        Confirmation.objects.filter(
            patient_id__in=patients, recorded_at__gte=start, recorded_at__lt=end
        )
        .in_force()
        .exclude(decision=Decision.CONFIRMED)
        .select_related("patient", "recorded_by", "assessment")
    )
    for row in rows:
        computed = row.assessment.grade
        was = computed if computed is not None else f"at least {row.assessment.at_least}"
        said = "rejected" if row.grade is None else f"changed to {row.grade}"
        cause = OtherCause(row.cause).label if row.cause else ""
        why = ". ".join(filter(None, (cause, row.note)))
        what = f"Computed grade {was} {said}"
        yield Act(row.recorded_at, row.patient.mrn, what, why, _name(row.recorded_by))


def _alerts(ward: Ward, start: datetime, end: datetime) -> Iterable[Act]:
    rows = AlertEvent.objects.filter(
        alert__ward=ward, at__gte=start, at__lt=end, by__isnull=False,
        kind__in=(Happened.SNOOZED, Happened.CLOSED),
    ).select_related("alert__patient", "by")  # fmt: skip
    for row in rows.order_by("at", "pk"):
        is_closed = row.kind == Happened.CLOSED
        what = f"{row.alert.severity} {'closed by hand' if is_closed else 'put off'}"
        reason = str(row.detail.get("reason", ""))
        why = reason if is_closed else _SNOOZED.get(reason, reason)
        yield Act(row.at, row.alert.patient.mrn, what, why, _name(row.by))


def _doses(patients: Sequence[int], start: datetime, end: datetime) -> Iterable[Act]:
    rows = (
        Treatment.objects.filter(
            patient_id__in=patients, recorded_at__gte=start, recorded_at__lt=end
        )
        .in_force()
        .exclude(beyond_reason="")
        .select_related("patient", "recorded_by")
    )
    for row in rows:
        what = f"{TreatmentCode(row.code).label} beyond the recorded facts"
        yield Act(row.recorded_at, row.patient.mrn, what, row.beyond_reason, _name(row.recorded_by))


def _name(person: User | None) -> str:
    return person.display_name() if person is not None else "not recorded"
