"""Who is told by mail when something happened to how people sign in."""

from datetime import datetime
from typing import Final

from django.conf import settings

from alerts import bulletins
from alerts.models import Topic
from alerts.rota import Holder, Via
from staff.models import Role, User

_REVIEWERS: Final = (Role.SAFETY_OFFICER, Role.ADMINISTRATOR)


def emergency_sign_in(user: User, *, now: datetime) -> None:
    """Tell the privacy list that an emergency account was used."""
    bulletins.write(
        Topic.EMERGENCY,
        key=f"emergency-{user.pk}-{now.timestamp():.0f}",
        ward=None,
        to=_privacy_list(),
        now=now,
    )


def second_factor_reset(user: User, *, now: datetime) -> None:
    """Tell the person that somebody took their second factor away; a thief would want that."""
    if not user.email:
        return
    bulletins.write(
        Topic.FACTOR_RESET,
        key=f"factor-reset-{user.pk}-{now.timestamp():.0f}",
        ward=None,
        to=[Holder(user, user.email, Via.MEMBERSHIP)],
        now=now,
    )


def _privacy_list() -> list[Holder]:
    """The privacy list; without one, safety officers and administrators."""
    if settings.CRS_PRIVACY_EMAIL:
        return [Holder(None, each, Via.FALLBACK) for each in settings.CRS_PRIVACY_EMAIL]
    people = User.objects.filter(role__in=_REVIEWERS, is_active=True).exclude(email="")
    return [Holder(each, each.email, Via.MEMBERSHIP) for each in people.order_by("pk")]
