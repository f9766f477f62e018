"""Symptoms by body system: the summary of a patient, and the quick check that fills it."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from charting.entry import EntryRefusedError
from charting.models import PatientState
from charting.symptoms import record_symptoms
from grading.rules import ctcae_symptom
from screens import organ_summary, strip, symptom_form, typed
from screens.access import patient_for, user_of
from screens.badges import badge_of
from screens.symptom_form import Check
from staff import permissions
from vitals.vocabulary import Source


@require_safe
def body_systems(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show what is known of each body system; nothing on this page is stored."""
    user, now = user_of(request), timezone.now()
    state = patient_for(user, patient_id)
    content = {
        "patient": strip.strip(state, now=now),
        "systems": organ_summary.systems(state, now=now),
        "crs": badge_of(state.latest_assessment),
        "check_url": f"/patients/{state.pk}/body-systems/check/"
        if permissions.can_record_treatment(user, state.ward)
        else "",
        "timeline_url": f"/patients/{state.pk}/timeline/",
        "ruleset": ctcae_symptom.RULESET,
        "lab_edition": settings.CRS_CTCAE_EDITION,
    }
    return render(request, "screens/body_systems.html", content)


@require_http_methods(["GET", "HEAD", "POST"])
def symptom_check(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show the quick check; what is right is recorded and leads back to the summary."""
    user, now = user_of(request), timezone.now()
    state = patient_for(user, patient_id, may=permissions.can_record_treatment)
    if request.method != "POST":
        return _show(request, state, None, now=now)
    check = symptom_form.read(request.POST, zone=strip.zone_of(state), now=now)
    if check.is_valid:
        try:
            done = record_symptoms(
                patient_id=state.pk,
                client_id=_client_id(request),
                reports=check.reports,
                recorded_by=user,
                now=now,
                source=Source.NURSE,
            )
        except EntryRefusedError as refused:
            check.refuse(refused)
        else:
            present = sum(each.report.is_present for each in done)
            messages.success(
                request, f"Symptoms recorded: {present} present, {len(done) - present} absent."
            )
            return redirect(f"/patients/{state.pk}/body-systems/")
    return _show(request, state, check, now=now)


def _show(
    request: HttpRequest, state: PatientState, check: Check | None, *, now: datetime
) -> HttpResponse:
    zone = strip.zone_of(state)
    posted = check.typed if check else {}
    content: dict[str, Any] = {
        "patient": strip.strip(state, now=now),
        "groups": symptom_form.groups(check),
        "errors": check.errors if check else {},
        "taken_at": posted.get("taken_at") or typed.local_text(now, zone=zone),
        "client_id": posted.get("client_id") or str(uuid.uuid4()),
        "back_url": f"/patients/{state.pk}/body-systems/",
    }
    return render(request, "screens/symptom_check.html", content, status=400 if check else 200)


def _client_id(request: HttpRequest) -> uuid.UUID:
    """The id that the page was drawn with, so that a double tap is one record."""
    try:
        return uuid.UUID(request.POST.get("client_id", ""))
    except ValueError:
        return uuid.uuid4()
