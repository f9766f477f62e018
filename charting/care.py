"""Where a patient is followed, and to what end: intensive care, home, a palliative plan."""

import uuid
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from alerts.models import DueSet, OrderKind, ScheduleOrder
from alerts.policy import Family, Rule
from alerts.services import close, open_alerts
from charting import due
from charting.entry import FieldError
from charting.models import PatientState
from charting.ordering import begin, end, kept, refuse, save, span_errors
from staff.models import User
from vitals.schedule import HOME_NEURO

# Whoever ordered it looks at it again by then; nothing goes on for ever by being forgotten.
LONGEST: Final = {
    OrderKind.ICU: timedelta(days=7),
    OrderKind.HOME: timedelta(days=31),
    OrderKind.PALLIATIVE: timedelta(days=14),
}
_PLACES: Final = frozenset({OrderKind.ICU, OrderKind.HOME})
_OF_ROUNDS: Final = frozenset({Rule.A29, Rule.A30, Rule.A32, Rule.A37})


@transaction.atomic
def order_care(
    *,
    patient_id: int,
    client_id: uuid.UUID,
    kind: OrderKind,
    until: datetime,
    why: str,
    ordered_by: User,
    now: datetime,
) -> ScheduleOrder:
    """Say that the patient is watched in intensive care, at home, or under a palliative plan.

    In intensive care a look at the grade is due every 4 h and its team is called; at home a
    check-in is due every 8 h; under a palliative plan a grade calls nobody at once and shows
    on the board. At most 7, 31 and 14 days. Raises EntryRefusedError naming field and bound.
    """
    current, plan, stored = begin(patient_id, client_id)
    if stored is not None:
        return stored
    errors = span_errors("until", until, now=now, longest=LONGEST[kind])
    if not why.strip():
        errors.append(FieldError("why", "", "is required: the reason"))
    refuse(errors)
    order = kept(current, kind, client_id, ordered_by, now, ends_at=until, why=why.strip())
    _mark(plan, kind, until)
    if kind in _PLACES:
        _place(current, plan)
        _answer_rounds(patient_id, at=now, by=ordered_by)
    if kind is OrderKind.HOME:
        # A carer looks once a day, and blood is taken at visits.
        plan.neuro_due_at, plan.neuro_told_step = now + HOME_NEURO, 0
        plan.labs_due_at, plan.labs_told_step = None, 0
    save(plan)
    return order


@transaction.atomic
def end_care(
    *, order: ScheduleOrder, client_id: uuid.UUID, ended_by: User, now: datetime
) -> ScheduleOrder:
    """End it before its time; the schedule of the grade holds again from the last set on."""
    current, plan, stored = begin(order.patient_id, client_id)
    if stored is not None:
        return stored
    ended = end(current, order, client_id, ended_by, now, why="ended before its time")
    kind = OrderKind(order.kind)
    _mark(plan, kind, None)
    if kind in _PLACES:
        _place(current, plan)
    save(plan)
    return ended


def _mark(plan: DueSet, kind: OrderKind, until: datetime | None) -> None:
    """A patient is in one place: intensive care ends home, and home intensive care."""
    if kind is OrderKind.PALLIATIVE:
        plan.palliative_until = until
    elif kind is OrderKind.ICU:
        plan.icu_until, plan.home_until = until, None
    else:
        plan.home_until, plan.icu_until = until, None


def _place(current: PatientState, plan: DueSet) -> None:
    plan.told_step = 0
    due.place_again(current, plan)


def _answer_rounds(patient_id: int, *, at: datetime, by: User) -> None:
    """What was late on the ward is not looked for there any more."""
    alert = open_alerts(patient_id).get(Family.OBS_OVERDUE)
    if alert is not None and alert.rule in _OF_ROUNDS:
        close(alert, reason="followed elsewhere now", at=at, by=by)
