"""The PIN of a person: set, and asked for with a count that races cannot cheat."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from audit import trail
from staff.models import Device, Pin, User
from tablets import pin_rules

MOST_WRONG: Final = 5


class PinHasher(Argon2PasswordHasher):
    """Argon2id with 64 MiB, two passes, one lane: a fifth of a second on a small server.

    At least what OWASP asks of Argon2id (46 MiB, one pass); one lane, so that a switch on
    one tablet does not take both cores from another.
    """

    algorithm = "argon2pin"
    time_cost = 2
    memory_cost = 65_536  # KiB
    parallelism = 1


class Answer(StrEnum):
    """What came of a PIN that was tried."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Tried:
    """The answer, and how many tries are left after a wrong one."""

    answer: Answer
    left: int = 0


class PinRefusedError(Exception):
    """These digits would be guessed first; the message says why."""


@transaction.atomic
def choose(user: User, pin: str, *, now: datetime) -> None:
    """Set the person's PIN, unlocked; raises PinRefusedError for one that is easy to guess."""
    why = pin_rules.refusal(pin)
    if why is not None:
        raise PinRefusedError(why)
    hasher = PinHasher()
    encoded = hasher.encode(_peppered(user.pk, pin), hasher.salt())
    Pin.objects.update_or_create(
        user=user, defaults={"encoded": encoded, "set_at": now, "wrong_count": 0}
    )
    _trail("pin.set", user, now=now)


def attempt(user: User, pin: str, *, device: Device, now: datetime) -> Tried:
    """Try a PIN. Each try is counted before it is looked at, so tries at once cannot be more.

    A right one forgives the wrong ones before it; after the fifth wrong one in a row no
    PIN is right until a full sign-in (forgive()). Call it outside any transaction.
    """
    mine = Pin.objects.filter(user=user)
    if not mine.filter(wrong_count__lt=MOST_WRONG).update(wrong_count=F("wrong_count") + 1):
        return Tried(Answer.LOCKED if mine.exists() else Answer.NONE)
    row = mine.get()
    if PinHasher().verify(_peppered(user.pk, pin), row.encoded):
        mine.filter(encoded=row.encoded).update(wrong_count=0)
        return Tried(Answer.RIGHT)
    left = MOST_WRONG - row.wrong_count
    _trail("pin.refused" if left > 0 else "pin.locked", user, now=now, ward_id=device.ward_id)
    return Tried(Answer.WRONG if left > 0 else Answer.LOCKED, max(left, 0))


def forgive(user: User) -> None:
    """Unlock the PIN: its owner has just signed in with name and password."""
    Pin.objects.filter(user=user).exclude(wrong_count=0).update(wrong_count=0)


def _peppered(user_id: int, pin: str) -> str:
    """A million PINs are soon tried on a stolen table, but not without this place's own key."""
    return salted_hmac(f"tablets.pin.{user_id}", pin, algorithm="sha256").hexdigest()


def _trail(action: str, user: User, *, now: datetime, ward_id: int | None = None) -> None:
    # Nobody is signed in where a PIN is refused: the subject is whose PIN it was.
    trail.record(
        action=action,
        actor=user if action == "pin.set" else None,
        scope=f"ward:{ward_id}" if ward_id else "staff",
        subject=f"user:{user.pk}",
        at=now,
    )
