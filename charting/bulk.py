"""The door for files and feeds: many sets of one patient in one transaction, same grades."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import appending, trail
from charting import other_scales, state
from charting.chart import set_of
from charting.entry import Entry
from grading import labs
from grading import services as grading
from grading.models import Assessment
from grading.services import SCALE
from staff.models import User
from vitals.models import LabResult, ObservationSet
from vitals.vocabulary import Source

_BATCH = 500


@transaction.atomic
def chart_many(
    *,
    patient_id: int,
    entries: Sequence[Entry],
    charted_by: User | None,
    now: datetime,
    source: str = Source.IMPORT,
    regrade_from: datetime | None = None,
) -> int:
    """Store and grade sets of the past; return how many were new.

    History pages nobody: no alert is raised and no due time is planned. Grades
    are those the one-by-one door would have given, in whatever order sets come.
    `regrade_from` is when something else changed in this transaction, such as a
    treatment: everything since is graded again, once, even if no set is new.
    """
    current = state.locked(patient_id)
    known = _known([entry.client_id for entry in entries])
    fresh = [entry for entry in entries if entry.client_id not in known]
    if not fresh:
        if regrade_from is not None:
            regrade(patient_id, since=regrade_from, now=now, reason="import")
        return 0
    appending.append(
        [
            set_of(
                entry,
                current=current,
                charted_by=charted_by,
                now=now,
                source=source,
                doubts=entry.doubts(age_months=state.age_months(current, at=entry.taken_at)),
            )
            for entry in fresh
        ]
    )
    since = min(entry.taken_at for entry in fresh)
    since = since if regrade_from is None else min(since, regrade_from)
    regrade(patient_id, since=since, now=now, reason="import")
    trail.record(
        action="observations.imported",
        actor=charted_by,
        scope=f"patient:{patient_id}",
        subject=f"patient:{patient_id}",
        at=now,
        detail={"sets": len(fresh), "source": source},
    )
    return len(fresh)


def grade_labs(*, patient_id: int, results: Sequence[LabResult], now: datetime) -> int:
    """Grade stored results of the past in one go, and again what rests on them; return how many.

    Part of one transaction, the patient's lock held. Grades are those of the one-by-one door.
    """
    if not results:
        return 0
    current = state.locked(patient_id)
    of = labs.course_of(current.patient, zone=state.zone_of(current))
    judged = [*results, *labs.resting_on(results, of=of)]
    graded = labs.reassess(judged, of=of, now=now, reason="import")
    if graded:
        times = [each.taken_at for each in graded]
        other_scales.follow(current, at=min(times), until=max(times), now=now, reason="import")
    return len(graded)


def _known(client_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these are stored, asked in portions that every database takes."""
    stored = ObservationSet.objects.values_list("client_id", flat=True)
    return {
        client_id
        for start in range(0, len(client_ids), _BATCH)
        for client_id in stored.filter(client_id__in=client_ids[start : start + _BATCH])
    }


def regrade(patient_id: int, *, since: datetime, now: datetime, reason: str) -> None:
    """Grade every set since a moment again and follow the newest; part of one transaction."""
    current = state.locked(patient_id)
    of = grading.course_of(current.patient, zone=state.zone_of(current))
    fresh = grading.reassess_from(of, at=since, now=now, reason=reason).crs
    if not fresh or fresh[-1].observation_set is None:
        return
    before: Assessment | None = fresh[-2] if len(fresh) > 1 else (
        Assessment.objects.filter(patient_id=patient_id, scale=SCALE, taken_at__lt=since)
        .in_force()
        .order_by("taken_at", "observation_set_id")
        .last()
    )  # fmt: skip
    current.latest_assessment = before
    state.follow(current, fresh[-1].observation_set, fresh[-1])
