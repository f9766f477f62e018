"""A set charted for the wrong patient moves to the right one, with a link on both charts."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from alerts import policy, rulebook, services
from alerts.policy import Family
from audit import trail
from charting import alerting, chart, due, state
from charting.alerting_facts import GradedSet, facts_of
from charting.chart import Charted, NotInForceError
from charting.entry import READERS, Entry, EntryRefusedError, FieldError
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


@transaction.atomic
def move_observations(
    *,
    wrong_id: int,
    to_patient_id: int,
    client_id: uuid.UUID,
    moved_by: User,
    reason: str,
    now: datetime,
) -> Charted:
    """Withdraw a set from one chart and chart the same for another patient; all or nothing.

    Both charts are graded again and their alerts judged anew. The same client_id answers
    what is stored. Raises NotInForceError when the set was corrected or moved before,
    EntryRefusedError when it would stay where it is, Patient.DoesNotExist.
    """
    wrong = ObservationSet.objects.get(pk=wrong_id)
    if wrong.patient_id == to_patient_id:
        words = "is the patient for whom the set was charted"
        raise EntryRefusedError([FieldError("right_mrn", None, words)])
    # In the order of their ids, so that two moves at once never wait for each other.
    held = {pk: state.locked(pk) for pk in sorted({wrong.patient_id, to_patient_id})}
    right, left = held[to_patient_id], held[wrong.patient_id]
    entry = _entry_of(wrong, client_id=client_id)
    stored = chart.stored_for(entry)
    if stored is not None:
        return chart.replayed(stored, entry, right, now=now)
    if not ObservationSet.objects.filter(pk=wrong_id).in_force().exists():
        raise NotInForceError(f"set {wrong_id} was corrected before")
    _withdraw(wrong, left, by=moved_by, reason=reason, now=now)
    charted = _chart(entry, right, wrong, by=moved_by, now=now)
    trail.record(
        action="observations.moved_away",
        actor=moved_by,
        scope=f"patient:{left.pk}",
        subject=f"set:{wrong.pk}",
        at=now,
        detail={"moved_to": charted.observations.pk, "why": CorrectionCode.WRONG_PATIENT.value},
    )
    return charted


def _entry_of(wrong: ObservationSet, *, client_id: uuid.UUID) -> Entry:
    """The set as it was charted, values, skips and all."""
    recorded = {name: getattr(wrong, name) for name in (*READERS, "vasopressor_doses")}
    values = {name: value for name, value in recorded.items() if value is not None and value != ""}
    kept = Entry(client_id, wrong.taken_at, values, wrong.charted_at)
    return replace(kept, as_entered=wrong.as_entered)


def _chart(
    entry: Entry, right: PatientState, wrong: ObservationSet, *, by: User, now: datetime
) -> Charted:
    doubts = tuple(entry.doubts(age_months=state.age_months(right, at=entry.taken_at)))
    moved = chart.set_of(
        entry,
        current=right,
        charted_by=by,
        now=now,
        source=wrong.source,
        doubts=doubts,
        moved_from=wrong,
    )
    moved.save(force_insert=True)
    return chart.grade_and_alert(
        moved, entry, current=right, actor=by, now=now, action="moved_here", doubts=doubts
    )


def _withdraw(
    wrong: ObservationSet, left: PatientState, *, by: User, reason: str, now: datetime
) -> None:
    """Take the set back from a chart; grades, alerts and due times are those without it."""
    ObservationSet.objects.create(
        client_id=uuid.uuid5(wrong.client_id, "moved away"),
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
        correction_code=CorrectionCode.WRONG_PATIENT,
        withdrawn=True,
    )
    of = grading.course_of(left.patient, zone=state.zone_of(left))
    grading.reassess_from(of, at=wrong.taken_at, now=now, reason="moved to another patient")
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
    """End what only the moved set had raised, also a worry: it was about somebody else."""
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
