"""Find the ward that an address names, among those on which the caller may do this."""

from django.utils import timezone
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from charting import access
from charting.api.access import Permission, user_of
from staff.models import User, Ward, WardMembership


def ward_of(request: Request, code: str, *, may: Permission) -> Ward:
    """Return the ward; one on which the caller may not is answered like none at all."""
    ward = access.ward_named(user_of(request), code, may)
    if ward is None:
        raise NotFound("There is no such ward of yours.")
    return ward


def member_of(ward: Ward, username: str) -> User | None:
    """Somebody who works on the ward, by the name they sign in with."""
    people = WardMembership.objects.people_of(ward, at=timezone.now())
    return people.filter(username=username).first()
