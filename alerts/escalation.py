"""Let silence have its consequence: the next rung, the end of an answer, a missing recheck."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import OperationalError, transaction

from alerts import events, ladder, telling
from alerts.events import Happened
from alerts.ladder import Plan, Rung
from alerts.models import Alert, AlertEvent, AlertState, Kind, Notification
from alerts.policy import Severity
from staff.models import User, Ward
from vitals.models import ObservationSet

# Nobody has it; what a re-opened alert looks like.
RELEASED: Final[Mapping[str, Any]] = {
    "state": AlertState.OPEN,
    "acknowledged_by": None,
    "acknowledged_at": None,
    "eta_minutes": None,
    "snoozed_until": None,
}
# Gravest first; what a storm leaves over, the next sweep takes.
_BATCH: Final = 200


def step_due(now: datetime) -> int:
    """Take every step whose time has come; return how many. Safe to run twice at once.

    An alert whose step fails keeps no other from climbing; what failed is raised in the
    end, all of it, as an ExceptionGroup.
    """
    due = (
        Alert.objects.filter(closed_at=None, next_step_at__lte=now)
        .select_related("ward")
        .order_by("severity", "next_step_at", "pk")[:_BATCH]
    )
    orphans = Alert.objects.filter(
        state=AlertState.ACKNOWLEDGED, acknowledged_by__is_active=False
    ).select_related("ward")
    work = [(_step, alert) for alert in due] + [(_release_orphan, alert) for alert in orphans]
    steps, failures = 0, []
    for act, alert in work:
        try:
            steps += act(alert, now=now)
        except OperationalError:
            raise  # without a database nobody climbs
        except Exception as error:
            error.add_note(f"{alert}")
            failures.append(error)
    if failures:
        raise ExceptionGroup("alerts whose step failed", failures)
    return steps


@transaction.atomic
def cannot_come(alert: Alert, *, by: User, at: datetime) -> bool:
    """Note that somebody told cannot come, and call the next rung at once.

    False when nobody more is called: somebody has it, its ladder calls nobody, or the
    same person has said so before and it has not worsened since.
    """
    held = Alert.objects.select_for_update(of=("self",)).select_related("ward").get(pk=alert.pk)
    is_again = AlertEvent.objects.filter(
        alert=held, kind=Happened.CANNOT_COME, by=by, detail__version=held.version
    ).exists()
    events.by_person(held, Happened.CANNOT_COME, by=by, at=at, version=held.version)
    if is_again or held.state != AlertState.OPEN:
        return False
    return _call(held, now=at)


@transaction.atomic
def call_next(alert: Alert, *, by: User, at: datetime, rung_seen: int) -> Rung | None:
    """Call the next rung now because somebody asks for it; return it, or None for nobody called.

    Nobody is called when the ladder has no further rung, somebody has the alert, or it
    climbed since it was seen: two who press at once climb one rung.
    """
    held = Alert.objects.select_for_update(of=("self",)).select_related("ward").get(pk=alert.pk)
    upcoming = held.plan.called(held.rung + 1)
    if held.state != AlertState.OPEN or held.rung != rung_seen or upcoming is None:
        return None
    events.by_person(held, Happened.CALLED_NEXT, by=by, at=at, rung=upcoming.number)
    return upcoming if _call(held, now=at) else None


def start_of(plan: Plan, *, ward: Ward | None, now: datetime) -> dict[str, Any]:
    """Return the fields of an alert whose ladder begins now, at rung 0."""
    first, zone = plan.timed(1), ward.zone if ward else UTC
    return {
        "rung": 0,
        "respond_by": now + timedelta(minutes=plan.answer_within_minutes),
        "next_step_at": ladder.after_the_night(first.severity, now + _after(first), zone=zone)
        if first
        else None,
    }


@transaction.atomic
def _step(alert: Alert, *, now: datetime) -> bool:
    if alert.is_provisional:
        return _was_not_rechecked(alert, now=now)
    if alert.state == AlertState.ACKNOWLEDGED:
        return _answer_ended(alert, now=now)
    if alert.state == AlertState.SNOOZED:
        return _snooze_ended(alert, now=now)
    return _climb(alert, now=now)


def _climb(alert: Alert, *, now: datetime) -> bool:
    """Climb to the rung that is due; after an outage at once, telling those of every rung."""
    plan, due_at = alert.plan, alert.next_step_at
    upcoming = plan.timed(alert.rung + 1)
    if upcoming is None or due_at is None:
        return _claim(alert, next_step_at=None)
    started = due_at - _after(upcoming)
    missed = (each for each in plan.rungs[upcoming.number + 1 :] if started + _after(each) <= now)
    passed = [upcoming, *missed]
    following = plan.timed(passed[-1].number + 1)
    next_at = started + _after(following) if following else None
    if following and plan.repeat_minutes and following.number > plan.last.number:
        # A last call that came late is not repeated at once, and missed ones are not made up for.
        next_at = now + timedelta(minutes=plan.repeat_minutes)
    return _take(alert, passed, next_at=next_at, now=now)


def _call(alert: Alert, *, now: datetime, **changes: Any) -> bool:
    """Call the next rung now, whatever its minute; the rungs after it follow at their distance."""
    plan = alert.plan
    rung = plan.called(alert.rung + 1)
    if rung is None:
        return False
    following = plan.timed(rung.number + 1)
    next_at = now + _after(following) - _after(rung) if following else None
    if alert.is_provisional:
        next_at = alert.next_step_at
    return _take(alert, [rung], next_at=next_at, now=now, **changes)


def _take(
    alert: Alert, rungs: Sequence[Rung], *, next_at: datetime | None, now: datetime, **changes: Any
) -> bool:
    if not _claim(alert, rung=rungs[-1].number, next_step_at=next_at, **changes):
        return False
    for rung in rungs:
        events.append(alert, Happened.ESCALATED, at=now, rung=rung.number, tells=list(rung.tells))
    telling.tell(alert, rungs, now=now)
    return True


def _answer_ended(alert: Alert, *, now: datetime) -> bool:
    """An answer without a newer set has not helped the patient: open again, and climb on."""
    if _measured_since(alert):
        return _claim(alert, next_step_at=None)
    return _reopen(alert, Happened.ANSWER_EXPIRED, now=now)


def _measured_since(alert: Alert) -> bool:
    sets = ObservationSet.objects.in_force().filter(
        patient_id=alert.patient_id, taken_at__gt=alert.acknowledged_at
    )
    return sets.exists()


def _release_orphan(alert: Alert, *, now: datetime) -> bool:
    """Whoever had it has no account any more, so nobody has it."""
    with transaction.atomic():
        return _reopen(alert, Happened.OWNER_LEFT, now=now)


def _reopen(alert: Alert, why: Happened, *, now: datetime) -> bool:
    who = alert.acknowledged_by_id
    if not _claim(alert, version=alert.version + 1, **RELEASED):
        return False
    events.append(alert, why, at=now, had=who)
    _call(alert, now=now)
    owed = Notification.objects.filter(alert=alert, step=alert.version, kind=Kind.ALERT)
    if not owed.exists():
        # Nobody holds what comes next: whoever was called before hears that it is open again.
        telling.tell(alert, alert.plan.rungs[: alert.rung + 1], now=now)
    return True


def _snooze_ended(alert: Alert, *, now: datetime) -> bool:
    changes = dict(RELEASED) | start_of(alert.plan, ward=alert.ward, now=now)
    if not _claim(alert, version=alert.version + 1, **changes):
        return False
    events.append(alert, Happened.SNOOZE_ENDED, at=now)
    telling.tell_first(alert, now=now)
    return True


def _was_not_rechecked(alert: Alert, *, now: datetime) -> bool:
    """Silence never ends a doubt: what nobody measured again counts as confirmed."""
    own = alert.ward.alert_minutes if alert.ward else None
    plan = ladder.plan_of(Severity.P1, own)
    changes = dict(RELEASED) | start_of(plan, ward=alert.ward, now=now)
    changes |= {"severity": Severity.P1, "is_provisional": False, "version": alert.version + 1}
    if not _claim(alert, **changes):
        return False
    events.append(alert, Happened.NOT_RECHECKED, at=now, severity=Severity.P1)
    telling.tell_first(alert, now=now)
    return True


def _claim(alert: Alert, **changes: Any) -> bool:
    """Change the alert if it stands as it was read; false when somebody was first."""
    won = Alert.objects.filter(
        pk=alert.pk,
        state=alert.state,
        version=alert.version,
        rung=alert.rung,
        next_step_at=alert.next_step_at,
    ).update(**changes)
    if won:
        for name, value in changes.items():
            setattr(alert, name, value)
    return won == 1


def _after(rung: Rung) -> timedelta:
    return timedelta(minutes=rung.after_minutes)
