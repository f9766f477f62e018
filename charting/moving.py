"""A set charted for the wrong patient moves to the right one, with a link on both charts."""

import uuid
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from audit import trail
from charting import chart, state
from charting.chart import Charted, NotInForceError
from charting.entry import READERS, Entry, EntryRefusedError, FieldError
from charting.models import PatientState
from charting.withdrawing import withdraw
from staff.models import User
from vitals.models import ObservationSet
from vitals.vocabulary import CorrectionCode


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
    withdraw(
        wrong,
        left,
        client_id=uuid.uuid5(wrong.client_id, "moved away"),
        code=CorrectionCode.WRONG_PATIENT,
        reason=reason,
        by=moved_by,
        now=now,
    )
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
