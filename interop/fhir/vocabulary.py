"""Systems, and the closed words of required bindings that the model classes cut short."""

from typing import Any, Final

from interop.codes import LOINC

UCUM: Final = "http://unitsofmeasure.org"
# Ours: no standard list has a code for these (see the decision record).
OURS: Final = "urn:crs-monitor:code"
OUR_SETS: Final = "urn:crs-monitor:client-id"
OUR_ALERTS: Final = "urn:crs-monitor:alert"
OUR_MRN: Final = "urn:crs-monitor:mrn"
CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
IDENTIFIER_TYPE: Final = "http://terminology.hl7.org/CodeSystem/v2-0203"
ATC: Final = "http://www.whocc.no/atc"
SNOMED: Final = "http://snomed.info/sct"

__all__ = [
    "ABSENT", "ATC", "BOUND", "CATEGORY", "IDENTIFIER_TYPE", "LOINC", "OURS", "OUR_ALERTS",
    "OUR_MRN", "OUR_SETS", "SNOMED", "UCUM", "closed_words",
]  # fmt: skip

_OBSERVATION: Final = (
    "registered preliminary final amended corrected cancelled entered-in-error unknown"
)
# Class and element: every word of the binding, where the class lists only the first.
BOUND: Final[dict[tuple[str, str], frozenset[str]]] = {
    place: frozenset(words.split())
    for place, words in {
        ("Observation", "status"): _OBSERVATION,
        ("DiagnosticReport", "status"): "registered partial preliminary final amended corrected "
        "appended cancelled entered-in-error unknown",
        ("Encounter", "status"): "planned arrived triaged in-progress onleave finished cancelled "
        "entered-in-error unknown",
        ("EncounterStatusHistory", "status"): "planned arrived triaged in-progress onleave "
        "finished cancelled entered-in-error unknown",
        ("Procedure", "status"): "preparation in-progress not-done on-hold stopped completed "
        "entered-in-error unknown",
        ("MedicationAdministration", "status"): "in-progress not-done on-hold completed "
        "entered-in-error stopped unknown",
        ("Bundle", "type"): "document message transaction transaction-response batch "
        "batch-response history searchset collection",
        ("PatientLink", "type"): "replaced-by replaces refer seealso",
        ("HumanName", "use"): "usual official temp nickname anonymous old maiden",
        ("ContactPoint", "system"): "phone fax email pager url sms other",
        ("ContactPoint", "use"): "home work temp old mobile",
        ("Address", "use"): "home work temp old billing",
        ("Address", "type"): "postal physical both",
        ("Identifier", "use"): "usual official temp secondary old",
        ("Quantity", "comparator"): "< <= >= >",
        ("Narrative", "status"): "generated extensions additional empty",
        ("Patient", "gender"): "male female other unknown",
    }.items()
}


def closed_words(model: str, attribute: str, extra: Any) -> frozenset[str]:
    """The words an element may hold; nothing where its binding is open or not known whole."""
    known = BOUND.get((model, attribute))
    if known is not None:
        return known
    listed = extra.get("enum_values") or ()
    # “+” says that there are more, which the class does not name.
    return frozenset() if "+" in listed else frozenset(listed)
