"""Settle messages in one transaction: each part of each comes to exactly one outcome."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import DatabaseError, transaction

from charting.models import PatientState
from interop.csv.outcomes import Outcome, RefusedError
from interop.hl7v2 import admissions, coding, demographics, kept, orders, people, results, wire
from interop.hl7v2.account import DUPLICATE, Fate, Fated, Incoming, Receiving
from interop.hl7v2.coding import Mappings
from interop.hl7v2.header import header_of, refuse_foreign
from interop.hl7v2.measured import Result, item_of, result_of
from interop.hl7v2.orders import Part
from interop.hl7v2.people import Person
from interop.hl7v2.reasons import Reason, RefusedMessageError
from interop.hl7v2.times import Clock
from interop.models import Feed
from patients.models import Patient
from staff.models import Ward

logger = logging.getLogger(__name__)
# A control id may be used again; sooner than this with other content, something is wrong.
NUMBER_HOLDS: Final = timedelta(hours=24)
_RESULTS: Final = re.compile(rb"(?:^|[\r\n])OBX")


def read(raw: bytes, *, line: int = 1) -> Incoming:
    """Read a message's header and segments; what cannot be read is refused whole."""
    incoming = Incoming(raw, line)
    try:
        message = wire.parse(raw)
        incoming.header = header_of(message.header)
        refuse_foreign(incoming.header)
        incoming.message = message
    except RefusedMessageError as error:
        refuse_whole(incoming, Fate.of(error))
    return incoming


def refuse_whole(incoming: Incoming, fate: Fate) -> None:
    """Let every part of a message share one fate; it waits as one, for it is mended as one."""
    parts = len(_RESULTS.findall(incoming.raw)) + _is_admission(incoming)
    incoming.fated = [_whole(incoming, fate)] * max(1, parts)


def _whole(incoming: Incoming, fate: Fate, patient: Patient | None = None) -> Fated:
    text = incoming.raw.decode("utf-8", "replace")
    known = patient.pk if patient else None
    return Fated(0, text, fate, mark=incoming.digest, patient_id=known)


@dataclass(slots=True)
class _Work:
    """What a batch has read so far, by record number."""

    how: Receiving
    mappings: Mappings = field(default_factory=Mappings)
    patients: dict[str, Patient | None] = field(default_factory=dict)
    wards: dict[int, Ward | None] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    waiting: dict[str, list[tuple[Incoming, Result]]] = field(default_factory=dict)

    def patient(self, mrn: str) -> Patient | None:
        """The patient of a number, asked for once."""
        if mrn not in self.patients:
            self.patients[mrn] = people.known(mrn)
        return self.patients[mrn]

    def ward(self, patient: Patient | None) -> Ward | None:
        """Where the patient is now."""
        if patient is None:
            return self.how.ward
        if patient.pk not in self.wards:
            state = PatientState.objects.select_related("ward").filter(pk=patient.pk).first()
            self.wards[patient.pk] = (state.ward if state else None) or self.how.ward
        return self.wards[patient.pk]

    def clock(self, incoming: Incoming, patient: Patient | None) -> Clock:
        """Whose clock: the message's own offset, what is agreed with its sender, the ward's."""
        header = incoming.header
        assert header is not None, "a message that was read"
        if header.offset is not None:
            return Clock(self.how.now, header.offset)
        for feed in Feed.objects.filter(sender__in=[header.source, header.sender]).order_by("-pk"):
            return Clock(self.how.now, ZoneInfo(feed.time_zone))
        ward = self.ward(patient)
        if self.how.zone is not None:
            return Clock(self.how.now, self.how.zone)
        return Clock(self.how.now, ward.zone if ward else UTC)


def settle_whatever(batch: Sequence[Incoming], *, how: Receiving) -> bool:
    """Settle, whatever a message does to our own code; return whether all went well.

    Where a batch fails, its messages are taken one by one; one that fails again waits for
    a person, so that it neither stops the others nor is lost. Raises DatabaseError for a
    live message: its sender has it still.
    """
    try:
        settle(batch, how=how)
    except Exception as error:
        if how.live and isinstance(error, DatabaseError):
            raise
        logger.exception("hl7v2.not_settled", extra={"error": type(error).__name__})
    else:
        return True
    taken = [_settle_alone(each, how) for each in batch]
    return all(taken)


def _settle_alone(incoming: Incoming, how: Receiving) -> bool:
    again = read(incoming.raw, line=incoming.line)
    incoming.fated = []
    if incoming.message is None:
        incoming.fated = again.fated or [_whole(incoming, Fate(Outcome.QUARANTINED, Reason.FAILED))]
    try:
        settle([incoming], how=how)
    except Exception as error:
        if how.live and isinstance(error, DatabaseError):
            raise
        logger.exception("hl7v2.not_settled", extra={"error": type(error).__name__})
        is_database = isinstance(error, DatabaseError)
        words = f"it could not be taken: {type(error).__name__}"
        outcome, reason = (
            (Outcome.REJECTED, Reason.NOT_STORED)
            if is_database
            else (Outcome.QUARANTINED, Reason.FAILED)
        )
        refuse_whole(incoming, Fate(outcome, reason, words))
        if not is_database:
            with transaction.atomic():
                kept.write([incoming], how=how)
        return False
    return True


