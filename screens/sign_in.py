"""Sign in and out with Django's own views in the ward's words."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest


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


class SignOut(LogoutView):
    """End the session, by POST alone."""

    http_method_names = ["post", "options"]
