"""A person's leave, given at sign-in, for sets typed without a network to arrive as theirs.

It says who typed, not who is signed in when the network comes back. It opens one door alone:
the one for queued sets. It ends with the person's account, password, and in time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.core import signing
from django.utils.crypto import constant_time_compare

from staff.models import User

_SALT: Final = "staff.offline_grant"
# A tablet forgets its patients twelve hours after it last heard the server; one more for clocks.
TYPED_WITHIN: Final = timedelta(hours=13)
ARRIVES_WITHIN: Final = timedelta(days=7)
_MARK_LETTERS: Final = 24


class GrantRefusedError(Exception):
    """The grant does not hold; the message says what the person can do."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Who typed, since when the tablet may say so, and which patients were theirs then."""

    user: User
    issued_at: datetime
    patients: frozenset[int]


def issue(user: User, *, patients: Iterable[int], now: datetime) -> str:
    """Return the leave of this person for these patients, as text for their tablet's vault."""
    said = {"user": user.pk, "mark": _mark(user), "at": int(now.timestamp())}
    return signing.dumps(said | {"patients": sorted(patients)}, salt=_SALT)


def read(text: str, *, captured_at: datetime, now: datetime) -> Grant:
    """Return who typed a set at `captured_at`; raises GrantRefusedError in words."""
    try:
        said = signing.loads(text, salt=_SALT)
        issued_at = datetime.fromtimestamp(said["at"], tz=UTC)
        user = User.objects.filter(pk=said["user"]).first()
        mark = str(said["mark"])
        patients = frozenset(int(each) for each in said["patients"])
    except (signing.BadSignature, KeyError, TypeError, ValueError, OverflowError) as error:
        raise GrantRefusedError("Sign in again, so that the set can be sent.") from error
    if user is None or not user.is_active or user.has_ended(at=captured_at):
        raise GrantRefusedError("The account that typed this set is closed.")
    if not constant_time_compare(mark, _mark(user)):
        raise GrantRefusedError("The password was changed: sign in again, as who typed this set.")
    if now - issued_at > ARRIVES_WITHIN:
        raise GrantRefusedError("Sign in again, as who typed this set: the leave is too old.")
    # Given later than the set was typed, the person themselves has signed in since.
    if captured_at > issued_at + TYPED_WITHIN:
        raise GrantRefusedError("Sign in again, as who typed this set: it was not typed in time.")
    return Grant(user, issued_at, patients)


def _mark(user: User) -> str:
    """What a new password changes."""
    return user.get_session_auth_hash()[:_MARK_LETTERS]
