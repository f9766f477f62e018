"""Order a pause, a night's sleep or another interval: bounded, with a reason, and expiring."""

import uuid
from datetime import UTC, datetime, time, timedelta
from typing import Final

from django.db import transaction

from alerts.models import DueSet, OffWardReason, OrderKind, ScheduleOrder
from alerts.policy import Family, Rule
from alerts.services import close, open_alerts
from charting import alerting, due, state
from charting.entry import FieldError
from charting.models import PatientState
from charting.ordering import begin, end, kept, refuse, save, span_errors
from grading.models import Assessment
from grading.services import SCALE as CRS
from staff.models import User
from vitals import schedule
from vitals.models import NeuroAssessment

# How long a patient may be off the ward, in minutes: at grade 1 or more, and below.
LONGEST_PAUSE_MINUTES: Final = {True: 60, False: 120}
SLEEP_FROM, SLEEP_UNTIL = time(23), time(6)  # on the ward's clock
_CALM_FOR: Final = timedelta(hours=24)
_BEST_ICE: Final = 10


@transaction.atomic
def go_off_ward(
    *,
    patient_id: int,
    client_id: uuid.UUID,
    why: str,
    back_at: datetime,
    accompanied_by: str,
    recorded_by: User,
    now: datetime,
) -> ScheduleOrder:
    """Say that the patient is off the ward: nothing is overdue until then, and then it is told.

    At most 60 minutes at grade 1 or more, else 120. Raises EntryRefusedError.
    """
    current, plan, stored = begin(patient_id, client_id)
    if stored is not None:
        return stored
    longest = LONGEST_PAUSE_MINUTES[plan.at_least > 0]
    errors = span_errors("back_at", back_at, now=now, longest=timedelta(minutes=longest))
    if why not in OffWardReason.values:
        errors.append(FieldError("why", why, f"must be one of {', '.join(OffWardReason.values)}"))
    if not accompanied_by.strip():
        errors.append(FieldError("accompanied_by", "", "is required: who is with the patient"))
    refuse(errors)
    order = kept(
        current, OrderKind.OFF_WARD, client_id, recorded_by, now,
        ends_at=back_at, why=why, accompanied_by=accompanied_by.strip(),
    )  # fmt: skip
    plan.paused_since, plan.paused_until = now, back_at
    save(plan)
    _end_expired_pause(patient_id, at=now, by=recorded_by)
    return order


@transaction.atomic
def come_back(
    *, order: ScheduleOrder, client_id: uuid.UUID, recorded_by: User, now: datetime
) -> ScheduleOrder:
    """End a pause before its time; what was due in the meantime is due now."""
    current, plan, stored = begin(order.patient_id, client_id)
    if stored is not None:
        return stored
    ended = end(current, order, client_id, recorded_by, now, why="back on the ward")
    plan.paused_since = plan.paused_until = None
    save(plan)
    return ended


@transaction.atomic
def let_sleep(
    *, patient_id: int, client_id: uuid.UUID, signed_by: User, now: datetime
) -> ScheduleOrder:
    """Let a well patient sleep from 23:00 to 06:00 of this night, on the ward's clock.

    Only outside the high-risk window, at grade 0 for 24 h, with the last two neuro checks at
    ICE 10 or the baseline. Raises EntryRefusedError naming what stands against it.
    """
    current, plan, stored = begin(patient_id, client_id)
    if stored is not None:
        return stored
    refuse(_sleep_errors(current, plan, now=now))
    starts_at, ends_at = _night(current, now=now)
    order = kept(
        current, OrderKind.SLEEP, client_id, signed_by, now,
        starts_at=starts_at, ends_at=ends_at, why="sleep",
    )  # fmt: skip
    plan.sleep_from, plan.sleep_until = starts_at, ends_at
    save(plan)
    return order


