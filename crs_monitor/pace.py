"""How often one caller may ask for what costs much, and when an address has guessed enough.

What is costly is counted by each web process in its own memory, since it is that process's
time which is spent: with two processes a caller may reach twice the number. Guessed passwords
are counted in the database, over all processes, from the rows that axes keeps.
"""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from charting.api import problems
from identity import places, typed_names
from interop.fhir.outcome import Issue, IssueCode, operation_outcome
from interop.fhir.web import answer as fhir_answer
from tablets import session

WINDOW_SECONDS: Final = 60.0
MOST_CALLERS: Final = 10_000  # remembered by one process; the one longest silent is forgotten
# Wrong passwords of all names from one address, and of one name from all addresses. The
# second is what NIST SP 800-63B allows one account.
MOST_GUESSES: Final = 100
GUESSES_WITHIN: Final = timedelta(minutes=10)
_READS: Final = ("GET",)
_WRITES: Final = ("POST",)


@dataclass(frozen=True, slots=True)
class Pace:
    """So many requests a minute of one caller, for routes that hold one of these words."""

    name: str
    most: int
    methods: tuple[str, ...]
    words: tuple[str, ...]

    def is_for(self, request: HttpRequest, route: str) -> bool:
        """Whether this request counts."""
        return request.method in self.methods and any(word in route for word in self.words)


PACES: Final = (
    Pace("signing in", 120, _WRITES, ("sign-in/", "switch/", "second-factor/")),
    Pace("opening other wards' charts", 20, _WRITES, ("break-glass",)),
    Pace("exports", 20, _WRITES, ("/export/",)),
    Pace("exports", 20, _READS, (".csv", "$everything")),
    Pace("files", 20, _WRITES, ("import/",)),
    Pace("papers", 60, _READS, (".pdf",)),
)


class PaceMiddleware:
    """Answers 429 with the seconds to wait, before the view has done anything."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()
        self._turn = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on: what is asked for is known only after the address was resolved."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse what is too often."""
        route = str(request.resolver_match.route) if request.resolver_match else ""
        pace = next((each for each in PACES if each.is_for(request, route)), None)
        if pace is None or not settings.CRS_KEEPS_PACE:
            return None
        wait = self._wait(f"{pace.name} {_caller(request)}", pace.most, now=time.monotonic())
        if wait == 0 and route == "sign-in/" and _has_guessed_enough(request):
            wait = int(GUESSES_WITHIN.total_seconds())
        return _refusal(request, pace, wait) if wait else None

    def _wait(self, caller: str, most: int, *, now: float) -> int:
        """Count the request; return the whole seconds to wait, 0 when it is within the pace."""
        with self._turn:
            times = self._asked.setdefault(caller, deque())
            self._asked.move_to_end(caller)
            if len(self._asked) > MOST_CALLERS:
                self._asked.popitem(last=False)
            while times and now - times[0] >= WINDOW_SECONDS:
                times.popleft()
            if len(times) >= most:
                return int(times[0] + WINDOW_SECONDS - now) + 1
            times.append(now)
            return 0


def _caller(request: HttpRequest) -> str:
    """A person; else the token sent, which is kept as its digest; else a tablet or an address."""
    if request.user.is_authenticated:
        return f"user {request.user.pk}"
    if token := request.headers.get("Authorization", ""):
        return f"token {sha256(token.encode()).hexdigest()}"
    device = session.device_of(request)
    return f"device {device.pk}" if device else f"address {places.address_of(request)}"


def _has_guessed_enough(request: HttpRequest) -> bool:
    """Whether too many passwords were wrong, from here or for this name.

    One of the ward's tablets is let through: no stranger who guesses shuts a nurse out there.
    """
    if session.device_of(request) is not None:
        return False
    since = timezone.now() - GUESSES_WITHIN
    recent = AccessAttempt.objects.filter(attempt_time__gte=since)
    here = Q(ip_address=places.address_of(request))
    named = Q(username=typed_names.digest_of(request))
    counts = recent.aggregate(
        here=Sum("failures_since_start", filter=here),
        named=Sum("failures_since_start", filter=named),
    )
    return max(counts["here"] or 0, counts["named"] or 0) >= MOST_GUESSES


def _refusal(request: HttpRequest, pace: Pace, wait: int) -> HttpResponse:
    words = f"Too often ({pace.name}). Wait {wait} seconds."
    if request.path.startswith("/fhir/"):
        answer = fhir_answer(429, operation_outcome([Issue("", words, IssueCode.TRANSIENT)]))
    elif request.path.startswith("/api/") or "text/html" not in request.headers.get("Accept", ""):
        said = problems.document(429, [problems.row("", words)])
        answer = JsonResponse(said, status=429, content_type=problems.CONTENT_TYPE)
    else:
        answer = render(request, "429.html", {"wait_seconds": wait}, status=429)
    answer["Retry-After"] = str(wait)
    return answer
