"""Chart what resources say through the doors that the tablet uses."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from audit import trail
from charting import chart as charting
from charting import doses, results
from charting.chart import ConflictError
from charting.entry import Entry, EntryRefusedError
from charting.results import LabEntry
from interop.csv.identity import NAMESPACE
from interop.csv.mapped import Lab
from interop.fhir import access, live_people
from interop.fhir.backload_plan import Load
from interop.fhir.decoded import Dose
from interop.fhir.identity import client_id
from interop.fhir.outcome import FhirError, Issue, IssueCode
from interop.fhir.outgoing.people import is_medicine
from interop.fhir.reading import Read
from patients.models import BodyWeight, Patient
from staff.models import User
from staff.permissions import can_record_infusion, can_record_treatment


def chart(load: Load, patient: Patient, *, user: User, now: datetime) -> dict[int, str]:
    """Chart the sets, results and weights of a plan, oldest first: stored, graded, alerted.

    Returns the ids of weights, by the identity of what arrived. Raises FhirError.
    """
    sets: dict[UUID, UUID] = {}
    for entry in sorted(load.plan.entries, key=lambda each: each.taken_at):
        sets[entry.client_id] = _set(entry, patient, user=user, now=now)
    for lab in sorted(load.plan.labs, key=lambda each: each.at):
        _lab(lab, patient, user=user, now=now)
    return _weights(load, patient, user=user, now=now)


def _set(entry: Entry, patient: Patient, *, user: User, now: datetime) -> UUID:
    try:
        charting.chart_observations(
            patient_id=patient.pk,
            entry=entry,
            charted_by=user,
            now=now,
            source=access.source_of(user),
        )
    except (EntryRefusedError, ConflictError) as error:
        raise refused("Observation", error) from error
    return entry.client_id


def lab_entry(lab: Lab) -> LabEntry:
    """A mapped result as the door takes it."""
    row = lab.result
    return LabEntry(
        client_id=row.client_id,
        loinc=row.loinc,
        display=row.display,
        taken_at=row.taken_at,
        value=row.value,
        comparator=row.comparator,
        text=row.text,
        unit=row.unit,
        reference_low=row.reference_low,
        reference_high=row.reference_high,
    )


def _lab(lab: Lab, patient: Patient, *, user: User, now: datetime) -> None:
    try:
        results.record_lab(
            patient_id=patient.pk,
            entry=lab_entry(lab),
            recorded_by=user,
            now=now,
            source=access.source_of(user),
        )
    except EntryRefusedError as error:
        raise refused("Observation", error) from error


def _weights(load: Load, patient: Patient, *, user: User, now: datetime) -> dict[int, str]:
    found: dict[int, str] = {}
    for weight in load.plan.weights:
        row, is_new = BodyWeight.objects.get_or_create(
            patient=patient,
            weight_kg=weight.weight_kg,
            measured_at=weight.at,
            defaults={"recorded_by": user, "recorded_at": now},
        )
        if is_new:
            trail.record(
                action="weight.recorded",
                actor=user,
                scope=f"patient:{patient.pk}",
                subject=f"weight:{row.pk}",
                at=now,
            )
        for each in load.arrived:
            if any(part.row is weight.row for part in each.read.decoded.rows):
                found[id(each)] = f"weight-{row.pk}"
    return found


def record(
    found: Read, patient: Patient, resource: dict[str, Any], *, user: User, now: datetime
) -> str:
    """Record a stay, a medicine, a support or a dose; returns its id. Raises FhirError."""
    decoded = found.decoded
    if decoded.visit is not None:
        return str(live_people.stay(decoded.visit, patient, user=user, now=now).pk)
    if decoded.dose is not None:
        return _dose(decoded.dose, patient, user=user, now=now)
    given = decoded.given
    assert given is not None
    if not access.may(user, patient, can_record_treatment):
        raise access.not_found(decoded.kind)
    try:
        row = doses.record_treatment(
            patient_id=patient.pk,
            client_id=client_id(found.mark),
            code=given.code,
            started_at=given.started_at,
            stopped_at=given.stopped_at,
            recorded_by=user,
            now=now,
            source=access.source_of(user),
            dose_value=given.dose_value,
            dose_unit=given.dose_unit,
            note=given.note,
        )
    except EntryRefusedError as error:
        raise refused(decoded.kind, error) from error
    return str(row.pk) if is_medicine(row) else f"treatment-{row.pk}"


def goes_on(found: Read, target: str, patient: Patient, *, user: User, now: datetime) -> bool:
    """Whether a resource is the end of a stay or a medicine that was sent before; ends it."""
    decoded = found.decoded
    if decoded.visit is not None:
        same = patient.stays.filter(pk=_key(target), admitted_at=decoded.visit.admitted_at)
        if not same.exists():
            return False
        live_people.stay(decoded.visit, patient, user=user, now=now)
        return True
    given = decoded.given
    running = patient.treatments.in_force().filter(stopped_at=None)
    if given is None or given.stopped_at is None:
        return False
    row = running.filter(pk=_key(target), code=given.code, started_at=given.started_at).first()
    if row is None or not access.may(user, patient, can_record_treatment):
        return False
    try:
        doses.stop_treatment(
            row, stopped_at=given.stopped_at, recorded_by=user, now=now,
            source=access.source_of(user),
        )  # fmt: skip
    except EntryRefusedError as error:
        raise refused(decoded.kind, error) from error
    return True


def _key(target: str) -> int:
    number = target.rpartition("-")[2]
    return int(number) if number.isdecimal() else -1


def _dose(dose: Dose, patient: Patient, *, user: User, now: datetime) -> str:
    if not access.may(user, patient, can_record_infusion):
        words = "Charge nurses and oncologists record a dose, for it moves the risk windows."
        raise FhirError(403, Issue("Procedure", words, IssueCode.FORBIDDEN))
    known = patient.infusions.filter(therapy=dose.therapy, started_at=dose.started_at).first()
    if known is not None:
        return f"infusion-{known.pk}"
    try:
        row = doses.record_infusion(
            patient_id=patient.pk,
            therapy=dose.therapy,
            kind=dose.kind,
            started_at=dose.started_at,
            stopped_at=dose.stopped_at,
            dose_value=dose.dose_value,
            dose_unit=dose.dose_unit,
            recorded_by=user,
            now=now,
        )
    except EntryRefusedError as error:
        raise refused("Procedure", error) from error
    return f"infusion-{row.pk}"


def refused(kind: str, error: Exception) -> FhirError:
    """What a door refused, as an answer."""
    if isinstance(error, EntryRefusedError):
        issues = [
            Issue(kind, f"{each.field}: {each.message}", IssueCode.BUSINESS_RULE)
            for each in error.errors
        ]
        return FhirError(422, *issues)
    return FhirError(409, Issue(kind, str(error), IssueCode.CONFLICT))


def correction_id(first: UUID, said: str) -> UUID:
    """The id of a correction: the same one, however often it is sent."""
    return uuid5(NAMESPACE, f"{first} corrected {said}")
