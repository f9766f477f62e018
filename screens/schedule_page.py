"""When the next looks are due, and the orders that put them off or ask for more."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
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
from staff import permissions
from staff.models import User, Ward
from vitals import schedule
from vitals.schedule import DueState

_LONGEST_TEXT: Final = 80
_INTERVALS: Final = (15, 30, 60, 120, 240, 360)
_HOURS: Final = (2, 4, 8, 12, 24)
_LATE: Final = frozenset({DueState.OVERDUE, DueState.MISSED})


@dataclass(frozen=True, slots=True)
class Asked:
    """One person asking something of one patient's schedule, at one time."""

    user: User
    state: PatientState
    post: Any
    client_id: uuid.UUID
    now: datetime

    def whole(self, name: str, allowed: tuple[int, ...]) -> int:
        """A number that the form offers; raises ValueError for any other."""
        text = self.post.get(name, "")
        if not (text.isascii() and text.isdigit() and int(text) in allowed):
            raise ValueError(name)
        return int(text)


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


def _pause(asked: Asked) -> str:
    minutes = asked.whole("minutes", _pause_minutes(roster.due_of(asked.state)))
    orders.go_off_ward(
        patient_id=asked.state.pk,
        client_id=asked.client_id,
        why=asked.post.get("why", ""),
        back_at=asked.now + timedelta(minutes=minutes),
        accompanied_by=asked.post.get("accompanied_by", "")[:_LONGEST_TEXT],
        recorded_by=asked.user,
        now=asked.now,
    )
    return "Off the ward. If no set is charted by then, the charge nurse is told."


def _return(asked: Asked) -> str:
    text = asked.post.get("id", "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValueError(text)
    paused = ScheduleOrder.objects.filter(
        pk=int(text), patient_id=asked.state.pk, kind=OrderKind.OFF_WARD
    )
    order = paused.in_force().first()
    if order is None:
        return "The pause had ended already."
    orders.come_back(order=order, client_id=asked.client_id, recorded_by=asked.user, now=asked.now)
    return "Back on the ward. The schedule goes on."


def _sleep(asked: Asked) -> str:
    orders.let_sleep(
        patient_id=asked.state.pk, client_id=asked.client_id, signed_by=asked.user, now=asked.now
    )
    return "Signed: not to be woken from 23:00 to 06:00 of this night."


def _interval(asked: Asked) -> str:
    minutes = asked.whole("minutes", _INTERVALS)
    orders.order_interval(
        patient_id=asked.state.pk,
        client_id=asked.client_id,
        minutes=minutes,
        until=asked.now + timedelta(hours=asked.whole("hours", _HOURS)),
        why=asked.post.get("why", "").strip()[:_LONGEST_TEXT],
        ordered_by=asked.user,
        now=asked.now,
    )
    return f"Ordered: a set every {_every(minutes)}."


VERBS: Final[dict[str, tuple[Callable[[User, Ward | None], bool], Callable[[Asked], str]]]] = {
    "pause": (permissions.can_pause, _pause),
    "return": (permissions.can_pause, _return),
    "sleep": (permissions.can_let_sleep, _sleep),
    "interval": (permissions.can_order_interval, _interval),
}


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
        "orders": [_order(row, zone=zone, now=now) for row in orders.standing(state.pk, now=now)],
        "client_id": uuid.uuid4(),
        "errors": errors or [],
        "reasons": OffWardReason.choices,
        "pause_minutes": _pause_minutes(due),
        "intervals": [(n, _every(n)) for n in _INTERVALS if due and n <= _ceiling(due)],
        "hours": _HOURS,
        "may_pause": due is not None and permissions.can_pause(user, state.ward),
        "may_let_sleep": due is not None and permissions.can_let_sleep(user, state.ward),
        "may_order": due is not None and permissions.can_order_interval(user, state.ward),
        "back_url": f"/patients/{state.pk}/timeline/",
    }
    return render(request, "screens/schedule.html", content, status=status)


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
        "every": f"every {_every(minutes)}",
        "late": where in _LATE,
    }


def _order(order: ScheduleOrder, *, zone: tzinfo, now: datetime) -> dict[str, Any]:
    words = {
        OrderKind.OFF_WARD: f"Off the ward: {_why(order)}, with {order.accompanied_by}",
        OrderKind.SLEEP: "Not to be woken",
        OrderKind.INTERVAL: f"A set every {_every(order.interval_minutes or 0)}: {order.why}",
    }
    who = order.recorded_by.display_name() if order.recorded_by else "not known"
    return {
        "id": order.pk,
        "words": words[OrderKind(order.kind)],
        "until": f"until {labels.clock(order.ends_at, zone=zone, now=now)}, {who}",
        "can_end": order.kind == OrderKind.OFF_WARD,
    }


def _why(order: ScheduleOrder) -> str:
    known = order.why in OffWardReason.values
    return OffWardReason(order.why).label.lower() if known else order.why


def _pause_minutes(due: DueSet | None) -> tuple[int, ...]:
    longest = orders.LONGEST_PAUSE_MINUTES[due is None or due.at_least > 0]
    return tuple(minutes for minutes in (15, 30, 45, 60, 90, 120) if minutes <= longest)


def _ceiling(due: DueSet) -> int:
    return schedule.longest_order_minutes(due.at_least)


def _every(minutes: int) -> str:
    return labels.duration(timedelta(minutes=minutes))


def _field(name: str) -> str:
    return {"accompanied_by": "who is with the patient", "sleep": "not now:"}.get(name, name)
