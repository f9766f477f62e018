"""The timeline page and the figure that it draws."""

from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alerts.models import AlertState
from charting import looking
from charting.models import PatientState
from screens import labels, strip
from screens.access import patient_for, user_of
from screens.answers import etag_of, json_answer
from screens.timeline import baseline, reading
from screens.timeline.density import Part
from screens.timeline.figure import figure, guide
from screens.timeline.table import table
from staff import permissions
from staff.models import User

_ROWS_WITHOUT_SCRIPTS: Final = 200
_PIXELS: Final = (200, 4000)  # a screen is no narrower and no wider
_PIXELS_OF_A_BUCKET: Final = 3


@require_safe
def timeline(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show the patient's course; the chart is fetched, the newest rows come with the page."""
    user, now = user_of(request), timezone.now()
    state = patient_for(user, patient_id)
    course = reading.glance(state, now=now)
    shown = strip.strip(state, now=now, alerts=_alerts(state))
    if not permissions.can_chart(user, state.ward):
        shown["chart_url"] = None
    here = f"/patients/{patient_id}"
    return render(
        request,
        "screens/timeline.html",
        {
            "patient": shown,
            "here": here,
            "since": _since(user, state, now=now),
            "baseline_strip": baseline.strip(course, now=now),
            "table": table(course, most=_ROWS_WITHOUT_SCRIPTS),
            "links": _links(user, state),
            "export_url": f"/patients/{state.pk}/export/"
            if permissions.can_export(user, state.ward)
            else "",
            "scales_url": f"{here}/sets/{state.latest_set_id}/#scales"
            if state.latest_set_id
            else "",
        },
    )


@require_safe
def timeline_json(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Answer the figure with its table, or 304 when nothing changed in the last minutes.

    With `from` and `to` (UTC) and `width` (pixels) the part between is read more closely.
    """
    state = patient_for(user_of(request), patient_id)
    now = timezone.now()
    try:
        fine = part_of(request)
    except ValueError:
        said = "“from” and “to” are times in UTC, one after the other; “width” is in pixels."
        return JsonResponse({"error": said}, status=400)
    course = reading.read(state, now=now, fine=fine)
    content: dict[str, Any] = {**figure(course), "guide": guide(course), "table": table(course)}
    zone = strip.zone_of(state)
    return json_answer(request, content, etag=etag_of(content), now=now, zone=zone)


def part_of(request: HttpRequest) -> Part | None:
    """The part to look at closely, if any; raises ValueError for what is none."""
    asked = request.GET
    if "from" not in asked and "to" not in asked:
        return None
    begin, end = (_utc(asked.get(name, "")) for name in ("from", "to"))
    if begin >= end:
        raise ValueError("the part ends before it begins")
    width = int(asked.get("width", _PIXELS[1]))
    pixels = min(max(width, _PIXELS[0]), _PIXELS[1])
    return Part(begin, end, pixels // _PIXELS_OF_A_BUCKET)


def _utc(said: str) -> datetime:
    at = datetime.fromisoformat(said)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _since(user: User, state: PatientState, *, now: datetime) -> dict[str, str]:
    """When this person last looked, for the page to dim what is older."""
    at = looking.look(user=user, patient_id=state.pk, now=now)
    if at is None:
        return {}
    zone = strip.zone_of(state)
    return {
        "at": at.astimezone(UTC).isoformat()[:19],
        "label": labels.clock(at, zone=zone, now=now),
    }


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
        {"href": f"{here}/course/", "label": "Course", "icon": "info"},
    ]
