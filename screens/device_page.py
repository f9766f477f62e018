"""The tablets of one's wards: register the one in hand, see them all, take one back."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from screens import labels
from screens.access import user_of
from staff import permissions
from staff.models import Device, User, Ward
from tablets import registering, session
from tablets.registering import COOKIE, COOKIE_AGE_SECONDS, NameTakenError


class DeviceForm(forms.Form):
    """What a tablet is called, and which ward it belongs to."""

    name = forms.CharField(
        label="Name on its back", max_length=40, help_text="Such as Bay 3 or Trolley B."
    )
    ward = forms.ModelChoiceField(
        label="Ward", queryset=Ward.objects.none(), to_field_name="code", empty_label=None
    )

    def __init__(self, *args: Any, wards: list[Ward], **kwargs: Any) -> None:
        """Offer these wards alone."""
        super().__init__(*args, **kwargs)
        self.fields["ward"].queryset = Ward.objects.filter(  # type: ignore[attr-defined]
            pk__in=[ward.pk for ward in wards]
        )


@require_http_methods(["GET", "HEAD", "POST"])
def devices(request: HttpRequest) -> HttpResponse:
    """Show the tablets; a POST registers this browser as one, or takes one back."""
    user, now = user_of(request), timezone.now()
    wards = _wards(user)
    if not wards:
        raise Http404
    if request.method != "POST":
        return _page(request, wards, DeviceForm(wards=wards), now=now)
    if "revoke" in request.POST:
        return _revoke(request, user, now=now)
    return _register(request, user, wards, now=now)


def _register(
    request: HttpRequest, user: User, wards: list[Ward], *, now: datetime
) -> HttpResponse:
    form = DeviceForm(request.POST, wards=wards)
    if not form.is_valid():
        return _page(request, wards, form, now=now, status=400)
    before = session.device_of(request)
    try:
        device, cookie = registering.register(
            name=form.cleaned_data["name"], ward=form.cleaned_data["ward"], by=user, now=now
        )
    except NameTakenError:
        form.add_error("name", "Another tablet of this ward has this name.")
        return _page(request, wards, form, now=now, status=409)
    if before is not None and before.pk != device.pk:
        registering.revoke(before, by=user, now=now)
    # The tablet is the ward's from here on: nobody's desktop session goes on in it.
    logout(request)
    messages.success(request, f"{device.name} is registered. Sign in to begin your shift.")
    answer = redirect("/switch/")
    answer.set_cookie(
        COOKIE,
        cookie,
        max_age=COOKIE_AGE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return answer


def _revoke(request: HttpRequest, user: User, *, now: datetime) -> HttpResponse:
    number = request.POST["revoke"]
    is_number = number.isascii() and number.isdigit() and len(number) < 18
    device = Device.objects.in_use().filter(pk=int(number)).first() if is_number else None
    if device is None or not permissions.can_register_device(user, device.ward):
        raise Http404
    registering.revoke(device, by=user, now=now)
    messages.success(request, f"{device.name} is no tablet of the ward any more.")
    return redirect("/devices/")


def _wards(user: User) -> list[Ward]:
    return [ward for ward in Ward.objects.all() if permissions.can_register_device(user, ward)]


def _page(
    request: HttpRequest, wards: list[Ward], form: DeviceForm, *, now: datetime, status: int = 200
) -> HttpResponse:
    known = Device.objects.in_use().filter(ward__in=wards).select_related("ward", "registered_by")
    here = session.device_of(request)
    rows = [
        {
            "pk": device.pk,
            "name": device.name,
            "ward": device.ward.name,
            "by": device.registered_by.display_name(),
            "since": f"{device.registered_at.astimezone(device.ward.zone):%-d %b %Y}",
            "used": labels.ago(device.last_seen_at, now=now) if device.last_seen_at else "never",
            "is_here": here is not None and here.pk == device.pk,
        }
        for device in known
    ]
    user = user_of(request)
    agency = [ward for ward in wards if permissions.can_open_agency_account(user, ward)]
    content = {"form": form, "rows": rows, "here": here, "agency_wards": agency}
    return render(request, "staff/devices.html", content, status=status)
