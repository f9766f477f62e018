"""Give a tablet to a ward, and take it back."""

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.core import signing
from django.db import IntegrityError, transaction

from audit import trail
from staff.models import Device, User, Ward

COOKIE: Final = "crs_device"
# The longest that browsers keep a cookie; every sign-in starts it anew.
COOKIE_AGE_SECONDS: Final = 400 * 24 * 3600
_SIGNER: Final = signing.Signer(salt="tablets.device")


class NameTakenError(Exception):
    """Another tablet of the ward has this name."""


@transaction.atomic
def register(*, name: str, ward: Ward, by: User, now: datetime) -> tuple[Device, str]:
    """Register a device and return it with the value of its cookie, which is made this once.

    Raises NameTakenError when a device in use on the ward has this name.
    """
    secret = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            device = Device.objects.create(
                name=name, ward=ward, digest=_digest(secret), registered_by=by, registered_at=now
            )
    except IntegrityError as error:
        raise NameTakenError(name) from error
    _trail("device.registered", device, by=by, now=now)
    return device, _SIGNER.sign(secret)


@transaction.atomic
def revoke(device: Device, *, by: User, now: datetime) -> bool:
    """Take a device out of use at once, sessions on it included; false when it was before."""
    changed = Device.objects.in_use().filter(pk=device.pk).update(revoked_at=now, revoked_by=by)
    if changed:
        _trail("device.revoked", device, by=by, now=now)
    return changed == 1


def known_by(cookie: str) -> Device | None:
    """Return the device in use with this cookie; a forged cookie costs no query."""
    try:
        secret = _SIGNER.unsign(cookie)
    except signing.BadSignature:
        return None
    found = Device.objects.in_use().select_related("ward").filter(digest=_digest(secret))
    return found.first()


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _trail(action: str, device: Device, *, by: User, now: datetime) -> None:
    trail.record(
        action=action,
        actor=by,
        scope=f"ward:{device.ward_id}",
        subject=f"device:{device.pk}",
        at=now,
    )
