"""How many requests a minute a caller may send, where an installation sets a limit."""

from typing import TYPE_CHECKING, Final

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView

_MINUTE_SECONDS: Final = 60


def most_per_minute() -> int:
    """Requests a minute that one caller may send to one process; 0 is no limit."""
    return int(settings.CRS_API_REQUESTS_PER_MINUTE)


class CallersPace(UserRateThrottle):
    """Answer 429 with the seconds to wait; each web process counts for itself."""

    def get_rate(self) -> str | None:
        """Say nothing here: the limit is read for each request."""
        return None

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Whether this request is within the limit."""
        most = most_per_minute()
        if most <= 0:
            return True
        self.rate = f"{most}/min"
        self.num_requests, self.duration = most, _MINUTE_SECONDS
        return super().allow_request(request, view)
