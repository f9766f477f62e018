"""On a registered tablet: nobody is signed in while it is locked, idle, or after the shift."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode

from staff.here import on_device
from staff.models import Device, Role
from tablets import registering, session

SWITCH_URL: Final = "/switch/"
# Whether alerts go out is no secret, and a locked tablet goes on asking.
_ANSWERED_WHILE_LOCKED: Final = frozenset({"/alerting.json"})
_ASKED_BY_A_PAGE: Final = ".json"
_LOCKED: Final = "This tablet is locked. Unlock it with your PIN."

Answer = Callable[[HttpRequest], HttpResponse]


class TabletMiddleware:
    """One query for each request with a device's cookie, none for any other.

    A locked session is a session without a person: whatever asks who is signed in is
    told "nobody", so that a page added tomorrow is locked as well.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find the device, close what must be closed, and note a sign of life."""
        cookie = request.COOKIES.get(registering.COOKIE)
        device = registering.known_by(cookie) if cookie else None
        request.crs_device = device  # type: ignore[attr-defined]
        _close(request, device)
        with on_device(device.pk if device else None):
            response = self.get_response(request)
        if cookie and device is None and registering.COOKIE not in response.cookies:
            response.delete_cookie(registering.COOKIE, samesite="Lax")
        if device is not None:
            _note_life(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Lead a tablet on which nobody is signed in to the names of those on shift."""
        if session.device_of(request) is None or request.user.is_authenticated:
            return None
        if not getattr(view, "login_required", True) and not _is_of_somebody_half_way(
            request, view
        ):
            return None
        if not _leads_somewhere(request):
            refusal = {"field": "session", "value": None, "message": _LOCKED}
            return JsonResponse({"errors": [refusal]}, status=401)
        wanted = urlencode({"next": request.get_full_path()})
        return redirect(f"{SWITCH_URL}?{wanted}" if request.method == "GET" else SWITCH_URL)


def _is_of_somebody_half_way(request: HttpRequest, view: Any) -> bool:
    """Whether the page opens for an unfinished sign-in alone, and nobody's is under way."""
    opens = getattr(view, "opens_half_way", False)
    return opens and getattr(request, "crs_half_way", None) is None


def _close(request: HttpRequest, device: Device | None) -> None:
    now = timezone.now()
    if session.belongs_elsewhere(request, device) or session.shift_is_over(request, now=now):
        logout(request)
        return
    if device is None or session.owner_of(request) is None:
        return
    if getattr(request.user, "role", "") == Role.KIOSK:
        return  # nobody touches a wall, and it names nobody
    if not session.is_locked(request):
        if not session.is_idle(request, now=now):
            return
        session.lock(request)
    if request.path not in _ANSWERED_WHILE_LOCKED:
        request.user = AnonymousUser()


def _note_life(request: HttpRequest, response: HttpResponse) -> None:
    if (
        request.user.is_authenticated
        and _is_by_a_person(request)
        and session.ACTIVE_COOKIE not in response.cookies
        and not session.is_locked(request)
    ):
        session.touch(request, response, now=timezone.now(), seconds=session.LIST_IDLE_SECONDS)


def _is_by_a_person(request: HttpRequest) -> bool:
    """Whether somebody went to a page; what a page fetches by itself is no sign of life."""
    return _leads_somewhere(request) and not request.path.startswith("/api/")


def _leads_somewhere(request: HttpRequest) -> bool:
    """Whether the browser goes where the answer leads; a script only reads it."""
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return mode == "navigate" and not request.path.endswith(_ASKED_BY_A_PAGE)
