"""Who did what, as Provenance of a fact and as AuditEvent of the trail."""

from typing import Any, Final

from audit import reading
from audit.models import AuditEntry
from interop.fhir.outgoing.elements import meta, reference
from interop.fhir.outgoing.sets import tags_of
from interop.fhir.vocabulary import OURS
from vitals.models import LabResult, ObservationSet

_KIND: Final = "http://terminology.hl7.org/CodeSystem/audit-event-type"
_AGENT: Final = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_ACTIVITY: Final = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
SYSTEM_NAME: Final = "CRS Monitor"


def of_set(row: ObservationSet, *, root: int) -> dict[str, Any]:
    """Who charted a set, how it came in, and which one it corrects."""
    found = _provenance(f"set-{row.pk}", row, row.charted_by, corrects="set")
    targets = [f"set-{root}-{tag}" for tag in tags_of(row)]
    found["target"] = [reference("Observation", each) for each in targets]
    return found


def of_lab(row: LabResult, *, root: int) -> dict[str, Any]:
    """Who recorded a result, and which one it corrects."""
    found = _provenance(f"lab-{row.pk}", row, row.recorded_by, corrects="lab")
    found["target"] = [reference("Observation", f"lab-{root}")]
    return found


def _provenance(ident: str, row: Any, by: Any, *, corrects: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "resourceType": "Provenance",
        "id": ident,
        "meta": meta(updated=row.received_at),
        "target": [],
        "occurredDateTime": row.taken_at,
        "recorded": row.received_at,
        "activity": {
            "coding": [{"system": _ACTIVITY, "code": "UPDATE" if row.supersedes_id else "CREATE"}],
            "text": row.get_source_display(),
        },
        "agent": [
            {
                "type": {"coding": [{"system": _AGENT, "code": "author"}]},
                "who": _who(by),
            }
        ],
    }
    if row.reason:
        found["reason"] = [{"text": row.reason}]
    if row.supersedes_id:
        what = {"identifier": {"system": f"{OURS}.{corrects}", "value": str(row.supersedes_id)}}
        found["entity"] = [{"role": "revision", "what": what}]
    return found


def _who(user: Any) -> dict[str, Any]:
    if user is None:
        return {"display": SYSTEM_NAME}
    return {
        "identifier": {"system": f"{OURS}.user", "value": user.get_username()},
        "display": user.display_name(),
    }


def audit_event(row: AuditEntry) -> dict[str, Any]:
    """One entry of the trail; it holds ids and codes, never a reading or a name of a patient."""
    what: dict[str, Any] = {"name": f"{row.scope} {row.subject}"}
    patient_id = reading.patient_of(row)
    if patient_id is not None:
        what["what"] = reference("Patient", str(patient_id))
    return {
        "resourceType": "AuditEvent",
        "id": str(row.pk),
        "meta": meta(updated=row.at),
        "type": {"system": _KIND, "code": "rest"},
        "subtype": [{"system": OURS, "code": row.action, "display": row.action}],
        "action": "R" if row.action == reading.CHART else "E",
        "recorded": row.at,
        "outcome": "0",
        "agent": [{"who": _who(row.actor), "requestor": True}],
        "source": {"observer": {"display": SYSTEM_NAME}},
        "entity": [what],
    }
