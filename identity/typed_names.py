"""How a sign-in name that was typed is kept while wrong passwords are counted."""

from typing import Any

from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def digest_of(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return a keyed digest of the name: people type passwords there, and it need not be read."""
    said = (credentials or {}).get("username") or request.POST.get("username") or ""
    return salted_hmac("identity.typed_names", str(said), algorithm="sha256").hexdigest()
