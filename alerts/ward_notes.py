"""What is wrong with a ward's own arrangements: rota gaps (A40), minutes, old papers."""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from alerts import continuity, ladder, rota_plan
from alerts.message import described_at
from alerts.models import RotaRole
from staff.models import Ward

# Every page of a charge nurse asks; a gap is known a day ahead, so a minute is soon enough.
_KEPT_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to mend on a ward."""

    ward: str
    words: str

    def __str__(self) -> str:
        return f"{self.ward}: {self.words}"


def of_ward(ward: Ward, *, now: datetime) -> list[Note]:
    """Return what is wrong on this ward, from now to a day ahead; at most four queries."""
    gaps = rota_plan.gaps(ward, start=now, end=now + rota_plan.LOOK_AHEAD)
    found = [
        Note(
            ward.name,
            f"nobody on call as {RotaRole(gap.role).label.lower()} "
            + ("now" if gap.starts_at <= now else f"from {described_at(gap.starts_at, ward=ward)}"),
        )
        for gap in gaps
    ]
    return found + minutes_of(ward) + _old_pack(ward, now=now)


def minutes_of(ward: Ward) -> list[Note]:
    """Return why the ward's own minutes of the ladder are left aside for the shipped ones."""
    words = "its own alert minutes cannot be used, the shipped ones count"
    return [Note(ward.name, f"{words} ({fault})") for fault in ladder.faults(ward.alert_minutes)]


def _old_pack(ward: Ward, *, now: datetime) -> list[Note]:
    since = continuity.stale_since(ward, now=now)
    if since is None:
        return []
    at = since.astimezone(ward.zone)
    is_today = at.date() == now.astimezone(ward.zone).date()
    when = f"{at:%H:%M}" if is_today else described_at(since, ward=ward)
    return [Note(ward.name, f"continuity pack not written since {when}")]


def everywhere(*, now: datetime) -> list[Note]:
    """Return it for every ward with monitored patients, and unusable minutes of the others."""
    watched = rota_plan.wards_with_patients()
    others = Ward.objects.exclude(pk__in=[ward.pk for ward in watched]).order_by("name")
    return [
        *(note for ward in watched for note in of_ward(ward, now=now)),
        *(note for ward in others for note in minutes_of(ward)),
    ]


class Kept:
    """What this process found of each ward within the last minute, so that a page asks no more."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._found: dict[int, tuple[float, list[Note]]] = {}
        self._lock = threading.Lock()

    def of_wards(self, wards: Iterable[Ward], *, now: datetime) -> list[Note]:
        """Return what is wrong on these wards, as of at most a minute ago."""
        notes: list[Note] = []
        for ward in wards:
            with self._lock:
                at, found = self._found.get(ward.pk, (float("-inf"), []))
            if time.monotonic() - at > _KEPT_SECONDS:
                found = of_ward(ward, now=now)
                with self._lock:
                    self._found[ward.pk] = (time.monotonic(), found)
            notes += found
        return notes

    def forget(self, ward: Ward) -> None:
        """Look again at the next page: something was changed."""
        with self._lock:
            self._found.pop(ward.pk, None)
