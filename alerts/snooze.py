"""Put an alert off for a while, with a reason; some cannot be, and none for long."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from alerts import events
from alerts.acknowledging import StaleAlertError
from alerts.events import Happened
from alerts.models import Alert, AlertState, SnoozeReason
from alerts.policy import Family, Rule
from staff import permissions
from staff.models import User

_CAN_BE_PUT_OFF: Final = (AlertState.OPEN, AlertState.ACKNOWLEDGED)
_NEVER_RULES: Final = frozenset({Rule.A04, Rule.A18})
_SEVERE_STEP: Final = 3  # of a grade alert the step is the grade
_CHOICES_MINUTES: Final = (5, 15, 30, 60, 120, 240)


class SnoozeRefusedError(Exception):
    """This alert is not put off, or not by this person, or not for so long."""


@transaction.atomic
def snooze(
    alert: Alert, *, by: User, at: datetime, minutes: int, reason: SnoozeReason, version_seen: int
) -> Alert:
    """Put an alert off for some minutes; it ends early when the alert worsens.

    Raises SnoozeRefusedError, or StaleAlertError when the alert changed since it was seen.
    """
    if alert.version != version_seen:
        alert.refresh_from_db()
        raise StaleAlertError(alert)
    refused = refusal(alert, by=by)
    longest = alert.plan.longest_snooze_minutes
    if refused is None and not 1 <= minutes <= longest:
        refused = f"This alert can be put off for {longest} minutes at most."
    if refused is not None:
        raise SnoozeRefusedError(refused)
    until = at + timedelta(minutes=minutes)
    won = Alert.objects.filter(pk=alert.pk, state__in=_CAN_BE_PUT_OFF, version=version_seen).update(
        state=AlertState.SNOOZED,
        snoozed_by=by,
        snoozed_until=until,
        snooze_reason=reason,
        snooze_count=F("snooze_count") + 1,
        acknowledged_by=None,
        acknowledged_at=None,
        eta_minutes=None,
        next_step_at=until,
        version=F("version") + 1,
    )
    alert.refresh_from_db()
    if not won:
        raise StaleAlertError(alert)
    events.by_person(alert, Happened.SNOOZED, by=by, at=at, reason=reason, minutes=minutes)
    return alert


def refusal(alert: Alert, *, by: User) -> str | None:
    """Say why this person cannot put this alert off; None when they can."""
    if Rule(alert.rule) in _NEVER_RULES or alert.family == Family.SYSTEM:
        return "This alert is never put off."
    if alert.family == Family.CRS_GRADE and alert.step >= _SEVERE_STEP:
        return "An alert of grade 3 or more is never put off."
    if alert.is_provisional:
        return "Measure again first: this alert waits for a second reading."
    if not permissions.can_snooze(by, alert.ward):
        return "Clinical staff of the ward put an alert off."
    if alert.snooze_count and not permissions.can_snooze_again(by, alert.ward):
        return "It was put off before: only a charge nurse puts it off again."
    return None


def choices_minutes(alert: Alert) -> list[int]:
    """Return for how long this alert can be put off, shortest first."""
    longest = alert.plan.longest_snooze_minutes
    return sorted({*(each for each in _CHOICES_MINUTES if each < longest), longest})[-3:]
