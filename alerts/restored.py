"""After a restore: nothing of the past goes out, and what is open is told anew, once."""

from datetime import datetime
from itertools import chain
from typing import Final

from django.db import transaction

from alerts import events, telling
from alerts.escalation import start_of
from alerts.events import Happened
from alerts.models import Alert, AlertState, Bulletin, Kind, Notification
from alerts.policy import Severity

# A mail server drops what carries the Message-ID of a mail it has seen. An alert may have been
# told of again after the backup was taken; its versions from here on are none of those.
VERSIONS_APART: Final = 100
_WHY: Final = "older than the restored backup"


@transaction.atomic
def put_away(*, now: datetime) -> int:
    """Stop owing what was unsent and is of no use now; return how many messages.

    Words that somebody took an alert, digests, canaries and test pages speak of a time
    that is over. What is owed about an alert that is still open stays owed.
    """
    past = (
        Notification.objects.filter(kind=Kind.FOLLOW_UP),
        Notification.objects.exclude(alert__state=AlertState.OPEN),
        Bulletin.objects.all(),
    )
    dropped = 0
    for rows in past:
        keys = list(
            rows.filter(sent_at=None, failed_at=None, dropped_at=None).values_list("pk", flat=True)
        )
        dropped += rows.model._base_manager.filter(pk__in=keys).update(
            dropped_at=now, lease_until=None, last_error=_WHY
        )
    return dropped


@transaction.atomic
def tell_again(*, now: datetime) -> int:
    """Tell those on call of each open alert once more, its ladder beginning now; return how many.

    A ladder that went on from the hour of the backup would call every rung at once. What
    somebody had answered or put off goes on as it stands: its own time ends it.
    """
    rows = Alert.objects.select_for_update(of=("self",)).select_related("ward").not_closed()
    told = 0
    # Gravest first: who is mailed of many reads these at the top.
    for alert in chain.from_iterable(
        rows.filter(severity=each).order_by("pk") for each in Severity
    ):
        alert.version += VERSIONS_APART
        events.append(alert, Happened.RESTORED, at=now)
        if alert.state == AlertState.OPEN:
            for name, value in start_of(alert.plan, ward=alert.ward, now=now).items():
                setattr(alert, name, value)
            told += 1
        alert.save()
        if alert.state == AlertState.OPEN:
            telling.tell_first(alert, now=now)
    return told
