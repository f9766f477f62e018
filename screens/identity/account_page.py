"""One's own account: password, second factor, PIN, and where one is signed in."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import password_validation, update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from identity import passwords, second_factor, sessions
from screens import labels
from screens.access import user_of
from staff.models import Pin
from tablets import session


@require_safe
def account_page(request: HttpRequest) -> HttpResponse:
    """Show how one signs in, with a link to each page that changes it."""
    user, now = user_of(request), timezone.now()
    content = {
        "person": user,
        "role": user.role_label(),
        "has_password": user.has_usable_password() and not passwords.why_not(user),
        "single_sign_on": settings.CRS_OIDC if user.is_single_sign_on else None,
        "kinds": second_factor.kinds(user),
        "session_count": len(sessions.of(user, now=now)),
        "has_pin": Pin.objects.filter(user=user).exists(),
        "is_tablet": session.device_of(request) is not None,
    }
    return render(request, "staff/account.html", content)


@require_http_methods(["GET", "HEAD", "POST"])
def sessions_page(request: HttpRequest) -> HttpResponse:
    """Show where one is signed in; a POST ends one session, or all the others."""
    user, now = user_of(request), timezone.now()
    this = request.session.session_key
    if request.method != "POST":
        rows = [row(each, now=now) for each in sessions.of(user, now=now, this=this)]
        return render(request, "staff/sessions.html", {"rows": rows})
    if "others" in request.POST:
        count = sessions.end_all(user, by=user, now=now, but=this)
        messages.success(request, f"Ended: {count}. You are signed in here alone.")
    elif (number := number_in(request, "end")) and sessions.end(user, number, by=user, now=now):
        messages.success(request, "Ended. Whoever used it has to sign in again.")
    return redirect("/account/sessions/")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password_page(request: HttpRequest) -> HttpResponse:
    """Change one's own password; every other session of one's own ends."""
    user, now = user_of(request), timezone.now()
    why_not = _no_password_because(request)
    form = PasswordForm(user, request.POST if request.method == "POST" else None)
    content: dict[str, Any] = {"form": form, "why_not": why_not, "rules": _rules()}
    if request.method != "POST" or why_not:
        status = 403 if request.method == "POST" else 200
        return render(request, "staff/password.html", content, status=status)
    if not form.is_valid():
        return render(request, "staff/password.html", content, status=400)
    passwords.change(user, form.cleaned_data["new_password1"], now=now)
    sessions.end_all(user, by=user, now=now)
    update_session_auth_hash(request, user)
    sessions.begin(request, user, way="password", now=now)
    messages.success(request, "Your password is changed. Your other sessions have ended.")
    return redirect("/account/")


class PasswordForm(PasswordChangeForm):
    """The present password, and the new one twice."""

    error_messages = {
        "password_incorrect": "This is not your present password.",
        "password_mismatch": "The two differ.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Word the labels as the ward says them; the rules stand beside the form."""
        super().__init__(*args, **kwargs)
        names = {
            "old_password": "Present password",
            "new_password1": "New password",
            "new_password2": "The same again",
        }
        for name, label in names.items():
            self.fields[name].label = label
            self.fields[name].help_text = ""
            self.fields[name].widget.attrs.pop("autofocus", None)


def row(place: sessions.Place, *, now: Any) -> dict[str, Any]:
    """One session in words."""
    return {
        "number": place.number,
        "browser": place.browser,
        "tablet": place.tablet,
        "address": place.address,
        "began": labels.ago(place.began_at, now=now),
        "seen": labels.ago(place.seen_at, now=now),
        "is_this": place.is_this,
    }


def number_in(request: HttpRequest, name: str) -> int | None:
    """The number that a button sent; None for anything else."""
    said = request.POST.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 18 else None


def _no_password_because(request: HttpRequest) -> str:
    user = user_of(request)
    if why := passwords.why_not(user):
        return why
    if not session.by_password(request):
        return (
            "Whoever holds an open tablet must not be able to change its owner's password. Sign "
            "out, sign in with name and password, and come back."
        )
    return ""


def _rules() -> list[str]:
    return [str(each) for each in password_validation.password_validators_help_texts()]
