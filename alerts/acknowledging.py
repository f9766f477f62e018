"""Take an alert in one's own name, for as long as the answer holds; or say that one cannot."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from alerts import events, telling
from alerts.events import Happened
from alerts.models import Alert, AlertState
from staff.models import User

# Who may still take it: whoever comes to an alert that is open or put off.
_TO_BE_HAD: Final = (AlertState.OPEN, AlertState.SNOOZED)


class StaleAlertError(Exception):
    """The alert changed since this person saw it; `alert` is how it stands now."""

    def __init__(self, alert: Alert) -> None:
        """Keep the current alert to show what changed."""
        super().__init__(f"{alert} changed in the meantime")
        self.alert = alert


@transaction.atomic
def acknowledge(
    alert: Alert, *, by: User, at: datetime, eta_minutes: int | None, version_seen: int
) -> Alert:
    """Accept an alert in one's own name; raises StaleAlertError when it changed or is taken.

    One conditional update decides, so that of two people pressing at once one wins.
    A step of the ladder in the same second does not refuse the press; a worsening does.
    """
    if alert.version != version_seen:
        alert.refresh_from_db()
        raise StaleAlertError(alert)
    won = Alert.objects.filter(pk=alert.pk, state__in=_TO_BE_HAD, version=version_seen).update(
        state=AlertState.ACKNOWLEDGED,
        acknowledged_by=by,
        acknowledged_at=at,
        eta_minutes=eta_minutes,
        snoozed_until=None,
        next_step_at=answer_ends_at(alert, at=at, eta_minutes=eta_minutes),
        version=F("version") + 1,
    )
    alert.refresh_from_db()
    if not won:
        raise StaleAlertError(alert)
    events.by_person(alert, Happened.ACKNOWLEDGED, by=by, at=at, eta_minutes=eta_minutes)
    telling.follow_up(alert, by=by, now=at)
    return alert


def answer_ends_at(alert: Alert, *, at: datetime, eta_minutes: int | None) -> datetime | None:
    """Return when an answer given now stops holding; None when it holds until the alert ends.

    A provisional alert waits for a second reading, and an answer is none.
    """
    if alert.is_provisional:
        return alert.next_step_at
    grace = alert.plan.answer_grace_minutes
    return at + timedelta(minutes=(eta_minutes or 0) + grace) if grace is not None else None
