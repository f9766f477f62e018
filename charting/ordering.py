"""What every order about a patient has in common: one transaction, a bound, a trail."""

import uuid
from datetime import UTC, datetime, timedelta

from alerts.models import DueSet, OrderKind, ScheduleOrder
from audit import trail
from charting import due, state
from charting.entry import FUTURE_TOLERANCE, EntryRefusedError, FieldError
from charting.models import PatientState
from staff.models import User


def begin(
    patient_id: int, client_id: uuid.UUID
) -> tuple[PatientState, DueSet, ScheduleOrder | None]:
    """Lock the patient; return the state, the plan, and the order of this client_id if stored."""
    current = state.locked(patient_id)
    plan = due.planned(current)
    if plan is None:
        words = "no set is planned for this patient: chart one first"
        raise EntryRefusedError([FieldError("patient", None, words)])
    return current, plan, ScheduleOrder.objects.filter(client_id=client_id).first()


def kept(
    current: PatientState,
    kind: OrderKind,
    client_id: uuid.UUID,
    by: User,
    now: datetime,
    *,
    ends_at: datetime,
    starts_at: datetime | None = None,
    why: str,
    interval_minutes: int | None = None,
    accompanied_by: str = "",
) -> ScheduleOrder:
    """Store the order with its trail."""
    order = ScheduleOrder.objects.create(
        client_id=client_id,
        patient_id=current.pk,
        kind=kind,
        starts_at=starts_at or now,
        ends_at=ends_at.astimezone(UTC),
        interval_minutes=interval_minutes,
        why=why,
        accompanied_by=accompanied_by,
        recorded_by=by,
        recorded_at=now,
    )
    record(current, order, by=by, now=now)
    return order


def end(
    current: PatientState,
    order: ScheduleOrder,
    client_id: uuid.UUID,
    by: User,
    now: datetime,
    *,
    why: str,
) -> ScheduleOrder:
    """End an order before its time, with its trail."""
    ended = ScheduleOrder.objects.create(
        client_id=client_id,
        patient_id=order.patient_id,
        kind=order.kind,
        starts_at=order.starts_at,
        ends_at=order.ends_at,
        interval_minutes=order.interval_minutes,
        why=order.why,
        recorded_by=by,
        recorded_at=now,
        supersedes=order,
        reason=why,
        withdrawn=True,
    )
    record(current, ended, by=by, now=now)
    return ended


def record(current: PatientState, order: ScheduleOrder, *, by: User, now: datetime) -> None:
    """Leave a trail of an order given or ended."""
    trail.record(
        action=f"schedule.{order.kind}",
        actor=by,
        scope=f"patient:{current.pk}",
        subject=f"order:{order.pk}",
        at=now,
        detail={"until": order.ends_at.isoformat(), "ended": order.withdrawn},
    )


def save(plan: DueSet) -> None:
    """Keep the plan, with the next moment at which silence has something to tell."""
    plan.look_at = plan.next_look()
    plan.save(force_update=True)


def span_errors(
    field: str, until: datetime, *, now: datetime, longest: timedelta
) -> list[FieldError]:
    """What is wrong with an order until then: it has to lie ahead, and not too far."""
    if until <= now:
        return [FieldError(field, until, "must be in the future")]
    if until - now > longest + FUTURE_TOLERANCE:
        minutes = int(longest / timedelta(minutes=1))
        return [FieldError(field, until, f"must be within {minutes} minutes")]
    return []


def refuse(errors: list[FieldError]) -> None:
    """Raise EntryRefusedError where anything is wrong."""
    if errors:
        raise EntryRefusedError(errors)