@transaction.atomic
def order_interval(
    *,
    patient_id: int,
    client_id: uuid.UUID,
    minutes: int,
    until: datetime,
    why: str,
    ordered_by: User,
    now: datetime,
) -> ScheduleOrder:
    """Ask for sets at another interval for at most 24 h; longer only up to the grade's ceiling.

    Raises EntryRefusedError naming field, value and bound.
    """
    current, plan, stored = begin(patient_id, client_id)
    if stored is not None:
        return stored
    errors = span_errors("until", until, now=now, longest=schedule.LONGEST_ORDER)
    ceiling = schedule.longest_order_minutes(plan.at_least)
    if not 5 <= minutes <= ceiling:
        words = f"must be 5 to {ceiling} minutes at grade {plan.at_least}"
        errors.append(FieldError("minutes", minutes, words))
    if not why.strip():
        errors.append(FieldError("why", "", "is required: the reason"))
    refuse(errors)
    order = kept(
        current, OrderKind.INTERVAL, client_id, ordered_by, now,
        ends_at=until, why=why.strip(), interval_minutes=minutes,
    )  # fmt: skip
    plan.ordered_interval_minutes, plan.ordered_until = minutes, until
    due.place_again(current, plan)
    save(plan)
    return order


def standing(patient_id: int, *, now: datetime) -> list[ScheduleOrder]:
    """Return the orders that hold now."""
    return list(
        ScheduleOrder.objects.filter(patient_id=patient_id, ends_at__gt=now)
        .in_force()
        .select_related("recorded_by")
        .order_by("starts_at", "pk")
    )


def _end_expired_pause(patient_id: int, *, at: datetime, by: User) -> None:
    """A new pause answers the alert that the last one ran out."""
    alert = open_alerts(patient_id).get(Family.OBS_OVERDUE)
    if alert is not None and alert.rule == Rule.A32:
        close(alert, reason="a new pause was charted", at=at, by=by)


def _sleep_errors(current: PatientState, plan: DueSet, *, now: datetime) -> list[FieldError]:
    reasons = []
    if alerting.in_high_risk(current, at=now):
        reasons.append("the high-risk window is open")
    if not _is_calm(current, now=now):
        reasons.append("the grade was not known to be 0 for 24 h")
    if not _is_clear(current.pk):
        reasons.append("the last two neuro checks were not ICE 10 or the baseline")
    if plan.watch_sets_left:
        reasons.append("a warning sign is being watched")
    return [FieldError("sleep", None, words) for words in reasons]


def _is_calm(current: PatientState, *, now: datetime) -> bool:
    """Whether every grade of the last 24 h is known to be 0, and the one before them too."""
    graded = Assessment.objects.filter(patient_id=current.pk, scale=CRS, taken_at__lte=now)
    grades = graded.in_force().order_by("-taken_at").values_list("grade", flat=True)
    lately = list(grades.filter(taken_at__gt=now - _CALM_FOR))
    before = list(grades.filter(taken_at__lte=now - _CALM_FOR)[:1])
    return bool(lately) and bool(before) and all(grade == 0 for grade in lately + before)


def _is_clear(patient_id: int) -> bool:
    checks = NeuroAssessment.objects.filter(patient_id=patient_id).in_force().order_by("-taken_at")
    scores = list(checks.values_list("ice_score", flat=True)[:2])
    baseline = checks.filter(is_baseline=True).values_list("ice_score", flat=True).first()
    best = _BEST_ICE if baseline is None else baseline
    return len(scores) == 2 and all(score is not None and score >= best for score in scores)


def _night(current: PatientState, *, now: datetime) -> tuple[datetime, datetime]:
    """The night that has begun, or the one to come."""
    zone = state.zone_of(current)
    local = now.astimezone(zone)
    ends_on = local.date() if local.time() < SLEEP_UNTIL else local.date() + timedelta(days=1)
    starts = datetime.combine(ends_on - timedelta(days=1), SLEEP_FROM, tzinfo=zone)
    return max(now, starts.astimezone(UTC)), datetime.combine(
        ends_on, SLEEP_UNTIL, tzinfo=zone
    ).astimezone(UTC)
