"""Is alerting working? Judged from the rows, by whoever renders the page, never by a sender."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max, Min

from alerts.models import Alert, AlertQuerySet, AlertState, Heartbeat, Notification
from alerts.policy import TELL

SILENT_AFTER: Final = timedelta(seconds=45)
LATE_AFTER: Final = timedelta(seconds=60)
_TOLD: Final = [severity for severity, audience in TELL.items() if audience]


@dataclass(frozen=True, slots=True)
class Health:
    """Whether alerts go out, and if not, why."""

    ok: bool
    reasons: tuple[str, ...]


def judge(now: datetime) -> Health:
    """Two questions: did a sender loop turn lately, and is any message late?"""
    reasons = []
    last = Heartbeat.objects.aggregate(at=Max("at"))["at"]
    if last is None:
        reasons.append("No sender has run yet")
    elif now - last > SILENT_AFTER:
        reasons.append(f"No sender has run since {last:%H:%M:%S} UTC")
    oldest = Notification.objects.unsent().aggregate(at=Min("created_at"))["at"]
    if oldest is not None and now - oldest > LATE_AFTER:
        reasons.append(f"A message is waiting since {oldest:%H:%M:%S} UTC")
    if _untold().exists():
        reasons.append("An alert has nobody to tell: the ward has no charge nurse with an e-mail")
    return Health(not reasons, tuple(reasons))


def _untold() -> AlertQuerySet:
    """Open alerts that people should hear of and for which no message could be written."""
    return Alert.objects.filter(
        state=AlertState.OPEN, severity__in=_TOLD, notifications__isnull=True
    )
