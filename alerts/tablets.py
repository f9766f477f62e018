"""Which tablets hold sets that have not arrived, or show a wrong time (A43, A44).

Like every condition of the system it is judged when a page is made, from what tablets last
said: a tablet without a network cannot say anything, and its silence on duty is the news.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from alerts import rulebook
from alerts.models import TabletReport
from staff.models import Ward
from staff.prepared import Prepared

# A tablet that was not heard for so long has left the ward; it has forgotten its patients too.
FORGOTTEN_AFTER: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Said:
    """What a tablet says: how many sets it holds, since when, and how far its clock is off."""

    tablet: uuid.UUID
    unsent: int
    oldest_at: datetime | None
    is_on_duty: bool
    clock_off_seconds: int | None


def heard(said: Said, *, ward: Ward | None, now: datetime) -> None:
    """Keep what a tablet said; the newest word stands alone."""
    TabletReport.objects.update_or_create(
        tablet=said.tablet,
        defaults={
            "ward": ward,
            "unsent": said.unsent,
            "oldest_at": said.oldest_at,
            "is_on_duty": said.is_on_duty,
            "clock_off_seconds": said.clock_off_seconds,
            "heard_at": now,
        },
    )


def troubles(ward: Ward, *, now: datetime) -> list[str]:
    """Return one sentence for each tablet of the ward that somebody must look at; one query."""
    rows = _HEARD(ward=ward.pk, since=now - FORGOTTEN_AFTER)
    found = (_trouble(row, zone=ward.zone, now=now) for row in rows)
    return [words for words in found if words]


def _trouble(row: TabletReport, *, zone: tzinfo, now: datetime) -> str:
    name = f"Tablet {str(row.tablet)[:4].upper()}"
    held = f"{row.unsent} set{'' if row.unsent == 1 else 's'} not sent"
    # Its own clock may be wrong: a set cannot be held before it was typed.
    since = min(row.oldest_at or row.heard_at, row.heard_at).astimezone(zone)
    book = rulebook.current()
    too_long = timedelta(minutes=book.a43.minutes)
    # A page on duty says something every minute.
    if row.is_on_duty and now - row.heard_at > too_long:
        last = f"{row.heard_at.astimezone(zone):%H:%M}"
        holding = f", then with {held}" if row.unsent else "; it may hold sets"
        return f"{name} not heard of since {last}{holding}"
    if row.unsent and now - since > too_long:
        return f"{name} holds {held}, the oldest of {since:%H:%M}"
    off = row.clock_off_seconds
    if off is not None and abs(off) > book.a44.seconds:
        return f"{name}: its clock is {_span(abs(off))} {'ahead' if off > 0 else 'behind'}"
    return ""


def _span(seconds: int) -> str:
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


_HEARD: Final = Prepared(
    lambda ward, since: TabletReport.objects.filter(ward_id=ward, heard_at__gt=since).order_by(
        "tablet"
    )
)
