"""The door for doses and neuro checks of the past: stored and graded, and nobody is paged."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from audit import trail
from charting import neuro_grades, results, state
from charting.neuro import checked_findings
from charting.symptoms import Report, record_symptoms
from grading.models import Assessment, Confirmation
from patients import therapies
from patients.models import Infusion
from staff.models import User
from vitals.models import NeuroAssessment
from vitals.vocabulary import Source


@dataclass(frozen=True, slots=True)
class PastWord:
    """What a clinician said of the grade of a scale at a moment, in the system it came from."""

    client_id: uuid.UUID
    taken_at: datetime
    scale: str
    term: str
    decision: str
    grade: int | None
    cause: str
    note: str


@transaction.atomic
def add_dose(
    *,
    patient_id: int,
    therapy: str,
    kind: str,
    started_at: datetime,
    stopped_at: datetime | None,
    dose_value: Decimal | None,
    dose_unit: str,
    recorded_by: User | None,
    now: datetime,
) -> Infusion | None:
    """Append a dose of the past; None where this therapy began at that moment already.

    What was graded since is graded again by the caller, once for all it adds.
    """
    current = state.locked(patient_id)
    patient = current.patient
    if patient.infusions.in_force().filter(therapy=therapy, started_at=started_at).exists():
        return None
    infusion = Infusion.objects.create(
        patient_id=patient_id,
        therapy=therapy,
        therapy_edition=therapies.profile(therapy).edition,
        kind=kind,
        started_at=started_at.astimezone(UTC),
        stopped_at=stopped_at.astimezone(UTC) if stopped_at else None,
        dose_value=dose_value,
        dose_unit=dose_unit,
        recorded_by=recorded_by,
        recorded_at=now,
    )
    results.follow_doses(state.refresh_place(patient), now=now)
    _trail("infusion.imported", f"infusion:{infusion.pk}", patient_id, recorded_by, now, therapy)
    return infusion


@transaction.atomic
def add_neuro_check(
    *,
    patient_id: int,
    client_id: uuid.UUID,
    taken_at: datetime,
    findings: Mapping[str, Any],
    recorded_by: User | None,
    now: datetime,
) -> NeuroAssessment:
    """Append a neuro check of the past and grade ICANS; the same client_id answers the stored.

    Raises EntryRefusedError for all faults of its findings.
    """
    current = state.locked(patient_id)
    stored = NeuroAssessment.objects.filter(client_id=client_id).first()
    if stored is not None:
        return stored
    checked = checked_findings(findings, taken_at=taken_at, now=now)
    checked.pop("handwriting", None)
    check = NeuroAssessment.objects.create(
        client_id=client_id,
        patient_id=patient_id,
        taken_at=taken_at.astimezone(UTC),
        received_at=now,
        recorded_by=recorded_by,
        source=Source.IMPORT,
        **checked,
    )
    neuro_grades.grade(current, check, now=now)
    if check.is_baseline:
        neuro_grades.grade_later(current, since=check.taken_at, now=now, reason="import")
    neuro_grades.point_at_newest(current)
    _trail("neuro.imported", f"neuro:{check.pk}", patient_id, recorded_by, now, "")
    return check


def add_symptoms(
    *,
    patient_id: int,
    reports: Sequence[tuple[uuid.UUID, Report]],
    recorded_by: User | None,
    now: datetime,
) -> None:
    """Append reports of the past, each under its own number; symptoms page nobody anyway.

    Raises EntryRefusedError naming the symptom and the field that is wrong.
    """
    for number, report in reports:
        record_symptoms(
            patient_id=patient_id,
            client_id=number,
            reports=[report],
            recorded_by=recorded_by,
            now=now,
            source=Source.IMPORT,
            number=number,
        )


@transaction.atomic
def add_confirmation(
    *, patient_id: int, word: PastWord, by: User | None, now: datetime
) -> Confirmation | None:
    """Append a clinician's word on a past grade; None where there is no such grade.

    Whoever agreed to it elsewhere is nobody here: a word that needs two people waits again.
    """
    current = state.locked(patient_id)
    stored = Confirmation.objects.filter(client_id=word.client_id).first()
    if stored is not None:
        return stored
    graded = Assessment.objects.filter(
        patient_id=patient_id, scale=word.scale, term=word.term, taken_at=word.taken_at
    )
    assessment = graded.in_force().order_by("pk").last()
    if assessment is None:
        return None
    said = Confirmation.objects.create(
        client_id=word.client_id,
        patient_id=patient_id,
        assessment=assessment,
        decision=word.decision,
        grade=word.grade,
        cause=word.cause,
        note=word.note,
        recorded_by=by,
        recorded_at=now,
    )
    if current.latest_assessment is not None:
        current.latest_confirmation = state.standing_word(patient_id, current.latest_assessment)
        current.save(update_fields=["latest_confirmation"])
    _trail("grade.imported", f"assessment:{assessment.pk}", patient_id, by, now, "")
    return said


def _trail(
    action: str, subject: str, patient_id: int, by: User | None, now: datetime, what: str
) -> None:
    trail.record(
        action=action,
        actor=by,
        scope=f"patient:{patient_id}",
        subject=subject,
        at=now,
        detail={"source": Source.IMPORT.value} | ({"therapy": what} if what else {}),
    )
