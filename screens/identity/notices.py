"""Who is told by mail when something happened to how people sign in."""

from datetime import datetime

from alerts import bulletins, privacy
from alerts.models import Topic
from alerts.rota import Holder, Via
from staff.models import User


def emergency_sign_in(user: User, *, now: datetime) -> None:
    """Tell the privacy list that an emergency account was used."""
    bulletins.write(
        Topic.EMERGENCY,
        key=f"emergency-{user.pk}-{now.timestamp():.0f}",
        ward=None,
        to=privacy.holders(),
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
