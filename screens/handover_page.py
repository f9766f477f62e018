"""The end of a shift: each patient's sheet, and what stands, taken over with one tap."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alerts import handover
from alerts.handover import Seen
from alerts.models import Alert
from screens import alert_words
from screens.access import user_of, ward_for
from screens.handing import reading
from screens.handing.sheet_page import sections
from staff import permissions
from staff.models import Role, User, Ward


@require_http_methods(["GET", "HEAD", "POST"])
def handover_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show what others have; a POST takes over what was ticked, as it was read."""
    user, now = user_of(request), timezone.now()
    ward = ward_for(user, code)
    if not permissions.can_hand_over(user, ward):
        raise Http404
    if request.method != "POST":
        return _page(request, user, ward, now=now)
    seen = [_seen(text) for text in request.POST.getlist("alert")]
    if not seen or None in seen:
        messages.error(request, "Tick the alerts that you take over.")
        return _page(request, user, ward, now=now, status=400)
    done = handover.accept(ward, [each for each in seen if each], by=user, at=now)
    if done.taken:
        messages.success(request, f"You have {_count(len(done.taken))} now.")
    if done.changed:
        messages.warning(
            request, f"{_count(len(done.changed))} changed while you read. Look again, then accept."
        )
    return redirect(f"/wards/{ward.code}/handover/")


def _page(
    request: HttpRequest, user: User, ward: Ward, *, now: datetime, status: int = 200
) -> HttpResponse:
    rows = handover.to_hand_over(ward, to=user).select_related(
        "ward", "patient__state__bed", "acknowledged_by", "snoozed_by"
    )
    mine = handover.patients_of(user, at=now)
    shown = [_row(alert, user, mine, now=now) for alert in rows]
    found = reading.of_ward(ward, now=now)
    content = {
        "ward": ward,
        "as_of": f"{now.astimezone(ward.zone):%d %b %Y %H:%M %Z}",
        "rows": shown,
        "may_see_shift": permissions.can_see_shift_report(user, ward),
        "to_call": found.to_call,
        "for_all": found.for_all,
        "sheets": [{"sheet": each, "sections": sections(each)} for each in found.sheets],
    }
    return render(request, "screens/handover.html", content, status=status)


def _row(alert: Alert, user: User, mine: frozenset[int], *, now: datetime) -> dict[str, Any]:
    """Whoever has patients of their own finds theirs ticked; who has none finds all.

    What a doctor has is not ticked for a nurse, nor the other way round.
    """
    owner = alert.acknowledged_by
    same_trade = owner is None or _is_doctor(owner) is _is_doctor(user)
    more = {
        "value": f"{alert.code}:{alert.version}",
        "is_mine": same_trade and (not mine or alert.patient_id in mine),
    }
    return alert_words.row(alert, now=now) | more


def _is_doctor(user: User) -> bool:
    return user.role == Role.ONCOLOGIST


def _seen(text: str) -> Seen | None:
    code, _, version = text.partition(":")
    if not code or not (version.isascii() and version.isdigit() and len(version) < 10):
        return None
    return Seen(code, int(version))


def _count(alerts: int) -> str:
    return "1 alert" if alerts == 1 else f"{alerts} alerts"
