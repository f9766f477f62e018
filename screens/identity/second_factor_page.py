"""Ask for the second factor: a code, or a security key."""

from typing import Any, Final

from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from identity import second_factor, steps
from identity.second_factor import Given
from screens.identity.gate import SET_UP_URL, let_in, opens_half_way, person_of
from screens.wanted import wanted
from staff.models import User

_WRONG: Final = "This code is not right, or was used already. Wait for the next one."
_WRONG_KEY: Final = "The key did not answer as it should. Try again."
_WAIT: Final = "Too many wrong codes. The next one is looked at from {at} on."


class CodeForm(forms.Form):
    """The code of the app, or a recovery code."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="Six digits from the app on your phone, or one of your recovery codes.",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )


class KeyForm(forms.Form):
    """What a security key answered; the page's script fills it in."""

    credential = forms.JSONField(widget=forms.HiddenInput(attrs={"data-credential": ""}))


@opens_half_way
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Show what this person can give; the right one opens everything that was asked for."""
    user = person_of(request)
    if user is None:
        return redirect_to_login(request.get_full_path())
    if steps.is_passed(request, user):
        return redirect(wanted(request) or "/")
    kinds = second_factor.kinds(user)
    if not kinds:
        return redirect(SET_UP_URL)
    if request.method != "POST":
        return _page(request, user, kinds)
    now = timezone.now()
    with_key = "credential" in request.POST
    form = KeyForm(request.POST) if with_key else CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, user, kinds, error=_WRONG_KEY if with_key else "", status=400)
    if with_key:
        given = second_factor.try_key(user, form.cleaned_data["credential"], now=now)
    else:
        given = second_factor.try_code(user, form.cleaned_data["code"], now=now)
    if given is Given.RIGHT:
        steps.finish(request, user, way="key" if with_key else "code", now=now)
        let_in(request, user)
        return redirect(wanted(request) or "/")
    if given is Given.WAIT:
        return _page(request, user, kinds, error=_when(user), status=429)
    return _page(request, user, kinds, error=_WRONG_KEY if with_key else _WRONG, status=403)


def _when(user: User) -> str:
    until = second_factor.waits_until(user, now=timezone.now())
    if until is None:
        return _WRONG
    return _WAIT.format(at=f"{until:%H:%M} UTC")


def _page(
    request: HttpRequest,
    user: User,
    kinds: frozenset[str],
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    content: dict[str, Any] = {
        "form": CodeForm() if kinds & {"totp", "recovery_codes"} else None,
        "has_app": "totp" in kinds,
        "key_form": KeyForm() if "webauthn" in kinds else None,
        "error": error,
        "next": wanted(request),
    }
    if content["key_form"] is not None:
        content["question"] = webauthn.begin_authentication(user)
    return render(request, "staff/second_factor.html", content, status=status)
