"""Admit, move, discharge and correct a patient as the hospital's own system says."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from charting import stays
from interop.hl7v2 import demographics, people, places, times
from interop.hl7v2.account import DUPLICATE, STORED, Fate, Receiving
from interop.hl7v2.merging import merge
from interop.hl7v2.people import Person
from interop.hl7v2.reasons import Reason, RefusedMessageError
from interop.hl7v2.times import Clock
from interop.hl7v2.wire import Message, Segment
from patients.models import Patient, Stay
from staff.models import Bed, Ward
from vitals.models import LabResult, ObservationSet


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, to whom and when; `visit` is PV1, where there is one."""

    message: Message
    who: Segment
    person: Person
    patient: Patient | None
    visit: Segment | None
    clock: Clock
    how: Receiving

    def at(self, field: int) -> datetime:
        """When it happened: the visit's own time, else that of the event; never now."""
        stamp = self.visit.text(field) if self.visit else ""
        if stamp:
            return times.moment(stamp, self.clock, where=f"PV1-{field}")
        event = self.message.first("EVN")
        found = (event.text(6) or event.text(2)) if event else ""
        return times.moment(found, self.clock, where="EVN-2")

    def known(self) -> Patient:
        """The patient, registered before; raises RefusedMessageError for an unknown one."""
        if self.patient is None:
            words = "the record number is of no patient here"
            raise RefusedMessageError(Reason.UNKNOWN_PATIENT, words, where="PID-3")
        return self.patient

    def place(self) -> tuple[Ward, Bed | None]:
        """Ward and bed of PV1-3."""
        ward = places.ward_of(self.visit, otherwise=self.how.ward)
        # A bed of another ward's location is no bed of the one that stands in for it.
        is_named = self.visit is not None and places.known_ward(self.visit.text(3)) == ward
        return ward, places.bed_of(self.visit, ward) if is_named and self.visit else None


def take(
    message: Message, *, event: str, clock_for: Callable[[Patient | None], Clock], how: Receiving
) -> tuple[Fate, Patient | None]:
    """Do what an ADT message says, in the caller's transaction; raises RefusedMessageError."""
    who = message.first("PID")
    if who is None:
        raise RefusedMessageError(Reason.NO_PATIENT, "there is no PID segment")
    person = people.person_of(who, now=how.now)
    patient = people.known(person.mrn)
    clock = clock_for(patient)
    if event == "A40":
        return merge(message, person, at=_when_merged(message, clock), how=how)
    happened = Event(message, who, person, patient, message.first("PV1"), clock, how)
    try:
        with transaction.atomic():
            return _EVENTS[event](happened)
    except IntegrityError:
        words = "the bed is another patient's, or the times contradict the stays that are known"
        raise RefusedMessageError(Reason.BED_TAKEN, words, where="PV1-3") from None


def _when_merged(message: Message, clock: Clock) -> datetime:
    event = message.first("EVN")
    return times.moment(event.text(2) if event else "", clock, where="EVN-2")


def _patient(event: Event) -> Patient:
    """The patient as registered, or registered now; another person's data are refused."""
    if event.patient is None:
        return demographics.register(event.person, by=event.how.by, now=event.how.now)
    people.refuse_another(event.patient, event.person)
    demographics.fill_in(event.patient, event.person, by=event.how.by, now=event.how.now)
    return event.patient


def _open_stay(patient: Patient) -> Stay | None:
    return Stay.objects.filter(patient=patient, discharged_at=None).first()


def _admit(event: Event) -> tuple[Fate, Patient]:
    at, (ward, bed) = event.at(44), event.place()
    patient = _patient(event)
    stay = _open_stay(patient)
    if stay is not None:
        if at < stay.admitted_at:
            raise _out_of_order()
        return _move_to(stay, ward, bed, event), patient
    before = Stay.objects.filter(patient=patient, admitted_at=at, ward=ward).first()
    if before is not None:
        return DUPLICATE, patient
    if Stay.objects.filter(patient=patient, discharged_at__gt=at).exists():
        raise _out_of_order()
    stays.admit(patient, ward=ward, bed=bed, at=at, by=event.how.by, now=event.how.now)
    return STORED, patient


