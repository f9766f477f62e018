"""The list of one's patients, most urgent first."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alerts.models import AlertState
from screens import roster, strip
from screens.access import patient_for, user_of
from screens.roster import Watched
from staff import permissions


@require_safe
def patients(request: HttpRequest) -> HttpResponse:
    """Show the patients now on the person's wards."""
    user, now = user_of(request), timezone.now()
    if user.role not in permissions.SEE_PATIENTS:
        raise PermissionDenied
    found = roster.watched(permissions.ward_ids(user), now=now)

    def row(each: Watched) -> dict[str, Any]:
        shown = strip.strip(
            each.state,
            now=now,
            alerts=sum(alert.state == AlertState.OPEN for alert in each.alerts),
            shares_surname=each.shares_surname,
        )
        if each.shares_surname:
            shown["chart_url"] = f"/patients/{each.state.pk}/identify/"
        return shown

    return render(request, "screens/patients.html", {"patients": [row(each) for each in found]})


@require_safe
def patient(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Lead to the patient's timeline."""
    patient_for(user_of(request), patient_id)
    return redirect(f"/patients/{patient_id}/timeline/")
