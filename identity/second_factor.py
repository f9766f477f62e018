"""The second factor of a person: whether one is owed, and whether what was given is right."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, DateTimeField, F, Value, When

from identity.models import CodeGuard
from identity.record import note
from staff.models import Role, User

ALWAYS: Final = frozenset({Role.ADMINISTRATOR, Role.SAFETY_OFFICER})
# So many wrong codes in a row, and the next is looked at only after a wait, which doubles.
MOST_WRONG: Final = 5
WAIT: Final = timedelta(minutes=10)
_LONGEST_DOUBLINGS: Final = 7
_OWN: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class Given(StrEnum):
    """What came of a code or a key."""

    RIGHT = "right"
    WRONG = "wrong"
    WAIT = "wait"


def always_needs_one(user: User) -> bool:
    """Whether this person needs a second factor even on the ward."""
    return user.role in ALWAYS or user.is_staff or user.is_superuser


def is_required(user: User, *, is_remote: bool) -> bool:
    """Whether this person gets no further here without one; nobody in the demo."""
    if not settings.CRS_REQUIRES_SECOND_FACTOR:
        return False
    return is_remote or always_needs_one(user)


def kinds(user: User) -> frozenset[str]:
    """Which kinds of authenticator this person has; recovery codes alone are none."""
    found = frozenset(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return found if found & set(_OWN) else frozenset()


def try_code(user: User, code: str, *, now: datetime) -> Given:
    """Try a code of the app, or a recovery code; each try is counted before it is looked at.

    The count is a row, so that several web processes count together. A code of the app is
    right once. Call it outside any transaction, or a refusal would take its count back.
    """
    guard, _ = CodeGuard.objects.get_or_create(user=user)
    if not _counted(guard, now=now):
        return Given.WAIT
    code = "".join(code.split())
    way = _way_of(user, guard, code)
    if way is None:
        guard.refresh_from_db()
        waits = guard.waits_until is not None and guard.waits_until > now
        note("second_factor.locked" if waits else "second_factor.refused", None, user, at=now)
        return Given.WAIT if waits else Given.WRONG
    CodeGuard.objects.filter(pk=guard.pk).update(wrong_count=0, waits_until=None)
    note("second_factor.used", user, user, at=now, way=way)
    return Given.RIGHT


def try_key(user: User, credential: Any, *, now: datetime) -> Given:
    """Try the answer of a security key to the question that the session holds."""
    try:
        webauthn.parse_authentication_response(credential)
        key = webauthn.complete_authentication(user, credential)
    except (ValidationError, LookupError, AttributeError):
        note("second_factor.refused", None, user, at=now, way="key")
        return Given.WRONG
    key.record_usage()
    note("second_factor.used", user, user, at=now, way="key")
    return Given.RIGHT


def waits_until(user: User, *, now: datetime) -> datetime | None:
    """When the next code of this person will be looked at; None for at once."""
    guard = CodeGuard.objects.filter(user=user, waits_until__gt=now).first()
    return guard.waits_until if guard else None


def _counted(guard: CodeGuard, *, now: datetime) -> bool:
    """Count this try in one statement; false while the person has to wait."""
    free = CodeGuard.objects.filter(pk=guard.pk).exclude(waits_until__gt=now)
    ends = [
        When(
            wrong_count=MOST_WRONG * (round_ + 1) - 1,
            then=Value(now + WAIT * 2 ** min(round_, _LONGEST_DOUBLINGS)),
        )
        for round_ in range(_rounds(guard))
    ]
    waits = Case(*ends, default=None, output_field=DateTimeField())
    return free.update(wrong_count=F("wrong_count") + 1, waits_until=waits) == 1


def _rounds(guard: CodeGuard) -> int:
    """Enough rounds for this count, and for those that others add meanwhile."""
    return guard.wrong_count // MOST_WRONG + 3


def _way_of(user: User, guard: CodeGuard, code: str) -> str | None:
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if app is not None and _is_of_app(app, guard, code):
        app.record_usage()
        return "app"
    spare = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    if spare is not None:
        with transaction.atomic():
            if spare.wrap().validate_code(code):
                spare.refresh_from_db()
                spare.record_usage()
                return "recovery_code"
    return None


def _is_of_app(app: Authenticator, guard: CodeGuard, code: str) -> bool:
    """Whether this is a code of now; the library counts used ones in one process alone."""
    secret = decrypt(app.data["secret"])
    for step in totp.yield_hotp_counters_from_time():
        right = totp.format_hotp_value(totp.hotp_value(secret, step))
        if compare_user_code(actual=code, expected=right):
            mine = CodeGuard.objects.filter(pk=guard.pk, last_step__lt=step)
            return mine.update(last_step=step) == 1
    return False
