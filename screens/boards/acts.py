"""What can be done from the board: answer an alert, call the next, assign a nurse, move a bed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from alerts import acknowledging, escalation
from alerts.acknowledging import StaleAlertError
from alerts.models import AlertState
from charting import assigning
from screens import alert_words
from screens.access import alert_for, patient_for, user_of, ward_for
from screens.boards import plan
from screens.boards.short import initials
from staff import permissions
from staff.models import Role, User, Ward, WardMembership

_ETA_MINUTES: Final = (0, 5, 15)
_NURSES: Final = (Role.NURSE, Role.CHARGE_NURSE)
NOBODY: Final = 0


class ActRefusedError(Exception):
    """What was asked cannot be done now; the words say why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One person asking for one thing on one ward, at one time."""

    user: User
    ward: Ward
    post: Any
    now: datetime

    def number(self, name: str) -> int:
        """A whole number of the form; raises Http404 for anything else."""
        text = self.post.get(name, "")
        if not (text.isascii() and text.isdigit() and len(text) < 18):
            raise Http404
        return int(text)

    def may(self, verb: Callable[[User, Ward | None], bool], ward: Ward | None = None) -> None:
        """Raise Http404 for who may not; a thing of another ward does not exist either."""
        if not verb(self.user, ward or self.ward):
            raise Http404


@require_POST
def act(request: HttpRequest, code: str) -> JsonResponse:
    """Do what was asked and say so; 409 with the reason when it cannot be done any more."""
    user = user_of(request)
    verb = _VERBS.get(request.POST.get("act", ""))
    asked = Asked(user, ward_for(user, code), request.POST, timezone.now())
    if verb is None:
        raise Http404
    try:
        return JsonResponse({"said": verb(asked)})
    except ActRefusedError as refused:
        return JsonResponse({"said": str(refused)}, status=409)


def nurses_of(ward: Ward) -> list[dict[str, Any]]:
    """Return who can be given patients on this ward, by name; one query."""
    rows = [
        {
            "id": person.pk,
            "name": person.display_name(),
            "initials": initials(person.display_name()),
        }
        for person in _nurses(ward, at=timezone.now())
    ]
    return sorted(rows, key=lambda row: str(row["name"]).casefold())


def _nurses(ward: Ward | None, *, at: datetime) -> QuerySet[User]:
    if ward is None:
        return User.objects.none()
    return WardMembership.objects.people_of(ward, at=at).filter(role__in=_NURSES)


def _acknowledge(asked: Asked) -> str:
    alert = alert_for(asked.user, asked.post.get("alert", ""))
    asked.may(permissions.can_acknowledge, alert.ward)
    eta = asked.number("eta")
    if eta not in _ETA_MINUTES:
        raise Http404
    try:
        acknowledging.acknowledge(
            alert,
            by=asked.user,
            at=asked.now,
            eta_minutes=eta,
            version_seen=asked.number("version"),
        )
    except StaleAlertError as stale:
        now_it_is = AlertState(stale.alert.state).label.lower()
        raise ActRefusedError(f"It changed in the meantime: it is {now_it_is} now.") from None
    return "You have this alert."


def _call_next(asked: Asked) -> str:
    alert = alert_for(asked.user, asked.post.get("alert", ""))
    asked.may(permissions.can_call_next, alert.ward)
    rung = escalation.call_next(alert, by=asked.user, at=asked.now, rung_seen=asked.number("rung"))
    if rung is None:
        raise ActRefusedError(
            "Nobody more was called: somebody has it, the next was called just now, or the ladder "
            "calls nobody further. Call by telephone."
        )
    return f"Called now: {alert_words.duties(rung.tells)}."


def _assign(asked: Asked) -> str:
    state = patient_for(asked.user, asked.number("patient"), may=permissions.can_assign_nurse)
    wanted = asked.number("nurse")
    nurse = None
    if wanted != NOBODY:
        nurse = _nurses(state.ward, at=asked.now).filter(pk=wanted).first()
        if nurse is None:
            raise Http404
    assigning.assign(patient_id=state.pk, nurse=nurse, by=asked.user, now=asked.now)
    return f"{nurse.display_name()} has the patient now." if nurse else "No nurse is assigned now."


def _move_bed(asked: Asked) -> str:
    asked.may(permissions.can_arrange_beds)
    row, column = asked.number("row"), asked.number("column")
    try:
        plan.move(
            asked.ward, asked.number("bed"), row=row, column=column, by=asked.user, now=asked.now
        )
    except plan.NoSuchPlaceError:
        raise Http404 from None
    return f"Row {row + 1}, place {column + 1}."


_VERBS: Final[dict[str, Callable[[Asked], str]]] = {
    "acknowledge": _acknowledge,
    "call_next": _call_next,
    "assign": _assign,
    "move_bed": _move_bed,
}
