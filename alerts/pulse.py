"""The proof of life of working loops, and how another process judges it on two clocks."""

import threading
import time
import uuid
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from alerts.models import Heartbeat
from audit import trail

OWNER: Final = uuid.uuid4().hex  # fresh at every start, so a restarted sender is a stranger
SENDER: Final = "sender"  # hands messages over
SWEEP: Final = "sweep"  # derives what is due
PAGING: Final = "paging"  # hands pages over
BOUNCES: Final = "bounces"  # reads what comes back
CELERY_BEAT: Final = "beat"  # written by a worker that got beat's task: it proves both
# A sender turns every two seconds, and is held by one message for at most 25.
SILENT_AFTER: Final = timedelta(seconds=60)
# Without any of these, alerts do not go out.
_NEEDED: Final = frozenset({SENDER, SWEEP, PAGING})
_WORKER: Final = "worker:"
_LONGEST_NAME: Final = 30


def beat(name: str, *, now: datetime) -> None:
    """Say that this loop turned once more; whether it works is judged by others.

    The first turn after a silence that pages told of goes into the trail, with how long it was.
    """
    name = name[:_LONGEST_NAME]
    turned = Heartbeat.objects.filter(name=name, at__gte=now - SILENT_AFTER).update(
        boot_id=OWNER, counter=F("counter") + 1, at=now
    )
    if not turned:
        _begin(name, now=now)


@transaction.atomic
def _begin(name: str, *, now: datetime) -> None:
    """The first turn at all, or the first after a silence: of several at once, one tells."""
    row, is_new = Heartbeat.objects.get_or_create(
        name=name, defaults={"boot_id": OWNER, "counter": 1, "at": now}
    )
    if is_new:
        return
    ours = Heartbeat.objects.filter(pk=row.pk, counter=row.counter)
    if ours.update(boot_id=OWNER, counter=F("counter") + 1, at=now) and name in _NEEDED:
        trail.record(
            action="alerting.recovered",
            actor=None,
            scope="alerting",
            subject=f"loop:{name}",
            at=now,
            detail={
                "silent_since": row.at.isoformat(),
                "silent_seconds": round((now - row.at).total_seconds()),
            },
        )


def worker_name(hostname: str | None) -> str:
    """Return the name under which a Celery worker beats."""
    return f"{_WORKER}{(hostname or 'unnamed').removeprefix('celery@')}"[:_LONGEST_NAME]


def is_worker(name: str) -> bool:
    """Whether this heartbeat is a Celery worker's."""
    return name.startswith(_WORKER)


def forget(name: str) -> None:
    """A loop that was told to end has not failed."""
    Heartbeat.objects.filter(name=name).delete()


@dataclass(slots=True)
class _Seen:
    """What this process last saw of one thing: since when, and whether it saw it change."""

    mark: Hashable
    since: float
    looked: float
    changed: bool


class Witness:
    """Remembers, on this process's monotonic clock, since when a thing has stood still.

    A wall clock that steps makes the dead look young and the living look old. So each
    process that judges keeps what it has seen with its own eyes beside what rows say.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._seen: dict[str, _Seen] = {}
        self._lock = threading.Lock()

    def unchanged_seconds(self, name: str, mark: Hashable) -> float:
        """Return how long `name` has shown this mark, as far as this process has seen."""
        return self._look(name, mark)[0]

    def is_alive(
        self, name: str, mark: Hashable, *, at: datetime, now: datetime, within: timedelta
    ) -> bool:
        """Whether a counter moved within this time, by eyesight first and by the row else."""
        still, was_seen_moving = self._look(name, mark, within=within.total_seconds())
        if still > within.total_seconds():
            return False
        return was_seen_moving or abs(now - at) <= within

    def _look(self, name: str, mark: Hashable, *, within: float = 0.0) -> tuple[float, bool]:
        now = self._monotonic()
        with self._lock:
            seen = self._seen.get(name)
            if seen is None or seen.mark != mark:
                # It moved since the last look; when that is long ago, it may have stopped again.
                moved_lately = seen is not None and now - seen.looked <= within
                seen = self._seen[name] = _Seen(mark, now, now, moved_lately)
            seen.looked = now
            return now - seen.since, seen.changed
