"""The door for correcting a neuro check: the wrong one stays, and nothing rests on it any more."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from audit import trail
from charting import alerting_neuro, due, neuro_grades, state
from charting.entry import EntryRefusedError, FieldError
from charting.models import PatientState
from charting.neuro import checked_findings, keep_handwriting
from grading.models import Assessment
from staff.models import User
from vitals.models import NeuroAssessment
from vitals.vocabulary import Source


@dataclass(frozen=True, slots=True)
class RightCheck:
    """What a check should have said; `findings` as record_neuro_check takes them."""

    taken_at: datetime
    findings: Mapping[str, Any]


@transaction.atomic
def correct_neuro_check(
    *,
    wrong_id: int,
    client_id: uuid.UUID,
    right: RightCheck | None,
    reason: str,
    corrected_by: User,
    now: datetime,
    source: str = Source.NURSE,
) -> tuple[NeuroAssessment, Assessment]:
    """Append the right check, or None to withdraw one; grades, alerts and due times follow.

    The same client_id answers what is stored. Handwriting that is not given anew is kept.
    Raises EntryRefusedError when the check was corrected before, or no reason is given;
    NeuroAssessment.DoesNotExist when there is none.
    """
    wrong = NeuroAssessment.objects.get(pk=wrong_id)
    current = state.locked(wrong.patient_id)
    stored = NeuroAssessment.objects.filter(client_id=client_id).first()
    if stored is not None:
        return stored, neuro_grades.grade_of(stored)
    _refuse(wrong, reason=reason)
    checked = _fields(wrong, right, now=now)
    strokes = checked.pop("handwriting", None)
    row = NeuroAssessment.objects.create(
        client_id=client_id,
        patient_id=wrong.patient_id,
        received_at=now,
        recorded_by=corrected_by,
        source=source,
        supersedes=wrong,
        reason=reason,
        withdrawn=right is None,
        **checked,
    )
    if right is not None:
        keep_handwriting(row, strokes if strokes is not None else _strokes_of(wrong))
    assessment = _follow(current, wrong, row, now=now)
    trail.record(
        action="neuro.corrected",
        actor=corrected_by,
        scope=f"patient:{wrong.patient_id}",
        subject=f"neuro:{row.pk}",
        at=now,
        detail={"corrects": wrong.pk, "withdrawn": row.withdrawn, "at_least": assessment.at_least},
    )
    return row, assessment


def _refuse(wrong: NeuroAssessment, *, reason: str) -> None:
    errors = []
    if wrong.withdrawn or NeuroAssessment.objects.filter(supersedes=wrong).exists():
        errors.append(FieldError("check", wrong.pk, "was corrected before"))
    if not reason.strip():
        errors.append(FieldError("reason", reason, "is required"))
    if errors:
        raise EntryRefusedError(errors)


def _fields(wrong: NeuroAssessment, right: RightCheck | None, *, now: datetime) -> dict[str, Any]:
    if right is None:
        return {"taken_at": wrong.taken_at}
    checked = checked_findings(right.findings, taken_at=right.taken_at, now=now)
    asked = checked.pop("asked", None) or wrong.asked
    return {**checked, "asked": asked, "taken_at": right.taken_at.astimezone(UTC)}


def _strokes_of(check: NeuroAssessment) -> list[list[int]] | None:
    written = getattr(check, "handwriting", None)
    return None if written is None else written.strokes


def _follow(
    current: PatientState, wrong: NeuroAssessment, row: NeuroAssessment, *, now: datetime
) -> Assessment:
    """Grade, then re-grade what a baseline held up, then let alerts and due times follow."""
    if row.withdrawn:
        assessment = neuro_grades.withdraw(wrong, now=now, reason=row.reason)
    else:
        assessment = neuro_grades.grade(current, row, now=now, corrects=wrong)
    moved = wrong.is_baseline or row.is_baseline
    if moved:
        since = min(wrong.taken_at, row.taken_at)
        neuro_grades.grade_later(current, since=since, now=now, reason=row.reason)
        assessment = neuro_grades.grade_of(wrong if row.withdrawn else row)
    neuro_grades.point_at_newest(current)
    due.plan_neuro_again(current, now=now)
    alerting_neuro.after_correction(current, wrong=wrong, right=row, graded=assessment, now=now)
    if not row.withdrawn:
        alerting_neuro.alert_on_neuro(current, row, assessment, now=now)
    if moved:
        _alert_on_newest(current, but=row, now=now)
    return assessment


def _alert_on_newest(current: PatientState, *, but: NeuroAssessment, now: datetime) -> None:
    """Judge the newest check against the baseline that is right now."""
    newest = current.latest_icans
    if newest is None or newest.neuro_check is None or newest.neuro_check == but:
        return
    alerting_neuro.alert_on_neuro(current, newest.neuro_check, newest, now=now)
