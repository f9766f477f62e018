"""The door for doses and neuro checks of the past: stored and graded, and nobody is paged."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from audit import trail
from charting import neuro_grades, results, state
from charting.neuro import checked_findings
from charting.symptoms import Report, record_symptoms
from patients import therapies
from patients.models import Infusion
from staff.models import User
from vitals.models import NeuroAssessment
from vitals.vocabulary import Source


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
