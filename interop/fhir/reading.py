"""Read any resource that is charted from: which reader, whose it is, and what it says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from interop.fhir import flags, given, observation, people
from interop.fhir.decoded import Decoded
from interop.fhir.identity import content, identity
from interop.fhir.reasons import NotChartedError, Why
from interop.fhir.subjects import Subjects

CHARTED: Final = (
    "Patient", "Encounter", "Observation", "MedicationAdministration", "Procedure",
)  # fmt: skip
# Sent out by this system beside the facts, from which they are made anew.
DERIVED: Final = frozenset({"Provenance", "AuditEvent", "OperationOutcome"})


@dataclass(frozen=True, slots=True)
class Read:
    """What a resource says, its mark, and what it said, to know it again."""

    decoded: Decoded
    mark: str
    said: str


def read(
    resource: dict[str, Any], subjects: Subjects, *, now: datetime, place: tuple[int, int] = (0, 0)
) -> Read:
    """Read a valid resource; raises NotChartedError where nothing of it can be charted."""
    kind = resource["resourceType"]
    if kind == "Patient":
        decoded = people.decode_patient(resource, today=now.date())
        # Two registrations of one person differ in much; they are one by their number.
        return Read(decoded, identity(resource), content(resource))
    if kind not in CHARTED and kind != "Flag":
        words = f"{kind} is not charted from here"
        raise NotChartedError(Why.NOT_IN_USE, "resourceType", words)
    mrn = subjects.mrn_for(resource)
    mark = identity(resource, subject=mrn)
    said = content(resource, subject=mrn)
    return Read(_decoded(resource, mrn, mark=f"{mark} {said}", place=place), mark, said)


def _decoded(resource: dict[str, Any], mrn: str, *, mark: str, place: tuple[int, int]) -> Decoded:
    kind = resource["resourceType"]
    file, line = place
    if kind == "Observation":
        return observation.decode(resource, mrn=mrn, mark=mark, file=file, line=line)
    if kind == "Encounter":
        return people.decode_encounter(resource, mrn=mrn)
    if kind == "Flag":
        return flags.decode(resource, mrn=mrn)
    reader = given.decode_procedure if kind == "Procedure" else given.decode_medication
    return reader(resource, mrn=mrn, mark=mark, place=place)
