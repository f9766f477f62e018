"""Whose resources a user may read and write: those of patients on their own wards."""

from collections.abc import Iterable, Iterator

from audit import reading
from charting import access
from charting.models import PatientState
from interop.fhir.models import HeldResource
from interop.fhir.outcome import FhirError, IssueCode, refusal
from patients.models import Patient
from staff.models import Role, User, Ward
from staff.permissions import can_chart, can_read_resources, ward_ids
from vitals.vocabulary import Source

Permission = access.Verb


def source_of(user: User) -> str:
    """How a fact came in: another system, or a person."""
    return Source.INTEGRATION if user.role == Role.INTEGRATION else Source.NURSE


def may(user: User, patient: Patient, permission: Permission) -> bool:
    """Whether a permission holds for the patient's ward.

    A patient who is on no ward now belongs to the wards they were on, and to whoever
    registered them here.
    """
    state = PatientState.objects.select_related("ward").filter(pk=patient.pk).first()
    if state is not None and access.may(user, state, permission):
        return True
    if state is not None and state.ward is not None:
        return False
    mine = Ward.objects.filter(pk__in=ward_ids(user))
    before = mine.filter(stays__patient=patient).first()
    if before is not None:
        return permission(user, before)
    held = HeldResource.objects.filter(patient=patient, resource_type="Patient", received_by=user)
    return held.exists() and any(permission(user, ward) for ward in mine[:1])


def not_found(expression: str = "") -> FhirError:
    """What somebody of another ward is told, and what is true of one that is not there."""
    words = "There is no such resource on your wards."
    return refusal(404, expression, words, IssueCode.NOT_FOUND)


def readable(user: User, patient_id: int) -> Patient:
    """The patient, for reading; raises FhirError 404."""
    patient = Patient.objects.filter(pk=patient_id).first()
    if patient is None or not may(user, patient, can_read_resources):
        raise not_found()
    reading.opened(patient.pk)
    return patient


def chartable(user: User, mrn: str, expression: str) -> Patient:
    """The patient with this number, for charting; raises FhirError."""
    patient = Patient.objects.filter(mrn=mrn).first()
    if patient is None or not may(user, patient, can_chart):
        words = "There is no such patient on your wards."
        raise refusal(422, expression, words, IssueCode.NOT_FOUND)
    return patient


def all_readable(user: User) -> Iterator[Patient]:
    """The patients of the user's wards, and those they registered who are on no ward."""
    mine = Patient.objects.on_wards(ward_ids(user))
    held = HeldResource.objects.filter(resource_type="Patient", received_by=user)
    wanted = {*mine.values_list("pk", flat=True), *held.values_list("patient_id", flat=True)}
    for patient in Patient.objects.filter(pk__in=[pk for pk in wanted if pk]).order_by("pk"):
        with reading.only_asked():
            is_readable = may(user, patient, can_read_resources)
        if is_readable:
            yield patient


def held_under(kind: str, values: Iterable[str]) -> list[str]:
    """The ids of resources that were sent with these identifiers."""
    found: list[str] = []
    for value in values:
        for choice in value.split(","):
            system, bar, plain = choice.rpartition("|")
            rows = HeldResource.objects.filter(resource_type=kind, identifier_value=plain)
            if bar:
                rows = rows.filter(identifier_system=system)
            found += [row.target for row in rows if row.target]
    return found
