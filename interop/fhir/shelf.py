"""Find resources here: one by its id, or all of a patient, newest facts in force."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from alerts.models import Alert
from audit import reading
from audit.models import AuditEntry
from grading.models import Assessment, Confirmation
from interop.fhir import chains, findings, flags
from interop.fhir.outgoing import people, results, sets, trails
from interop.fhir.targets import WHOLE
from patients.models import BodyWeight, Infusion, Patient, Stay, Treatment
from vitals.models import LabResult, NeuroAssessment, ObservationSet, SymptomReport

Found = tuple[int, dict[str, Any]]


def read(kind: str, ident: str) -> Found | None:
    """The patient a resource is of, and the resource; None where there is none."""
    reader = _READERS.get(kind)
    return reader(ident) if reader else None


def of_patient(kind: str, patient: Patient) -> Iterator[dict[str, Any]]:
    """Every resource of one type that a patient has."""
    return _LISTS[kind](patient)


def _key(text: str) -> int:
    """The key that an id ends in; one that is no number is the key of nothing."""
    if text.isascii() and text.isdecimal() and len(text) < 19:
        return int(text)
    return -1


def _patient(ident: str) -> Found | None:
    row = Patient.objects.filter(pk=_key(ident)).first()
    return (row.pk, people.patient(row)) if row else None


def _encounter(ident: str) -> Found | None:
    row = Stay.objects.select_related("ward").filter(pk=_key(ident)).first()
    return (row.patient_id, people.encounter(row)) if row else None


def _observation(ident: str) -> Found | None:
    prefix, _, rest = ident.partition("-")
    number, _, tag = rest.partition("-")
    key = _key(number)
    if prefix == "set":
        return _of_set(key, tag)
    if tag:
        return None
    if prefix == "lab":
        return _of_lab(key)
    if prefix == "weight":
        row = BodyWeight.objects.filter(pk=key).in_force().first()
        return (row.patient_id, results.weight(row)) if row else None
    if prefix in _FINDINGS:
        model, make = _FINDINGS[prefix]
        found = model.objects.filter(pk=key).first()
        return (found.patient_id, make(chains.newest_of(found))) if found else None
    if prefix == "grade":
        grade = Assessment.objects.filter(pk=key).first()
        return (grade.patient_id, _grade(grade)) if grade else None
    return None


def _of_set(key: int, tag: str) -> Found | None:
    """A part of a set under the id of its first row, or of any row it was corrected by."""
    row = ObservationSet.objects.filter(pk=key).first()
    if row is None:
        return None
    newest = chains.newest_of(row)
    root, version = chains.root_of(newest)
    said = chains.last_that_said(newest)
    if tag not in sets.tags_of(said):
        # A correction took this reading out of its set.
        before = row
        if tag not in sets.tags_of(before) or tag == WHOLE:
            return None
        gone = sets.observation(before, tag, root=root, version=version)
        return row.patient_id, gone | {"status": "entered-in-error"}
    found = sets.observation(said, tag, root=root, version=version)
    if newest.withdrawn:
        found["status"] = "entered-in-error"
    return row.patient_id, found


def _of_lab(key: int) -> Found | None:
    row = LabResult.objects.filter(pk=key).first()
    if row is None:
        return None
    newest = chains.newest_of(row)
    root, version = chains.root_of(newest)
    found = results.lab(chains.last_that_said(newest), root=root, version=version)
    if newest.withdrawn:
        found["status"] = "entered-in-error"
    return row.patient_id, found


def _grade(row: Assessment) -> dict[str, Any]:
    evidence = ""
    if row.observation_set_id is not None and row.observation_set is not None:
        evidence = f"set-{chains.root_of(row.observation_set)[0]}-{WHOLE}"
    elif row.lab_result_id is not None and row.lab_result is not None:
        evidence = f"lab-{chains.root_of(row.lab_result)[0]}"
    return results.grade(row, evidence)


def _medication(ident: str) -> Found | None:
    row = Treatment.objects.filter(pk=_key(ident)).first()
    if row is None or not people.is_medicine(row):
        return None
    return row.patient_id, people.given(chains.newest_of(row))


def _procedure(ident: str) -> Found | None:
    prefix, _, number = ident.partition("-")
    if prefix == "infusion":
        dose = Infusion.objects.filter(pk=_key(number)).in_force().first()
        return (dose.patient_id, people.infusion(dose)) if dose else None
    row = Treatment.objects.filter(pk=_key(number)).in_force().first()
    if prefix != "treatment" or row is None or people.is_medicine(row):
        return None
    return row.patient_id, people.given(row)


def _flag(ident: str) -> Found | None:
    row = Alert.objects.select_related("ward").filter(code=ident).first()
    return (row.patient_id, flags.flag_of(row)) if row else None


def _provenance(ident: str) -> Found | None:
    prefix, _, number = ident.partition("-")
    if prefix == "set":
        row = ObservationSet.objects.filter(pk=_key(number)).first()
        return (row.patient_id, _of_row(row)) if row else None
    result = LabResult.objects.filter(pk=_key(number)).first() if prefix == "lab" else None
    return (result.patient_id, _of_row(result)) if result else None


def _of_row(row: ObservationSet | LabResult) -> dict[str, Any]:
    root = chains.root_of(row)[0]
    if isinstance(row, ObservationSet):
        return trails.of_set(row, root=root)
    return trails.of_lab(row, root=root)


def _audit(ident: str) -> Found | None:
    row = AuditEntry.objects.filter(pk=_key(ident)).first()
    patient_id = reading.patient_of(row) if row is not None else None
    if row is None or patient_id is None:
        return None
    return patient_id, trails.audit_event(row)


def _observations(patient: Patient) -> Iterator[dict[str, Any]]:
    rows = ObservationSet.objects.for_patient(patient.pk).in_force().order_by("taken_at", "pk")
    for row in rows.iterator(chunk_size=500):
        root, version = chains.root_of(row)
        yield from sets.observations_of(row, root=root, version=version)
    labs = LabResult.objects.filter(patient=patient).in_force().order_by("taken_at", "pk")
    for result in labs.iterator(chunk_size=500):
        root, version = chains.root_of(result)
        yield results.lab(result, root=root, version=version)
    for weight in BodyWeight.objects.filter(patient=patient).in_force():
        yield results.weight(weight)
    grades = Assessment.objects.filter(patient=patient).in_force()
    for model, make in _FINDINGS.values():
        rows = model.objects.filter(patient=patient).in_force()
        if model is Confirmation:
            # A word on a grade that was graded again since says nothing of the new one.
            rows = rows.filter(assessment__in=grades)
        for found in rows.iterator(chunk_size=500):
            yield make(found)
    for grade in grades.select_related("observation_set", "lab_result").iterator(chunk_size=500):
        yield _grade(grade)


def _procedures(patient: Patient) -> Iterator[dict[str, Any]]:
    for dose in Infusion.objects.filter(patient=patient).in_force():
        yield people.infusion(dose)
    for row in Treatment.objects.filter(patient=patient).in_force():
        if not people.is_medicine(row):
            yield people.given(row)


def _provenances(patient: Patient) -> Iterator[dict[str, Any]]:
    for row in ObservationSet.objects.for_patient(patient.pk).in_force().iterator(chunk_size=500):
        yield _of_row(row)
    for result in LabResult.objects.filter(patient=patient).in_force().iterator(chunk_size=500):
        yield _of_row(result)


_FINDINGS: Final[dict[str, tuple[Any, Callable[[Any], dict[str, Any]]]]] = {
    "neuro": (NeuroAssessment, findings.neuro_check),
    "symptom": (SymptomReport, findings.symptom),
    "confirmation": (Confirmation, findings.confirmation),
}
_READERS: Final[dict[str, Callable[[str], Found | None]]] = {
    "Patient": _patient,
    "Encounter": _encounter,
    "Observation": _observation,
    "MedicationAdministration": _medication,
    "Procedure": _procedure,
    "Flag": _flag,
    "Provenance": _provenance,
    "AuditEvent": _audit,
}
_LISTS: Final[dict[str, Callable[[Patient], Iterator[dict[str, Any]]]]] = {
    "Patient": lambda patient: iter([people.patient(patient)]),
    "Encounter": lambda patient: (
        people.encounter(row) for row in Stay.objects.filter(patient=patient).select_related("ward")
    ),
    "Observation": _observations,
    "MedicationAdministration": lambda patient: (
        people.given(row)
        for row in Treatment.objects.filter(patient=patient).in_force()
        if people.is_medicine(row)
    ),
    "Procedure": _procedures,
    "Flag": lambda patient: (
        flags.flag_of(row)
        for row in Alert.objects.filter(patient=patient).select_related("ward")
        .order_by("raised_at", "pk")
    ),
    "Provenance": _provenances,
    "AuditEvent": lambda patient: (
        trails.audit_event(row)
        for row in reading.entries_of(patient.pk).order_by("at", "pk")
    ),
}  # fmt: skip
KINDS: Final = tuple(_READERS)
# What a whole record holds; the trail is asked for by itself.
EVERYTHING: Final = tuple(kind for kind in KINDS if kind != "AuditEvent")
