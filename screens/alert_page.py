"""One alert: what it is about, who has it, and the buttons that answer or end it."""

from datetime import datetime, tzinfo
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from alerts import services
from alerts.models import Alert, AlertState
from alerts.services import StaleAlertError
from audit import trail
from screens import alert_words, labels
from screens.access import alert_for, user_of
from screens.badges import badge_of
from screens.words import CLOSING_REASONS
from staff import permissions
from staff.models import User

_ETA_MINUTES: Final = {"now": 0, "0": 0, "5": 5, "15": 15}
CANNOT_COME: Final = "cannot_come"
_CLOSING: Final = dict(CLOSING_REASONS)


@require_http_methods(["GET", "HEAD", "POST"])
def alert(request: HttpRequest, code: str) -> HttpResponse:
    """Show the alert; a POST answers it in one's own name."""
    user, found, now = user_of(request), alert_for(user_of(request), code), timezone.now()
    if request.method != "POST":
        return _page(request, user, found, now=now)
    if not permissions.can_acknowledge(user, found.ward):
        raise Http404
    eta = request.POST.get("eta", "")
    if eta in {CANNOT_COME, ""}:
        return _decline(request, user, found, now=now)
    version = _version(request)
    if eta not in _ETA_MINUTES or version is None:
        messages.error(request, "The answer was not understood. Press one of the buttons.")
        return _page(request, user, found, now=now, status=400)
    try:
        services.acknowledge(
            found, by=user, at=now, eta_minutes=_ETA_MINUTES[eta], version_seen=version
        )
    except StaleAlertError as stale:
        messages.warning(request, _what_changed(stale.alert, now=now))
        return _page(request, user, stale.alert, now=now, status=409)
    messages.success(request, "You have this alert. It is yours until somebody closes it.")
    return redirect(f"/alerts/{found.code}/")


@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    """End the alert with a reason; for charge nurses and oncologists of its ward."""
    user, found, now = user_of(request), alert_for(user_of(request), code), timezone.now()
    if not permissions.can_close(user, found.ward):
        raise Http404
    reason = _CLOSING.get(request.POST.get("reason", ""))
    if reason is None:
        messages.error(request, "Say why the alert is closed.")
        return _page(request, user, found, now=now, status=400)
    if not services.close(found, reason=reason, at=now, by=user):
        messages.warning(request, "Somebody has closed this alert already.")
    return redirect(f"/alerts/{found.code}/")


def _decline(request: HttpRequest, user: User, found: Alert, *, now: datetime) -> HttpResponse:
    """Who cannot come takes nothing over: the alert goes on waiting, and the trail says so."""
    trail.record(
        action="alert.declined",
        actor=user,
        scope=f"patient:{found.patient_id}",
        subject=f"alert:{found.code}",
        at=now,
    )
    messages.warning(
        request, "Noted that you cannot come. The alert is still unanswered: call somebody who can."
    )
    return redirect(f"/alerts/{found.code}/")


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _what_changed(alert: Alert, *, now: datetime) -> str:
    if alert.state == AlertState.CLOSED:
        return f"This alert was closed in the meantime: {alert.closed_reason}."
    who = alert_words.acknowledged(alert, now=now)
    if who:
        return f"Somebody was first: {who}."
    return f"This alert got worse in the meantime: it is now {alert.severity}. Look, then answer."


def _page(
    request: HttpRequest, user: User, alert: Alert, *, now: datetime, status: int = 200
) -> HttpResponse:
    shown = alert_words.row(alert, now=now) | _more(user, alert, now=now)
    content = {
        "alert": shown,
        "close_url": f"/alerts/{alert.code}/close/",
        "closing_reasons": CLOSING_REASONS,
    }
    return render(request, "screens/alert.html", content, status=status)


def _respond(alert: Alert, *, zone: tzinfo, now: datetime) -> str:
    by = f"{alert.respond_by.astimezone(zone):%H:%M}"
    if now <= alert.respond_by:
        return f"Rule {alert.rule}. Respond by {by} on the ward's clock."
    return f"Rule {alert.rule}. An answer was due by {by}, {labels.ago(alert.respond_by, now=now)}."


def _more(user: User, alert: Alert, *, now: datetime) -> dict[str, Any]:
    zone = alert_words.zone_of(alert)
    state = getattr(alert.patient, "state", None)
    assessment = state.latest_assessment if state else None
    events = alert.events.select_related("by").order_by("seq")
    is_open = alert.state == AlertState.OPEN
    return {
        "what": _respond(alert, zone=zone, now=now) if is_open else "",
        "grade": badge_of(assessment),
        "because": assessment.because if assessment else [],
        "events": [alert_words.event(each, zone=zone, now=now) for each in events],
        "can_acknowledge": is_open and permissions.can_acknowledge(user, alert.ward),
        "can_close": alert.state != AlertState.CLOSED and permissions.can_close(user, alert.ward),
        "version": alert.version,
        "patient_url": f"/patients/{alert.patient_id}/timeline/",
    }
