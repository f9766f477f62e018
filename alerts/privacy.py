"""Whom the ward tells when somebody's privacy, or the way people sign in, was touched."""

from django.conf import settings

from alerts.rota import Holder, Via
from staff import permissions
from staff.models import User


def holders() -> list[Holder]:
    """The privacy list; without one, safety officers and administrators who have an e-mail."""
    if settings.CRS_PRIVACY_EMAIL:
        return [Holder(None, each, Via.FALLBACK) for each in settings.CRS_PRIVACY_EMAIL]
    people = User.objects.filter(role__in=permissions.REVIEW_BREAK_GLASS, is_active=True)
    found = people.exclude(email="").order_by("pk")
    return [Holder(each, each.email, Via.MEMBERSHIP) for each in found]
