"""What an entry of the trail is called in the words of a patient, and of whoever searches it."""

from typing import Final

from audit import reading
from audit.models import AuditEntry

WROTE: Final = "Wrote in the record"
BREAK_GLASS: Final = "break-glass"
# By the end of the address, without what stands in it for ids.
_PAGES: Final = {
    "timeline": "the timeline",
    "why": "why a grade was given",
    "chart": "the form for a set",
    "sets": "a set",
    "observations": "a set",
    "identify": "the wristband",
    "schedule": "when sets are due",
    "plan": "planned doses",
    "plans": "planned doses",
    "confirm": "a grade",
    "agree": "a grade",
    "assessments": "a grade",
    "course": "the course",
    "body-systems": "body systems",
    "symptoms": "symptoms",
    "check": "the form for symptoms",
    "summary.pdf": "the summary on paper",
    "handover": "the hand-over sheet",
    "handover.pdf": "the hand-over sheet on paper",
    "neuro": "a neuro check",
    "neuro-checks": "a neuro check",
    "handwriting.svg": "handwriting",
    "record": "a form",
    "treatment": "the form for treatments",
    "labs": "laboratory results",
    "infusions": "doses",
    "treatments": "treatments",
    "alerts": "an alert",
    "export": "the page for taking data out",
    "access": "this report",
    "access.pdf": "this report on paper",
    "access.csv": "this report as a table",
    "$everything": "the whole record",
    "patients": "name and number",
    "Patient": "name and number",
}
_LISTS: Final = {
    reading.SEVERAL: "Saw it beside others",
    reading.WARD: "Saw it in a list of the ward",
    reading.OWN_WARDS: "Saw it in a list of their wards",
}


def of(entry: AuditEntry) -> str:
    """What was done, in a line."""
    if entry.action == reading.CHART:
        return f"Looked at {page(str(entry.detail.get('surface', '')))}"
    if entry.action in _LISTS:
        return _LISTS[entry.action]
    if entry.action.startswith("break_glass."):
        return "Opened it from another ward (break-glass)"
    if entry.action.endswith(("printed", "downloaded")):
        return "Printed from it"
    if entry.action.endswith("exported"):
        return "Took data out"
    return WROTE


def page(surface: str) -> str:
    """The name of a page, from its address."""
    parts = [part for part in surface.split("/") if part and not part.startswith("(")]
    named = next((_PAGES[part] for part in reversed(parts) if part in _PAGES), None)
    if named is None and parts[:1] == ["fhir"]:
        return f"{parts[1]} resources" if len(parts) > 1 else "resources"
    return named or "the record"


def is_break_glass(entry: AuditEntry) -> bool:
    """Whether it was read by break-glass."""
    return "break_glass" in entry.detail or entry.action.startswith("break_glass.")
