"""Who is on call in the demo: a rota with telephone numbers, kept a week ahead."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Final, NamedTuple

from alerts import rota_plan
from alerts.models import RotaRole, RotaSlot
from alerts.rota_plan import NewSlot
from demo.places import TIME_ZONE
from staff.models import User, Ward

_CHANGES_AT: Final = time(7)
_DAYS_BACK: Final = 1
_DAYS_AHEAD: Final = 8


class _Duty(NamedTuple):
    role: RotaRole
    username: str  # empty: a team with a mailbox
    phone: str


_DUTIES: Final = (
    _Duty(RotaRole.CHARGE_NURSE, "charge", "4417"),
    _Duty(RotaRole.ONCOLOGY_FELLOW, "oncologist", "4420"),
    _Duty(RotaRole.ONCOLOGY_ATTENDING, "oncologist", "4421"),
    _Duty(RotaRole.ICU_OUTREACH, "", "4433"),
    _Duty(RotaRole.SITE_NURSE_MANAGER, "", "4440"),
)


def ensure(wards: Iterable[Ward], *, staff: dict[str, User], now: datetime) -> None:
    """Put the coming days into the rota of each ward where they are missing."""
    today = now.astimezone(TIME_ZONE).date()
    days = [today + timedelta(days=number) for number in range(-_DAYS_BACK, _DAYS_AHEAD)]
    for ward in wards:
        known = set(RotaSlot.objects.filter(ward=ward).values_list("role", "starts_at"))
        for day in days:
            starts_at, ends_at = (
                datetime.combine(each, _CHANGES_AT, tzinfo=TIME_ZONE).astimezone(UTC)
                for each in (day, day + timedelta(days=1))
            )
            for duty in _DUTIES:
                if (duty.role.value, starts_at) not in known:
                    slot = _slot(duty, staff, starts_at=starts_at, ends_at=ends_at)
                    rota_plan.add(ward, slot, by=staff["charge"], now=now)


def _slot(
    duty: _Duty, staff: dict[str, User], *, starts_at: datetime, ends_at: datetime
) -> NewSlot:
    return NewSlot(
        role=duty.role,
        starts_at=starts_at,
        ends_at=ends_at,
        person=staff.get(duty.username),
        # A domain that by definition belongs to nobody (RFC 2606).
        mailbox="" if duty.username else f"{duty.role.value.replace('_', '-')}@demo.example",
        phone=duty.phone,
    )
