"""Send what is owed: claim a message, look again whose it is, hand it over, then mark it sent."""

import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import DatabaseError

from alerts import addressing, leases, mailer, pace, parcels
from alerts.models import Bulletin, Channel, Notification, Outgoing, OutgoingQuerySet
from alerts.parcels import Parcel
from alerts.pulse import OWNER, beat

__all__ = ["OWNER", "beat", "deliver", "deliver_due"]

logger = logging.getLogger(__name__)
# After so long a sender looks again whether something graver has come in.
_LOOK_AGAIN_SECONDS: Final = 0.5
_BATCH: Final = 20
# Then the loop says that it turned; one message may take longer, never more than a deadline.
TURN_SECONDS: Final = 8.0
# What spreads the retries; a simulation puts its own seeded source here.
chance: Callable[[], float] = random.SystemRandom().random


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment the door gave, and what has passed since on a clock that never steps."""

    asked: datetime
    began: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """Return the present moment."""
        return self.asked + timedelta(seconds=self.passed())

    def passed(self) -> float:
        """Return the seconds since the clock was asked."""
        return time.monotonic() - self.began


def deliver_due(*, now: datetime, channel: Channel | None = None) -> int:
    """Send what is due, gravest and oldest first, for some seconds; return how many went out."""
    clock, sent = Clock(now), 0
    takes_over = leases.of_this_process.trusts(now=now)
    while clock.passed() < TURN_SECONDS:
        looked, batch = clock.passed(), list(_due(clock.now(), channel, takes_over=takes_over))
        if not batch:
            break
        for rows, pk in batch:
            sent += _deliver(rows, pk, clock=clock, takes_over=takes_over)
            if clock.passed() - looked > _LOOK_AGAIN_SECONDS:
                break
    return sent


def deliver(pk: int, *, now: datetime) -> bool:
    """Send one message about an alert if it is due and nobody else holds it."""
    takes_over = leases.of_this_process.trusts(now=now)
    return _deliver(Notification.objects.all(), pk, clock=Clock(now), takes_over=takes_over)


def _due(
    now: datetime, channel: Channel | None, *, takes_over: bool
) -> Iterator[tuple[OutgoingQuerySet[Any], int]]:
    left = _BATCH
    for rows in (Notification.objects.all(), Bulletin.objects.all()):
        due = rows.due(now, takes_over=takes_over)
        due = due if channel is None else due.filter(channel=channel)
        keys = list(due.values_list("pk", flat=True)[:left])
        yield from ((rows, pk) for pk in keys)
        left -= len(keys)


def _deliver(rows: OutgoingQuerySet[Any], pk: int, *, clock: Clock, takes_over: bool) -> bool:
    now = clock.now()
    if not rows.claim(pk, at=now, owner=OWNER, takes_over=takes_over):
        return False
    claimed: Sequence[Outgoing] = [rows.complete().get(pk=pk)]
    try:
        parcel = parcels.of(claimed[0], now=now, owner=OWNER)
        if parcel is None:
            return False
        claimed = parcel.rows
        if not _hand_over(parcel, now=now):
            return False
    except DatabaseError:
        raise  # nothing can be written down either; the lease ends and the message is tried again
    except Exception as error:
        # Whatever is wrong with one message, the others go on, and this one stays owed.
        for row in claimed:
            _not_sent(row, error, now=clock.now())  # trying took its time
        return False
    # Marked after sending, never before: a crash in between repeats the message
    # under the same Message-ID, it never loses it.
    _mark_sent(parcel, now=clock.now())
    return True


def _hand_over(parcel: Parcel, *, now: datetime) -> bool:
    held = [
        type(row)
        ._default_manager.filter(pk=row.pk, owner=OWNER, sent_at=None)
        .update(handed_at=now)
        for row in parcel.rows
    ]
    if not all(held):
        return False  # somebody else took one of them over meanwhile
    parcel.send()
    return True


def _mark_sent(parcel: Parcel, *, now: datetime) -> None:
    for row in parcel.rows:
        type(row)._default_manager.filter(pk=row.pk).update(
            sent_at=now, lease_until=None, last_error=""
        )
        logger.info("notification.sent", extra=_named(row))


def _not_sent(row: Outgoing, error: Exception, *, now: datetime) -> None:
    """Back off up to five minutes, for ever: a duty does not expire because mail is down."""
    if mailer.is_refused_for_good(error) or isinstance(error, parcels.NoAddressError):
        addressing.refused_for_good(row, mailer.described(error), now=now)
        logger.error("notification.refused", extra=_named(row))
        return
    wait = pace.wait_after(row.attempts, chance=chance)
    type(row)._default_manager.filter(pk=row.pk, owner=OWNER, sent_at=None).update(
        due_at=now + wait, lease_until=None, last_error=mailer.described(error)
    )
    unexpected = not isinstance(error, OSError)
    logger.warning("notification.failed", extra=_named(row), exc_info=unexpected)


def _named(row: Outgoing) -> dict[str, Any]:
    kind = "notification" if isinstance(row, Notification) else "bulletin"
    return {kind: row.pk, "attempts": row.attempts, "channel": row.channel}
