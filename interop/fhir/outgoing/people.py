"""Patients, stays, medicines and doses as resources."""

from typing import Any, Final

from interop.codes import LOINC
from interop.fhir.given import support_code, therapy_code
from interop.fhir.outgoing.elements import meta, number, ours, reference
from interop.fhir.vocabulary import ATC, IDENTIFIER_TYPE, OUR_MRN, OUR_SETS, OURS, UCUM
from patients.medicines import CLASS_OF, TreatmentClass, TreatmentCode
from patients.models import Infusion, Patient, Stay, Treatment

_ACT: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_NO_MEDICINE: Final = frozenset({TreatmentClass.RENAL, TreatmentClass.RESPIRATORY})
_NO_MEDICINE_BY_NAME: Final = frozenset({TreatmentCode.INTENSIVE_CARE.value})
_MEDICINES_AFTER_ALL: Final = frozenset({TreatmentCode.DIURETIC.value, TreatmentCode.OXYGEN.value})
__all__ = ["ATC", "LOINC", "encounter", "given", "infusion", "is_medicine", "patient"]


def patient(row: Patient) -> dict[str, Any]:
    """A patient with the record number, typed MR."""
    kind = {"coding": [{"system": IDENTIFIER_TYPE, "code": "MR"}]}
    found: dict[str, Any] = {
        "resourceType": "Patient",
        "id": str(row.pk),
        "meta": meta(),
        "identifier": [{"use": "usual", "type": kind, "system": OUR_MRN, "value": row.mrn}],
        "gender": row.sex,
    }
    name: dict[str, Any] = {}
    if row.family_name:
        name["family"] = row.family_name
    if row.given_name:
        name["given"] = row.given_name.split()
    if name:
        found["name"] = [{"use": "official", **name}]
    if row.birth_date is not None:
        found["birthDate"] = row.birth_date
    return found


def encounter(row: Stay) -> dict[str, Any]:
    """A stay on a ward."""
    period: dict[str, Any] = {"start": row.admitted_at}
    if row.discharged_at is not None:
        period["end"] = row.discharged_at
    where = {"identifier": {"value": row.ward.code}, "display": row.ward.code}
    return {
        "resourceType": "Encounter",
        "id": str(row.pk),
        "meta": meta(version=2 if row.discharged_at else 1),
        "identifier": [{"system": f"{OURS}.stay", "value": str(row.pk)}],
        "status": "in-progress" if row.discharged_at is None else "finished",
        "class": {"system": _ACT, "code": "IMP"},
        "subject": reference("Patient", row.patient_id),
        "period": period,
        "location": [{"location": where}],
    }


def is_medicine(row: Treatment) -> bool:
    """Whether a treatment is a medicine; a support is a Procedure."""
    if row.code in _NO_MEDICINE_BY_NAME:
        return False
    return row.code in _MEDICINES_AFTER_ALL or CLASS_OF[row.code] not in _NO_MEDICINE


def given(row: Treatment) -> dict[str, Any]:
    """A treatment as MedicationAdministration, or as Procedure where it is no medicine."""
    period: dict[str, Any] = {"start": row.started_at}
    if row.stopped_at is not None:
        period["end"] = row.stopped_at
    medicine = is_medicine(row)
    found: dict[str, Any] = {
        "resourceType": "MedicationAdministration" if medicine else "Procedure",
        "id": str(row.pk) if medicine else f"treatment-{row.pk}",
        "meta": meta(updated=row.recorded_at),
        "identifier": [{"system": OUR_SETS, "value": str(row.client_id)}],
        "status": "in-progress" if row.stopped_at is None else "completed",
        "subject": reference("Patient", row.patient_id),
    }
    if row.note:
        found["note"] = [{"text": row.note}]
    label = row.get_code_display()
    if not medicine:
        return found | {"code": ours(support_code(row.code), label), "performedPeriod": period}
    found |= {"medicationCodeableConcept": ours(row.code, label), "effectivePeriod": period}
    dosage: dict[str, Any] = {}
    if row.dose_value is not None:
        dosage["dose"] = {
            "value": number(row.dose_value), "unit": row.dose_unit, "system": UCUM,
            "code": row.dose_unit,
        }  # fmt: skip
    if row.route:
        dosage["route"] = {"text": row.route}
    return found | ({"dosage": dosage} if dosage else {})


def infusion(row: Infusion) -> dict[str, Any]:
    """A dose of cells or antibodies; the profile edition it is pinned to goes with it."""
    period: dict[str, Any] = {"start": row.started_at}
    if row.stopped_at is not None:
        period["end"] = row.stopped_at
    code = therapy_code(row.therapy, row.therapy_edition, row.kind)
    found: dict[str, Any] = {
        "resourceType": "Procedure",
        "id": f"infusion-{row.pk}",
        "meta": meta(updated=row.recorded_at),
        "status": "completed",
        "code": ours(code, f"{row.profile.label}: {row.kind.replace('_', ' ')}"),
        "subject": reference("Patient", row.patient_id),
    }
    if row.stopped_at is None:
        found["performedDateTime"] = row.started_at
    else:
        found["performedPeriod"] = period
    if row.dose_value is not None:
        value = {"value": number(row.dose_value), "system": UCUM, "code": row.dose_unit}
        found["extension"] = [{"url": f"{OURS}.dose", "valueQuantity": value}]
    return found
