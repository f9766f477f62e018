"""Take a results message apart: whose results, of which order, one part for each OBX."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from interop.hl7v2.reasons import Reason, RefusedMessageError
from interop.hl7v2.wire import Message, Segment

# Kinds of specimen by their codes (HL7 table 0070) that are not blood.
_SPECIMENS: Final = {
    "UR": "urine", "URC": "urine", "URT": "urine", "CSF": "csf", "STL": "stool",
    "SPT": "sputum", "PLR": "pleural fluid", "PRT": "peritoneal fluid", "SAL": "saliva",
    "SWT": "sweat", "SNV": "synovial fluid", "JNTFLD": "joint fluid", "FLU": "fluid",
    "BDY": "fluid", "MAR": "marrow", "BLD": "blood", "SER": "serum", "PLAS": "plasma",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One OBX with what it stands under; `visit` and `order` may be missing.

    `specimen` is what SPM or OBR-15 says, in words where the code is known.
    """

    result: Segment
    person: Segment
    visit: Segment | None
    order: Segment | None
    specimen: str


def parts_of(message: Message) -> list[Part]:
    """Return the results in order; raises RefusedMessageError where it is not said whose."""
    specimens = _specimens(message)
    found = list(_walk(message, specimens))
    if not found:
        raise RefusedMessageError(Reason.NOTHING_IN_IT, "there is no OBX segment")
    return found


def _walk(message: Message, specimens: dict[int, str]) -> Iterator[Part]:
    person: Segment | None = None
    visit: Segment | None = None
    order: Segment | None = None
    for segment in message.segments:
        if segment.name == "PID":
            person, visit, order = segment, None, None
        elif segment.name == "PV1":
            visit = segment
        elif segment.name == "OBR":
            order = segment
        elif segment.name == "OBX":
            if person is None:
                where = f"segment {segment.number}"
                words = "a result stands before any PID"
                raise RefusedMessageError(Reason.NO_PATIENT, words, where=where)
            specimen = specimens.get(order.number, "") if order else ""
            yield Part(segment, person, visit, order, specimen)


def _specimens(message: Message) -> dict[int, str]:
    """The specimen of each order, by the number of its OBR; SPM follows the results."""
    found: dict[int, str] = {}
    order = 0
    for segment in message.segments:
        if segment.name == "OBR":
            order = segment.number
            found[order] = _specimen(segment, 15)
        elif segment.name == "SPM" and order and not found.get(order):
            found[order] = _specimen(segment, 4)
    return found


def _specimen(segment: Segment, field: int) -> str:
    code = segment.text(field).upper()
    return _SPECIMENS.get(code) or segment.text(field, 2) or segment.text(field)
