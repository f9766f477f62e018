"""How fresh each ward's papers for a downtime are: whose turn it is to write, and since when old.

Kept in two heartbeats for each ward: when its pack was last written, and who is at it now.
Like every condition of the system it is judged from the rows, never by the writer.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q

from alerts.models import Heartbeat
from alerts.pulse import OWNER
from patients.models import Stay
from staff.models import Ward

EVERY: Final = timedelta(minutes=15)
STALE_AFTER: Final = timedelta(minutes=30)
# A writer that takes longer has died; then another one tries.
LEASE: Final = timedelta(minutes=2)
_WRITTEN: Final = "pack:"
_AT_IT: Final = "packing:"


def wards() -> list[Ward]:
    """Return the wards on which somebody is, by name."""
    here = Stay.objects.filter(discharged_at=None).values("ward")
    return list(Ward.objects.filter(pk__in=here).order_by("name"))


def claim(ward: Ward, *, now: datetime, anyway: bool = False) -> bool:
    """Take the ward's pack upon oneself; false when it is fresh or another is at it.

    One conditional update decides. `anyway`: a person asks, however fresh it is.
    """
    kept, is_first = _row(_WRITTEN, ward, now=now)
    is_written = not is_first and kept.counter > 0
    if is_written and not anyway and abs(now - kept.at) < EVERY:
        return False
    lease, was_made = _row(_AT_IT, ward, now=now)
    if was_made:
        return True
    # A clock that was set back must not hold the lease for hours.
    over = Q(at__lte=now - LEASE) | Q(at__gt=now + LEASE)
    mine = Heartbeat.objects.filter(pk=lease.pk, counter=lease.counter)
    if not anyway:
        mine = mine.filter(over)
    return mine.update(at=now, boot_id=OWNER, counter=F("counter") + 1) == 1


def written(ward: Ward, *, now: datetime) -> None:
    """Say that a whole pack of this moment lies on the disk."""
    Heartbeat.objects.filter(name=f"{_WRITTEN}{ward.pk}").update(
        at=now, boot_id=OWNER, counter=F("counter") + 1
    )


def stale_since(ward: Ward, *, now: datetime) -> datetime | None:
    """Return since when the ward has had no fresh pack, after more than 30 minutes without.

    That is since the last one, or since one was first wanted. None for a ward where nobody
    is. One query, and a second one when the pack is old.
    """
    row = Heartbeat.objects.filter(name=f"{_WRITTEN}{ward.pk}").first()
    if row is None or now - row.at <= STALE_AFTER:
        return None
    is_wanted = Stay.objects.filter(ward=ward, discharged_at=None).exists()
    return row.at if is_wanted else None


def stale_wards(*, now: datetime) -> Iterable[tuple[Ward, datetime]]:
    """Return the wards with old packs and since when; two queries."""
    kept = {row.name: row.at for row in Heartbeat.objects.filter(name__startswith=_WRITTEN)}
    if not any(now - at > STALE_AFTER for at in kept.values()):
        return []
    found = ((ward, kept.get(f"{_WRITTEN}{ward.pk}")) for ward in wards())
    return [(ward, at) for ward, at in found if at is not None and now - at > STALE_AFTER]


def _row(kind: str, ward: Ward, *, now: datetime) -> tuple[Heartbeat, bool]:
    fresh = {"boot_id": OWNER, "counter": 0, "at": now}
    return Heartbeat.objects.get_or_create(name=f"{kind}{ward.pk}", defaults=fresh)
