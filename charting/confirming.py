"""The door for a clinician's word on a computed grade: both are kept, and both are shown."""

import uuid
from datetime import datetime

from django.db import transaction

from audit import trail
from charting import state
from charting.alerting_confirmed import alert_on_confirmation
from charting.chart import ConflictError, NotInForceError
from charting.entry import EntryRefusedError, FieldError
from charting.models import PatientState
from grading import confirming
from grading.confirming import Word
from grading.models import Assessment, Confirmation
from staff.models import User


class SamePersonError(Exception):
    """The second person must be another than the first."""


@transaction.atomic
def confirm_grade(
    *, assessment_id: int, client_id: uuid.UUID, word: Word, by: User, now: datetime
) -> Confirmation:
    """Keep what a clinician says of a computed grade; the same client_id answers what is stored.

    Raises EntryRefusedError for a word that says too little, NotInForceError for a grade that
    was graded again since, ConflictError for a client_id used for another.
    """
    assessment = Assessment.objects.get(pk=assessment_id)
    current = state.locked(assessment.patient_id)
    stored = Confirmation.objects.filter(client_id=client_id).first()
    if stored is not None:
        return _same(stored, assessment_id, word)
    if not Assessment.objects.filter(pk=assessment_id).in_force().exists():
        raise NotInForceError(f"assessment {assessment_id} was graded again since")
    wrong = confirming.refusals(word, assessment.computed)
    if wrong:
        raise EntryRefusedError([FieldError(*each) for each in wrong])
    said = Confirmation.objects.create(
        client_id=client_id,
        patient_id=assessment.patient_id,
        assessment=assessment,
        decision=word.decision,
        grade=word.grade,
        cause=word.cause,
        note=word.note,
        recorded_by=by,
        recorded_at=now,
    )
    _keep(current, said, actor=by, now=now, action="grade.confirmed")
    return said


@transaction.atomic
def second(*, confirmation_id: int, client_id: uuid.UUID, by: User, now: datetime) -> Confirmation:
    """Agree, as a second person, to taking a grave grade down; from then on it counts.

    Raises SamePersonError for the one who said it, NotInForceError when it was said anew.
    """
    first = Confirmation.objects.select_related("assessment").get(pk=confirmation_id)
    current = state.locked(first.patient_id)
    stored = Confirmation.objects.filter(client_id=client_id).first()
    if stored is not None:
        return _same(stored, first.assessment_id, first.word)
    if not Confirmation.objects.filter(pk=confirmation_id).in_force().exists():
        raise NotInForceError(f"confirmation {confirmation_id} was said anew since")
    if first.recorded_by_id == by.pk:
        raise SamePersonError("a second person must agree, not the same one again")
    agreed = Confirmation.objects.create(
        client_id=client_id,
        patient_id=first.patient_id,
        assessment=first.assessment,
        decision=first.decision,
        grade=first.grade,
        cause=first.cause,
        note=first.note,
        seconded_by=by,
        recorded_by=first.recorded_by,
        recorded_at=now,
        supersedes=first,
        reason="a second person agreed",
    )
    _keep(current, agreed, actor=by, now=now, action="grade.seconded")
    return agreed


def _keep(
    current: PatientState, said: Confirmation, *, actor: User, now: datetime, action: str
) -> None:
    trail.record(
        action=action,
        actor=actor,
        scope=f"patient:{said.patient_id}",
        subject=f"assessment:{said.assessment_id}",
        at=now,
        detail={"decision": said.decision, "grade": said.grade, "cause": said.cause},
    )
    if current.latest_assessment is not None:
        current.latest_confirmation = state.standing_word(current.pk, current.latest_assessment)
        current.save(update_fields=["latest_confirmation"])
        if current.latest_confirmation == said:
            alert_on_confirmation(current, said, now=now)


def _same(stored: Confirmation, assessment_id: int, word: Word) -> Confirmation:
    if stored.assessment_id != assessment_id or stored.word != word:
        raise ConflictError(f"client_id {stored.client_id} belongs to another confirmation")
    return stored
