"""The timeline page and the figure that it draws."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alerts.models import AlertState
from charting.models import PatientState
from screens import strip
from screens.access import patient_for, user_of
from screens.answers import etag_of, json_answer
from screens.timeline import baseline, reading
from screens.timeline.figure import figure
from screens.timeline.table import table
from staff import permissions
from staff.models import User

_ROWS_WITHOUT_SCRIPTS: Final = 200


@require_safe
def timeline(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show the patient's course; the chart is fetched, the newest rows come with the page."""
    user, now = user_of(request), timezone.now()
    state = patient_for(user, patient_id)
    course = reading.read(state, now=now)
    shown = strip.strip(state, now=now, alerts=_alerts(state))
    if not permissions.can_chart(user, state.ward):
        shown["chart_url"] = None
    return render(
        request,
        "screens/timeline.html",
        {
            "patient": shown,
            "figure_url": f"/patients/{patient_id}/timeline.json",
            "baseline_strip": baseline.strip(course, now=now),
            "table": table(course, most=_ROWS_WITHOUT_SCRIPTS),
            "links": _links(user, state),
            "course_url": f"/patients/{patient_id}/course/",
        },
    )


@require_safe
def timeline_json(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Answer the figure with its table, or 304 when nothing changed in the last minutes."""
    state = patient_for(user_of(request), patient_id)
    now = timezone.now()
    course = reading.read(state, now=now)
    content: dict[str, Any] = {**figure(course), "table": table(course)}
    zone = strip.zone_of(state)
    return json_answer(request, content, etag=etag_of(content), now=now, zone=zone)


def _alerts(state: PatientState) -> int:
    return state.patient.alerts.filter(state=AlertState.OPEN).count()


def _links(user: User, state: PatientState) -> list[dict[str, str]]:
    links = []
    if permissions.can_record_treatment(user, state.ward):
        links += [("treatment", "Treatment", "pill"), ("lab", "Lab", "labs")]
        links += [("neuro", "Neuro", "neuro")]
    if permissions.can_record_infusion(user, state.ward):
        links.append(("infusion", "Dose", "infusion"))
    here = f"/patients/{state.pk}"
    return [
        {"href": f"{here}/schedule/", "label": "Schedule", "icon": "clock"},
        {"href": f"{here}/body-systems/", "label": "Symptoms", "icon": "user"},
        *(
            {"href": f"{here}/record/{kind}/", "label": label, "icon": icon}
            for kind, label, icon in links
        ),
    ]
