"""The ICANS grades of a patient's neuro checks, kept right when an earlier check changes."""

from datetime import datetime
from typing import Final

from django.db.models import Q

from charting import state
from charting.models import PatientState
from grading import icans
from grading.models import Assessment
from grading.rules.icans_astct import SCALE
from grading.withdrawal import withdrawal_of
from vitals.models import NeuroAssessment

_COMPARED: Final = ("ruleset", "grade", "outcome", "at_least", "because", "missing", "flags")


def grade(
    current: PatientState,
    check: NeuroAssessment,
    *,
    now: datetime,
    corrects: NeuroAssessment | None = None,
) -> Assessment:
    """Grade a check and store it; where it corrects one, its grade supersedes that one's."""
    assessment = icans.assess(check, current.patient, zone=state.zone_of(current), now=now)
    if corrects is not None:
        assessment.supersedes, assessment.reason = grade_of(corrects), check.reason
    assessment.save(force_insert=True)
    return assessment


def withdraw(wrong: NeuroAssessment, *, now: datetime, reason: str) -> Assessment:
    """Take back the grade of a check that was withdrawn."""
    row = withdrawal_of(grade_of(wrong), now=now, reason=reason)
    row.save(force_insert=True)
    return row


def grade_later(
    current: PatientState, *, since: datetime, now: datetime, reason: str
) -> list[Assessment]:
    """Grade again every CAPD since a time whose grade a baseline could change; return the changed.

    ICE is graded as it stands; only CAPD is held against the one from before the infusion.
    """
    rows = NeuroAssessment.objects.filter(patient_id=current.pk, taken_at__gte=since)
    checks = rows.in_force().exclude(Q(capd_score=None) & Q(capd_items=None))
    changed = []
    for check in checks.order_by("taken_at", "pk"):
        before = grade_of(check)
        after = icans.assess(check, current.patient, zone=state.zone_of(current), now=now)
        if all(getattr(before, name) == getattr(after, name) for name in _COMPARED):
            continue
        after.supersedes, after.reason = before, reason
        after.save(force_insert=True)
        changed.append(after)
    return changed


def grade_of(check: NeuroAssessment) -> Assessment:
    """The newest grade of a check, in force or as it was when the check stopped counting."""
    return max(check.assessments.all(), key=lambda row: row.pk)


def point_at_newest(current: PatientState) -> None:
    """Let the state row show the newest ICANS grade in force, or none."""
    current.latest_icans = (
        Assessment.objects.filter(patient_id=current.pk, scale=SCALE)
        .in_force()
        .order_by("-taken_at", "-neuro_check_id", "-pk")
        .first()
    )
    current.save(update_fields=["latest_icans"])
