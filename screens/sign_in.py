"""Sign in and out with Django's own views in the ward's words; on a tablet, for a shift."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode

from screens.access import user_of
from staff.models import Device, Pin, User
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

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in; on a registered tablet this begins a shift, and asks for a PIN."""
        device = session.device_of(self.request)
        if device is None:
            return super().form_valid(form)
        user = form.get_user()
        assert isinstance(user, User)
        return _begin(self.request, user, device, then=self.get_success_url())


class SignOut(LogoutView):
    """End the session, and on a tablet the shift, by POST alone."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out, and let no PIN of this person open the ward's tablets any more."""
        device = session.device_of(request)
        if device is not None:
            shifts.end(user_of(request), ward=device.ward, now=timezone.now())
        return super().post(request, *args, **kwargs)

    def get_default_redirect_url(self) -> str:
        """Lead on to whoever is on shift; in an ordinary browser, to the sign-in."""
        is_tablet = session.device_of(self.request) is not None
        return "/switch/" if is_tablet else super().get_default_redirect_url()


def _begin(request: HttpRequest, user: User, device: Device, *, then: str) -> HttpResponse:
    now = timezone.now()
    before = session.owner_of(request)
    shift = shifts.start(user, device=device, now=now)
    until = shift.expires_at if shift else now + shifts.LENGTH
    session.open_as(request, user, device=device, until=until, way="password")
    # Where somebody else was is nothing to this person.
    then = then if before in (None, user.pk) else "/"
    if shift is None or Pin.objects.filter(user=user).exists():
        return redirect(then)
    return redirect(f"/pin/?{urlencode({'next': then})}")
