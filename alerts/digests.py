"""Collect what is no page: P3 for the charge nurse each hour, P4 each morning."""

from datetime import datetime, timedelta
from typing import Final

from alerts import bulletins, rota
from alerts.models import Alert, AlertState, Bulletin, RotaRole, Topic
from alerts.policy import Severity
from staff.models import Ward

# On the ward's clock. Quiet hours hold P3 and P4 alone; nothing else ever waits for them.
QUIET_FROM_HOUR: Final = 22
QUIET_BEFORE_HOUR: Final = 6
MORNING_HOUR: Final = 7
_DAY: Final = timedelta(days=1)


def write_due(*, now: datetime) -> int:
    """Write the digests whose hour has come, each once; return how many messages."""
    waiting = (
        Alert.objects.filter(state=AlertState.OPEN, severity__in=(Severity.P3, Severity.P4))
        .exclude(ward=None)
        .values_list("ward", "severity", "raised_at")
    )
    oldest: dict[tuple[int, str], list[datetime]] = {}
    for ward_id, severity, raised_at in waiting:
        oldest.setdefault((ward_id, severity), []).append(raised_at)
    wards = Ward.objects.in_bulk({ward_id for ward_id, _ in oldest})
    return sum(
        _write(wards[ward_id], Severity(severity), raised, now=now)
        for (ward_id, severity), raised in oldest.items()
    )


def hour_of(ward: Ward, severity: Severity, *, now: datetime) -> datetime | None:
    """Return the newest moment at which a digest was to be written; None in quiet hours."""
    local = now.astimezone(ward.zone).replace(minute=0, second=0, microsecond=0)
    if severity is Severity.P4:
        morning = local.replace(hour=MORNING_HOUR)
        return morning if local >= morning else None
    is_quiet = local.hour >= QUIET_FROM_HOUR or local.hour < QUIET_BEFORE_HOUR
    return None if is_quiet else local


def _write(ward: Ward, severity: Severity, raised: list[datetime], *, now: datetime) -> int:
    hour = hour_of(ward, severity, now=now)
    if hour is None or not any(hour - _DAY < at < hour for at in raised):
        return 0
    topic = Topic.DIGEST_P3 if severity is Severity.P3 else Topic.DIGEST_P4
    # With its offset from UTC: the hour that a clock change repeats has a digest of its own.
    key = f"{topic}-{ward.pk}-{hour:%Y%m%d%H%z}"
    if Bulletin.objects.filter(key=key).exists():
        return 0
    charge = rota.holders(ward=ward, role=RotaRole.CHARGE_NURSE, patient_id=None, at=now)
    return len(bulletins.write(topic, key=key, ward=ward, to=charge, now=now))
