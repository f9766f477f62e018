"""Register a patient by a message, and correct in place what a message says of one."""

from datetime import datetime

from audit import trail
from charting import bulk, state
from interop.hl7v2.people import Person
from interop.hl7v2.wire import Segment
from patients.models import Patient, Sex
from staff.models import User
from vitals.models import ObservationSet


def register(person: Person, *, by: User | None, now: datetime) -> Patient:
    """Create the patient and the state row that watching needs."""
    patient = Patient.objects.create(
        mrn=person.mrn, family_name=person.family_name, given_name=person.given_name,
        birth_date=person.birth_date, sex=person.sex,
    )  # fmt: skip
    state.refresh_place(patient)
    trail.record(
        action="patient.registered",
        actor=by,
        scope=f"patient:{patient.pk}",
        subject=f"patient:{patient.pk}",
        at=now,
        detail={"source": "hl7v2"},
    )
    return patient


def fill_in(patient: Patient, person: Person, *, by: User | None, now: datetime) -> None:
    """Take over what was not known yet; what is known stays."""
    _change(
        patient,
        {
            "family_name": patient.family_name or person.family_name,
            "given_name": patient.given_name or person.given_name,
            "birth_date": patient.birth_date or person.birth_date,
            "sex": patient.sex if patient.sex != Sex.UNKNOWN else person.sex,
        },
        by=by,
        now=now,
    )


def update(patient: Patient, person: Person, said: Segment, *, by: User, now: datetime) -> None:
    """Take over what the message says, and forget what it deletes; what it leaves out stays."""
    names = person.family_name or person.given_name or said.is_null(5)
    _change(
        patient,
        {
            "family_name": person.family_name if names else patient.family_name,
            "given_name": person.given_name if names else patient.given_name,
            "birth_date": person.birth_date
            if person.birth_date or said.is_null(7)
            else patient.birth_date,
            "sex": person.sex if person.sex != Sex.UNKNOWN else patient.sex,
        },
        by=by,
        now=now,
    )


def _change(patient: Patient, wanted: dict[str, object], *, by: User | None, now: datetime) -> None:
    changed = [name for name, value in wanted.items() if getattr(patient, name) != value]
    if not changed:
        return
    state.locked(patient.pk)
    for name in changed:
        setattr(patient, name, wanted[name])
    patient.save(update_fields=changed)
    trail.record(
        action="patient.updated",
        actor=by,
        scope=f"patient:{patient.pk}",
        subject=f"patient:{patient.pk}",
        at=now,
        detail={"fields": changed, "source": "hl7v2"},
    )
    if "birth_date" in changed:
        _grade_again(patient, now=now)


def _grade_again(patient: Patient, *, now: datetime) -> None:
    """Limits go by age: with another birth date every set is judged anew."""
    first = ObservationSet.objects.for_patient(patient.pk).order_by("taken_at").first()
    if first is not None:
        bulk.regrade(patient.pk, since=first.taken_at, now=now, reason="birth date corrected")
