"""Send what is owed: claim a message, hand it to the mail server, then mark it sent."""

import logging
import uuid
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Final

from django.core.mail import EmailMessage, get_connection

from alerts.message import compose
from alerts.models import Heartbeat, Notification

logger = logging.getLogger(__name__)
OWNER: Final = uuid.uuid4().hex  # fresh at every start, so a restarted sender is a stranger
_BATCH: Final = 50
_LONGEST_BACKOFF: Final = timedelta(minutes=5)


def deliver_due(*, now: datetime) -> int:
    """Send every message that is due, gravest and oldest first; return how many went out."""
    due = list(Notification.objects.due(now).values_list("pk", flat=True)[:_BATCH])
    return sum(deliver(pk, now=now) for pk in due)


def deliver(pk: int, *, now: datetime) -> bool:
    """Send one message if it is due and nobody else holds it."""
    if not Notification.objects.claim(pk, at=now, owner=OWNER):
        return False
    notification = Notification.objects.select_related("alert__ward", "recipient").get(pk=pk)
    try:
        _send(compose(notification))
    except (SMTPException, OSError) as error:
        _postpone(notification, error, now=now)
        return False
    # Marked after sending, never before: a crash in between repeats the message
    # under the same Message-ID, it never loses it.
    _mark_sent(notification, now=now)
    return True


def beat(name: str, *, now: datetime) -> None:
    """Say that this loop turned once more; whether it works is judged by others."""
    heartbeat, _ = Heartbeat.objects.get_or_create(
        name=name, defaults={"boot_id": OWNER, "counter": 0, "at": now}
    )
    Heartbeat.objects.filter(pk=heartbeat.pk).update(
        boot_id=OWNER, counter=heartbeat.counter + 1, at=now
    )


def _send(message: EmailMessage) -> None:
    get_connection(fail_silently=False).send_messages([message])


def _mark_sent(notification: Notification, *, now: datetime) -> None:
    Notification.objects.filter(pk=notification.pk).update(
        sent_at=now, lease_until=None, last_error=""
    )
    logger.info("notification.sent", extra={"notification": notification.pk})


def _postpone(notification: Notification, error: Exception, *, now: datetime) -> None:
    """Back off up to five minutes, for ever: a duty does not expire because mail is down."""
    wait = min(timedelta(seconds=2 ** min(notification.attempts, 9)), _LONGEST_BACKOFF)
    Notification.objects.filter(pk=notification.pk).update(
        due_at=now + wait, lease_until=None, last_error=type(error).__name__
    )
    logger.warning(
        "notification.failed",
        extra={"notification": notification.pk, "attempts": notification.attempts},
    )
