"""What the sign-in library asks of the house: names, and how its secrets are kept."""

import base64
from functools import lru_cache
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest

from identity import places


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves, and no message is sent behind our back."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from an administrator, or from single sign-on."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address by our own rule about proxies."""
        return places.address_of(request)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing: what a person is told goes through the house's own mail."""


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors carry the sign-in name, and their secrets lie encrypted in the table."""

    def get_totp_label(self, user: Any) -> str:
        """Return the name that stands in the app beside the code."""
        return str(user.get_username())

    def encrypt(self, text: str) -> str:
        """Encrypt with a key made from the installation's own."""
        return _cipher(_keys()).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt; raises InvalidToken where the installation's key was changed."""
        return _cipher(_keys()).decrypt(encrypted_text.encode()).decode()


def _keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"identity.library")
    return base64.urlsafe_b64encode(derive.derive(key.encode()))
