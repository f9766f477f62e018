"""Who may sign in by password here, and how one is changed."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from identity.record import note
from staff.models import Role, User


def why_not(user: User) -> str | None:
    """Return why this person cannot come in by password, in a sentence; None when they can.

    A wall display has nobody whom the hospital could know, and somebody from an agency is
    not known to it: their accounts are of this system alone.
    """
    if not settings.CRS_OIDC or user.is_emergency:
        return None
    if user.is_single_sign_on:
        return f"This account signs in with {settings.CRS_OIDC.name}."
    is_of_here = user.role == Role.KIOSK or user.opened_by_id is not None
    if settings.CRS_LOCAL_SIGN_IN == "EMERGENCY" and not is_of_here:
        return f"Passwords are for emergencies here. Sign in with {settings.CRS_OIDC.name}."
    return None


@transaction.atomic
def change(user: User, password: str, *, now: datetime) -> None:
    """Make this the person's own password; it was checked against the rules before."""
    user.set_password(password)
    user.save(update_fields=["password"])
    note("password.changed", user, user, at=now)


@transaction.atomic
def give(user: User, password: str, *, by: User, now: datetime) -> None:
    """Give somebody who forgot theirs another; it is theirs to change."""
    user.set_password(password)
    user.save(update_fields=["password"])
    note("password.given", by, user, at=now)
