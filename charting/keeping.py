"""Remember of each due set whether it was done in time (operations: share done within grace)."""

from datetime import datetime, timedelta

from alerts.models import AnsweredDue, DueSet
from charting import due
from charting.entry import Entry
from charting.models import PatientState
from vitals import schedule

# A set measured this much of an interval early answers the due time that comes.
_EARLY_SHARE = 0.5


def note_answer(current: PatientState, entry: Entry) -> None:
    """Keep what a newest set says of the due time that stood; call it before the next is planned.

    No answer: a set that leaves out what the grade needs, one far too early, and one that was
    due while the patient was off the ward or not to be woken, for nobody was asked for it.
    """
    plan, at = due.planned(current), entry.taken_at
    if plan is None or current.ward is None or due.is_partial(entry) or _was_excused(plan):
        return
    early = timedelta(minutes=plan.interval_minutes * _EARLY_SHARE)
    if at < plan.due_at - early:
        return
    AnsweredDue.objects.create(
        patient_id=current.pk,
        ward=current.ward,
        due_at=plan.due_at,
        interval_minutes=plan.interval_minutes,
        answered_at=at,
        lost=schedule.lost_count(
            now=at, due_at=plan.due_at, interval_minutes=plan.interval_minutes
        ),
    )


def _was_excused(plan: DueSet) -> bool:
    """Off the ward, not to be woken, in intensive care or at home: no round asked for a set."""
    return (
        _lies_in(plan.due_at, plan.paused_since, plan.paused_until)
        or _lies_in(plan.due_at, plan.sleep_from, plan.sleep_until)
        or plan.is_in_icu(plan.due_at)
        or plan.is_at_home(plan.due_at)
    )


def _lies_in(at: datetime, start: datetime | None, end: datetime | None) -> bool:
    return start is not None and end is not None and start <= at < end
