"""Laboratory results, weights and grades as Observations."""

from decimal import Decimal
from typing import Any, Final

from grading.models import Assessment
from interop.codes import LOINC, code_of
from interop.fhir.outgoing.elements import (
    STANDING,
    absent,
    category,
    loinc,
    meta,
    number,
    ours,
    quantity,
    reference,
)
from interop.fhir.own import GRADE
from interop.fhir.vocabulary import OUR_SETS, UCUM
from interop.units import is_ucum, name_with
from patients.models import BodyWeight
from vitals.analytes import sent_as
from vitals.models import LabResult

_PRELIMINARY: Final = " (preliminary)"


def lab(row: LabResult, *, root: int, version: int) -> dict[str, Any]:
    """A result as reported: its own unit, bound or words."""
    status = "final" if version == 1 else "corrected"
    if version == 1 and row.display.endswith(_PRELIMINARY):
        status = "preliminary"
    code = sent_as(row.analyte, row.loinc, row.unit)
    name = name_with(code, row.unit, row.display.removesuffix(_PRELIMINARY))
    found: dict[str, Any] = {
        "resourceType": "Observation",
        "id": f"lab-{root}",
        "meta": meta(version=version, updated=row.received_at),
        "identifier": [{"system": OUR_SETS, "value": str(row.client_id)}],
        "status": "entered-in-error" if row.withdrawn else status,
        "category": category("laboratory"),
        "code": {"coding": [{"system": LOINC, "code": code}], "text": name},
        "subject": reference("Patient", row.patient_id),
        "effectiveDateTime": row.taken_at,
        "issued": row.received_at,
    }
    if row.value is not None:
        found["valueQuantity"] = _reported(row.value, row.unit, row.comparator)
    elif row.text:
        found["valueString"] = row.text
    else:
        found["dataAbsentReason"] = absent("error" if row.withdrawn else "unknown")
    limits = {
        end: _reported(limit, row.unit, "")
        for end, limit in (("low", row.reference_low), ("high", row.reference_high))
        if limit is not None
    }
    return found | ({"referenceRange": [limits]} if limits else {})


def _reported(value: Decimal, unit: str, comparator: str) -> dict[str, Any]:
    found: dict[str, Any] = {"value": number(value)}
    if comparator:
        found["comparator"] = comparator
    if unit:
        found["unit"] = unit
        if is_ucum(unit) and not unit.startswith("K/"):
            found |= {"system": UCUM, "code": unit}
    return found


def weight(row: BodyWeight) -> dict[str, Any]:
    """A body weight."""
    return {
        "resourceType": "Observation",
        "id": f"weight-{row.pk}",
        "meta": meta(updated=row.recorded_at, profile="bodyweight"),
        "status": "final",
        "category": category("vital-signs"),
        "code": loinc(code_of("weight_kg")),
        "subject": reference("Patient", row.patient_id),
        "effectiveDateTime": row.measured_at,
        "valueQuantity": quantity(row.weight_kg, "kg"),
    }


def grade(row: Assessment, evidence: str) -> dict[str, Any]:
    """A computed grade with its reasons; one that is not certain has a lower bound and no value.

    `evidence` is the Observation it was computed from, blank where that is no Observation.
    """
    name = f"{row.scale} {row.term}".strip()
    found: dict[str, Any] = {
        "resourceType": "Observation",
        "id": f"grade-{row.pk}",
        "meta": meta(updated=row.assessed_at),
        "status": "final",
        "category": category("survey"),
        "code": ours(f"{GRADE}{row.scale}", f"Grade by {name}"),
        "subject": reference("Patient", row.patient_id),
        "effectiveDateTime": row.taken_at,
        "issued": row.assessed_at,
        "method": {"text": row.ruleset},
        "note": [{"text": STANDING}],
        "component": _parts(row),
    }
    if row.grade is None:
        found["dataAbsentReason"] = absent("unknown")
    else:
        found["valueInteger"] = row.grade
    return found | ({"derivedFrom": [{"reference": f"Observation/{evidence}"}]} if evidence else {})


def _parts(row: Assessment) -> list[dict[str, Any]]:
    bound = {"value": row.at_least, "comparator": ">="}
    parts: list[dict[str, Any]] = [
        {"code": ours("grade-at-least", "At least"), "valueQuantity": bound},
        {"code": ours("grade-ruleset", "Ruleset"), "valueString": row.ruleset},
    ]
    if row.outcome:
        parts.append({"code": ours("grade-outcome", "Outcome"), "valueString": row.outcome})
    because = "; ".join(each["words"] for each in row.because)
    if because:
        parts.append({"code": ours("grade-because", "Because"), "valueString": because})
    if row.missing:
        said = ", ".join(str(each) for each in row.missing)
        parts.append({"code": ours("grade-missing", "Not recorded"), "valueString": said})
    return parts
