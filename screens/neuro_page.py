"""The guided neuro check, and its correction: one page that is also a plain long form."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from charting import asking, neuro
from charting import state as charting_state
from charting.entry import EntryRefusedError
from charting.models import PatientState
from charting.neuro_correction import RightCheck, correct_neuro_check
from screens import neuro_samples, strip, typed
from screens.access import patient_for, user_of
from screens.neuro_form import NeuroForm
from screens.neuro_known import known_of
from staff import permissions
from vitals import capd, strokes
from vitals.models import NeuroAssessment

_LONGEST_REASON = 200


@require_http_methods(["GET", "HEAD", "POST"])
def neuro_check(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Ask step by step; what is right is recorded and shown with its grade."""
    user, now = user_of(request), timezone.now()
    state = patient_for(user, patient_id, may=permissions.can_record_treatment)
    form = _form(state, request.POST if request.method == "POST" else None, now=now)
    if form.is_valid():
        try:
            check, _ = neuro.record_neuro_check(
                patient_id=state.pk,
                client_id=form.cleaned_data["client_id"],
                taken_at=form.cleaned_data["taken_at"],
                recorded_by=user,
                now=now,
                findings=form.findings(),
            )
        except EntryRefusedError as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Neuro check recorded.")
            return redirect(f"/patients/{state.pk}/neuro/{check.pk}/")
    return _show(request, state, form, now=now)


@require_http_methods(["GET", "HEAD", "POST"])
def neuro_correct(request: HttpRequest, patient_id: int, check_id: int) -> HttpResponse:
    """Show what was charted to be put right; the wrong check stays and stops counting."""
    user, now = user_of(request), timezone.now()
    state = patient_for(user, patient_id, may=permissions.can_correct)
    wrong = NeuroAssessment.objects.filter(pk=check_id, patient_id=state.pk).in_force().first()
    if wrong is None:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = _form(state, posted, now=now, wrong=wrong)
    correcting = {
        "reason": request.POST.get("reason", "").strip()[:_LONGEST_REASON],
        "withdrawn": request.POST.get("withdrawn") == "yes",
    }
    if posted is not None and (done := _correct(request, form, wrong, correcting, now=now)):
        messages.success(request, "The neuro check was corrected; the wrong one stays on record.")
        where = "timeline/" if done.withdrawn else f"neuro/{done.pk}/"
        return redirect(f"/patients/{state.pk}/{where}")
    return _show(request, state, form, now=now, correcting=correcting)


def _correct(
    request: HttpRequest,
    form: NeuroForm,
    wrong: NeuroAssessment,
    correcting: dict[str, Any],
    *,
    now: datetime,
) -> NeuroAssessment | None:
    """Hand the correction to the door; None, with words beside the fields, when it is refused."""
    if not correcting["reason"]:
        correcting["error"] = "Say why it is corrected"
    is_valid = form.is_valid() or (correcting["withdrawn"] and "client_id" in form.cleaned_data)
    if not is_valid or not correcting["reason"]:
        return None
    right = None
    if not correcting["withdrawn"]:
        right = RightCheck(form.cleaned_data["taken_at"], form.findings())
    try:
        row, _ = correct_neuro_check(
            wrong_id=wrong.pk,
            client_id=form.cleaned_data["client_id"],
            right=right,
            reason=correcting["reason"],
            corrected_by=user_of(request),
            now=now,
        )
    except EntryRefusedError as refused:
        form.refuse(refused)
        return None
    return row


def _form(
    state: PatientState, data: Any, *, now: datetime, wrong: NeuroAssessment | None = None
) -> NeuroForm:
    zone = strip.zone_of(state)
    at = now if wrong is None else wrong.taken_at
    day = at.astimezone(zone).date()
    ask = asking.ask_next(state.pk, ward=state.ward)
    form = NeuroForm(
        data, age_years=state.patient.age_years(day), ask=ask, zone=zone, now=now
    )  # fmt: skip
    if wrong is not None:
        form.initial.update(known_of(wrong))
        form.initial["taken_at"] = typed.local_text(wrong.taken_at, zone=zone)
        return form
    form.initial.update(_usual(state, now=now))
    form.initial["anchors"] = capd.anchor_age(state.patient.birth_date, on=day)
    return form


def _usual(state: PatientState, *, now: datetime) -> dict[str, Any]:
    """The language asked in last, and the baseline while no dose was given and none is known."""
    checks = NeuroAssessment.objects.filter(patient_id=state.pk).in_force()
    newest = checks.exclude(language="").order_by("-taken_at", "-pk").first()
    before_dose = not any(dose.started_at <= now for dose in charting_state.doses_of(state))
    usual: dict[str, Any] = {
        "is_baseline": before_dose and not checks.filter(is_baseline=True).exists()
    }
    if newest is not None:
        spoken = {True: "yes", False: "no", None: ""}[newest.interpreter]
        usual |= {"language": newest.language, "interpreter": spoken}
    return usual


def _show(
    request: HttpRequest,
    state: PatientState,
    form: NeuroForm,
    *,
    now: datetime,
    correcting: dict[str, Any] | None = None,
) -> HttpResponse:
    is_refused = form.is_bound
    content = {
        "title": "Correct a neuro check" if correcting else "Neuro check",
        "form": form,
        "correcting": correcting,
        "is_guided": not is_refused and correcting is None,
        "patient": strip.strip(state, now=now),
        "patient_id": state.pk,
        "client_id": form["client_id"].value() or uuid.uuid4(),
        "samples": neuro_samples.newest(state, now=now),
        "sheet_width": strokes.WIDTH,
        "sheet_height": strokes.HEIGHT,
        "back_url": f"/patients/{state.pk}/timeline/",
    }
    return render(request, "screens/neuro.html", content, status=400 if is_refused else 200)
