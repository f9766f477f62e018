"""The badge of a person, read by a scanner that types: known by a keyed digest alone."""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from audit import trail
from staff.models import Badge, Device, User

# Shorter codes could be guessed by scanning numbers in a row.
SHORTEST: Final = 8
LONGEST: Final = 128
MOST_WRONG: Final = 10


class BadgeRefusedError(Exception):
    """This code cannot be somebody's badge; the message says why."""


@transaction.atomic
def choose(user: User, code: str, *, now: datetime) -> None:
    """Make this the person's badge; raises BadgeRefusedError for a short or a taken one."""
    if not SHORTEST <= len(code) <= LONGEST:
        raise BadgeRefusedError(f"A badge code has {SHORTEST} to {LONGEST} characters.")
    try:
        with transaction.atomic():
            Badge.objects.update_or_create(
                user=user, defaults={"digest": _digest(code), "set_at": now}
            )
    except IntegrityError as error:
        raise BadgeRefusedError("This badge cannot be used. Ask for another.") from error
    trail.record(action="badge.set", actor=user, scope="staff", subject=f"user:{user.pk}", at=now)


def owner_of(code: str, *, device: Device) -> User | None:
    """Return whose badge this is. Unknown ones are counted on the device, and end its scanner.

    Each scan is counted before it is looked at; a known one, like a full sign-in
    (forgive()), sets the count back.
    """
    mine = Device.objects.filter(pk=device.pk)
    if not mine.filter(wrong_badges__lt=MOST_WRONG).update(wrong_badges=F("wrong_badges") + 1):
        return None
    found = Badge.objects.select_related("user").filter(digest=_digest(code)).first()
    if found is None:
        return None
    forgive(device)
    return found.user


def forgive(device: Device) -> None:
    """Let badges be read on this device again."""
    Device.objects.filter(pk=device.pk).exclude(wrong_badges=0).update(wrong_badges=0)


def _digest(code: str) -> str:
    return salted_hmac("tablets.badge", code, algorithm="sha256").hexdigest()
