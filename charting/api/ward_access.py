"""Find the ward that an address names, among those on which the caller may do this."""

from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from charting.api.access import Permission, user_of
from staff.models import User, Ward


def ward_of(request: Request, code: str, *, may: Permission) -> Ward:
    """Return the ward; one on which the caller may not is answered like none at all."""
    ward = Ward.objects.filter(code=code).first()
    if ward is None or not may(user_of(request), ward):
        raise NotFound("There is no such ward of yours.")
    return ward


def member_of(ward: Ward, username: str) -> User | None:
    """Somebody who works on the ward, by the name they sign in with."""
    return User.objects.filter(username=username, memberships__ward=ward, is_active=True).first()
