"""Create only what is not there yet: If-None-Exist, by identifier."""

from urllib.parse import parse_qsl

from interop.fhir import access
from interop.fhir.live import Answer
from interop.fhir.models import HeldResource
from interop.fhir.outcome import IssueCode, refusal
from patients.models import Patient
from staff.models import User
from staff.permissions import can_chart

_WHERE = "If-None-Exist"


def existing(kind: str, condition: str | None, user: User) -> Answer | None:
    """What the condition finds: nothing (None), or the one that is there. Raises FhirError.

    Only an identifier is taken as condition. A resource of a patient on another ward is
    not found, as in a search.
    """
    if not condition:
        return None
    sent = parse_qsl(condition.partition("?")[2] or condition, keep_blank_values=True)
    values = [value for name, value in sent if name == "identifier"]
    if len(sent) != 1 or len(values) != 1 or not values[0]:
        words = "is identifier=system|value and nothing else"
        raise refusal(400, _WHERE, words, IssueCode.NOT_SUPPORTED)
    system, bar, value = values[0].rpartition("|")
    held = HeldResource.objects.filter(resource_type=kind, identifier_value=value[:120])
    if bar:
        held = held.filter(identifier_system=system[:200])
    found = {
        row.target
        for row in held.select_related("patient")
        if row.patient is not None and access.may(user, row.patient, can_chart)
    }
    if kind == "Patient":
        found |= _by_mrn(value, user) if not found else set()
    if len(found) > 1:
        words = "finds more than one"
        raise refusal(412, _WHERE, words, IssueCode.MULTIPLE)
    if not found:
        return None
    target = found.pop()
    return Answer(200, f"{kind}/{target}" if target else "")


def _by_mrn(value: str, user: User) -> set[str]:
    """A patient registered here by hand has the record number and no other identifier."""
    known = Patient.objects.filter(mrn=value).first()
    if known is None or not access.may(user, known, can_chart):
        return set()
    return {str(known.pk)}
