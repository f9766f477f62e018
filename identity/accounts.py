"""The account of somebody whom the hospital's sign-in vouched for; rights anew each time."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q

from identity import groups, sessions
from identity.claims import Claims
from identity.groups import Rights
from identity.record import note
from identity.single_sign_on import issuer_key
from staff.models import Role, User, Ward, WardMembership

# A program and a wall are nobody whom a hospital could vouch for.
_ROLES: Final = frozenset(Role.values) - {Role.INTEGRATION, Role.KIOSK}


class Why(StrEnum):
    """Why somebody whom the hospital knows does not get in here."""

    NO_GROUP = "no_group"
    NAME_TAKEN = "name_taken"
    NAME_UNUSABLE = "name_unusable"
    CLOSED = "closed"


class NotAdmittedError(Exception):
    """The person is known to the hospital, and has no place here."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def admit(claims: Claims, *, now: datetime) -> User:
    """Return the person's account with the rights of today's groups; raises NotAdmittedError.

    An account made here by hand is taken over only when an administrator marked it for
    single sign-on: the same name at the hospital proves nothing.
    """
    rights = groups.rights(claims.groups, mapping=settings.CRS_OIDC.groups, roles=_ROLES)
    try:
        user = _known(claims, now=now)
        if rights.role is None:
            _take_all(user, now=now)
            raise NotAdmittedError(Why.NO_GROUP)
        with transaction.atomic():
            user = user or _opened(claims, now=now)
            _hold_to(user, rights, now=now)
            _rename(user, claims)
    except NotAdmittedError as refused:
        note("session.refused", None, _named(claims), at=now, way="sso", why=refused.why.value)
        raise
    return user


def link(user: User, *, by: User, now: datetime) -> None:
    """Mark an account made by hand for single sign-on: the next of its name takes it over."""
    User.objects.filter(pk=user.pk).update(is_single_sign_on=True)
    note("sso.marked", by, user, at=now)


@transaction.atomic
def unlink(user: User, *, by: User, now: datetime) -> None:
    """Let an account be of this system alone again; nobody comes in by it from outside."""
    SocialAccount.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(is_single_sign_on=False)
    note("sso.unmarked", by, user, at=now)


@transaction.atomic
def _known(claims: Claims, *, now: datetime) -> User | None:
    """The account of this subject, or the marked one of this name, linked from now on."""
    of_subject = SocialAccount.objects.filter(provider=issuer_key(), uid=claims.subject)
    found = of_subject.select_related("user").first()
    user: User | None = found.user if found else None
    if user is None:
        user = _named(claims)
        if user is None:
            return None
        is_linked = SocialAccount.objects.filter(user=user).exists()
        if not user.is_single_sign_on or is_linked:
            raise NotAdmittedError(Why.NAME_TAKEN)
        _remember(user, claims, now=now)
    if not user.is_single_sign_on:
        raise NotAdmittedError(Why.NAME_TAKEN)
    if not user.is_active or user.has_ended(at=now):
        raise NotAdmittedError(Why.CLOSED)
    return user


def _opened(claims: Claims, *, now: datetime) -> User:
    try:
        UnicodeUsernameValidator()(claims.username)
    except ValidationError as error:
        raise NotAdmittedError(Why.NAME_UNUSABLE) from error
    if not 0 < len(claims.username) <= 150:
        raise NotAdmittedError(Why.NAME_UNUSABLE)
    user = User(username=claims.username, is_single_sign_on=True)
    user.set_unusable_password()
    user.save()
    _remember(user, claims, now=now)
    return user


def _remember(user: User, claims: Claims, *, now: datetime) -> None:
    SocialAccount.objects.create(user=user, provider=issuer_key(), uid=claims.subject)
    note("sso.linked", None, user, at=now)


def _hold_to(user: User, rights: Rights, *, now: datetime) -> None:
    """Give the role and the wards of today's groups, and take every other; on record."""
    before = _standing(user, now=now)
    User.objects.filter(pk=user.pk).update(
        role=rights.role,
        is_staff=rights.role == Role.ADMINISTRATOR,
        is_superuser=rights.role == Role.ADMINISTRATOR,
    )
    user.refresh_from_db()
    wards = Ward.objects.filter(code__in=rights.wards)
    _end(WardMembership.objects.filter(user=user).exclude(ward__in=wards), now=now)
    in_force = WardMembership.objects.in_force(now).filter(user=user).values("ward_id")
    for ward in wards.exclude(pk__in=in_force):
        WardMembership.objects.update_or_create(
            user=user, ward=ward, defaults={"starts_at": None, "ends_at": None}
        )
    after = _standing(user, now=now)
    if before != after:
        note("sso.rights_changed", None, user, at=now, before=before, after=after)


@transaction.atomic
def _take_all(user: User | None, *, now: datetime) -> None:
    """No group is left: every ward and every session goes at once."""
    if user is None:
        return
    before = _standing(user, now=now)
    _end(WardMembership.objects.filter(user=user), now=now)
    User.objects.filter(pk=user.pk).update(is_staff=False, is_superuser=False, role=Role.NURSE)
    sessions.end_all(user, by=user, now=now)
    user.refresh_from_db()
    after = _standing(user, now=now)
    if before != after:
        note("sso.rights_changed", None, user, at=now, before=before, after=after)


def _end(memberships: Any, *, now: datetime) -> None:
    """End what runs, and drop what has not begun."""
    memberships.filter(starts_at__gte=now).delete()
    memberships.filter(Q(ends_at=None) | Q(ends_at__gt=now)).update(ends_at=now)


def _standing(user: User, *, now: datetime) -> dict[str, Any]:
    held = WardMembership.objects.in_force(now).filter(user=user)
    wards = sorted(held.values_list("ward__code", flat=True))
    return {"role": user.role, "wards": wards, "is_staff": user.is_staff}


def _named(claims: Claims) -> User | None:
    """The account of this name, however it is written."""
    return User.objects.filter(username__iexact=claims.username).order_by("pk").first()


def _rename(user: User, claims: Claims) -> None:
    said = {"first_name": claims.first_name, "last_name": claims.last_name}
    try:
        validate_email(claims.email)
        said["email"] = claims.email
    except ValidationError:
        pass
    User.objects.filter(pk=user.pk).update(**{name: word for name, word in said.items() if word})
    user.refresh_from_db()
