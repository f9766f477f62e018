"""Choose the PIN, or the badge, that opens a ward's tablets for oneself during a shift."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from screens.access import user_of
from screens.wanted import wanted
from staff.models import Badge, Pin, User
from tablets import badges, pins, session
from tablets.badges import BadgeRefusedError
from tablets.pin_rules import LENGTH
from tablets.pins import PinRefusedError

_DIGITS: Final = {
    "inputmode": "numeric", "maxlength": LENGTH, "autocomplete": "off", "pattern": "[0-9]*",
}  # fmt: skip


class PinForm(forms.Form):
    """Six digits, twice."""

    pin = forms.CharField(label="Six digits", widget=forms.PasswordInput(attrs=_DIGITS))
    again = forms.CharField(label="The same again", widget=forms.PasswordInput(attrs=_DIGITS))

    def clean(self) -> dict[str, Any]:
        """Refuse two that differ."""
        data = super().clean() or {}
        if {"pin", "again"} <= data.keys() and data["pin"] != data["again"]:
            self.add_error("again", "The two differ.")
        return data


class BadgeForm(forms.Form):
    """What the scanner types when the badge is read."""

    badge = forms.CharField(
        label="Badge", widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def pin_page(request: HttpRequest) -> HttpResponse:
    """Show the form; what is sent sets the PIN or the badge of the person signed in."""
    user = user_of(request)
    may = session.by_password(request)
    if request.method != "POST" or not may:
        return _page(request, user, may=may, status=200 if request.method != "POST" else 403)
    form = BadgeForm(request.POST) if "badge" in request.POST else PinForm(request.POST)
    if not form.is_valid() or not _chosen(form, user):
        return _page(request, user, may=may, form=form, status=400)
    messages.success(
        request, "Your badge is known." if "badge" in form.data else "Your PIN is set."
    )
    return redirect(wanted(request) or "/")


def _chosen(form: forms.Form, user: User) -> bool:
    now = timezone.now()
    try:
        if isinstance(form, BadgeForm):
            badges.choose(user, form.cleaned_data["badge"], now=now)
        else:
            pins.choose(user, form.cleaned_data["pin"], now=now)
    except (PinRefusedError, BadgeRefusedError) as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _page(
    request: HttpRequest, user: User, *, may: bool, form: forms.Form | None = None, status: int
) -> HttpResponse:
    content = {
        "may": may,
        "pin_form": form if isinstance(form, PinForm) else PinForm(),
        "badge_form": form if isinstance(form, BadgeForm) else BadgeForm(),
        "errors": form.non_field_errors() if form else (),
        "has_pin": Pin.objects.filter(user=user).exists(),
        "has_badge": Badge.objects.filter(user=user).exists(),
        "next": wanted(request) or "/",
    }
    return render(request, "staff/pin.html", content, status=status)
