"""Confirm, change or reject a computed grade, with a reason; both stay visible."""

import uuid
from datetime import datetime, tzinfo
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from charting import confirming, explaining
from charting.chart import ConflictError, NotInForceError
from charting.confirming import SamePersonError
from charting.entry import EntryRefusedError
from charting.models import PatientState
from grading.confirming import DEATH, Word
from grading.models import Assessment, Confirmation, Decision, OtherCause
from grading.rules.icans_astct import SCALE as ICANS_SCALE
from grading.services import SCALE as CRS_SCALE
from screens import labels, strip
from screens.access import patient_for, user_of
from screens.badges import badge, badge_of
from staff import permissions
from staff.models import User

CONFIRMABLE: Final = (CRS_SCALE, ICANS_SCALE)
_TITLES: Final = {CRS_SCALE: "CRS grade (ASTCT)", ICANS_SCALE: "ICANS grade (ASTCT)"}


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, patient_id: int, assessment_id: int) -> HttpResponse:
    """Show the computed grade and take a clinician's word on it."""
    user = user_of(request)
    state = patient_for(user, patient_id, may=permissions.can_confirm_grade)
    graded = _graded(patient_id, assessment_id)
    if request.method != "POST":
        return _page(request, user, state, graded)
    try:
        said = confirming.confirm_grade(
            assessment_id=graded.pk,
            client_id=uuid.UUID(request.POST.get("client_id", "")),
            word=_word(request, graded),
            by=user,
            now=timezone.now(),
        )
    except EntryRefusedError as refused:
        words = [f"{labels.sentence(error.field)} {error.message}." for error in refused.errors]
        return _page(request, user, state, graded, errors=words, status=400)
    except (ValueError, ConflictError):
        words = ["The form was not understood. Choose again."]
        return _page(request, user, state, graded, errors=words, status=400)
    except NotInForceError:
        messages.warning(request, "This was graded again in the meantime. Look at the new grade.")
        return redirect(f"/patients/{patient_id}/timeline/")
    messages.success(request, _thanks(said))
    return redirect(_back(graded))


@require_POST
def agree(request: HttpRequest, patient_id: int, confirmation_id: int) -> HttpResponse:
    """Agree, as a second person, to taking a grave grade down."""
    user = user_of(request)
    patient_for(user, patient_id, may=permissions.can_confirm_grade)
    first = Confirmation.objects.filter(pk=confirmation_id, patient_id=patient_id).first()
    if first is None:
        raise Http404
    try:
        confirming.second(
            confirmation_id=first.pk, client_id=uuid.uuid4(), by=user, now=timezone.now()
        )
    except SamePersonError:
        messages.error(request, "A second person must agree: somebody else than you.")
    except NotInForceError:
        messages.warning(request, "Somebody has agreed already, or it was said anew.")
    else:
        messages.success(request, "You agreed. The clinician's grade now counts.")
    return redirect(_back(first.assessment))


def panel(
    user: User, state: PatientState, graded: Assessment, *, zone: tzinfo, now: datetime
) -> dict[str, Any]:
    """What a page shows of clinicians' words on one grade, and what this person may do."""
    may = permissions.can_confirm_grade(user, state.ward) and graded.scale in CONFIRMABLE
    base = f"/patients/{state.pk}"
    return {
        "rows": [
            _row(said, user, may=may, zone=zone, now=now, base=base)
            for said in explaining.words_on([graded.pk])
        ],
        "url": f"{base}/grades/{graded.pk}/confirm/" if may else "",
    }


def _row(
    said: Confirmation, user: User, *, may: bool, zone: tzinfo, now: datetime, base: str
) -> dict[str, Any]:
    who = said.recorded_by.display_name() if said.recorded_by else "not known"
    second = f", agreed by {said.seconded_by.display_name()}" if said.seconded_by else ""
    at = labels.clock(said.recorded_at, zone=zone, now=now)
    waits = said.waits_for_second
    may_agree = may and waits and said.recorded_by_id != user.pk
    return {
        "badge": badge(said.grade) if said.grade is not None else None,
        "words": _in_words(said),
        "note": said.note,
        "who_label": f"{who}, {at}{second}",
        "waits": waits,
        "agree_url": f"{base}/confirmations/{said.pk}/agree/" if may_agree else "",
    }


def _in_words(said: Confirmation) -> str:
    if said.decision == Decision.REJECTED:
        return f"Not this syndrome: {OtherCause(said.cause).label.lower()}"
    if said.decision == Decision.CONFIRMED:
        return f"Grade {said.grade} confirmed"
    return f"Clinician's grade {said.grade}"


def _graded(patient_id: int, assessment_id: int) -> Assessment:
    rows = Assessment.objects.filter(pk=assessment_id, patient_id=patient_id, withdrawn=False)
    graded = rows.filter(scale__in=CONFIRMABLE).first()
    if graded is None:
        raise Http404
    return graded


def _word(request: HttpRequest, graded: Assessment) -> Word:
    choice, note = request.POST.get("choice", ""), request.POST.get("note", "").strip()
    if choice == Decision.REJECTED:
        cause = request.POST.get("cause", "")
        if cause and cause not in OtherCause.values:
            raise ValueError(cause)
        return Word(Decision.REJECTED, None, cause, note[:300])
    if not (choice.isascii() and choice.isdigit() and int(choice) <= DEATH):
        raise ValueError(choice)
    grade = int(choice)
    agrees = graded.computed.agrees_with(grade)
    return Word(Decision.CONFIRMED if agrees else Decision.CHANGED, grade, "", note[:300])


def _page(
    request: HttpRequest,
    user: User,
    state: PatientState,
    graded: Assessment,
    *,
    errors: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    zone, now = strip.zone_of(state), timezone.now()
    content = {
        "patient": strip.strip(state, now=now),
        "title": _TITLES[graded.scale],
        "grade": badge_of(graded),
        "because": graded.because,
        "taken_at_label": labels.clock(graded.taken_at, zone=zone, now=now),
        "computed": graded.grade,
        "choices": [(n, badge(n)) for n in range(DEATH + 1)],
        "causes": OtherCause.choices,
        "chosen": request.POST.get("choice", ""),
        "cause": request.POST.get("cause", ""),
        "note": request.POST.get("note", ""),
        "client_id": request.POST.get("client_id") or uuid.uuid4(),
        "errors": errors or [],
        "panel": panel(user, state, graded, zone=zone, now=now),
        "back_url": _back(graded),
    }
    return render(request, "screens/confirm.html", content, status=status)


def _back(graded: Assessment) -> str:
    base = f"/patients/{graded.patient_id}"
    if graded.observation_set_id is None:
        return f"{base}/timeline/"
    return f"{base}/sets/{graded.observation_set_id}/"


def _thanks(said: Confirmation) -> str:
    if said.waits_for_second:
        return "Kept. It takes a grade of 3 or more down: it counts once a second person agrees."
    return "Kept beside the computed grade."
