"""The page of what could not be understood: look at it, say what it is, replay or dismiss it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from interop.access import ward_for
from interop.quarantine import groups, mapping, replaying
from interop.quarantine.groups import KEY, MAPPABLE
from interop.quarantine.models import QuarantinedItemQuerySet
from staff import permissions
from staff.models import User

_MOST_SHOWN: Final = 50
_MOST_REPLAYED: Final = 300  # within what a page may take; the button stands there again
_LIST: Final = "/interop/quarantine/"


@never_cache
@require_safe
def quarantine(request: HttpRequest) -> HttpResponse:
    """Show what waits, in groups."""
    user = _user(request)
    rows = groups.waiting_for(user)
    found = groups.groups(rows)
    content = {"groups": found, "items": sum(each.items for each in found)}
    return render(request, "interop/quarantine.html", content)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def quarantine_group(request: HttpRequest) -> HttpResponse:
    """Show one group with its raw parts; a POST previews, maps, replays or dismisses."""
    user, now = _user(request), timezone.now()
    key = {name: request.GET.get(name, "") for name in KEY}
    rows = groups.waiting_for(user).filter(**key)
    if code := request.GET.get("ward"):
        ward = ward_for(user, code, may=permissions.can_mend_feeds_of_ward)
        rows = rows.filter(groups.of_wards([ward.pk]))
    if request.method != "POST":
        return _page(request, key, rows)
    act = _ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    return act(request, user, key, rows, now)


def _user(request: HttpRequest) -> User:
    """The person, if it is one who mends feeds; raises Http404 for anybody else."""
    user = cast(User, request.user)
    if not permissions.can_mend_feeds(user):
        raise Http404
    return user


def _list(request: HttpRequest) -> str:
    """The page that led here: one ward's, or everything's."""
    code = request.GET.get("ward")
    return f"/wards/{code}/quarantine/" if code else _LIST


def _page(
    request: HttpRequest,
    key: Mapping[str, str],
    rows: QuarantinedItemQuerySet,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    found = groups.groups(rows)
    if not found:
        messages.info(request, "Nothing of this kind waits any more.")
        return redirect(_list(request))
    items = list(rows.select_related("ward", "message").order_by("-pk")[:_MOST_SHOWN])
    can_map = key["reason_code"] in MAPPABLE and bool(key["code"])
    content = {
        "group": found[0],
        "back": _list(request),
        "here": request.GET.urlencode(),
        "items": items,
        "can_map": can_map,
        "can_replay": any(replaying.can_replay(item) for item in items),
        "choices": mapping.choices() if can_map else [],
        "typed": {name: request.POST.get(name, "") for name in ("target", "unit", "reason")},
    }
    return render(request, "interop/quarantine_group.html", content | more, status=status)


def _map(
    request: HttpRequest,
    user: User,
    key: Mapping[str, str],
    rows: QuarantinedItemQuerySet,
    now: datetime,
) -> HttpResponse:
    """The first step shows what would be stored; the second, confirmed, stores it."""
    try:
        made = mapping.propose(
            key,
            target=request.POST.get("target", ""),
            unit=request.POST.get("unit", ""),
            by=user,
            now=now,
            reason=request.POST.get("reason", ""),
        )
    except mapping.RefusedMappingError as refused:
        return _page(request, key, rows, status=400, error=str(refused))
    if request.POST["act"] == "preview":
        shown = mapping.preview(made, rows.order_by("pk"), by=user, now=now)  # type: ignore[arg-type]
        label = next(each.label for each in mapping.choices() if each.target == made.target)
        return _page(request, key, rows, shown=shown, made=made, made_label=label)
    mapping.keep(made, by=user, now=now)
    messages.success(request, "The mapping is kept.")
    return _replay(request, user, key, rows, now)


def _replay(
    request: HttpRequest,
    user: User,
    key: Mapping[str, str],
    rows: QuarantinedItemQuerySet,
    now: datetime,
) -> HttpResponse:
    met = replaying.replay(rows.order_by("pk")[:_MOST_REPLAYED], by=user, now=now)
    words = f"{met['stored']} stored as history, {rows.count()} still wait"
    if met["duplicate"]:
        words += f", {met['duplicate']} had been stored before"
    messages.success(request, f"Replayed: {words}. Nobody was paged.")
    return redirect(f"{request.path}?{request.GET.urlencode()}")


def _dismiss(
    request: HttpRequest,
    user: User,
    key: Mapping[str, str],
    rows: QuarantinedItemQuerySet,
    now: datetime,
) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()
    if not reason:
        return _page(request, key, rows, status=400, dismiss_error="Say why it is not needed.")
    count = replaying.dismiss(rows, by=user, reason=reason, now=now)
    messages.success(request, f"{count} dismissed. Nothing of it was stored; all of it is kept.")
    return redirect(_list(request))


_ACTS: Final[dict[str, Callable[..., HttpResponse]]] = {
    "preview": _map,
    "map": _map,
    "replay": _replay,
    "dismiss": _dismiss,
}
