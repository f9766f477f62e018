"""Laboratory results, neuro checks and symptoms as the JSON an integration relies on."""

from collections.abc import Iterable
from typing import Any, Final

from charting.api.replies import grade, grades
from charting.symptoms import Reported
from grading.models import Assessment
from vitals.analytes import sent_as
from vitals.models import LabResult, NeuroAssessment
from vitals.symptoms import BODY_SYSTEM_OF, SYMPTOMS

_NEURO_FIELDS: Final = (
    "ice_items", "capd_items", "unable_reason", "consciousness", "consciousness_other_cause",
    "seizure", "seizure_minutes", "motor_weakness", "cerebral_edema", "raised_pressure_signs",
    "intracranial_hemorrhage", "edema_due_to_hemorrhage", "global_aphasia", "headache", "tremor",
    "myoclonus", "language", "interpreter", "asked",
)  # fmt: skip


def lab(row: LabResult, assessments: Iterable[Assessment]) -> dict[str, Any]:
    """A laboratory result, as reported and canonical, with its grades by CTCAE term."""
    return {
        "id": row.pk,
        "client_id": str(row.client_id),
        "patient": row.patient_id,
        "loinc": sent_as(row.analyte, row.loinc, row.unit),
        "analyte": row.analyte,
        "display": row.display,
        "taken_at": row.taken_at,
        "comparator": row.comparator,
        "value": row.value,
        "text": row.text,
        "unit": row.unit,
        "canonical_value": row.canonical_value,
        "canonical_unit": row.canonical_unit,
        "reference_low": row.reference_low,
        "reference_high": row.reference_high,
        "symptomatic": row.symptomatic,
        "anticoagulated": row.anticoagulated,
        "doubted": row.doubted,
        "supersedes": row.supersedes_id,
        "withdrawn": row.withdrawn,
        "grades": {each.term: grade(each) for each in assessments},
    }


def neuro(row: NeuroAssessment, assessment: Assessment) -> dict[str, Any]:
    """A neuro check with its totals and its ICANS grade."""
    return {
        "id": row.pk,
        "client_id": str(row.client_id),
        "patient": row.patient_id,
        "taken_at": row.taken_at,
        "ice_score": row.ice_score,
        "capd_score": row.capd_score,
        "grades": grades([assessment]),
    }


def neuro_in_full(row: NeuroAssessment, assessment: Assessment) -> dict[str, Any]:
    """A neuro check with all that was found; what was not recorded is absent."""
    recorded = {
        name: getattr(row, name) for name in _NEURO_FIELDS if getattr(row, name) not in (None, "")
    }
    return {
        **recorded,
        **neuro(row, assessment),
        "is_baseline": row.is_baseline,
        "supersedes": row.supersedes_id,
        "superseded_by": getattr(getattr(row, "superseded_by", None), "pk", None),
        "withdrawn": row.withdrawn,
        "reason": row.reason,
        "has_handwriting": getattr(row, "handwriting", None) is not None,
    }


def symptom(reported: Reported) -> dict[str, Any]:
    """One report; `graded` is null where it is absent or CTCAE has no term for it."""
    row, known = reported.report, SYMPTOMS[reported.report.symptom]
    return {
        "id": row.pk,
        "patient": row.patient_id,
        "symptom": row.symptom,
        "body_systems": [str(each) for each in BODY_SYSTEM_OF[row.symptom]],
        "term": known.term,
        "taken_at": row.taken_at,
        "present": row.is_present,
        "grade": row.grade,
        "attribution": row.attribution,
        "note": row.note,
        "findings": row.findings,
        "supersedes": row.supersedes_id,
        "graded": grade(reported.assessment) if reported.assessment else None,
    }
