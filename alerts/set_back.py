"""The server's clock was set back: what waits goes on waiting, and no longer than it was to."""

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Max

from alerts import pulse
from alerts.models import Alert, Heartbeat

logger = logging.getLogger(__name__)
# Less is corrected by no wait of an alert, and may be what two machines differ by.
LEAST: Final = timedelta(seconds=30)
_RETIMED: Final = "retimed"


@dataclass(slots=True)
class Watch:
    """What this process saw when it last looked: its clock, and seconds that never step."""

    _last: tuple[datetime, float] | None = field(default=None)

    def __call__(self, *, now: datetime) -> int:
        """Bring the next steps of alerts back by as much as the clock was; return how many.

        A ladder, a snooze and an answer wait for a time of day. Set an hour back, they
        would all wait an hour longer. A process that has only begun asks the last sweep.
        """
        mono = time.monotonic()
        if self._last is None:
            back, looked = _ahead_of(now), now - LEAST
        else:
            passed = timedelta(seconds=mono - self._last[1])
            back, looked = self._last[0] + passed - now, now - passed
        moved = _bring_back(back, unless_since=looked, now=now) if back >= LEAST else 0
        self._last = now, mono
        return moved


of_this_process: Final = Watch()


def _ahead_of(now: datetime) -> timedelta:
    """By how much the clock was ahead when any loop last turned, for a process without memory."""
    last = Heartbeat.objects.exclude(name=_RETIMED).aggregate(at=Max("at"))["at"]
    return last - now if last else timedelta(0)


@transaction.atomic
def _bring_back(back: timedelta, *, unless_since: datetime, now: datetime) -> int:
    """Each process sees the same step; the first of them acts.

    `unless_since`: when this process last looked, on the clock as it is now.
    """
    row, _ = Heartbeat.objects.get_or_create(
        name=_RETIMED, defaults={"boot_id": pulse.OWNER, "counter": 0, "at": unless_since - LEAST}
    )
    if unless_since <= row.at <= now:
        return 0
    ours = Heartbeat.objects.filter(pk=row.pk, counter=row.counter)
    if not ours.update(boot_id=pulse.OWNER, counter=F("counter") + 1, at=now):
        return 0
    waiting = Alert.objects.not_closed().filter(next_step_at__gt=now)
    moved = waiting.update(
        next_step_at=F("next_step_at") - back,
        respond_by=F("respond_by") - back,
        snoozed_until=F("snoozed_until") - back,
    )
    logger.error("clock.set_back", extra={"seconds": round(back.total_seconds()), "alerts": moved})
    return moved
