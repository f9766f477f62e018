"""Neuro checks, symptoms and a clinician's word on a grade: sent out, and read back again."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from charting.entry import instant
from charting.history import PastWord
from charting.symptoms import Report
from interop.fhir import own, times
from interop.fhir.chains import root_of
from interop.fhir.decoded import Decoded
from interop.fhir.identity import identifiers
from interop.fhir.outgoing.elements import category, meta, ours, reference
from interop.fhir.reasons import NotChartedError, Why
from interop.fhir.vocabulary import OUR_SETS, OURS
from interop.tables.placing import NeuroCheck
from interop.tables.targets import NEURO_FIELDS

_NEURO: Final = "neuro-check"
_SYMPTOM: Final = "symptom-report"
_WORD: Final = "grade-confirmation"
_LABELS: Final = {_NEURO: "Neuro check", _SYMPTOM: "Symptom", _WORD: "Word on a grade"}
_REPORTED: Final = ("symptom", "is_present", "grade", "findings", "attribution", "note")
_SAID: Final = ("scale", "term", "decision", "grade", "cause", "note")


def neuro_check(row: Any) -> dict[str, Any]:
    """A neuro check, every item of it."""
    return _observation(_NEURO, "neuro", row, _recorded(row, NEURO_FIELDS), row.received_at)


def symptom(row: Any) -> dict[str, Any]:
    """A symptom that was found, or looked for and not found."""
    return _observation(_SYMPTOM, "symptom", row, _recorded(row, _REPORTED), row.received_at)


def confirmation(row: Any) -> dict[str, Any]:
    """A clinician's word on a computed grade, which it is derived from."""
    values = _recorded(row, _SAID[2:])
    values = {"scale": row.assessment.scale, "term": row.assessment.term} | values
    known = {name: value for name, value in values.items() if value != ""}
    found = _observation(_WORD, "confirmation", row, known, row.recorded_at)
    found["effectiveDateTime"] = row.assessment.taken_at
    found["derivedFrom"] = [reference("Observation", f"grade-{row.assessment_id}")]
    return found


def _observation(
    code: str, prefix: str, row: Any, values: dict[str, Any], recorded: datetime
) -> dict[str, Any]:
    root, version = root_of(row)
    found = {
        "resourceType": "Observation",
        "id": f"{prefix}-{root}",
        "meta": meta(version=version, updated=recorded),
        "identifier": [{"system": OUR_SETS, "value": str(row.client_id)}],
        "status": "entered-in-error" if row.withdrawn else "corrected" if version > 1 else "final",
        "category": category("exam"),
        "code": ours(code, _LABELS[code]),
        "subject": reference("Patient", row.patient_id),
        "effectiveDateTime": getattr(row, "taken_at", recorded),
        "issued": recorded,
    }
    return found | ({"component": own.components_of(values)} if values else {})


def _recorded(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    return {
        name: value
        for name, value in values.items()
        if value not in (None, "", {}) and not (name == "is_baseline" and not value)
    }


def code_of(resource: dict[str, Any]) -> str:
    """Which of them an Observation is; blank for none."""
    codings = (resource.get("code") or {}).get("coding") or ()
    codes = (str(each.get("code", "")) for each in codings if each.get("system") == OURS)
    return next((code for code in codes if code in _LABELS), "")


def decode(resource: dict[str, Any], made: Decoded) -> None:
    """Read one back; raises NotChartedError naming the component at fault."""
    code, mark = code_of(resource), _client_id(resource)
    at, _ = times.effective(resource, "Observation")
    taken_at = instant(at)
    names = {_NEURO: NEURO_FIELDS, _SYMPTOM: _REPORTED, _WORD: _SAID}[code]
    values = own.values_of(resource, frozenset(names))
    if code == _NEURO:
        made.check = NeuroCheck(mark, taken_at, values)
        return
    needed = ("symptom", "is_present") if code == _SYMPTOM else ("scale", "decision")
    for name in needed:
        if name not in values:
            raise NotChartedError(Why.ABSENT, "Observation.component", f"does not say {name}")
    if code == _SYMPTOM:
        made.report = (mark, Report(taken_at=taken_at, **values))
        return
    told = {"term": "", "grade": None, "cause": "", "note": ""} | values
    made.word = PastWord(mark, taken_at, **told)


def _client_id(resource: dict[str, Any]) -> UUID:
    marks = [value for system, value in identifiers(resource) if system == OUR_SETS]
    try:
        (mark,) = marks
        return UUID(mark)
    except ValueError as error:
        words = "carries the client id of this system as identifier"
        raise NotChartedError(Why.INVALID, "Observation.identifier", words) from error