def _transfer(event: Event) -> tuple[Fate, Patient]:
    """Move, or begin the stay of somebody who comes from a ward that is not ours."""
    patient = event.known()
    people.refuse_another(patient, event.person)
    ward, bed = event.place()
    event_segment = event.message.first("EVN")
    stamp = (event_segment.text(6) or event_segment.text(2)) if event_segment else ""
    at = times.moment(stamp, event.clock, where="EVN-2")
    stay = _open_stay(patient)
    if stay is None:
        if Stay.objects.filter(patient=patient, discharged_at__gt=at).exists():
            raise _out_of_order()
        stays.admit(patient, ward=ward, bed=bed, at=at, by=event.how.by, now=event.how.now)
        return STORED, patient
    if at < stay.admitted_at:
        raise _out_of_order()
    return _move_to(stay, ward, bed, event), patient


def _move_to(stay: Stay, ward: Ward, bed: Bed | None, event: Event) -> Fate:
    if (stay.ward_id, stay.bed_id) == (ward.pk, bed.pk if bed else None):
        return DUPLICATE
    stays.move(stay, ward=ward, bed=bed, by=event.how.by, now=event.how.now)
    return STORED


def _discharge(event: Event) -> tuple[Fate, Patient]:
    patient = event.known()
    people.refuse_another(patient, event.person)
    at = event.at(45)
    stay = _open_stay(patient)
    if stay is None:
        if Stay.objects.filter(patient=patient, discharged_at=at).exists():
            return DUPLICATE, patient
        raise RefusedMessageError(Reason.NO_STAY, "there is no open stay to end", where="PV1")
    if at < stay.admitted_at:
        raise _out_of_order()
    stays.discharge(stay, at=at, by=event.how.by, now=event.how.now)
    return STORED, patient


def _register(event: Event) -> tuple[Fate, Patient]:
    """An outpatient's visit: who it is is known from here on, and no stay begins."""
    is_new = event.patient is None
    patient = _patient(event)
    return STORED if is_new else DUPLICATE, patient


def _update(event: Event) -> tuple[Fate, Patient]:
    patient = event.known()
    demographics.update(patient, event.person, event.who, by=event.how.by, now=event.how.now)
    return STORED, patient


def _cancel_admission(event: Event) -> tuple[Fate, Patient]:
    """Take an admission back, unless something was charted since: then a person must look."""
    patient = event.known()
    people.refuse_another(patient, event.person)
    stay = _open_stay(patient)
    if stay is None:
        raise RefusedMessageError(Reason.NO_STAY, "there is no open stay to cancel", where="PV1")
    since = {"patient": patient, "taken_at__gte": stay.admitted_at}
    if (
        ObservationSet.objects.filter(**since).exists()
        or LabResult.objects.filter(**since).exists()
    ):
        words = "values were charted during this stay: it is not taken back unseen"
        raise RefusedMessageError(Reason.OUT_OF_ORDER, words, where="PV1")
    stays.discharge(stay, at=stay.admitted_at, by=event.how.by, now=event.how.now)
    return STORED, patient


def _cancel_discharge(event: Event) -> tuple[Fate, Patient]:
    patient = event.known()
    people.refuse_another(patient, event.person)
    if _open_stay(patient) is not None:
        return DUPLICATE, patient
    stay = Stay.objects.filter(patient=patient).order_by("admitted_at", "pk").last()
    if stay is None:
        raise RefusedMessageError(Reason.NO_STAY, "there is no stay to open again", where="PV1")
    stay.discharged_at = None
    stay.save(update_fields=["discharged_at"])
    stays.follow(stay, action="patient.discharge_canceled", by=event.how.by, now=event.how.now)
    return STORED, patient


def _out_of_order() -> RefusedMessageError:
    words = "it is older than what is known of the patient's stays"
    return RefusedMessageError(Reason.OUT_OF_ORDER, words, where="EVN-2")


_EVENTS: Final[dict[str, Callable[[Event], tuple[Fate, Patient]]]] = {
    "A01": _admit,
    "A02": _transfer,
    "A03": _discharge,
    "A04": _register,
    "A08": _update,
    "A11": _cancel_admission,
    "A13": _cancel_discharge,
    "A28": _register,
    "A31": _update,
}
