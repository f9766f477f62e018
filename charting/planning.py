"""Plan a dose ahead, plan it again or not at all, and say that tocilizumab lies ready for it."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction

from audit import trail
from charting import alerting, state
from charting.entry import EntryRefusedError, FieldError
from charting.models import PatientState
from patients import therapies
from patients.models import PlannedDose, SupplyCheck
from patients.windows import DoseKind
from staff.models import User

FURTHEST: Final = timedelta(days=180)


@transaction.atomic
def plan_dose(
    *,
    patient_id: int,
    client_id: uuid.UUID,
    therapy: str,
    kind: str,
    planned_at: datetime,
    planned_by: User,
    now: datetime,
    instead_of: PlannedDose | None = None,
    reason: str = "",
) -> PlannedDose:
    """Plan a dose, or plan one again; what stands against it is told at once (A28, A26).

    Ahead of now and within 180 days. Raises EntryRefusedError naming field, value and bound.
    """
    current = state.locked(patient_id)
    stored = PlannedDose.objects.filter(client_id=client_id).first()
    if stored is not None:
        return stored
    _refuse(_errors(therapy, kind, planned_at, now=now))
    if instead_of is not None and not reason.strip():
        _refuse([FieldError("reason", "", "is required: why it is planned again")])
    plan = PlannedDose.objects.create(
        client_id=client_id,
        patient_id=patient_id,
        therapy=therapy,
        kind=kind,
        planned_at=planned_at.astimezone(UTC),
        recorded_by=planned_by,
        recorded_at=now,
        supersedes=instead_of,
        reason=reason.strip(),
    )
    _follow(current, plan, "dose.planned", by=planned_by, now=now)
    return plan


@transaction.atomic
def cancel_dose(
    *, plan: PlannedDose, client_id: uuid.UUID, reason: str, cancelled_by: User, now: datetime
) -> PlannedDose:
    """Take a plan back; raises EntryRefusedError without a reason."""
    current = state.locked(plan.patient_id)
    stored = PlannedDose.objects.filter(client_id=client_id).first()
    if stored is not None:
        return stored
    if not reason.strip():
        _refuse([FieldError("reason", "", "is required: why it is not given")])
    ended = PlannedDose.objects.create(
        client_id=client_id,
        patient_id=plan.patient_id,
        therapy=plan.therapy,
        kind=plan.kind,
        planned_at=plan.planned_at,
        recorded_by=cancelled_by,
        recorded_at=now,
        supersedes=plan,
        reason=reason.strip(),
        withdrawn=True,
    )
    _follow(current, ended, "dose.cancelled", by=cancelled_by, now=now)
    return ended


@transaction.atomic
def confirm_supply(
    *, patient_id: int, client_id: uuid.UUID, checked_by: User, now: datetime
) -> SupplyCheck:
    """Say that tocilizumab was seen ready for this patient, now."""
    current = state.locked(patient_id)
    stored = SupplyCheck.objects.filter(client_id=client_id).first()
    if stored is not None:
        return stored
    check = SupplyCheck.objects.create(
        client_id=client_id, patient_id=patient_id, recorded_by=checked_by, recorded_at=now
    )
    _follow(current, check, "supply.confirmed", by=checked_by, now=now)
    return check


def _errors(therapy: str, kind: str, planned_at: datetime, *, now: datetime) -> list[FieldError]:
    errors = []
    if therapy not in {name for name, _ in therapies.choices()}:
        errors.append(FieldError("therapy", therapy, "is no product that is known here"))
    elif kind not in {each.value for each in therapies.profile(therapy).kinds()} | {
        DoseKind.SUBSEQUENT.value
    }:
        errors.append(FieldError("kind", kind, "is no dose of this product"))
    if planned_at <= now:
        errors.append(FieldError("planned_at", planned_at, "must be in the future"))
    elif planned_at - now > FURTHEST:
        errors.append(FieldError("planned_at", planned_at, "must be within 180 days"))
    return errors


def _follow(
    current: PatientState,
    fact: PlannedDose | SupplyCheck,
    action: str,
    *,
    by: User,
    now: datetime,
) -> None:
    trail.record(
        action=action,
        actor=by,
        scope=f"patient:{current.pk}",
        subject=f"{fact._meta.model_name}:{fact.pk}",
        at=now,
        detail={"therapy": fact.therapy, "kind": fact.kind}
        if isinstance(fact, PlannedDose)
        else {},
    )
    alerting.evaluate_clock(current.pk, now=now)


def _refuse(errors: list[FieldError]) -> None:
    if errors:
        raise EntryRefusedError(errors)
