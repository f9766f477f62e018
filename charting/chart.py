"""The one door: store a set, grade it, alert if policy says so, all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from alerts.models import DueSet
from alerts.services import Raised
from audit import trail
from charting import alerting, due, keeping, state
from charting.alerting_correction import after_correction
from charting.doubts import Doubt, UnconfirmedError, as_kept
from charting.earlier import earlier_of
from charting.entry import Entry
from charting.models import PatientState
from charting.skips import refuse_unsigned_sleep
from grading import course_state
from grading import services as grading
from grading.models import Assessment
from grading.services import Course, Graded
from staff.models import User
from staff.prepared import Prepared
from vitals.models import ObservationSet
from vitals.vocabulary import CorrectionCode, Source


class ConflictError(Exception):
    """The client_id was used for another entry: the client must make a new one."""


class NotInForceError(Exception):
    """The set was corrected before; correct its replacement instead."""


@dataclass(frozen=True, slots=True)
class Charted:
    """What came of charting: the set, its grade, who is being told, what is due next.

    `others` are its grades by every other scale that is stored.
    """

    observations: ObservationSet
    assessment: Assessment
    raised: tuple[Raised, ...]
    due: DueSet | None
    doubts: tuple[Doubt, ...]
    is_new: bool
    others: tuple[Assessment, ...] = ()


@transaction.atomic
def chart_observations(
    *,
    patient_id: int,
    entry: Entry,
    charted_by: User,
    now: datetime,
    source: str = Source.NURSE,
) -> Charted:
    """Store one set of observations, grade it, and alert if policy says so.

    The same client_id with the same content answers what is stored. Raises
    ConflictError when the content differs, UnconfirmedError when a person was asked
    about a value and did not stand by it, EntryRefusedError when a skip has no ground,
    Patient.DoesNotExist when there is no such patient.
    """
    current = state.locked(patient_id)
    stored = stored_for(entry)
    if stored is not None:
        return replayed(stored, entry, current, now=now)
    doubts = _asked(entry, current)
    observations = set_of(
        entry, current=current, charted_by=charted_by, now=now, source=source, doubts=doubts
    )
    observations.save(force_insert=True)
    return grade_and_alert(
        observations,
        entry,
        current=current,
        actor=charted_by,
        now=now,
        action="charted",
        doubts=doubts,
    )


@transaction.atomic
def correct_observations(
    *,
    wrong_id: int,
    entry: Entry,
    corrected_by: User,
    reason: str,
    now: datetime,
    code: str = CorrectionCode.OTHER,
) -> Charted:
    """Chart a replacement; the original stays and stops counting.

    `code` says what was wrong, `reason` says it in words. Everything taken since is
    graded again. Raises NotInForceError when the set was corrected already, and what
    chart_observations raises.
    """
    wrong = ObservationSet.objects.get(pk=wrong_id)
    current = state.locked(wrong.patient_id)
    stored = stored_for(entry)
    if stored is not None:
        return replayed(stored, entry, current, now=now)
    if not ObservationSet.objects.filter(pk=wrong_id).in_force().exists():
        raise NotInForceError(f"set {wrong_id} was corrected before")
    doubts = _asked(entry, current, besides=wrong.pk)
    replacement = set_of(
        entry,
        current=current,
        charted_by=corrected_by,
        now=now,
        source=wrong.source,
        doubts=doubts,
        supersedes=wrong,
        reason=reason,
        correction_code=code,
    )
    replacement.save(force_insert=True)
    return grade_and_alert(
        replacement,
        entry,
        current=current,
        actor=corrected_by,
        now=now,
        action="corrected",
        doubts=doubts,
        regrade_from=min(wrong.taken_at, replacement.taken_at),
    )


def set_of(
    entry: Entry,
    *,
    current: PatientState,
    charted_by: User | None,
    now: datetime,
    source: str,
    doubts: Sequence[Doubt],
    **correction: Any,
) -> ObservationSet:
    """Return the row for an entry, not yet stored."""
    return ObservationSet(
        client_id=entry.client_id,
        body_hash=entry.digest(patient_id=current.patient_id),
        patient_id=current.patient_id,
        ward=current.ward,
        taken_at=entry.taken_at,
        charted_at=entry.charted_at or now,
        received_at=now,
        charted_by=charted_by,
        source=source,
        as_entered=dict(entry.as_entered),
        doubted=as_kept(doubts, entry.stood_by),
        **correction,
        **entry.values,
    )


def stored_for(entry: Entry) -> ObservationSet | None:
    """The set that this client_id was given to; there is none of a new entry."""
    return _OF_ENTRY.first(client_id=entry.client_id)


def _asked(entry: Entry, current: PatientState, *, besides: int | None = None) -> tuple[Doubt, ...]:
    """What is odd about the entry; raises UnconfirmedError or EntryRefusedError."""
    refuse_unsigned_sleep(entry, current)
    earlier = earlier_of(current, at=entry.taken_at, wanted=entry.values, besides=besides)
    age = state.age_months(current, at=entry.taken_at)
    doubts = entry.doubts(age_months=age, earlier=earlier)
    if entry.unconfirmed(doubts):
        raise UnconfirmedError(doubts)
    return tuple(doubts)


def grade_and_alert(
    observations: ObservationSet,
    entry: Entry,
    *,
    current: PatientState,
    actor: User,
    now: datetime,
    action: str,
    doubts: tuple[Doubt, ...],
    regrade_from: datetime | None = None,
) -> Charted:
    """Grade a stored set, settle its alerts, plan the next one and leave a trail.

    Part of one transaction, the patient's lock held.
    """
    of = grading.course_of(current.patient, zone=state.zone_of(current))
    graded = _assess(observations, current, of=of, now=now, regrade_from=regrade_from)
    newest = graded.crs[-1]
    assessment = next(row for row in graded.crs if row.observation_set_id == observations.pk)
    if observations.supersedes_id is not None:
        # First, so that an alert says that its reading was wrong, not that it passed.
        wrong_id = observations.supersedes_id
        after_correction(current, wrong_id=wrong_id, charted=assessment, now=now)
    raised = alerting.alert(
        current,
        charted=assessment,
        newest=newest,
        drugs=of.drugs,
        unusual_values=sum(doubt.is_unusual for doubt in doubts),
        now=now,
    )
    is_newest = newest.observation_set_id == observations.pk
    if is_newest and observations.supersedes_id is None:
        keeping.note_answer(current, entry)
    if is_newest:
        next_due = due.plan(current, assessment, entry, now=now)
    else:
        next_due = due.bring_forward(current, newest, now=now)
    if newest.observation_set is not None:
        state.follow(current, newest.observation_set, newest)
    trail.record(
        action=f"observations.{action}",
        actor=actor,
        scope=f"patient:{current.pk}",
        subject=f"set:{observations.pk}",
        at=now,
        detail={"at_least": assessment.at_least, "ruleset": assessment.ruleset}
        | _corrects(observations),
    )
    others = graded.others_of(observations)
    return Charted(observations, assessment, raised, next_due, doubts, is_new=True, others=others)


def _corrects(observations: ObservationSet) -> dict[str, Any]:
    """For the trail: which set was wrong and why, in codes; words may name a person."""
    if observations.moved_from_id is not None:
        return {"moved_from": observations.moved_from_id}
    if observations.supersedes_id is None:
        return {}
    return {"corrects": observations.supersedes_id, "why": observations.correction_code}


def _assess(
    observations: ObservationSet,
    current: PatientState,
    *,
    of: Course,
    now: datetime,
    regrade_from: datetime | None,
) -> Graded:
    """Grade the newest set; a late set has all later ones graded again."""
    latest = current.latest_taken_at
    in_order = latest is None or observations.taken_at > latest
    if in_order and regrade_from is None:
        before = current.latest_assessment
        after = course_state.from_json(before.course if before else {})
        return grading.grade_next(observations, of=of, after=after, now=now)
    return grading.reassess_from(
        of,
        at=regrade_from or observations.taken_at,
        now=now,
        reason="late entry" if regrade_from is None else "correction",
    )


def replayed(
    stored: ObservationSet, entry: Entry, current: PatientState, *, now: datetime
) -> Charted:
    """What came of the same entry before; raises ConflictError when it was another one."""
    if stored.body_hash != entry.digest(patient_id=current.patient_id):
        raise ConflictError(f"client_id {entry.client_id} belongs to another entry")
    rows = Assessment.objects.filter(observation_set=stored, withdrawn=False).order_by("pk")
    newest = {row.scale: row for row in rows}  # of each scale, superseded or not
    assessment = newest.pop(grading.SCALE)
    return Charted(
        stored,
        assessment,
        alerting.standing(current.pk),
        due.planned(current),
        (),
        is_new=False,
        others=tuple(newest.values()),
    )


_OF_ENTRY: Final = Prepared(
    lambda client_id: ObservationSet.objects.filter(client_id=client_id).order_by()
)
