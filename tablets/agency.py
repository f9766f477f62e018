"""Let somebody from an agency in for one shift: an account that ends by itself."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from audit import trail
from staff.models import Role, User, Ward, WardMembership

LASTS: Final = timedelta(hours=12)
# No letter or digit that is read as another one from a slip of paper.
_ALPHABET: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_GROUPS: Final = 4
_NAME: Final = "agency-"


@dataclass(frozen=True, slots=True)
class Slip:
    """What is handed over on paper; the code is known to nobody afterwards."""

    user: User
    code: str


@transaction.atomic
def open_account(*, first_name: str, last_name: str, ward: Ward, by: User, now: datetime) -> Slip:
    """Open a nurse's account on one ward for twelve hours, and return it with its code."""
    User.objects.filter(opened_by__isnull=False, expires_at__lte=now).update(is_active=False)
    code = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(_GROUPS))
    user = User.objects.create_user(
        _free_name(),
        password=code,
        first_name=first_name,
        last_name=last_name,
        role=Role.NURSE,
        expires_at=now + LASTS,
        opened_by=by,
    )
    WardMembership.objects.create(user=user, ward=ward)
    _trail("agency.opened", user, ward, by=by, now=now)
    return Slip(user, code)


@transaction.atomic
def close_account(user: User, *, ward: Ward, by: User, now: datetime) -> bool:
    """End an agency account before its time; false when it had ended."""
    changed = of_ward(ward, now=now).filter(pk=user.pk).update(expires_at=now, is_active=False)
    if changed:
        _trail("agency.closed", user, ward, by=by, now=now)
    return changed == 1


def of_ward(ward: Ward, *, now: datetime) -> QuerySet[User]:
    """The agency accounts that are open on a ward, the next to end first."""
    members = WardMembership.objects.filter(ward=ward).values("user_id")
    open_now = User.objects.filter(opened_by__isnull=False, expires_at__gt=now, is_active=True)
    return open_now.filter(pk__in=members).order_by("expires_at", "pk")


def _free_name() -> str:
    while True:
        name = f"{_NAME}{secrets.randbelow(9000) + 1000}"
        if not User.objects.filter(username=name).exists():
            return name


def _trail(action: str, user: User, ward: Ward, *, by: User, now: datetime) -> None:
    assert user.expires_at is not None
    trail.record(
        action=action,
        actor=by,
        scope=f"ward:{ward.pk}",
        subject=f"user:{user.pk}",
        at=now,
        detail={"expires_at": user.expires_at.isoformat()},
    )
