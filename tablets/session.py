"""A session on a registered device: whose it is, until when, whether it is locked."""

from datetime import datetime
from typing import Any, Final

from django.contrib.auth import SESSION_KEY, login
from django.core import signing
from django.http import HttpRequest, HttpResponse

from staff.models import Device, User

BACKEND: Final = "staff.backends.OpenAccountBackend"
# Idle for this long, and nobody is taken to stand before the tablet any more.
ENTRY_IDLE_SECONDS: Final = 60
LIST_IDLE_SECONDS: Final = 300
NAMES_HIDDEN_SECONDS: Final = 30
# The page locks by itself to the second; the server waits for a sign of life on bad Wi-Fi.
GRACE_SECONDS: Final = 30

ACTIVE_COOKIE: Final = "crs_active"
_DEVICE: Final = "crs_device"
_UNTIL: Final = "crs_shift_until"
_WAY: Final = "crs_way"
_LOCKED: Final = "crs_locked"
_SIGNER: Final = signing.Signer(salt="tablets.active")


def device_of(request: HttpRequest) -> Device | None:
    """The registered device this request comes from; found once, by the middleware."""
    found: Device | None = getattr(request, "crs_device", None)
    return found


def open_as(request: HttpRequest, user: User, *, device: Device, until: datetime, way: str) -> bool:
    """Sign this person in on the device under a new session key; whether the session was theirs.

    What another person's session held is gone; one's own is kept and unlocked.
    """
    was_theirs = bool(owner_of(request) == user.pk)
    login(request, user, backend=BACKEND)
    if was_theirs:
        # login() makes a new key for another person only.
        request.session.cycle_key()
    request.session[_DEVICE] = device.pk
    request.session[_UNTIL] = until.timestamp()
    request.session[_WAY] = way
    request.session.pop(_LOCKED, None)
    return was_theirs


def owner_of(request: HttpRequest) -> int | None:
    """The id of the person whose session this is, locked or not."""
    known = request.session.get(SESSION_KEY)
    return int(known) if known is not None else None


def lock(request: HttpRequest) -> None:
    """Let nobody in until a PIN, a badge or a password was given."""
    request.session[_LOCKED] = True


def is_locked(request: HttpRequest) -> bool:
    """Whether the session waits for its person."""
    return bool(request.session.get(_LOCKED))


def by_password(request: HttpRequest) -> bool:
    """Whether this session began with a full sign-in, not with a PIN or a badge."""
    return bool(request.session.get(_WAY, "password") == "password")


def belongs_elsewhere(request: HttpRequest, device: Device | None) -> bool:
    """Whether the session was opened on another device, or on one that was taken back."""
    bound = request.session.get(_DEVICE)
    return bound is not None and (device is None or device.pk != bound)


def shift_is_over(request: HttpRequest, *, now: datetime) -> bool:
    """Whether the shift of this session has ended; its last instant is out."""
    until: float | None = request.session.get(_UNTIL)
    return until is not None and now.timestamp() >= until


def end_at(request: HttpRequest, until: datetime) -> None:
    """Let the session end then, however busy it is: whoever it is signs in fully again."""
    request.session[_UNTIL] = until.timestamp()


def touch(request: HttpRequest, response: HttpResponse, *, now: datetime, seconds: int) -> None:
    """Note a sign of life in a signed cookie: a page on a tablet writes nothing to the database."""
    response.set_cookie(
        ACTIVE_COOKIE,
        _SIGNER.sign(f"{owner_of(request)}:{now.timestamp():.0f}:{seconds}"),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


def is_idle(request: HttpRequest, *, now: datetime) -> bool:
    """Whether nobody showed for too long; a cookie that is missing or forged shows nobody."""
    try:
        owner, at, seconds = _SIGNER.unsign(request.COOKIES.get(ACTIVE_COOKIE, "")).split(":")
    except signing.BadSignature:
        return True
    # The distance, not the difference: a clock may have been set back.
    still = abs(now.timestamp() - float(at)) <= float(seconds) + GRACE_SECONDS
    return owner != str(owner_of(request)) or not still


def chrome(request: HttpRequest) -> dict[str, Any]:
    """What the frame of a page on a tablet needs to lock itself."""
    device = device_of(request)
    return {
        "tablet": device
        and {"name": device.name, "ward": device.ward.name, "names_seconds": NAMES_HIDDEN_SECONDS}
    }
