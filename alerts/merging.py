"""Spare one person a flood: after six mails in ten minutes, what is not a P1 comes as one mail."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max, Q

from alerts import addressing
from alerts.models import Channel, Kind, Notification, NotificationQuerySet
from alerts.policy import Severity

MOST_SINGLE: Final = 6
WITHIN: Final = timedelta(minutes=10)
# Between two merged mails; a P2 leaves ten minutes before it is told again.
APART: Final = timedelta(minutes=2)
_MOST_IN_ONE: Final = 50


def gathered(row: Notification, *, now: datetime, owner: str) -> Sequence[Notification]:
    """Return the claimed messages that go out as one mail: this one, alone or with others.

    Empty when it has to wait; it is then due once the next merged mail may go. A P1 is
    never limited, nor is the word that somebody took an alert.
    """
    if row.kind == Kind.FOLLOW_UP or row.alert.severity == Severity.P1:
        return [row]
    lately = _limited(row).filter(sent_at__gt=now - WITHIN, sent_at__lte=now)
    # Those of one mail were accepted in the same moment.
    mails = lately.values("sent_at").distinct().count()
    if mails < MOST_SINGLE:
        return [row]
    last = lately.aggregate(at=Max("sent_at"))["at"]
    if last + APART > now:
        _wait(row, until=last + APART)
        return []
    return [row, *_others(row, now=now, owner=owner)]


def _limited(row: Notification) -> NotificationQuerySet:
    """Every message to the same mailbox that counts toward the limit."""
    same = (
        Q(recipient=row.recipient) if row.recipient_id else Q(recipient=None, address=row.address)
    )
    return Notification.objects.filter(same, channel=Channel.EMAIL, kind=Kind.ALERT).exclude(
        alert__severity=Severity.P1
    )


def _others(row: Notification, *, now: datetime, owner: str) -> list[Notification]:
    ours = _limited(row).unsent().filter(due_at__lte=now + APART).exclude(pk=row.pk)
    taken = []
    for pk in list(ours.values_list("pk", flat=True)[:_MOST_IN_ONE]):
        Notification.objects.filter(pk=pk, due_at__gt=now).update(due_at=now)
        if Notification.objects.claim(pk, at=now, owner=owner):
            other = Notification.objects.complete().get(pk=pk)
            if addressing.is_still_owed(other, now=now):
                taken.append(other)
    return taken


def _wait(row: Notification, *, until: datetime) -> None:
    """It was not tried, so the attempt does not count."""
    Notification.objects.filter(pk=row.pk, sent_at=None).update(
        due_at=until, lease_until=None, attempts=row.attempts - 1
    )