@transaction.atomic
def settle(batch: Sequence[Incoming], *, how: Receiving, keep: bool = True) -> None:
    """Take the messages in order; admissions stand alone, results of a patient come together.

    Live, a fault of the database is the caller's: nothing is stored and the sender tries
    again. Of a file, the patient's parts are counted as not stored, and the rest goes on.
    """
    work = _Work(how)
    repeats = kept.stored_before([each.digest for each in batch if each.message])
    for incoming in batch:
        if incoming.message is None:
            continue
        if incoming.digest in repeats:
            refuse_whole(incoming, DUPLICATE)
        else:
            if _is_admission(incoming):
                _admission(incoming, work)
            _results(incoming, work)
        repeats.add(incoming.digest)
    for mrn, found in work.waiting.items():
        _store(mrn, found, work)
    for incoming in batch:
        incoming.fated.sort(key=lambda each: each.number)
    if keep:
        kept.write(batch, how=how)


def _is_admission(incoming: Incoming) -> bool:
    return incoming.header is not None and incoming.header.kind == "ADT"


def _admission(incoming: Incoming, work: _Work) -> None:
    assert incoming.message is not None
    assert incoming.header is not None
    patient: Patient | None = None
    try:
        with transaction.atomic():
            fate, patient = admissions.take(
                incoming.message,
                event=incoming.header.event,
                clock_for=lambda known: work.clock(incoming, known),
                how=work.how,
            )
    except RefusedMessageError as error:
        fate = Fate.of(error)
    work.patients.clear()
    work.wards.clear()
    incoming.fated.append(_whole(incoming, fate, patient))
    incoming.patient_id = patient.pk if patient else None


def _results(incoming: Incoming, work: _Work) -> None:
    """Read the results; an admission may carry some, such as a weight, and need not."""
    assert incoming.message is not None
    if _is_admission(incoming) and incoming.message.first("OBX") is None:
        return
    try:
        parts = orders.parts_of(incoming.message)
    except RefusedMessageError as error:
        refuse_whole(incoming, Fate.of(error))
        return
    for part in parts:
        try:
            mrn, result = _result(part, incoming, work)
        except (RefusedMessageError, RefusedError) as error:
            incoming.fated.append(_fated(part, incoming, Fate.of(error), work))
        else:
            work.waiting.setdefault(mrn, []).append((incoming, result))


def _result(part: Part, incoming: Incoming, work: _Work) -> tuple[str, Result]:
    assert incoming.header is not None
    person = people.person_of(part.person, now=work.how.now)
    patient = work.patient(person.mrn)
    if patient is None and not work.how.registers:
        words = "the record number is of no patient here: an admission must come first"
        raise RefusedMessageError(Reason.UNKNOWN_PATIENT, words, where="PID-3")
    if patient is not None:
        people.refuse_another(patient, person)
    else:
        _refuse_two_people(person, work)
    result = result_of(
        part,
        digest=incoming.digest,
        mrn=person.mrn,
        sender=incoming.source,
        clock=work.clock(incoming, patient),
        mappings=work.mappings,
    )
    work.persons.setdefault(person.mrn, person)
    return person.mrn, result


def _refuse_two_people(person: Person, work: _Work) -> None:
    """A number that is new to us must stand for one person throughout."""
    first = work.persons.get(person.mrn)
    if first is not None:
        as_registered = Patient(mrn=first.mrn, birth_date=first.birth_date, sex=first.sex)
        people.refuse_another(as_registered, person)


def _store(mrn: str, found: list[tuple[Incoming, Result]], work: _Work) -> None:
    how = work.how
    try:
        with transaction.atomic():
            patient = work.patient(mrn) or demographics.register(
                work.persons[mrn], by=how.by, now=how.now
            )
            if not how.live:
                demographics.fill_in(patient, work.persons[mrn], by=how.by, now=how.now)
            fates = results.store(patient, [result for _, result in found], how=how)
    except DatabaseError as error:
        if how.live:
            raise
        words = f"the database refused this patient's results: {type(error).__name__}"
        fate = Fate(Outcome.REJECTED, Reason.NOT_STORED, words)
        fates = {result.item: fate for _, result in found}
    work.patients.pop(mrn, None)
    patient_now = work.patient(mrn)
    for incoming, result in found:
        incoming.patient_id = patient_now.pk if patient_now else None
        incoming.fated.append(_fated(result.part, incoming, fates[result.item], work))


def _fated(part: Part, incoming: Incoming, fate: Fate, work: _Work) -> Fated:
    """The part with what a person needs to mend it."""
    code = code_system = display = unit = ""
    patient = None
    try:
        coded = coding.codings(part.result, 3)
        if coded:
            code, code_system = coded[0].code or coded[0].text, coded[0].system
            display = coded[0].text
        unit = coding.unit_of(part.result)
        patient = work.patient(people.record_number(part.person, 3))
    except RefusedMessageError:
        pass  # it is told by its raw text
    ward = work.ward(patient) if patient else None
    return Fated(
        part.result.number,
        part.result.raw,
        fate,
        mark=str(item_of(incoming.digest, part.result.number)),
        code=code,
        code_system=code_system,
        display=display,
        unit=unit,
        patient_id=patient.pk if patient else None,
        ward_id=ward.pk if ward else None,
    )
