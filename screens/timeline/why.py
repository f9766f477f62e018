"""“Why?” beside the chart: one grade with its inputs and their times, its rules and edition."""

from datetime import datetime, tzinfo
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from charting import explaining
from charting.explaining import Reading
from grading.models import Assessment, Confirmation
from grading.rules.registry import SCALES
from screens import labels, strip, words
from screens.access import patient_for, user_of
from screens.badges import badge_of


@require_safe
def why(request: HttpRequest, patient_id: int, assessment_id: int) -> HttpResponse:
    """Answer the stored explanation of one grade of this patient; nothing is computed again."""
    state = patient_for(user_of(request), patient_id)
    graded = (
        Assessment.objects.filter(pk=assessment_id, patient_id=patient_id, withdrawn=False)
        .select_related("superseded_by")
        .first()
    )
    if graded is None or graded.scale not in SCALES:
        raise Http404
    zone, now = strip.zone_of(state), timezone.now()
    explained = explaining.explain(graded)
    here = f"/patients/{patient_id}"
    return JsonResponse(
        {
            "grade": badge_of(graded),
            "title": SCALES[graded.scale].title,
            "at": labels.clock(graded.taken_at, zone=zone, now=now),
            "because": [{"words": row["words"], "inputs": row["inputs"]} for row in graded.because],
            "readings": [_reading(row, graded, zone=zone, now=now) for row in explained.readings],
            "missing": words.fields(graded.missing),
            "flags": [labels.sentence(flag) for flag in graded.flags],
            "said": [_said(row, zone=zone, now=now) for row in explained.said],
            "ruleset": graded.ruleset,
            "replaced": hasattr(graded, "superseded_by"),
            "links": _links(graded, here),
        }
    )


def _reading(row: Reading, graded: Assessment, *, zone: tzinfo, now: datetime) -> dict[str, Any]:
    age = graded.taken_at - row.taken_at
    return {
        "label": labels.sentence(words.field(row.field)),
        "value": words.shown(row.field, row.value),
        "at": labels.clock(row.taken_at, zone=zone, now=now),
        "age": labels.duration(age) if age else "",
        "carried": row.carried,
        "by": row.charted_by,
    }


def _said(row: Confirmation, *, zone: tzinfo, now: datetime) -> dict[str, Any]:
    grade = "not this syndrome" if row.grade is None else f"grade {row.grade}"
    by = row.recorded_by.display_name() if row.recorded_by else "somebody"
    waits = "; waits for a second person" if row.waits_for_second else ""
    return {
        "words": f"{labels.sentence(row.get_decision_display())}: {grade}, by {by}{waits}",
        "at": labels.clock(row.recorded_at, zone=zone, now=now),
        "note": row.note,
    }


def _links(graded: Assessment, here: str) -> list[dict[str, str]]:
    """The set or check itself, where it can be corrected and where other scales stand."""
    if graded.observation_set_id:
        own = f"{here}/sets/{graded.observation_set_id}/"
        return [
            {"href": own, "label": "The whole set"},
            {"href": f"{own}#scales", "label": "Other scales, side by side"},
        ]
    if graded.neuro_check_id:
        return [{"href": f"{here}/neuro/{graded.neuro_check_id}/", "label": "The whole check"}]
    return []
