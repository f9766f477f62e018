"""A wall display's account: it opens the walls of its wards, and nothing else exists for it."""

import re
from collections.abc import Callable
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse

from staff.models import Role

# The way in and out, health, and the wall; the start page leads to it.
_OPEN: Final = re.compile(r"/(|sign-(in|out)/|health/\w+|wards/[-\w]+/wall(/|\.json))")


class KioskMiddleware:
    """One gate before every page, so that a page added tomorrow is closed to a wall as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; the gate stands where the address is known to exist."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Raise Http404 for an account of a wall that asks for anything else."""
        user = request.user
        if not user.is_authenticated or user.role != Role.KIOSK:
            return
        if _OPEN.fullmatch(request.path) is None:
            raise Http404
