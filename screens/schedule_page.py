"""When the next looks are due, and the orders that put them off or ask for more."""

import uuid
from datetime import datetime, tzinfo
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alerts.models import DueSet, OffWardReason, OrderKind, ScheduleOrder
from charting import orders
from charting.entry import EntryRefusedError
from charting.models import PatientState
from screens import labels, roster, strip
from screens.access import patient_for, user_of
from screens.schedule_verbs import (
    HOME_DAYS,
    HOURS,
    ICU_DAYS,
    INTERVALS,
    PALLIATIVE_DAYS,
    VERBS,
    Asked,
    every,
    pause_minutes,
)
from staff import permissions
from staff.models import User, Ward
from vitals import schedule
from vitals.schedule import DueState

_LATE: Final = frozenset({DueState.OVERDUE, DueState.MISSED})
_ENDED_BY: Final = {
    OrderKind.OFF_WARD: ("return", "Back on the ward"),
    OrderKind.ICU: ("end_place", "Back on the ward"),
    OrderKind.HOME: ("end_place", "Back on the ward"),
    OrderKind.PALLIATIVE: ("end_palliative", "End the plan"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def schedule_page(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show the plan; a POST gives or ends an order in one's own name."""
    user = user_of(request)
    if request.method != "POST":
        return _page(request, user, patient_for(user, patient_id))
    verb = VERBS.get(request.POST.get("order", ""))
    if verb is None:
        raise Http404
    may, give = verb
    state = patient_for(user, patient_id, may=may)
    try:
        key = uuid.UUID(request.POST.get("client_id", ""))
        messages.success(request, give(Asked(user, state, request.POST, key, timezone.now())))
    except EntryRefusedError as refused:
        words = [f"{labels.sentence(_field(e.field))} {e.message}." for e in refused.errors]
        return _page(request, user, state, errors=words, status=400)
    except ValueError:
        return _page(request, user, state, errors=["Choose one of what is offered."], status=400)
    return redirect(f"/patients/{patient_id}/schedule/")


def _page(
    request: HttpRequest,
    user: User,
    state: PatientState,
    *,
    errors: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    zone, now = strip.zone_of(state), timezone.now()
    due = roster.due_of(state)
    content = {
        "patient": strip.strip(state, now=now),
        "looks": _looks(due, zone=zone, now=now) if due else [],
        "orders": [
            _order(row, user=user, ward=state.ward, zone=zone, now=now)
            for row in orders.standing(state.pk, now=now)
        ],
        "client_id": uuid.uuid4(),
        "errors": errors or [],
        "reasons": OffWardReason.choices,
        "pause_minutes": pause_minutes(due),
        "intervals": [(n, every(n)) for n in INTERVALS if due and n <= _ceiling(due)],
        "hours": HOURS,
        "may_pause": due is not None and permissions.can_pause(user, state.ward),
        "may_let_sleep": due is not None and permissions.can_let_sleep(user, state.ward),
        "may_order": due is not None and permissions.can_order_interval(user, state.ward),
        "places": _places(user, state) if due is not None else [],
        "plan_url": f"/patients/{state.pk}/plan/",
        "back_url": f"/patients/{state.pk}/timeline/",
    }
    return render(request, "screens/schedule.html", content, status=status)


def _places(user: User, state: PatientState) -> list[dict[str, Any]]:
    """What else may be said of how the patient is followed, as one form each."""
    offered = (
        ("icu", "In intensive care", "Its own system watches. Rounds stop; the grade is looked "
         "at every 4 hours, and its team is called before the nurses of the ward.", ICU_DAYS),
        ("home", "At home", "A check-in is due every 8 hours. One that is 2 hours late is told "
         "to the charge nurse.", HOME_DAYS),
        ("palliative", "Palliative plan", "A grade shows on the board as P3 and calls nobody at "
         "once. Everything else is told as before.", PALLIATIVE_DAYS),
    )  # fmt: skip
    return [
        {"order": order, "title": title, "words": words, "days": days}
        for order, title, words, days in offered
        if VERBS[order][0](user, state.ward)
    ]


def _looks(due: DueSet, *, zone: tzinfo, now: datetime) -> list[dict[str, Any]]:
    """The next look of each kind, with its interval; none planned says so."""
    kinds = (
        ("Set of observations", due.due_at, due.interval_minutes),
        ("Neuro check", due.neuro_due_at, due.neuro_interval_minutes),
        ("Laboratory panel", due.labs_due_at, due.labs_interval_minutes),
    )
    return [_look(name, at, minutes, zone=zone, now=now) for name, at, minutes in kinds]


def _look(
    name: str, at: datetime | None, minutes: int | None, *, zone: tzinfo, now: datetime
) -> dict[str, Any]:
    if at is None or minutes is None:
        return {"name": name, "words": "Not planned: by order only", "late": False}
    where = schedule.overdue_state(now=now, due_at=at, interval_minutes=minutes)
    when = f"{labels.clock(at, zone=zone, now=now)} ({labels.ago(at, now=now)})"
    return {
        "name": name,
        "words": f"By {when}",
        "every": f"every {every(minutes)}",
        "late": where in _LATE,
    }


def _order(
    order: ScheduleOrder, *, user: User, ward: Ward | None, zone: tzinfo, now: datetime
) -> dict[str, Any]:
    words = {
        OrderKind.OFF_WARD: f"Off the ward: {_why(order)}, with {order.accompanied_by}",
        OrderKind.SLEEP: "Not to be woken",
        OrderKind.INTERVAL: f"A set every {every(order.interval_minutes or 0)}: {order.why}",
        OrderKind.ICU: f"Watched in intensive care: {order.why}",
        OrderKind.HOME: f"Followed at home: {order.why}",
        OrderKind.PALLIATIVE: f"Palliative plan: {order.why}",
    }
    ended_by, end_words = _ENDED_BY.get(OrderKind(order.kind), ("", ""))
    who = order.recorded_by.display_name() if order.recorded_by else "not known"
    return {
        "id": order.pk,
        "words": words[OrderKind(order.kind)],
        "until": f"until {labels.clock(order.ends_at, zone=zone, now=now)}, {who}",
        "ended_by": ended_by if ended_by and VERBS[ended_by][0](user, ward) else "",
        "end_words": end_words,
    }


def _why(order: ScheduleOrder) -> str:
    known = order.why in OffWardReason.values
    return OffWardReason(order.why).label.lower() if known else order.why


def _ceiling(due: DueSet) -> int:
    return schedule.longest_order_minutes(due.at_least)


def _field(name: str) -> str:
    return {"accompanied_by": "who is with the patient", "sleep": "not now:"}.get(name, name)
