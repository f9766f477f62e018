"""The proof that mail goes out at all: one message to a mailbox of its own each shift."""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Max

from alerts import bulletins
from alerts.models import Bulletin, Channel, Notification, Topic
from alerts.rota import Holder, Via

# In UTC, for all wards together; near enough to the changes of shift.
SHIFT_HOURS: Final = (7, 19)
LATE_AFTER: Final = timedelta(minutes=30)


def shift_start(now: datetime) -> datetime:
    """Return when the present shift began."""
    today = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    starts = [
        (today + timedelta(days=day)).replace(hour=hour) for day in (-1, 0) for hour in SHIFT_HOURS
    ]
    return max(start for start in starts if start <= now)


def send_due(*, now: datetime) -> bool:
    """Owe this shift's canary unless it is owed already; true when it was written."""
    key = f"canary-{shift_start(now):%Y%m%d%H}"
    if not settings.CRS_CANARY_ADDRESS or Bulletin.objects.filter(key=key).exists():
        return False
    mailbox = Holder(None, settings.CRS_CANARY_ADDRESS, Via.FALLBACK)
    return bool(bulletins.write(Topic.CANARY, key=key, ward=None, to=[mailbox], now=now))


def last_accepted() -> datetime | None:
    """Return when a mail server last accepted anything from us; None when it never did."""
    last = [
        rows.filter(channel=Channel.EMAIL).aggregate(at=Max("sent_at"))["at"]
        for rows in (Notification.objects.all(), Bulletin.objects.all())
    ]
    return max((at for at in last if at is not None), default=None)


def is_late(now: datetime, *, accepted: datetime | None) -> bool:
    """Whether half an hour into the shift no mail was accepted since it began."""
    if not settings.CRS_CANARY_ADDRESS:
        return False
    start = shift_start(now)
    return now - start > LATE_AFTER and (accepted is None or accepted < start)
