"""The neuro checks of the course page: newest first, with grade, language and handwriting."""

from datetime import datetime
from typing import Any, Final

from charting.models import PatientState
from charting.neuro_grades import grade_of
from screens import labels, neuro_samples, strip
from screens.badges import badge_of
from screens.neuro_result import score_words
from vitals.models import NeuroAssessment

_MOST: Final = 8
_INTERPRETER: Final = {True: "interpreter", False: "no interpreter", None: ""}


def neuro_list(state: PatientState, *, now: datetime) -> dict[str, Any]:
    """Return the newest checks in force, and the newest handwriting side by side."""
    rows = NeuroAssessment.objects.filter(patient_id=state.pk).in_force()
    newest = rows.order_by("-taken_at", "-pk").prefetch_related("assessments")[:_MOST]
    return {
        "checks": [_row(check, state, now=now) for check in newest],
        "samples": neuro_samples.newest(state, now=now),
        "most": _MOST,
    }


def _row(check: NeuroAssessment, state: PatientState, *, now: datetime) -> dict[str, Any]:
    spoken = filter(None, (check.language, _INTERPRETER[check.interpreter]))
    return {
        "at": labels.clock(check.taken_at, zone=strip.zone_of(state), now=now),
        "age": labels.ago(check.taken_at, now=now),
        "url": f"/patients/{state.pk}/neuro/{check.pk}/",
        "score": score_words(check),
        "grade": badge_of(grade_of(check)),
        "is_baseline": check.is_baseline,
        "spoken": ", ".join(spoken),
        "is_corrected": check.supersedes_id is not None,
    }
