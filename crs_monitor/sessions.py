"""Keep a session alive while its person works, without a database write for every request."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse

from staff.models import Role

RENEW_AFTER = timedelta(minutes=10)
RENEWED_AT = "renewed_at"
# A board left on a wall asks by itself; that is not a person at work.
ASKED_BY_A_PAGE = ".json"


class SlidingSessionMiddleware:
    """Start the session's full age anew, at most once every ten minutes of use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Renew the session of a signed-in person before the view runs."""
        if request.user.is_authenticated and _keeps_alive(request):
            _renew(request, now=datetime.now(tz=UTC))
        return self.get_response(request)


def _keeps_alive(request: HttpRequest) -> bool:
    """A wall display has nobody at work: its own asking is all there is, and it shows no names."""
    by_a_page = request.path.endswith(ASKED_BY_A_PAGE)
    return not by_a_page or getattr(request.user, "role", "") == Role.KIOSK


def _renew(request: HttpRequest, *, now: datetime) -> None:
    renewed_at = request.session.get(RENEWED_AT)
    # The distance, not the difference: a clock may have been set back.
    if (
        not isinstance(renewed_at, float)
        or abs(now.timestamp() - renewed_at) >= RENEW_AFTER.total_seconds()
    ):
        request.session[RENEWED_AT] = now.timestamp()
