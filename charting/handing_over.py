"""Write down what a giver adds to a hand-over, and that the one who came has read it back."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from alerts.models import HandoverReadBack, HandoverWords, Illness
from audit import trail
from charting import state
from charting.chart import ConflictError
from charting.entry import EntryRefusedError, FieldError
from charting.models import PatientState
from staff.models import User, Ward

LONGEST: Final = 500  # letters of one section: a sheet is read aloud
Lines = Mapping[str, Sequence[str]]


class StaleWordsError(Exception):
    """Somebody else wrote in the meantime; their words must be read first."""


class NotOnAWardError(Exception):
    """A patient on no ward is handed over by nobody here."""


@dataclass(frozen=True, slots=True)
class Words:
    """A giver's own words for each section, beside what the data say; “” adds nothing."""

    illness: str = ""
    summary: str = ""
    actions: str = ""
    situation: str = ""


@transaction.atomic
def write_words(
    *,
    patient_id: int,
    client_id: uuid.UUID,
    words: Words,
    version_seen: int,
    by: User,
    now: datetime,
) -> HandoverWords:
    """Append a version of the giver's words; the same client_id answers what is stored.

    `version_seen` is 0 where nobody has written yet. Raises EntryRefusedError, StaleWordsError
    when another version came in between, NotOnAWardError, ConflictError.
    """
    current, ward = _at(patient_id)
    stored = HandoverWords.objects.filter(client_id=client_id).first()
    if stored is not None:
        if stored.patient_id != patient_id or _of(stored) != words:
            raise ConflictError(f"client_id {client_id} was used for other words")
        return stored
    _refuse(words)
    newest = HandoverWords.objects.filter(patient_id=patient_id).order_by("-version").first()
    version = newest.version if newest else 0
    if version != version_seen:
        raise StaleWordsError
    row = HandoverWords.objects.create(
        client_id=client_id,
        patient_id=patient_id,
        ward=ward,
        version=version + 1,
        illness=words.illness,
        summary=words.summary,
        actions=words.actions,
        situation=words.situation,
        written_by=by,
        written_at=now,
    )
    _trail(current, "handover.written", f"handover_words:{row.pk}", by=by, now=now)
    return row


@transaction.atomic
def read_back(
    *, patient_id: int, client_id: uuid.UUID, lines: Lines, by: User, now: datetime
) -> HandoverReadBack:
    """Keep that this person read the sheet back as it stood; the same client_id answers it again.

    Raises NotOnAWardError, ConflictError.
    """
    current, ward = _at(patient_id)
    stored = HandoverReadBack.objects.filter(client_id=client_id).first()
    if stored is not None:
        if stored.patient_id != patient_id or stored.by_id != by.pk:
            raise ConflictError(f"client_id {client_id} was used for another read-back")
        return stored
    row = HandoverReadBack.objects.create(
        client_id=client_id,
        patient_id=patient_id,
        ward=ward,
        by=by,
        at=now,
        lines={section: list(said) for section, said in lines.items()},
    )
    _trail(current, "handover.read_back", f"handover_read_back:{row.pk}", by=by, now=now)
    return row


def _at(patient_id: int) -> tuple[PatientState, Ward]:
    current = state.locked(patient_id)
    if current.ward is None:
        raise NotOnAWardError
    return current, current.ward


def _of(row: HandoverWords) -> Words:
    return Words(row.illness, row.summary, row.actions, row.situation)


def _refuse(words: Words) -> None:
    errors = [
        FieldError(name, said, f"must be at most {LONGEST} letters")
        for name in ("summary", "actions", "situation")
        if len(said := getattr(words, name)) > LONGEST
    ]
    if words.illness and words.illness not in Illness.values:
        known = ", ".join(Illness.values)
        errors.append(FieldError("illness", words.illness, f"must be one of {known}"))
    if errors:
        raise EntryRefusedError(errors)


def _trail(current: PatientState, action: str, subject: str, *, by: User, now: datetime) -> None:
    trail.record(action=action, actor=by, scope=f"patient:{current.pk}", subject=subject, at=now)
