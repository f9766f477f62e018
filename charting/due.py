"""Plan the next set of observations and keep the plan where the sweep finds it."""

from datetime import datetime, timedelta
from typing import Final

from alerts.models import DueSet
from charting import alerting, state
from charting.entry import Entry
from charting.models import PatientState
from grading.models import Assessment
from patients.windows import course_start, day_number
from vitals import schedule

# Without these a set does not answer for the grade, so it moves no due time.
GRADE_CRITICAL: Final = (
    "temperature_celsius", "systolic_mmhg", "spo2_percent", "oxygen_device",
)  # fmt: skip
PLANNED_FOR: Final = timedelta(hours=24)  # a set older than this is history


def planned(current: PatientState) -> DueSet | None:
    """The plan that stands; it came along when the state row was locked."""
    return getattr(current.patient, "due_set", None)


def is_partial(entry: Entry) -> bool:
    """Whether something without which the set cannot answer for the grade is missing."""
    return any(name not in entry.values for name in GRADE_CRITICAL)


def plan(
    current: PatientState, assessment: Assessment, entry: Entry, *, now: datetime
) -> DueSet | None:
    """Set the next due time from this set; a partial set keeps the earlier one.

    A partial set that shows a worse grade brings the due time forward, never back.
    """
    if now - assessment.taken_at > PLANNED_FOR:
        return None
    existing = planned(current)
    before = current.latest_assessment
    worse = before is None or assessment.at_least > before.at_least
    partial = is_partial(entry)
    if existing and partial and not worse:
        return existing
    due = _due_set(current, assessment, is_new_grade=worse)
    if existing and partial and existing.due_at < due.due_at:
        return existing
    if existing is None:
        due.save(force_insert=True)
    else:
        due.save(force_update=True)
    return due


def _due_set(current: PatientState, assessment: Assessment, *, is_new_grade: bool) -> DueSet:
    at = assessment.taken_at
    interval = schedule.next_interval_minutes(
        at_least=assessment.at_least,
        is_new_grade=is_new_grade,
        in_high_risk=alerting.in_high_risk(current, at=at),
        day=_day(current, at=at),
    )
    due_at = at + timedelta(minutes=interval)
    return DueSet(
        patient_id=current.pk,
        ward=current.ward,
        due_at=due_at,
        interval_minutes=interval,
        overdue_at=due_at + timedelta(minutes=schedule.grace_minutes(interval)),
        missed_at=due_at + timedelta(minutes=interval),
        at_least=assessment.at_least,
        told_step=0,
    )


def _day(current: PatientState, *, at: datetime) -> int | None:
    start = course_start(state.doses_of(current), at=at)
    if start is None or current.ward is None:
        return None
    return day_number(at, day_zero=start.started_at, zone=current.ward.zone)
