"""Send each role to the page its work begins with."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from screens.access import clinical_wards, user_of
from staff.models import Role, User


def home(request: HttpRequest) -> HttpResponse:
    """Redirect by role; an integration has no pages and is refused."""
    return redirect(_start_of(user_of(request)))


def _start_of(user: User) -> str:
    if user.role == Role.ADMINISTRATOR:
        return "/admin/"
    if user.role == Role.INTEGRATION:
        raise PermissionDenied
    if user.role == Role.CHARGE_NURSE:
        wards = clinical_wards(user)
        if wards:
            return f"/wards/{wards[0].code}/board/"
    return "/patients/"
