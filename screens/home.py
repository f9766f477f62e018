"""Send each role to the page its work begins with."""

from collections import Counter

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from charting.models import PatientState
from screens.access import clinical_wards, own_wards, user_of
from staff import permissions
from staff.models import Role, User, Ward


def home(request: HttpRequest) -> HttpResponse:
    """Redirect by role, a charge nurse to the fullest ward, a wall display to its wall.

    An integration is refused.
    """
    return redirect(_start_of(user_of(request)))


def _start_of(user: User) -> str:
    if user.role == Role.ADMINISTRATOR:
        return "/admin/"
    if user.role == Role.INTEGRATION:
        raise PermissionDenied
    if user.role == Role.KIOSK:
        own = Ward.objects.filter(pk__in=permissions.ward_ids(user)).order_by("name").first()
        if own is None:
            raise PermissionDenied
        return f"/wards/{own.code}/wall/"
    if user.role == Role.SAFETY_OFFICER:
        return _statistics_of(own_wards(user))
    if user.role == Role.CHARGE_NURSE:
        wards = clinical_wards(user)
        if wards:
            patients = Counter(
                PatientState.objects.filter(ward__in=wards).values_list("ward_id", flat=True)
            )
            return f"/wards/{max(wards, key=lambda ward: patients[ward.pk]).code}/board/"
    return "/patients/"


def _statistics_of(wards: list[Ward]) -> str:
    if not wards:
        raise PermissionDenied
    return f"/wards/{wards[0].code}/alerts/"
