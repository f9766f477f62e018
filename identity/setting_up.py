"""Give a person a second factor, and take it away again."""

from datetime import datetime
from typing import Any, Final

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.base.internal.flows import delete_dangling_recovery_codes
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.db import transaction

from identity.models import CodeGuard
from identity.record import note
from staff.models import User

LONGEST_NAME: Final = 40


class NotSetUpError(Exception):
    """What was given does not prove that the person holds the factor; the message says why."""


@transaction.atomic
def add_app(user: User, *, secret: str, code: str, now: datetime) -> list[str]:
    """Make this secret the person's; return new recovery codes if they had none.

    Raises NotSetUpError when the code is not one of now, or an app is there already.
    """
    step = _step_of(secret, "".join(code.split()))
    if step is None:
        raise NotSetUpError("This is not the code of now. Check the phone's clock, and try again.")
    if Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        raise NotSetUpError("There is an app already. Remove it first.")
    totp.TOTP.activate(user, secret)
    # The code that was shown to set it up signs nobody in.
    CodeGuard.objects.update_or_create(user=user, defaults={"last_step": step})
    note("second_factor.set", user, user, at=now, way="app")
    return _first_codes(user)


@transaction.atomic
def add_key(user: User, *, name: str, credential: Any, now: datetime) -> list[str]:
    """Keep a security key; return new recovery codes if the person had none.

    Raises NotSetUpError when it did not answer the question that the session holds.
    """
    try:
        webauthn.parse_registration_response(credential)
        webauthn.complete_registration(credential)
    except (ValidationError, LookupError, AttributeError, TypeError) as error:
        raise NotSetUpError("The key did not answer as it should. Try again.") from error
    webauthn.WebAuthn.add(user, name[:LONGEST_NAME] or "Security key", credential)
    note("second_factor.set", user, user, at=now, way="key")
    return _first_codes(user)


@transaction.atomic
def new_codes(user: User, *, now: datetime) -> list[str]:
    """Replace the recovery codes; the old ones are worth nothing from now on."""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    note("second_factor.codes_made", user, user, at=now)
    return _first_codes(user)


@transaction.atomic
def remove(user: User, number: int, *, now: datetime) -> bool:
    """Take one of the person's own away; recovery codes go with the last. False if none."""
    row = Authenticator.objects.filter(user=user, pk=number).first()
    if row is None or row.type == Authenticator.Type.RECOVERY_CODES:
        return False
    way = "app" if row.type == Authenticator.Type.TOTP else "key"
    row.delete()
    delete_dangling_recovery_codes(user)
    note("second_factor.removed", user, user, at=now, way=way)
    return True


@transaction.atomic
def reset(user: User, *, by: User, now: datetime) -> bool:
    """Take all of somebody's away: they set up another at the next sign-in. False if none."""
    count, _ = Authenticator.objects.filter(user=user).delete()
    CodeGuard.objects.filter(user=user).update(wrong_count=0, waits_until=None)
    if count:
        note("second_factor.reset", by, user, at=now)
    return bool(count)


def codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(row.wrap().get_unused_codes()) if row else 0


def _first_codes(user: User) -> list[str]:
    rows = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES)
    if rows.exists():
        return []
    return list(RecoveryCodes.activate(user).generate_codes())


def _step_of(secret: str, code: str) -> int | None:
    for step in totp.yield_hotp_counters_from_time():
        right = totp.format_hotp_value(totp.hotp_value(secret, step))
        if compare_user_code(actual=code, expected=right):
            return int(step)
    return None
