"""Doses that are planned, whether tocilizumab lies ready, and what stands against the next one."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from charting import planned, planning
from charting.entry import EntryRefusedError
from charting.models import PatientState
from patients import therapies
from patients.models import PlannedDose, SupplyCheck
from patients.windows import DoseKind
from screens import labels, strip, typed
from screens.access import patient_for, user_of
from staff import permissions
from staff.models import User

_LONGEST_REASON: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """One person asking something of one patient's plan, at one time."""

    user: User
    state: PatientState
    post: Any
    client_id: uuid.UUID
    now: datetime

    @property
    def zone(self) -> tzinfo:
        """The ward's clock."""
        return strip.zone_of(self.state)

    def plan(self) -> PlannedDose:
        """The plan a button stands beside; raises Http404 for one that is not this patient's."""
        text = self.post.get("id", "")
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise Http404
        rows = PlannedDose.objects.filter(pk=int(text), patient_id=self.state.pk)
        plan = rows.in_force().first()
        if plan is None:
            raise Http404
        return plan


@require_http_methods(["GET", "HEAD", "POST"])
def plan_page(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show what is planned; a POST plans, cancels or confirms in one's own name."""
    user = user_of(request)
    if request.method != "POST":
        return _page(request, user, patient_for(user, patient_id))
    verb = VERBS.get(request.POST.get("do", ""))
    if verb is None:
        raise Http404
    may, act = verb
    state = patient_for(user, patient_id, may=may)
    try:
        key = uuid.UUID(request.POST.get("client_id", ""))
        messages.success(request, act(Asked(user, state, request.POST, key, timezone.now())))
    except EntryRefusedError as refused:
        words = [f"{_FIELDS.get(e.field, e.field)} {e.message}." for e in refused.errors]
        return _page(request, user, state, errors=words, status=400)
    except ValueError as error:
        return _page(request, user, state, errors=[f"Planned at: {error}."], status=400)
    return redirect(f"/patients/{patient_id}/plan/")


def _plan(asked: Asked) -> str:
    planned_at = typed.moment(asked.post.get("planned_at", ""), zone=asked.zone, now=asked.now)
    planning.plan_dose(
        patient_id=asked.state.pk,
        client_id=asked.client_id,
        therapy=asked.post.get("therapy", ""),
        kind=asked.post.get("kind", ""),
        planned_at=planned_at,
        planned_by=asked.user,
        now=asked.now,
    )
    return "Planned."


def _cancel(asked: Asked) -> str:
    planning.cancel_dose(
        plan=asked.plan(),
        client_id=asked.client_id,
        reason=asked.post.get("reason", "")[:_LONGEST_REASON],
        cancelled_by=asked.user,
        now=asked.now,
    )
    return "The plan was taken back."


def _confirm(asked: Asked) -> str:
    planning.confirm_supply(
        patient_id=asked.state.pk,
        client_id=asked.client_id,
        checked_by=asked.user,
        now=asked.now,
    )
    return "Confirmed: tocilizumab is ready for this patient."


VERBS: Final[dict[str, tuple[Callable[..., bool], Callable[[Asked], str]]]] = {
    "plan": (permissions.can_record_infusion, _plan),
    "cancel": (permissions.can_record_infusion, _cancel),
    "confirm": (permissions.can_record_treatment, _confirm),
}
_FIELDS: Final = {"therapy": "Product", "kind": "Dose", "planned_at": "Planned at", "reason": "Why"}


def _page(
    request: HttpRequest,
    user: User,
    state: PatientState,
    *,
    errors: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    zone, now = strip.zone_of(state), timezone.now()
    seen = SupplyCheck.objects.filter(patient_id=state.pk).in_force().order_by("-recorded_at")
    last = seen.select_related("recorded_by").first()
    content = {
        "patient": strip.strip(state, now=now),
        "plans": [_row(each, zone=zone, now=now) for each in planned.plans(state.pk, now=now)],
        "supply": _seen(last, zone=zone, now=now),
        "client_id": uuid.uuid4(),
        "errors": errors or [],
        "typed": request.POST,
        "products": therapies.choices(),
        "kinds": [(kind.value, _kind(kind.value)) for kind in DoseKind],
        "zone": zone,
        "may_plan": permissions.can_record_infusion(user, state.ward),
        "may_confirm": permissions.can_record_treatment(user, state.ward),
        "back_url": f"/patients/{state.pk}/timeline/",
    }
    return render(request, "screens/plan.html", content, status=status)


def _row(plan: PlannedDose, *, zone: tzinfo, now: datetime) -> dict[str, Any]:
    who = plan.recorded_by.display_name() if plan.recorded_by else "not known"
    return {
        "id": plan.pk,
        "what": f"{therapies.profile(plan.therapy).label}: {_kind(plan.kind).lower()}",
        "when": labels.clock(plan.planned_at, zone=zone, now=now),
        "by": f"planned by {who}",
        "is_late": plan.planned_at < now,
    }


def _seen(check: SupplyCheck | None, *, zone: tzinfo, now: datetime) -> str:
    if check is None:
        return "Nobody has confirmed yet that tocilizumab is ready for this patient."
    who = check.recorded_by.display_name() if check.recorded_by else "not known"
    return f"Seen ready {labels.clock(check.recorded_at, zone=zone, now=now)} by {who}."


def _kind(value: str) -> str:
    return value.replace("_", " ").capitalize()
