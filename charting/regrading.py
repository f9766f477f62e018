"""The door for grading history again: one patient, one transaction, and nobody is told."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from itertools import takewhile

from django.db import transaction

from audit import trail
from charting import state
from charting.models import PatientState
from grading import choices, regrade
from grading import services as grading
from grading.models import Assessment
from grading.regrade import Again
from grading.rules.crs_astct import CrsPolicy, ruleset_of
from patients.models import Patient
from staff.models import User


@dataclass(frozen=True, slots=True)
class Asked:
    """What to grade again and by what: every set, or those since a day began on the ward's clock.

    `by` is who answers for it, where that is known.
    """

    policy: CrsPolicy
    now: datetime
    since: date | None = None
    by: User | None = None


def look(patient_id: int, *, asked: Asked) -> Again:
    """Say what regrade_patient would change, and change nothing."""
    kept = PatientState.objects.select_related("ward").filter(pk=patient_id).first()
    zone = UTC if kept is None else state.zone_of(kept)
    return _grade_again(Patient.objects.get(pk=patient_id), zone, asked)


@transaction.atomic
def regrade_patient(patient_id: int, *, asked: Asked) -> Again:
    """Supersede every assessment of a patient that would be another now, and follow the newest.

    It is history: no alert is raised, closed or sent, and no due time moves. Grading
    again what was graded again changes nothing and leaves no trace. Raises
    Patient.DoesNotExist when there is no such patient.
    """
    current = state.locked(patient_id)
    again = _grade_again(current.patient, state.zone_of(current), asked)
    if not again.differences:
        return again
    regrade.store(again.differences)
    _follow_newest(current)
    trail.record(
        action="observations.regraded",
        actor=asked.by,
        scope=f"patient:{patient_id}",
        subject=f"patient:{patient_id}",
        at=asked.now,
        detail={
            "sets": len(again.differences),
            "ruleset": ruleset_of(asked.policy),
            "choices": choices.changed(asked.policy),
            "since": asked.since.isoformat() if asked.since else None,
        },
    )
    return again


def _grade_again(patient: Patient, zone: tzinfo, asked: Asked) -> Again:
    return regrade.grade_again(
        grading.course_of(patient, zone=zone, policy=asked.policy),
        since=datetime.combine(asked.since, time.min, tzinfo=zone) if asked.since else None,
        now=asked.now,
        reason=f"regrade: {choices.in_words(asked.policy)}",
    )


def _follow_newest(current: PatientState) -> None:
    """Point the state at the newest grade in force, and find again since when it has stood."""
    newest_first = (
        Assessment.objects.filter(patient_id=current.pk, scale=grading.SCALE)
        .in_force()
        .order_by("-taken_at", "-observation_set_id")
    )
    newest, *earlier = newest_first.select_related("observation_set")[:2]
    assert newest.observation_set is not None, "a CRS grade is of a set"
    alike = takewhile(
        lambda row: row[1] == newest.at_least,
        newest_first.values_list("taken_at", "at_least"),
    )
    current.at_least_since = min(taken_at for taken_at, _ in alike)
    current.latest_assessment = earlier[0] if earlier else None
    state.follow(current, newest.observation_set, newest)
