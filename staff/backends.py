"""Name and password, for accounts that are open: an account with an end is closed at its end."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.utils import timezone


class OpenAccountBackend(ModelBackend):
    """Django's own, which asks at the sign-in and again at every request of the session."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Refuse a closed account, and one whose end has come; the end itself is out."""
        return super().user_can_authenticate(user) and not user.has_ended(at=timezone.now())
