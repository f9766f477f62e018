"""Take a set back from a chart: what it alone had caused goes with it, and nothing is deleted."""

import uuid
from datetime import datetime, timedelta
from typing import Final

from alerts import policy, rulebook, services
from alerts.policy import Family
from charting import alerting, due, state
from charting.alerting_facts import GradedSet, facts_of
from charting.models import PatientState
from grading import services as grading
from grading.models import Assessment
from staff.models import User
from vitals import schedule
from vitals.models import ObservationSet
from vitals.vocabulary import CorrectionCode

# Alerts about one set: they go with it. Others, such as overdue checks, are the patient's own.
_OF_THE_SET: Final = frozenset(
    {Family.FEVER, Family.CRS_GRADE, Family.HEMODYNAMIC, Family.OXYGEN, Family.DATA_QUALITY}
)


def withdraw(
    wrong: ObservationSet,
    left: PatientState,
    *,
    client_id: uuid.UUID,
    code: CorrectionCode,
    reason: str,
    by: User,
    now: datetime,
) -> ObservationSet:
    """Take a set in force back from the chart of a patient whose lock is held.

    Grades, alerts and due times are those without it. The set stays, superseded by the
    row that is returned, which holds no values. The trail is the caller's.
    """
    taken_back = ObservationSet.objects.create(
        client_id=client_id,
        body_hash=wrong.body_hash,
        patient_id=wrong.patient_id,
        ward=wrong.ward,
        taken_at=wrong.taken_at,
        charted_at=now,
        received_at=now,
        charted_by=by,
        source=wrong.source,
        supersedes=wrong,
        reason=reason,
        correction_code=code,
        withdrawn=True,
    )
    of = grading.course_of(left.patient, zone=state.zone_of(left))
    grading.reassess_from(of, at=wrong.taken_at, now=now, reason="withdrawn")
    newest = _point_before_newest(left)
    _end_its_alerts(left, wrong, newest, of=of, now=now)
    if newest is None or newest.observation_set is None:
        _forget(left)
    else:
        alerting.alert(
            left, charted=newest, newest=newest, drugs=of.drugs, unusual_values=0, now=now
        )
        state.follow(left, newest.observation_set, newest)
    _plan_again(left, newest, now=now)
    return taken_back


def _point_before_newest(left: PatientState) -> Assessment | None:
    """Return the newest grade that still counts, the state pointing at the one before it."""
    rows = Assessment.objects.filter(patient_id=left.pk, scale=grading.SCALE).in_force()
    newest_first = rows.select_related("observation_set").order_by(
        "-taken_at", "-observation_set_id"
    )[:2]
    newest, before = (*newest_first, None, None)[:2]
    left.latest_assessment = before
    return newest


def _end_its_alerts(
    left: PatientState,
    wrong: ObservationSet,
    newest: Assessment | None,
    *,
    of: grading.Course,
    now: datetime,
) -> None:
    """End what only this set had raised, also a worry."""
    book = rulebook.current()
    true_now: set[Family] = set()
    if newest is not None:
        facts = facts_of(left, GradedSet(newest, of.drugs), grade_before=None, book=book)
        true_now = {each.family for each in policy.conditions(facts, book)}
    services.source_corrected(
        patient_id=left.pk,
        evidence={"set": wrong.pk},
        now=now,
        still_true=true_now | (set(Family) - _OF_THE_SET),
    )


def _forget(left: PatientState) -> None:
    """Nothing is known of the patient any more: the state says so."""
    left.latest_set = left.latest_assessment = left.latest_confirmation = None
    left.latest_taken_at = left.at_least_before = left.at_least_since = None
    left.save()


def _plan_again(left: PatientState, newest: Assessment | None, *, now: datetime) -> None:
    """Plan from what is left; somebody else's set must not have put the next one off."""
    plan = due.planned(left)
    if plan is None:
        return
    if newest is not None:
        plan.at_least = newest.at_least
        due.place_again(left, plan)
    else:
        interval = plan.interval_minutes
        plan.due_at = now
        plan.overdue_at = now + timedelta(minutes=schedule.grace_minutes(interval))
        plan.missed_at = now + timedelta(minutes=interval)
    plan.told_step = 0
    plan.look_at = plan.next_look()
    plan.save(force_update=True)
