"""Chart a set of observations, or correct one: the form, and what comes of sending it."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from charting import chart
from charting.chart import ConflictError, NotInForceError
from charting.doubts import UnconfirmedError
from charting.entry import Entry, EntryRefusedError, FieldError
from charting.models import PatientState
from screens import entry_correction, entry_form, entry_page, strip
from screens.access import patient_for, user_of
from screens.entry_form import Typed
from staff import permissions
from staff.models import User
from vitals.models import ObservationSet

_SAVED_BEFORE = (
    "This form was saved before with other values. Saving again charts another set; "
    "to change the saved one, open it and correct it."
)
_CORRECTED_BEFORE = "This set was corrected in the meantime. Open its replacement."


@dataclass(frozen=True, slots=True)
class Desk:
    """One person at one patient's form, at one time."""

    user: User
    state: PatientState
    wrong: ObservationSet | None
    now: datetime


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show the form; a sent form that is right leads to what came of it."""
    desk = _desk(request, patient_id)
    if request.method == "POST":
        return _save(request, desk)
    form = Typed({})
    if desk.wrong is not None:
        form = entry_page.prefilled(desk.wrong, zone=strip.zone_of(desk.state))
    return _page(request, desk, form)


def _desk(request: HttpRequest, patient_id: int) -> Desk:
    user, wanted = user_of(request), request.GET.get("correct")
    may = permissions.can_chart if wanted is None else permissions.can_correct
    state = patient_for(user, patient_id, may=may)
    return Desk(user, state, _wrong_set(wanted, patient_id), timezone.now())


def _wrong_set(wanted: str | None, patient_id: int) -> ObservationSet | None:
    if wanted is None:
        return None
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 19):
        raise Http404
    found = ObservationSet.objects.for_patient(patient_id).filter(pk=int(wanted)).first()
    if found is None:
        raise Http404
    return found


def _save(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = entry_form.typed_in(request.POST)
    errors = [] if desk.wrong is None else entry_correction.refusals(form, by=desk.user)
    try:
        if desk.wrong is not None and entry_correction.is_of_another(form) and not errors:
            return redirect(_moved(form, desk, desk.wrong))
        read = entry_form.entry_of(request.POST, zone=strip.zone_of(desk.state), now=desk.now)
        if not errors:
            return redirect(f"/patients/{desk.state.pk}/sets/{_store(read, form, desk)}/")
    except EntryRefusedError as refused:
        errors += refused.errors
    except UnconfirmedError as asked:
        return _page(request, desk, form, doubts=asked.doubts)
    except (ConflictError, NotInForceError) as error:
        message = _SAVED_BEFORE if isinstance(error, ConflictError) else _CORRECTED_BEFORE
        fresh = Typed({**form.texts, "client_id": ""}, form.vasopressors, form.confirmed)
        return _page(request, desk, fresh, errors=[FieldError("entry", None, message)], status=409)
    return _page(request, desk, form, errors=errors, status=400)


def _store(read: Entry, form: Typed, desk: Desk) -> int:
    if desk.wrong is None:
        charted = chart.chart_observations(
            patient_id=desk.state.pk, entry=read, charted_by=desk.user, now=desk.now
        )
    else:
        charted = chart.correct_observations(
            wrong_id=desk.wrong.pk,
            entry=entry_form.with_the_rest(read, desk.wrong),
            corrected_by=desk.user,
            code=form.text("reason"),
            reason=entry_correction.in_words(form),
            now=desk.now,
        )
    return int(charted.observations.pk)


def _moved(form: Typed, desk: Desk, wrong: ObservationSet) -> str:
    charted = entry_correction.move(form, wrong=wrong, by=desk.user, now=desk.now)
    return f"/patients/{charted.observations.patient_id}/sets/{charted.observations.pk}/"


def _page(
    request: HttpRequest, desk: Desk, form: Typed, *, status: int = 200, **said: Any
) -> HttpResponse:
    wrong = desk.wrong
    content = entry_page.context(
        desk.state,
        form,
        client_id=form.text("client_id") or str(uuid.uuid4()),
        now=desk.now,
        correcting=wrong.pk if wrong else None,
        **said,
    )
    content["patient"] = strip.strip(
        desk.state, now=desk.now, shares_surname=_shares_surname(desk.state)
    )
    content["patient_id"] = desk.state.pk
    if wrong is not None:
        errors = said.get("errors", ())
        content["correcting"] = entry_correction.asked(form, wrong, errors)
    return render(request, "screens/entry.html", content, status=status)


def _shares_surname(state: PatientState) -> bool:
    surname = state.patient.family_name
    return (
        surname != ""
        and state.ward is not None
        and PatientState.objects.filter(ward=state.ward, patient__family_name__iexact=surname)
        .exclude(pk=state.pk)
        .exists()
    )
