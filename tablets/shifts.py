"""Who is on shift on a ward's tablets: begun by a full sign-in, over after twelve hours."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from audit import trail
from staff import permissions
from staff.models import Device, ShiftSignIn, User, Ward
from tablets import badges, pins

LENGTH: Final = timedelta(hours=12)


@transaction.atomic
def start(user: User, *, device: Device, now: datetime) -> ShiftSignIn | None:
    """Begin this person's shift on the device's ward; None for somebody of no such ward.

    Call it after name and password alone: it unlocks the PIN. A shift that runs is
    replaced, and an agency account's ends with the account.
    """
    pins.forgive(user)
    badges.forgive(device)
    Device.objects.filter(pk=device.pk).update(last_seen_at=now)
    if not permissions.can_see_patients(user, device.ward):
        return None
    _running(user, device.ward, now=now).update(ended_at=now)
    until = now + LENGTH
    shift = ShiftSignIn.objects.create(
        user=user,
        ward=device.ward,
        device=device,
        started_at=now,
        expires_at=min(until, user.expires_at or until),
    )
    _trail("shift.started", shift, now=now)
    return shift


@transaction.atomic
def end(user: User, *, ward: Ward, now: datetime) -> None:
    """End this person's shift on a ward: from now on no PIN of theirs opens a tablet there."""
    for shift in _running(user, ward, now=now):
        ShiftSignIn.objects.filter(pk=shift.pk).update(ended_at=now)
        _trail("shift.ended", shift, now=now)


def of_ward(ward: Ward, *, now: datetime) -> list[ShiftSignIn]:
    """Return the shifts that run on a ward, people in the order of their names; one query."""
    shifts = ShiftSignIn.objects.running(now).filter(ward=ward).select_related("user")
    return sorted(
        (shift for shift in shifts if _is_open(shift.user, now)),
        key=lambda shift: shift.user.display_name().casefold(),
    )


def of_person(user: User, ward: Ward, *, now: datetime) -> ShiftSignIn | None:
    """Return the person's running shift on a ward, who must still work there."""
    if not _is_open(user, now) or not permissions.can_see_patients(user, ward):
        return None
    return _running(user, ward, now=now).order_by("-expires_at").first()


def _running(user: User, ward: Ward, *, now: datetime) -> "QuerySet[ShiftSignIn]":
    return ShiftSignIn.objects.running(now).filter(user=user, ward=ward)


def _is_open(user: User, now: datetime) -> bool:
    return user.is_active and not user.has_ended(at=now)


def _trail(action: str, shift: ShiftSignIn, *, now: datetime) -> None:
    trail.record(
        action=action,
        actor=shift.user,
        scope=f"ward:{shift.ward_id}",
        subject=f"shift:{shift.pk}",
        at=now,
    )
