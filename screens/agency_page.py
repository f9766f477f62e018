"""Open a ward's account for somebody from an agency: the code is shown once, to be printed."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from screens.access import user_of, ward_for
from staff import permissions
from staff.models import User, Ward
from tablets import agency
from tablets.agency import Slip


class AgencyForm(forms.Form):
    """The person's own name: every entry will carry it."""

    first_name = forms.CharField(label="Given name", max_length=150)
    last_name = forms.CharField(label="Family name", max_length=150)


@require_http_methods(["GET", "HEAD", "POST"])
def agency_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the accounts that are open; a POST opens one for twelve hours, or ends one."""
    user, now = user_of(request), timezone.now()
    ward = ward_for(user, code)
    if not permissions.can_open_agency_account(user, ward):
        raise Http404
    if request.method != "POST":
        return _page(request, ward, AgencyForm(), now=now)
    if "close" in request.POST:
        return _close(request, user, ward, now=now)
    form = AgencyForm(request.POST)
    if not form.is_valid():
        return _page(request, ward, form, now=now, status=400)
    slip = agency.open_account(**form.cleaned_data, ward=ward, by=user, now=now)
    # Answered at once and not by a redirect: the code is kept nowhere to be shown again.
    return _page(request, ward, AgencyForm(), now=now, slip=_slip(slip, ward))


def _close(request: HttpRequest, user: User, ward: Ward, *, now: datetime) -> HttpResponse:
    person = agency.of_ward(ward, now=now).filter(username=request.POST["close"]).first()
    if person is None:
        raise Http404
    agency.close_account(person, ward=ward, by=user, now=now)
    messages.success(request, f"The account of {person.display_name()} is closed.")
    return redirect(f"/wards/{ward.code}/agency/")


def _slip(slip: Slip, ward: Ward) -> dict[str, str]:
    return {**_row(slip.user, ward), "code": slip.code}


def _row(person: User, ward: Ward) -> dict[str, str]:
    assert person.expires_at is not None
    return {
        "name": person.display_name(),
        "username": person.username,
        "until": f"{person.expires_at.astimezone(ward.zone):%a %H:%M}",
    }


def _page(
    request: HttpRequest,
    ward: Ward,
    form: AgencyForm,
    *,
    now: datetime,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    rows = [_row(person, ward) for person in agency.of_ward(ward, now=now)]
    content = {"ward": ward, "form": form, "rows": rows, **more}
    return render(request, "staff/agency.html", content, status=status)
