"""What happened to an alert: one numbered event each, and the trail where a person acted."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from alerts.models import Alert, AlertEvent
from audit import trail
from staff.models import User


class Happened(StrEnum):
    """The kinds of events; at most 20 letters."""

    RAISED = "raised"
    WORSENED = "worsened"
    CONFIRMED = "confirmed"
    NOT_RECHECKED = "not_rechecked"
    NOBODY_TO_TELL = "nobody_to_tell"
    ESCALATED = "escalated"
    BOUNCED = "bounced"
    ACKNOWLEDGED = "acknowledged"
    ANSWER_EXPIRED = "answer_expired"
    CANNOT_COME = "cannot_come"
    CALLED_NEXT = "called_next"
    SNOOZED = "snoozed"
    SNOOZE_ENDED = "snooze_ended"
    HANDED_OVER = "handed_over"
    OWNER_LEFT = "owner_left"
    MOVED = "moved"
    REWORDED = "reworded"
    SOURCE_CORRECTED = "source_corrected"
    RESTORED = "restored"
    CLOSED = "closed"


def append(
    alert: Alert,
    kind: Happened,
    *,
    at: datetime,
    by: User | None = None,
    is_first: bool = False,
    **detail: Any,
) -> None:
    """Append an event; the caller holds the alert's row, so that numbers never fork."""
    seq = 1 if is_first else _last_seq(alert) + 1
    AlertEvent.objects.create(alert=alert, seq=seq, kind=kind, at=at, by=by, detail=detail)


def by_person(alert: Alert, kind: Happened, *, by: User, at: datetime, **detail: Any) -> None:
    """Append what a person did, to the alert and to the trail of its patient."""
    append(alert, kind, at=at, by=by, **detail)
    trail.record(
        action=f"alert.{kind}",
        actor=by,
        scope=f"patient:{alert.patient_id}",
        subject=f"alert:{alert.code}",
        at=at,
        detail={name: value for name, value in detail.items() if value is not None},
    )


def _last_seq(alert: Alert) -> int:
    last = AlertEvent.objects.filter(alert=alert).order_by("-seq").values_list("seq", flat=True)
    return last.first() or 0
