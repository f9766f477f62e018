"""How far somebody's sign-in has got: the password, then the second factor where one is owed."""

from datetime import datetime
from typing import Final

from django.http import HttpRequest

from identity import places, second_factor, sessions
from staff import here
from staff.models import User

# Whose second factor this session has seen; a session that becomes another person's is emptied.
_PASSED: Final = "crs_second_factor"
_OWED: Final = "crs_second_factor_owed"


def begin(request: HttpRequest, user: User, *, has_second: bool, now: datetime) -> None:
    """Note a full sign-in; `has_second` when whoever vouched for the person asked for several.

    Who has a second factor is asked for it, except on a ward's tablet, where the tablet
    itself is one; there it is asked only of those who always need it.
    """
    request.session[sessions.BEGAN] = now.timestamp()
    request.session.pop(_PASSED, None)
    request.session.pop(_OWED, None)
    if has_second:
        request.session[_PASSED] = user.pk
    elif _is_asked_anyway(user) and second_factor.kinds(user):
        request.session[_OWED] = True


def is_owed(request: HttpRequest, user: User) -> bool:
    """Whether nothing opens for this session before a second factor; no query."""
    if request.session.get(_PASSED) == user.pk:
        return False
    if request.session.get(_OWED):
        return True
    return second_factor.is_required(user, is_remote=places.is_remote(request))


def is_passed(request: HttpRequest, user: User) -> bool:
    """Whether this session has seen the person's second factor."""
    return bool(request.session.get(_PASSED) == user.pk)


def finish(request: HttpRequest, user: User, *, way: str, now: datetime) -> None:
    """Note that the second factor was right: from here on, under another session key."""
    request.session.cycle_key()
    request.session[_PASSED] = user.pk
    request.session.pop(_OWED, None)
    sessions.begin(request, user, way=way, now=now)


def _is_asked_anyway(user: User) -> bool:
    return here.device_id() is None or second_factor.always_needs_one(user)
