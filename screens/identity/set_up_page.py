"""Set up a second factor: scan a picture, or touch a security key; see the recovery codes once."""

import base64
from typing import Any, Final

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from identity import places, second_factor, sessions, setting_up, steps
from identity.setting_up import NotSetUpError
from screens.identity.gate import SET_UP_URL, let_in, opens_half_way, person_of
from screens.identity.second_factor_page import KeyForm
from screens.wanted import wanted
from staff.models import User
from tablets import session

_SIGN_IN_AGAIN: Final = (
    "You signed in a while ago, or with a PIN. Sign out, sign in with your password, and come "
    "back within a quarter of an hour: whoever finds an open screen must not change this."
)
_LAST: Final = "Your account needs a second factor here. Set up another before removing this one."


class AppForm(forms.Form):
    """The code that the app shows after the picture was scanned."""

    code = forms.CharField(
        label="Code that the app shows now",
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class NewKeyForm(KeyForm):
    """A security key, and what it is called."""

    name = forms.CharField(
        label="Name of the key",
        required=False,
        max_length=setting_up.LONGEST_NAME,
        help_text="Such as “blue key” or “this laptop”.",
    )


@opens_half_way
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def set_up_page(request: HttpRequest) -> HttpResponse:
    """Show what there is and what can be added; a POST adds, removes, or makes new codes."""
    user = person_of(request)
    if user is None:
        return redirect_to_login(request.get_full_path())
    kinds = second_factor.kinds(user)
    if kinds and steps.is_owed(request, user):
        # Who holds the password alone must not add a factor of their own beside the person's.
        return redirect("/second-factor/")
    if request.method != "POST":
        return _page(request, user)
    if not _may_change(request, user, has_one=bool(kinds)):
        return _page(request, user, status=403)
    act = {"app": _add_app, "key": _add_key, "codes": _new_codes, "remove": _remove}
    asked = act.get(request.POST.get("do", ""))
    if asked is None:
        return _page(request, user, status=400)
    try:
        return asked(request, user)
    except NotSetUpError as refusal:
        return _page(request, user, error=str(refusal), status=400)


def _add_app(request: HttpRequest, user: User) -> HttpResponse:
    form, now = AppForm(request.POST), timezone.now()
    secret = request.session.get(totp.SECRET_SESSION_KEY)
    if not form.is_valid() or not secret:
        raise NotSetUpError("Type the six digits that the app shows.")
    codes = setting_up.add_app(user, secret=secret, code=form.cleaned_data["code"], now=now)
    totp.clear_totp_secret(request)
    return _added(request, user, codes, way="app")


def _add_key(request: HttpRequest, user: User) -> HttpResponse:
    form, now = NewKeyForm(request.POST), timezone.now()
    if not form.is_valid():
        raise NotSetUpError("The key did not answer. Press the button, then touch the key.")
    credential = form.cleaned_data["credential"]
    name = form.cleaned_data["name"]
    codes = setting_up.add_key(user, name=name, credential=credential, now=now)
    return _added(request, user, codes, way="key")


def _added(request: HttpRequest, user: User, codes: list[str], *, way: str) -> HttpResponse:
    # The person has just shown that they hold it.
    steps.finish(request, user, way=way, now=timezone.now())
    let_in(request, user)
    if codes:
        return _codes_page(request, codes)
    messages.success(request, "It is set up.")
    return redirect(SET_UP_URL)


def _new_codes(request: HttpRequest, user: User) -> HttpResponse:
    if not second_factor.kinds(user):
        raise NotSetUpError("Set up an app or a key first.")
    return _codes_page(request, setting_up.new_codes(user, now=timezone.now()))


def _remove(request: HttpRequest, user: User) -> HttpResponse:
    number = request.POST.get("number", "")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        raise NotSetUpError("There is no such factor.")
    required = second_factor.is_required(user, is_remote=places.is_remote(request))
    if required and len(_own(user)) < 2:
        raise NotSetUpError(_LAST)
    if not setting_up.remove(user, int(number), now=timezone.now()):
        raise NotSetUpError("There is no such factor.")
    messages.success(request, "It is removed.")
    return redirect(SET_UP_URL)


def _may_change(request: HttpRequest, user: User, *, has_one: bool) -> bool:
    is_fresh = sessions.is_fresh(request, now=timezone.now()) and session.by_password(request)
    return is_fresh and (not has_one or steps.is_passed(request, user))


def _own(user: User) -> list[Authenticator]:
    rows = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return list(rows.order_by("created_at", "pk"))


def _codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    content = {"codes": codes, "next": wanted(request) or "/"}
    return render(request, "staff/recovery_codes.html", content)


def _page(request: HttpRequest, user: User, *, error: str = "", status: int = 200) -> HttpResponse:
    own = _own(user)
    may = _may_change(request, user, has_one=bool(own))
    has_app = any(row.type == Authenticator.Type.TOTP for row in own)
    content: dict[str, Any] = {
        "rows": [_row(row) for row in own],
        "codes_left": setting_up.codes_left(user) if own else None,
        "may": may,
        "why_not": "" if may else _SIGN_IN_AGAIN,
        "must": steps.is_owed(request, user),
        "is_offered_only": not settings.CRS_REQUIRES_SECOND_FACTOR,
        "error": error,
        "next": wanted(request),
    }
    if may:
        content |= _offers(request, user, with_app=not has_app)
    return render(request, "staff/second_factor_set_up.html", content, status=status)


def _offers(request: HttpRequest, user: User, *, with_app: bool) -> dict[str, Any]:
    offers: dict[str, Any] = {"key_form": NewKeyForm(auto_id="key_%s")}
    offers["question"] = webauthn.begin_registration(user, passwordless=False)
    if with_app:
        secret = totp.get_totp_secret()
        adapter = get_adapter()
        picture = adapter.build_totp_svg(adapter.build_totp_url(user, secret))
        encoded = base64.b64encode(picture.encode()).decode()
        offers |= {
            "app_form": AppForm(auto_id="app_%s"),
            "picture": f"data:image/svg+xml;base64,{encoded}",
            "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        }
    return offers


def _row(row: Authenticator) -> dict[str, Any]:
    is_app = row.type == Authenticator.Type.TOTP
    return {
        "number": row.pk,
        "name": "App on a phone" if is_app else row.wrap().name,
        "is_app": is_app,
        "since": f"{row.created_at:%-d %b %Y}",
        "used": f"{row.last_used_at:%-d %b %Y}" if row.last_used_at else "never",
    }
