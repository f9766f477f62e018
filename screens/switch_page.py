"""Who holds the tablet now: the names on shift, a keypad, and the lock that leads there."""

from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from identity import sessions
from screens.wanted import wanted
from staff.models import Device
from tablets import session, shifts, switching
from tablets.pin_rules import LENGTH
from tablets.switching import Opened, Refused, Why

_WORDS: Final = {
    Why.NOT_ON_SHIFT: "No shift of yours runs on this ward. Sign in with name and password.",
    Why.NO_PIN: "You have no PIN yet. Sign in with name and password, then choose one.",
    Why.WRONG_PIN: "Not the PIN of {whose}.",
    Why.PIN_LOCKED: "This PIN is locked after five wrong tries. Sign in with name and password.",
    Why.UNKNOWN_BADGE: "This badge opens nothing here. Use your PIN, or name and password.",
}
# How a page says that it is a patient's form.
_ENTRY: Final = "entry"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    """Show who is on shift; a right PIN or badge opens the tablet for that person."""
    device = session.device_of(request)
    if device is None:
        return redirect_to_login(wanted(request) or "/")
    if request.method != "POST":
        _let_go(request)
        return _page(request, device)
    answer = _asked(request, device)
    if isinstance(answer, Refused):
        return _refuse(request, device, answer)
    is_same = session.open_as(
        request,
        answer.user,
        device=device,
        until=answer.shift.expires_at,
        way="badge" if request.POST.get("badge") else "pin",
    )
    sessions.begin(request, answer.user, way="tablet", now=timezone.now())
    # Where one was is one's own business: another person starts at the start.
    go = (wanted(request) if is_same else "") or "/"
    if not _wants_json(request):
        return redirect(go)
    response = JsonResponse({"same": is_same, "go": go, "csrf": get_token(request)})
    # Asked by a script, but it was a finger: the page goes on from here.
    session.touch(request, response, now=timezone.now(), seconds=session.LIST_IDLE_SECONDS)
    return response


@login_not_required
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Lock this tablet's session; from now on the server knows nobody here."""
    if session.device_of(request) is None:
        raise Http404
    _let_go(request)
    if _wants_json(request):
        return HttpResponse(status=204)
    return redirect(f"/switch/?{urlencode({'next': wanted(request)})}")


@require_POST
def still_here(request: HttpRequest) -> HttpResponse:
    """Note that somebody works on a page without leaving it."""
    response = HttpResponse(status=204)
    if session.device_of(request) is not None:
        is_entry = request.POST.get("where") == _ENTRY
        seconds = session.ENTRY_IDLE_SECONDS if is_entry else session.LIST_IDLE_SECONDS
        session.touch(request, response, now=timezone.now(), seconds=seconds)
    return response


def _let_go(request: HttpRequest) -> None:
    """Whoever is asked who is there has let the tablet go; the page is drawn for nobody."""
    if session.owner_of(request) is not None and not session.is_locked(request):
        session.lock(request)
    request.user = AnonymousUser()


def _asked(request: HttpRequest, device: Device) -> Opened | Refused:
    now = timezone.now()
    if badge := request.POST.get("badge"):
        return switching.by_badge(badge, device=device, now=now)
    person = request.POST.get("person", "")
    if not (person.isascii() and person.isdigit() and len(person) < 18):
        return Refused(Why.NOT_ON_SHIFT)
    return switching.by_pin(int(person), request.POST.get("pin", ""), device=device, now=now)


def _refuse(request: HttpRequest, device: Device, refused: Refused) -> HttpResponse:
    # A colleague who forgot to tap her own name must see whose tries she uses up.
    words = _WORDS[refused.why].format(whose=refused.whose)
    if refused.left:
        words += f" {refused.left} {'try' if refused.left == 1 else 'tries'} left."
    if _wants_json(request):
        return JsonResponse({"error": words}, status=403)
    return _page(request, device, error=words, status=403)


def _page(request: HttpRequest, device: Device, *, status: int = 200, **more: Any) -> HttpResponse:
    owner = session.owner_of(request)
    chosen = request.POST.get("person") or str(owner or "")
    people = [
        {"pk": shift.user_id, "name": shift.user.display_name(), "role": shift.user.role_label()}
        for shift in shifts.of_ward(device.ward, now=timezone.now())
    ]
    content = {
        "people": [{**person, "is_chosen": str(person["pk"]) == chosen} for person in people],
        "next": wanted(request),
        "pin_length": LENGTH,
        "device": device,
        **more,
    }
    return render(request, "staff/switch.html", content, status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"
