"""What stands in the rota of a ward, where it has gaps, and how a slot changes hands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from alerts import rota
from alerts.models import DueSet, RotaRole, RotaSlot, RotaSource
from audit import trail
from staff.models import User, Ward

# Roles that a ward with monitored patients must have somebody for, whoever else it calls.
# Shipped default, not yet clinically approved.
NEEDED: Final = (RotaRole.CHARGE_NURSE, RotaRole.ONCOLOGY_FELLOW, RotaRole.ONCOLOGY_ATTENDING)
LOOK_AHEAD: Final = timedelta(hours=24)
# Nobody is on call for longer in one go; more is a slip of the pen.
LONGEST_SLOT: Final = timedelta(days=14)


class RotaRefusedError(ValueError):
    """The slot cannot stand; the message says why."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody who can be told stands in the rota for this role, from and until."""

    role: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class NewSlot:
    """A slot to be put into the rota: a person, or the mailbox of a team."""

    role: RotaRole
    starts_at: datetime
    ends_at: datetime
    person: User | None = None
    mailbox: str = ""
    phone: str = ""
    backup: User | None = None


def gaps(ward: Ward, *, start: datetime, end: datetime) -> list[Gap]:
    """Return where the ward's needed roles are not covered, for a ward that uses the rota.

    A ward without any slot in the last or next 60 days does without a rota: its members
    are told, which is no gap. Three queries.
    """
    about = Q(starts_at__lt=end + timedelta(days=60), ends_at__gt=start - timedelta(days=60))
    if not RotaSlot.objects.standing().filter(about, ward=ward).exists():
        return []
    slots = list(
        RotaSlot.objects.standing()
        .filter(ward=ward, role__in=NEEDED, starts_at__lt=end, ends_at__gt=start)
        .select_related("person", "backup")
        .order_by("starts_at", "pk")
    )
    return [
        gap
        for role in NEEDED
        for gap in _between(
            role.value,
            [each for each in slots if each.role == role and rota.of_slot(each)],
            start=start,
            end=end,
        )
    ]


def wards_with_patients() -> list[Ward]:
    """Return the wards on which somebody is monitored now."""
    watched = DueSet.objects.filter(ward__isnull=False).values("ward")
    return list(Ward.objects.filter(pk__in=watched).order_by("name"))


def coming(ward: Ward, *, start: datetime, end: datetime) -> list[RotaSlot]:
    """Return the slots that stand in this time, by start."""
    return list(
        RotaSlot.objects.standing()
        .filter(ward=ward, starts_at__lt=end, ends_at__gt=start)
        .select_related("person", "backup")
        .order_by("starts_at", "role", "pk")
    )


@transaction.atomic
def add(
    ward: Ward,
    slot: NewSlot,
    *,
    by: User | None,
    now: datetime,
    source: RotaSource = RotaSource.MANUAL,
    external_id: str = "",
) -> RotaSlot:
    """Put a slot into the rota, with an audit entry; raises RotaRefusedError."""
    _check(slot)
    row = RotaSlot.objects.create(
        ward=ward,
        role=slot.role,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        person=slot.person,
        mailbox=slot.mailbox,
        phone=slot.phone,
        backup=slot.backup,
        source=source,
        external_id=external_id,
        recorded_by=by,
        recorded_at=now,
    )
    _trail("rota.added", row, by=by, now=now, person=slot.person.pk if slot.person else None)
    return row


@transaction.atomic
def cancel(row: RotaSlot, *, by: User | None, now: datetime) -> bool:
    """Take a slot out of the rota; it stays on record. False when it was out already."""
    done = RotaSlot.objects.standing().filter(pk=row.pk).update(cancelled_at=now, cancelled_by=by)
    if done:
        _trail("rota.cancelled", row, by=by, now=now)
    return bool(done)


@transaction.atomic
def swap(row: RotaSlot, *, to: User, by: User, now: datetime) -> RotaSlot:
    """Give the rest of a slot to somebody else; raises RotaRefusedError.

    The old slot stays on record, cancelled; one that has begun keeps what is past.
    """
    if not rota.can_be_told(to):
        raise RotaRefusedError("This person has no e-mail address, or has left.")
    if not cancel(row, by=by, now=now):
        raise RotaRefusedError("This slot was changed in the meantime.")
    if row.ends_at <= now:
        raise RotaRefusedError("This slot is over.")
    if row.starts_at < now:
        _again(row, person=row.person, starts_at=row.starts_at, ends_at=now, by=by, now=now)
    begins = max(row.starts_at, now)
    new = _again(row, person=to, starts_at=begins, ends_at=row.ends_at, by=by, now=now)
    _trail("rota.swapped", new, by=by, now=now, before=row.pk, person=to.pk)
    return new


def _again(
    row: RotaSlot,
    *,
    person: User | None,
    starts_at: datetime,
    ends_at: datetime,
    by: User,
    now: datetime,
) -> RotaSlot:
    is_same = person == row.person
    return RotaSlot.objects.create(
        ward=row.ward,
        role=row.role,
        starts_at=starts_at,
        ends_at=ends_at,
        person=person,
        mailbox=row.mailbox if is_same else "",
        phone=row.phone if is_same else "",
        backup=row.backup,
        # A swap is our own; only its first part answers to the calendar it came from.
        external_id=row.external_id if is_same or starts_at == row.starts_at else "",
        recorded_by=by,
        recorded_at=now,
    )


def _check(slot: NewSlot) -> None:
    if slot.ends_at <= slot.starts_at:
        raise RotaRefusedError("A slot ends after it starts.")
    if slot.ends_at - slot.starts_at > LONGEST_SLOT:
        raise RotaRefusedError("A slot lasts at most 14 days.")
    if slot.person is None and not slot.mailbox:
        raise RotaRefusedError("Name a person or a mailbox.")
    if slot.person is not None and not rota.can_be_told(slot.person) and not slot.mailbox:
        raise RotaRefusedError("This person has no e-mail address, or has left.")


def _between(role: str, slots: Iterable[RotaSlot], *, start: datetime, end: datetime) -> list[Gap]:
    found, covered = [], start
    for slot in slots:
        if slot.starts_at > covered:
            found.append(Gap(role, covered, min(slot.starts_at, end)))
        covered = max(covered, slot.ends_at)
    if covered < end:
        found.append(Gap(role, covered, end))
    return found


def _trail(
    action: str, row: RotaSlot, *, by: User | None, now: datetime, **detail: int | None
) -> None:
    trail.record(
        action=action,
        actor=by,
        scope=f"ward:{row.ward_id}",
        subject=f"rota_slot:{row.pk}",
        at=now,
        detail={"role": row.role, **detail},
    )
