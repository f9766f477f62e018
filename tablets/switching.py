"""Let somebody on shift take the tablet over: by name and PIN, or by badge."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from audit import trail
from staff.models import Device, ShiftSignIn, User
from tablets import badges, pins, shifts


class Why(StrEnum):
    """Why the tablet stays locked."""

    NOT_ON_SHIFT = "not_on_shift"
    NO_PIN = "no_pin"
    WRONG_PIN = "wrong_pin"
    PIN_LOCKED = "pin_locked"
    UNKNOWN_BADGE = "unknown_badge"


@dataclass(frozen=True, slots=True)
class Refused:
    """The tablet stays locked, how many tries are left, and of whose PIN."""

    why: Why
    left: int = 0
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """The tablet is this person's, until the shift ends."""

    user: User
    shift: ShiftSignIn


_REFUSED = {
    pins.Answer.NONE: Why.NO_PIN,
    pins.Answer.WRONG: Why.WRONG_PIN,
    pins.Answer.LOCKED: Why.PIN_LOCKED,
}


def by_pin(person_id: int, pin: str, *, device: Device, now: datetime) -> Opened | Refused:
    """Open the tablet for somebody on shift on its ward who knows the PIN."""
    user = User.objects.filter(pk=person_id).first()
    if user is None:
        return Refused(Why.NOT_ON_SHIFT)
    shift = shifts.of_person(user, device.ward, now=now)
    if shift is None:
        return Refused(Why.NOT_ON_SHIFT)
    tried = pins.attempt(user, pin, device=device, now=now)
    if tried.answer is not pins.Answer.RIGHT:
        return Refused(_REFUSED[tried.answer], tried.left, user.display_name())
    return _opened(user, shift, device=device, way="pin", now=now)


def by_badge(code: str, *, device: Device, now: datetime) -> Opened | Refused:
    """Open the tablet for somebody on shift on its ward whose badge was read."""
    user = badges.owner_of(code, device=device)
    if user is None:
        return Refused(Why.UNKNOWN_BADGE)
    shift = shifts.of_person(user, device.ward, now=now)
    if shift is None:
        return Refused(Why.NOT_ON_SHIFT)
    return _opened(user, shift, device=device, way="badge", now=now)


def _opened(user: User, shift: ShiftSignIn, *, device: Device, way: str, now: datetime) -> Opened:
    Device.objects.filter(pk=device.pk).update(last_seen_at=now)
    trail.record(
        action="session.opened",
        actor=user,
        scope=f"ward:{device.ward_id}",
        subject=f"shift:{shift.pk}",
        at=now,
        detail={"way": way},
    )
    return Opened(user, shift)
