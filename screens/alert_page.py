"""One alert: what it is about, who has it, and the buttons that answer, put off or end it."""

from datetime import datetime, tzinfo
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from alerts import acknowledging, escalation, services, snooze
from alerts.acknowledging import StaleAlertError
from alerts.models import Alert, AlertState, SnoozeReason
from alerts.snooze import SnoozeRefusedError
from screens import alert_story, alert_words, labels
from screens.access import alert_for, user_of
from screens.badges import badge_of
from screens.words import CLOSING_REASONS
from staff import permissions
from staff.models import User

_ETA_MINUTES: Final = {"now": 0, "0": 0, "5": 5, "15": 15}
CANNOT_COME: Final = "cannot_come"
_CLOSING: Final = dict(CLOSING_REASONS)
_NOT_UNDERSTOOD: Final = "The answer was not understood. Press one of the buttons."


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
        return _cannot_come(request, user, found, now=now)
    version = _version(request)
    if eta not in _ETA_MINUTES or version is None:
        messages.error(request, _NOT_UNDERSTOOD)
        return _page(request, user, found, now=now, status=400)
    try:
        acknowledging.acknowledge(
            found, by=user, at=now, eta_minutes=_ETA_MINUTES[eta], version_seen=version
        )
    except StaleAlertError as stale:
        return _too_late(request, user, stale.alert, now=now)
    messages.success(request, "You have this alert.")
    return _back_to(found)


@require_POST
def put_off(request: HttpRequest, code: str) -> HttpResponse:
    """Put the alert off for some minutes, with a reason."""
    user, found, now = user_of(request), alert_for(user_of(request), code), timezone.now()
    if not permissions.can_snooze(user, found.ward):
        raise Http404
    minutes, version = _number(request, "minutes"), _version(request)
    reason = request.POST.get("reason", "")
    if minutes is None or version is None or reason not in SnoozeReason.values:
        messages.error(request, "Say for how long the alert is put off, and why.")
        return _page(request, user, found, now=now, status=400)
    try:
        snooze.snooze(
            found,
            by=user,
            at=now,
            minutes=minutes,
            reason=SnoozeReason(reason),
            version_seen=version,
        )
    except StaleAlertError as stale:
        return _too_late(request, user, stale.alert, now=now)
    except SnoozeRefusedError as refused:
        messages.error(request, str(refused))
        return _page(request, user, found, now=now, status=409)
    return _back_to(found)


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
    return _back_to(found)


def _cannot_come(request: HttpRequest, user: User, found: Alert, *, now: datetime) -> HttpResponse:
    """Who cannot come takes nothing over: the next in line are called at once."""
    upcoming = found.plan.called(found.rung + 1)
    if escalation.cannot_come(found, by=user, at=now) and upcoming is not None:
        called = alert_words.duties(upcoming.tells)
        words = f"Noted that you cannot come. Called now: {called}. The alert is still unanswered."
    else:
        words = (
            "Noted that you cannot come. Nobody more was called. "
            "While the alert is still unanswered, call somebody who can come."
        )
    messages.warning(request, words)
    return _back_to(found)


def _too_late(request: HttpRequest, user: User, found: Alert, *, now: datetime) -> HttpResponse:
    messages.warning(request, _what_changed(found, now=now))
    return _page(request, user, found, now=now, status=409)


def _back_to(found: Alert) -> HttpResponse:
    return redirect(f"/alerts/{found.code}/")


def _version(request: HttpRequest) -> int | None:
    return _number(request, "version")


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _what_changed(alert: Alert, *, now: datetime) -> str:
    if alert.state == AlertState.CLOSED:
        return f"This alert was closed in the meantime: {alert.closed_reason}."
    if alert.state == AlertState.SNOOZED:
        return f"Somebody was first. {alert_words.snoozed(alert, now=now)}."
    who = alert_words.acknowledged(alert, now=now)
    if who:
        return f"Somebody was first: {who}."
    return f"This alert got worse in the meantime: it is now {alert.severity}. Look, then answer."


def _page(
    request: HttpRequest, user: User, alert: Alert, *, now: datetime, status: int = 200
) -> HttpResponse:
    content = {
        "alert": alert_words.row(alert, now=now) | _more(user, alert, now=now),
        "close_url": f"/alerts/{alert.code}/close/",
        "closing_reasons": CLOSING_REASONS,
        "snooze": _snooze(user, alert),
    }
    return render(request, "screens/alert.html", content, status=status)


def _snooze(user: User, alert: Alert) -> dict[str, Any] | None:
    """What the form for putting off offers; None for who may not, and for what is not waiting."""
    if alert.state not in {AlertState.OPEN, AlertState.ACKNOWLEDGED}:
        return None
    refusal = snooze.refusal(alert, by=user)
    if refusal is not None:
        return {"refusal": refusal}
    return {
        "url": f"/alerts/{alert.code}/snooze/",
        "minutes": snooze.choices_minutes(alert),
        "reasons": SnoozeReason.choices,
    }


def _respond(alert: Alert, *, zone: tzinfo, now: datetime) -> str:
    by = f"{alert.respond_by.astimezone(zone):%H:%M}"
    if now <= alert.respond_by:
        return f"Rule {alert.rule}. Respond by {by} on the ward's clock."
    return f"Rule {alert.rule}. An answer was due by {by}, {labels.ago(alert.respond_by, now=now)}."


def _more(user: User, alert: Alert, *, now: datetime) -> dict[str, Any]:
    state = getattr(alert.patient, "state", None)
    assessment = state.latest_assessment if state else None
    is_open = alert.state == AlertState.OPEN
    is_free = alert.state in {AlertState.OPEN, AlertState.SNOOZED}
    return {
        "what": _respond(alert, zone=alert_words.zone_of(alert), now=now) if is_open else "",
        "grade": badge_of(assessment),
        "because": assessment.because if assessment else [],
        "events": alert_story.story(alert, now=now),
        "can_acknowledge": is_free and permissions.can_acknowledge(user, alert.ward),
        "can_close": alert.state != AlertState.CLOSED and permissions.can_close(user, alert.ward),
        "version": alert.version,
        "patient_url": f"/patients/{alert.patient_id}/timeline/",
    }
