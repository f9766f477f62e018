"""Count neuro checks towards the next one: a new drop, its half-hourly series, a check put off."""

from datetime import datetime
from typing import Final

from alerts.models import DueSet
from charting.neuro_grades import grade_of
from grading.models import Assessment
from grading.rules.vocabulary import UnableReason
from vitals import schedule
from vitals.models import NeuroAssessment

# Reasons for which the check is still owed: it can be done later.
_PUT_OFF: Final = frozenset({UnableReason.ASLEEP, UnableReason.DECLINED})
# So many checks say where the series stands; it is over after four.
_LOOK_BACK: Final = 40


def is_put_off(check: NeuroAssessment, icans: Assessment) -> bool:
    """Whether nobody was examined: the grade is not known for a reason that passes."""
    return icans.grade is None and check.unable_reason in _PUT_OFF


def count(due: DueSet, check: NeuroAssessment, icans: Assessment) -> None:
    """Move the series on by one check, or begin it anew with a new drop.

    A grade that is not known takes nothing back: the last known one still sets the pace.
    """
    known_before = due.icans_at_least or 0
    if icans.at_least > known_before or _fell(check):
        due.neuro_series_left = schedule.NEURO_SERIES
    else:
        due.neuro_series_left = max(due.neuro_series_left - 1, 0)
    is_known = icans.grade is not None
    due.icans_at_least = icans.at_least if is_known else max(icans.at_least, known_before)
    due.neuro_last_at = check.taken_at


def recount(due: DueSet, patient_id: int) -> datetime | None:
    """Count all that is in force from the start; return when the newest was done, None for none."""
    due.neuro_last_at, due.icans_at_least, due.neuro_series_left = None, None, 0
    newest_first = (
        NeuroAssessment.objects.filter(patient_id=patient_id)
        .in_force()
        .order_by("-taken_at", "-pk")
        .prefetch_related("assessments")[:_LOOK_BACK]
    )
    for check in reversed(newest_first):
        graded = grade_of(check)
        if is_put_off(check, graded) and graded.at_least <= (due.icans_at_least or 0):
            continue
        count(due, check, graded)
    return due.neuro_last_at


def _fell(check: NeuroAssessment) -> bool:
    """Whether ICE is lower than it was when it was last known."""
    if check.ice_score is None:
        return False
    earlier = NeuroAssessment.objects.filter(
        patient_id=check.patient_id, taken_at__lt=check.taken_at, ice_score__isnull=False
    ).in_force()
    last = earlier.order_by("-taken_at", "-pk").values_list("ice_score", flat=True).first()
    return last is not None and check.ice_score < last
