"""Headers of every answer: kept by no cache, loaded by no other site, without powers unused."""

from collections.abc import Callable
from typing import Any, Final

from csp.constants import NONE, SELF
from django.http import HttpRequest, HttpResponse

# An answer that says nothing of caches is private: a page added tomorrow is, too.
PRIVATE: Final = "no-store, private"
# The camera reads wristbands, and a security key signs people in; nothing else is asked for.
_OURS: Final = ("camera", "publickey-credentials-create", "publickey-credentials-get")
_NOBODYS: Final = (
    "accelerometer", "autoplay", "browsing-topics", "display-capture", "geolocation",
    "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment",
    "serial", "usb",
)  # fmt: skip
PERMISSIONS: Final = ", ".join(
    [*(f"{name}=(self)" for name in _OURS), *(f"{name}=()" for name in _NOBODYS)]
)


def content_policy(*, by_https: bool) -> dict[str, Any]:
    """Return the content security policy: what we serve and nothing else, nothing inline."""
    ours = ("default-src", "script-src", "style-src", "connect-src", "font-src", "manifest-src",
            "worker-src", "form-action")  # fmt: skip
    nobodys = ("frame-src", "frame-ancestors", "base-uri", "object-src")
    return {
        "DIRECTIVES": {
            **{name: [SELF] for name in ours},
            **{name: [NONE] for name in nobodys},
            "img-src": [SELF, "data:", "blob:"],
            "upgrade-insecure-requests": by_https,
        }
    }


class HeadersMiddleware:
    """First of all, so that files and refusals carry them as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add what the answer does not say itself."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", PRIVATE)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
