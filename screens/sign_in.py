"""The one way in: name and password, or the hospital's own sign-in; on a tablet, for a shift."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode

from identity import passwords, places, sessions, steps
from identity.record import note
from screens.identity import notices
from screens.identity.gate import opens_half_way, person_of
from staff.models import Device, Pin, Role, User
from tablets import session, shifts


class SignInForm(AuthenticationForm):
    """Name and password; a wrong one never says which of the two was wrong."""

    error_messages = {
        "invalid_login": "This name and password do not belong together. Capitals matter.",
        "inactive": "This account is closed. Ask the administrator.",
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        """Word the labels as the ward says them."""
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = "Sign-in name"
        self.fields["password"].label = "Password"
        self.fields["password"].widget = forms.PasswordInput(
            attrs={"autocomplete": "current-password"}
        )

    def confirm_login_allowed(self, user: User) -> None:
        """Say, after the right password, that this account comes in another way."""
        super().confirm_login_allowed(user)
        if why := passwords.why_not(user):
            raise ValidationError(why, code="not_by_password")


class SignIn(LoginView):
    """Ask for name and password; somebody signed in already is sent on."""

    template_name = "staff/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    @method_decorator(login_not_required)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask on a tablet whoever held it last: the next to begin a shift is somebody else."""
        if session.device_of(request) is not None:
            self.redirect_authenticated_user = False
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Offer single sign-on where the hospital has it."""
        return super().get_context_data(single_sign_on=settings.CRS_OIDC, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in; on a registered tablet this begins a shift, and asks for a PIN."""
        user = form.get_user()
        assert isinstance(user, User)
        return enter(self.request, user, way="password", then=self.get_success_url())

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Put the refusal on record: whose account it was, and never what was typed."""
        name = str(form.data.get("username", ""))[:150]
        is_locked = getattr(self.request, "axes_locked_out", False)
        note(
            "session.locked_out" if is_locked else "session.refused",
            None,
            User.objects.filter(username=name).first() if "\0" not in name else None,
            at=timezone.now(),
            way="password",
        )
        return super().form_invalid(form)


class SignOut(LogoutView):
    """End the session, and on a tablet the shift, by POST alone."""

    http_method_names = ["post", "options"]

    @method_decorator(opens_half_way)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let somebody go who was asked for a second factor and has none."""
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out, and let no PIN of this person open the ward's tablets any more."""
        device, user, now = session.device_of(request), person_of(request), timezone.now()
        if user is not None:
            if device is not None:
                shifts.end(user, ward=device.ward, now=now)
            sessions.forget(request)
            note("session.signed_out", user, user, at=now)
        return super().post(request, *args, **kwargs)

    def get_default_redirect_url(self) -> str:
        """Lead on to whoever is on shift; in an ordinary browser, to the sign-in."""
        is_tablet = session.device_of(self.request) is not None
        return "/switch/" if is_tablet else super().get_default_redirect_url()


def enter(
    request: HttpRequest, user: User, *, way: str, then: str, has_second: bool = False
) -> HttpResponse:
    """Sign this person in, however they proved who they are: under a new session key.

    Where a second factor is owed, nothing opens before it (SecondFactorMiddleware).
    """
    device, now = session.device_of(request), timezone.now()
    before = session.owner_of(request)
    if device is None:
        login(request, user, backend=session.BACKEND)
        if before == user.pk:
            # login() makes a new key for another person only.
            request.session.cycle_key()
        if user.role != Role.KIOSK:
            session.end_at(request, now + shifts.LENGTH)
    else:
        then = _begin_shift(request, user, device, then=then, now=now)
    steps.begin(request, user, has_second=has_second, now=now)
    sessions.begin(request, user, way=way, now=now)
    note("session.signed_in", user, user, at=now, way=way, is_remote=places.is_remote(request))
    if user.is_emergency:
        note("emergency.sign_in", user, user, at=now)
        notices.emergency_sign_in(user, now=now)
    return redirect(then)


def _begin_shift(
    request: HttpRequest, user: User, device: Device, *, then: str, now: datetime
) -> str:
    before = session.owner_of(request)
    shift = shifts.start(user, device=device, now=now)
    until = shift.expires_at if shift else now + shifts.LENGTH
    session.open_as(request, user, device=device, until=until, way="password")
    # Where somebody else was is nothing to this person.
    then = then if before in (None, user.pk) else "/"
    if shift is None or Pin.objects.filter(user=user).exists():
        return then
    return f"/pin/?{urlencode({'next': then})}"
