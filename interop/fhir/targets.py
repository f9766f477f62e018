"""The ids under which facts are read here as resources."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from interop.fhir.decoded import Decoded
from patients.models import Patient
from vitals.models import LabResult, NeuroAssessment, ObservationSet, SymptomReport

_AT_ONCE: Final = 500
# The end of an Observation's id, by the field it shows.
TAG_OF: Final = {
    "temperature_celsius": "temperature",
    "heart_rate_bpm": "heart-rate",
    "respirations_per_minute": "respiratory-rate",
    "systolic_mmhg": "blood-pressure",
    "diastolic_mmhg": "blood-pressure",
    "mean_arterial_mmhg": "blood-pressure",
    "spo2_percent": "oxygen-saturation",
    "oxygen_flow_lpm": "oxygen-flow",
    "fio2_percent": "oxygen-concentration",
    "glasgow_coma_score": "coma-score",
}
WHOLE: Final = "whole"
_PREFIXES: Final[tuple[tuple[str, Any], ...]] = (
    ("set", ObservationSet), ("lab", LabResult), ("neuro", NeuroAssessment),
    ("symptom", SymptomReport),
)  # fmt: skip


def of_client_ids(marks: Iterable[UUID]) -> dict[UUID | None, str]:
    """“set-12” or “lab-34” for each client id that is stored."""
    wanted = sorted(set(marks), key=str)
    found: dict[UUID | None, str] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        portion = wanted[start : start + _AT_ONCE]
        for prefix, model in _PREFIXES:
            rows: Any = model.objects.filter(client_id__in=portion)
            found |= {mark: f"{prefix}-{pk}" for mark, pk in rows.values_list("client_id", "pk")}
    return found


def target_of(decoded: Decoded, found: str | None, patient: Patient) -> str:
    """The id of the resource that now shows what this one said; blank where none does."""
    if decoded.kind == "Patient":
        return str(patient.pk)
    if found is None or decoded.kind != "Observation":
        return ""
    is_part = found.startswith("set-")
    return f"{found}-{tag_of(decoded)}" if is_part else found


def tag_of(decoded: Decoded) -> str:
    """Which part of a set an Observation is."""
    fields = [_field_of(part.row) for part in decoded.rows]
    fields += [absent.field for absent in decoded.absents]
    return next((TAG_OF[field] for field in fields if field in TAG_OF), WHOLE)


_FIELD_OF: Final = {
    "heart_rate": "heart_rate_bpm", "respiratory_rate": "respirations_per_minute",
    "sbp": "systolic_mmhg", "dbp": "diastolic_mmhg", "map": "mean_arterial_mmhg",
    "spo2": "spo2_percent", "temperature": "temperature_celsius",
    "flow_lpm": "oxygen_flow_lpm", "fio2": "fio2_percent",
}  # fmt: skip


def _field_of(row: Any) -> str:
    if row["gcs"]:
        return "glasgow_coma_score"
    return _FIELD_OF.get(row["vital"] or row["what"], "")
