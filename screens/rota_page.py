"""The rota of a ward: who is on call now, the next seven days, gaps, and a page to try the way."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alerts import ladder, rota, rota_plan, rota_test
from alerts.models import Bulletin, RotaRole, RotaSlot
from alerts.rota import Holder, Via
from alerts.rota_plan import Gap, RotaRefusedError
from screens import context, labels
from screens.access import clinical_wards, user_of, ward_for
from screens.boards import header
from screens.rota_forms import SlotForm, people_of
from staff import permissions
from staff.models import User, Ward

_DAYS: Final = 7
_TESTS_SHOWN: Final = timedelta(hours=12)
_VIA: Final = {
    Via.SLOT: "",
    Via.BACKUP: "as backup",
    Via.MEMBERSHIP: "member of the ward, no slot",
    Via.FALLBACK: "mailbox of the ward, nobody on call",
}


@require_http_methods(["GET", "HEAD", "POST"])
def rota_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the rota; a POST by a charge nurse adds, swaps or cancels a slot, or tries a page."""
    user, now = user_of(request), timezone.now()
    ward = ward_for(user, code)
    if request.method != "POST":
        return _page(request, user, ward, now=now)
    if not permissions.can_edit_rota(user, ward):
        raise Http404
    action = request.POST.get("action", "")
    if action == "add":
        form = SlotForm(request.POST, ward=ward, now=now)
        if not _added(form, user, ward, now=now):
            return _page(request, user, ward, now=now, form=form, status=400)
        messages.success(request, "The slot stands in the rota.")
    elif action == "test":
        _try(request, user, ward, now=now)
    else:
        _change(request, action, user, ward, now=now)
    context.KEPT.forget(ward)
    header.KEPT.forget(ward)
    return redirect(f"/wards/{ward.code}/rota/")


def _added(form: SlotForm, user: User, ward: Ward, *, now: datetime) -> bool:
    if not form.is_valid():
        return False
    try:
        rota_plan.add(ward, form.slot(), by=user, now=now)
    except RotaRefusedError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _change(request: HttpRequest, action: str, user: User, ward: Ward, *, now: datetime) -> None:
    """Swap or cancel a slot of this very ward; a slot of another one does not exist."""
    text = request.POST.get("slot", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
    row = RotaSlot.objects.filter(pk=number, ward=ward).first()
    if row is None or action not in {"swap", "cancel"}:
        raise Http404
    if action == "cancel":
        if rota_plan.cancel(row, by=user, now=now):
            messages.success(request, "The slot is out of the rota; it stays on record.")
        return
    person = people_of(ward, at=now).filter(username=request.POST.get("to", "")).first()
    if person is None:
        messages.error(request, "Choose who takes the slot over.")
        return
    try:
        rota_plan.swap(row, to=person, by=user, now=now)
    except RotaRefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{person.display_name()} has the slot.")


def _try(request: HttpRequest, user: User, ward: Ward, *, now: datetime) -> None:
    role = request.POST.get("role", "")
    if role not in set(RotaRole):
        raise Http404
    rows = rota_test.page(ward, RotaRole(role), by=user, now=now)
    if rows:
        messages.success(request, "A test page is on its way. How far it got stands below.")
    else:
        messages.error(request, "There is nobody to send a test page to.")


def _page(
    request: HttpRequest,
    user: User,
    ward: Ward,
    *,
    now: datetime,
    form: SlotForm | None = None,
    status: int = 200,
) -> HttpResponse:
    may_edit = permissions.can_edit_rota(user, ward)
    gaps = rota_plan.gaps(ward, start=now, end=now + rota_plan.LOOK_AHEAD)
    content = {
        "ward": ward,
        "wards": clinical_wards(user),
        "holders": [_tile(role, found) for role, found in rota.by_role(ward, at=now).items()],
        "gaps": [_gap(gap, ward, now=now) for gap in gaps],
        "faults": ladder.faults(ward.alert_minutes),
        "days": _days(ward, now=now),
        "tests": [_test(row, ward, now=now) for row in rota_test.lately(ward, now - _TESTS_SHOWN)],
        "may_edit": may_edit,
        "people": people_of(ward, at=now) if may_edit else [],
        "form": (form or SlotForm(ward=ward, now=now)) if may_edit else None,
    }
    return render(request, "screens/rota.html", content, status=status)


def _tile(role: RotaRole, found: list[Holder]) -> dict[str, Any]:
    return {
        "role": role.value,
        "label": role.label,
        "is_vacant": not found or all(each.via == Via.FALLBACK for each in found),
        "people": [
            {
                "name": each.user.display_name() if each.user else each.mailbox,
                "phone": each.phone,
                "via": _VIA[each.via],
            }
            for each in found
        ],
    }


def _gap(gap: Gap, ward: Ward, *, now: datetime) -> dict[str, Any]:
    is_open = gap.ends_at >= now + rota_plan.LOOK_AHEAD
    return {
        "label": RotaRole(gap.role).label,
        "is_now": gap.starts_at <= now,
        "from": labels.clock(gap.starts_at, zone=ward.zone, now=now),
        # Nobody looked further than a day ahead.
        "until": "" if is_open else labels.clock(gap.ends_at, zone=ward.zone, now=now),
    }


def _days(ward: Ward, *, now: datetime) -> list[dict[str, Any]]:
    """Seven days on the ward's calendar, each with the slots that begin on it or run into it."""
    today = now.astimezone(ward.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    slots = rota_plan.coming(ward, start=now, end=today + timedelta(days=_DAYS))
    days: list[dict[str, Any]] = []
    for number in range(_DAYS):
        date = (today + timedelta(days=number)).date()
        rows = [
            _slot(each, ward, now=now)
            for each in slots
            if max(each.starts_at.astimezone(ward.zone).date(), today.date()) == date
        ]
        days.append({"label": f"{date:%A} {date.day} {date:%b}", "slots": rows})
    return days


def _slot(row: RotaSlot, ward: Ward, *, now: datetime) -> dict[str, Any]:
    start, end = row.starts_at.astimezone(ward.zone), row.ends_at.astimezone(ward.zone)
    next_day = "" if end.date() == start.date() else f" {end.day} {end:%b}"
    holder = rota.of_slot(row)
    return {
        "pk": row.pk,
        "label": row.get_role_display(),
        "hours": f"{start:%H:%M} to {end:%H:%M}{next_day}",
        "who": row.person.display_name() if row.person else row.mailbox,
        "backup": row.backup.display_name() if row.backup else "",
        "phone": row.phone,
        "is_now": row.starts_at <= now < row.ends_at,
        "is_broken": holder is None,
    }


def _test(row: Bulletin, ward: Ward, *, now: datetime) -> dict[str, Any]:
    return {
        "label": RotaRole(row.role).label if row.role else "",
        "who": row.who,
        "words": _state(row, ward, now=now),
        "is_good": row.sent_at is not None,
        "is_bad": row.failed_at is not None,
    }


def _state(row: Bulletin, ward: Ward, *, now: datetime) -> str:
    def at(moment: datetime) -> str:
        return labels.clock(moment, zone=ward.zone, now=now)

    if row.sent_at is not None:
        return f"accepted by the mail server {at(row.sent_at)}"
    if row.failed_at is not None:
        return f"refused for good {at(row.failed_at)}: correct the address"
    if row.attempts and row.handed_at is not None:
        return f"tried {row.attempts} times, next at {at(row.due_at)}"
    return f"queued {at(row.created_at)}, not handed over yet"
