"""Register a patient, admit and discharge, as a live feed says."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from audit import trail
from charting import state, stays
from interop.fhir import access, held
from interop.fhir.decoded import Person, Visit
from interop.fhir.outcome import FhirError, Issue, IssueCode
from interop.fhir.reading import Read
from patients.models import Patient, Sex, Stay
from staff.models import User, Ward
from staff.permissions import can_chart, ward_ids


def register(found: Read, resource: dict[str, Any], user: User, now: datetime) -> tuple[int, str]:
    """Register a patient by record number; one that is known is answered, not changed."""
    person = found.decoded.person
    assert person is not None
    if not any(can_chart(user, ward) for ward in Ward.objects.filter(pk__in=ward_ids(user))):
        words = "This user registers nobody: their role or wards do not allow it."
        raise FhirError(403, Issue("Patient", words, IssueCode.FORBIDDEN))
    known = Patient.objects.filter(mrn=person.mrn).first()
    if known is not None:
        if not access.may(user, known, can_chart):
            words = "This record number cannot be used here."
            raise FhirError(409, Issue("Patient.identifier", words, IssueCode.CONFLICT))
        _refuse_another(known, person)
        return 200, f"Patient/{known.pk}"
    patient = _created(person)
    row = held.remember(
        resource, mark=found.mark, said=found.said, target=str(patient.pk), patient=patient,
        now=now, by=user,
    )  # fmt: skip
    held.keep([row])
    state.refresh_place(patient)
    trail.record(
        action="patient.registered",
        actor=user,
        scope=f"patient:{patient.pk}",
        subject=f"patient:{patient.pk}",
        at=now,
    )
    return 201, f"Patient/{patient.pk}"


def _created(person: Person) -> Patient:
    try:
        with transaction.atomic():
            return Patient.objects.create(
                mrn=person.mrn,
                family_name=person.family_name,
                given_name=person.given_name,
                birth_date=person.birth_date,
                sex=person.sex,
            )
    except IntegrityError as error:
        words = "This record number was registered at the same moment: send it again."
        issue = Issue("Patient.identifier", words, IssueCode.CONFLICT)
        raise FhirError(409, issue) from error


def _refuse_another(known: Patient, person: Person) -> None:
    born = known.birth_date and person.birth_date and known.birth_date != person.birth_date
    unknown = Sex.UNKNOWN.value
    sex = unknown not in (known.sex, person.sex) and known.sex != person.sex
    if born or sex:
        words = "birth date or sex differ from those registered under this number"
        raise FhirError(409, Issue("Patient", words, IssueCode.CONFLICT))


def stay(visit: Visit, patient: Patient, *, user: User, now: datetime) -> Stay:
    """Open, close or append a stay; the same one is known by its patient and start."""
    known = Stay.objects.filter(patient=patient, admitted_at=visit.admitted_at).first()
    if known is not None:
        if visit.discharged_at is not None and known.discharged_at is None:
            stays.discharge(known, at=visit.discharged_at, by=user, now=now)
        return known
    ward = _ward(visit, user)
    if visit.admitted_at > now or (visit.discharged_at is not None and visit.discharged_at > now):
        words = "a stay does not begin or end in the future"
        raise FhirError(422, Issue("Encounter.period", words, IssueCode.BUSINESS_RULE))
    if visit.discharged_at is None:
        if Stay.objects.filter(patient=patient, discharged_at=None).exists():
            words = "the patient has another stay that is not over"
            raise FhirError(409, Issue("Encounter.period", words, IssueCode.CONFLICT))
        return stays.admit(patient, ward=ward, bed=None, at=visit.admitted_at, by=user, now=now)
    found = Stay.objects.create(
        patient=patient, ward=ward, admitted_at=visit.admitted_at,
        discharged_at=visit.discharged_at,
    )  # fmt: skip
    stays.follow(found, action="patient.stay_recorded", by=user, now=now)
    return found


def _ward(visit: Visit, user: User) -> Ward:
    """The ward named, or the only one of this user."""
    mine = list(Ward.objects.filter(pk__in=ward_ids(user)))
    named = [ward for ward in mine if ward.code.casefold() == visit.ward_code.casefold()]
    if not visit.ward_code and len(mine) == 1:
        named = mine
    if len(named) != 1 or not can_chart(user, named[0]):
        words = f"“{visit.ward_code}” is no ward of this user: name its code as location"
        raise FhirError(422, Issue("Encounter.location", words, IssueCode.BUSINESS_RULE))
    return named[0]
