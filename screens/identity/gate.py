"""Nothing opens for somebody who still owes a second factor, but the way to give one."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode

from charting.api import problems
from identity import second_factor, steps
from staff.models import Role, User

ASK_URL: Final = "/second-factor/"
SET_UP_URL: Final = "/second-factor/set-up/"
_WORDS: Final = "Give your second factor first: open CRS Monitor in the browser."
_MARK: Final = "opens_half_way"
_PROGRAMS: Final = ("/api/", "/fhir/")

ViewT = TypeVar("ViewT", bound=Callable[..., Any])


def opens_half_way(view: ViewT) -> ViewT:
    """Let this page open for somebody whose sign-in is not finished; it asks person_of()."""
    setattr(view, _MARK, True)
    return login_not_required(view)


def person_of(request: HttpRequest) -> User | None:
    """Whose sign-in this is, finished or not; None for a stranger, and for a wall elsewhere.

    What stands around the page goes on taking them for nobody: no ward, no alert, no script.
    """
    half_way: User | None = getattr(request, "crs_half_way", None)
    if half_way is not None:
        return None if half_way.role == Role.KIOSK else half_way
    return request.user if isinstance(request.user, User) else None


def let_in(request: HttpRequest, user: User) -> None:
    """Take the person for who they are from here on: the second factor was right."""
    request.user = user


class SecondFactorMiddleware:
    """A sign-in that is not finished is nobody's.

    Whatever asks who is signed in is told "nobody", so that a page added tomorrow is
    closed as well; the few pages marked with opens_half_way ask person_of().
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Take the person away where a second factor is owed; costs no query."""
        user = request.user
        if isinstance(user, User) and user.is_authenticated and steps.is_owed(request, user):
            request.crs_half_way = user  # type: ignore[attr-defined]
            request.user = AnonymousUser()
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Lead to the second factor; a program is told so."""
        user: User | None = getattr(request, "crs_half_way", None)
        if user is None:
            return None
        if getattr(view, _MARK, False):
            return None
        if request.path.startswith(_PROGRAMS):
            return None if _has_token(request) else _problem()
        if not getattr(view, "login_required", True):
            return None
        if not _leads_somewhere(request):
            return _problem()
        if user.role == Role.KIOSK:
            return render(request, "staff/wall_elsewhere.html", status=403)
        where = ASK_URL if second_factor.kinds(user) else SET_UP_URL
        wanted = request.get_full_path() if request.method == "GET" else "/"
        return redirect(f"{where}?{urlencode({'next': wanted})}")


def _has_token(request: HttpRequest) -> bool:
    """Whether a program says who it is by itself; the session's person stays nobody."""
    return request.headers.get("Authorization", "").lower().startswith("bearer ")


def _leads_somewhere(request: HttpRequest) -> bool:
    """Whether the browser goes where the answer leads; a script only reads it."""
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return mode == "navigate" and not request.path.endswith(".json")


def _problem() -> HttpResponse:
    said = problems.document(403, [problems.row("", _WORDS)], slug="second-factor-owed")
    return JsonResponse(said, status=403, content_type=problems.CONTENT_TYPE)
