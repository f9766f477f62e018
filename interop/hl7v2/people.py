"""Who a message is about: one medical record number, and what is said of the person."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from interop.csv.cells import LONGEST_IDENTIFIER
from interop.hl7v2 import times
from interop.hl7v2.reasons import Reason, RefusedMessageError
from interop.hl7v2.wire import Segment
from interop.models import MergedPatient
from patients.age import OLDEST_YEARS
from patients.models import Patient, Sex

_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/ -]*", re.ASCII)
_RECORD_NUMBER: Final = frozenset({"MR", "MRN"})
# May be the record number where none is called so: a patient's internal number, or no type.
_MAY_BE: Final = frozenset({"", "PI", "PT"})
_SEXES: Final = {
    "F": Sex.FEMALE, "M": Sex.MALE, "O": Sex.OTHER, "A": Sex.OTHER, "X": Sex.OTHER,
    "U": Sex.UNKNOWN, "N": Sex.UNKNOWN, "": Sex.UNKNOWN,
}  # fmt: skip
_LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class Person:
    """What PID says; an empty name and an unknown sex were not said."""

    mrn: str
    family_name: str
    given_name: str
    birth_date: date | None
    sex: str


def person_of(segment: Segment, *, now: datetime) -> Person:
    """Read PID; raises RefusedMessageError when it is not clear who is meant."""
    return Person(
        mrn=record_number(segment, 3),
        family_name=segment.text(5)[:_LONGEST_NAME],
        given_name=segment.text(5, 2)[:_LONGEST_NAME],
        birth_date=_birth_date(segment, now=now),
        sex=_SEXES.get(segment.text(8).upper(), Sex.UNKNOWN).value,
    )


def record_number(segment: Segment, field: int) -> str:
    """Return the one record number among a field's identifiers; raises RefusedMessageError.

    The one of type MR; where no identifier is called so, the only one that may be it.
    """
    where = f"{segment.name}-{field}"
    found: dict[str, set[str]] = {"is": set(), "may": set()}
    for repetition in segment.repetitions(field):
        number = segment.component(repetition, 1)
        kind = segment.component(repetition, 5).upper()
        if number and kind in _RECORD_NUMBER | _MAY_BE:
            found["is" if kind in _RECORD_NUMBER else "may"].add(number)
    candidates = found["is"] or found["may"]
    if not candidates:
        raise RefusedMessageError(Reason.NO_PATIENT, "no record number", where=where)
    if len(candidates) > 1:
        words = "several record numbers: it is not said which is the patient's here"
        raise RefusedMessageError(Reason.WHICH_PATIENT, words, where=where)
    number = candidates.pop()
    if len(number) > LONGEST_IDENTIFIER or not _IDENTIFIER.fullmatch(number):
        words = "the record number is none: letters, digits and . _ / - are read"
        raise RefusedMessageError(Reason.WHICH_PATIENT, words, where=where)
    return number


def known(mrn: str) -> Patient | None:
    """The patient of a record number, also of one that was given up in a merge."""
    patient = Patient.objects.filter(mrn=mrn).first()
    merged = MergedPatient.objects.select_related("patient").filter(mrn=mrn).first()
    return merged.patient if merged else patient


def refuse_another(patient: Patient, person: Person) -> None:
    """Raise RefusedMessageError when birth date or sex are not those of the patient registered."""
    pairs = (
        ("PID-7", patient.birth_date, person.birth_date),
        ("PID-8", _said(patient.sex), _said(person.sex)),
    )
    for where, registered, sent in pairs:
        if registered and sent and registered != sent:
            words = "differs from what is registered under this record number"
            raise RefusedMessageError(Reason.DIFFERS, words, where=where)


def _said(sex: str) -> str:
    return "" if sex == Sex.UNKNOWN else sex


def _birth_date(segment: Segment, *, now: datetime) -> date | None:
    """The birth date; a month or a year alone is not known to the day, and so not kept."""
    text = segment.text(7)
    born = times.day(text)
    is_coarse = len(text) in (4, 6) and text.isdigit()
    if text and born is None and not is_coarse:
        raise RefusedMessageError(Reason.BAD_BIRTH_DATE, "is no date", where="PID-7")
    if born is None:
        return None
    years = (now.date() - born).days / 365.25
    if years < 0:
        words = "the birth date is in the future"
        raise RefusedMessageError(Reason.BAD_BIRTH_DATE, words, where="PID-7")
    return born if years <= OLDEST_YEARS else None
