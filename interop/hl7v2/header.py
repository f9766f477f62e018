"""What the header of a message says: from whom, of what kind, and whether it is one of ours."""

import re
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from interop.hl7v2 import times
from interop.hl7v2.reasons import Reason, RefusedMessageError
from interop.hl7v2.wire import Segment

_VERSION: Final = re.compile(r"2\.[1-9](?:\.\d)?", re.ASCII)
_KIND: Final = re.compile(r"[A-Z]{3}", re.ASCII)
LONGEST_CONTROL_ID: Final = 199
# Version 2.1 names no event: an ORU is what R01 became.
RESULTS: Final = frozenset({"R01", ""})
ADMISSIONS: Final = frozenset(
    {"A01", "A02", "A03", "A04", "A08", "A11", "A13", "A28", "A31", "A40"}
)


@dataclass(frozen=True, slots=True)
class Header:
    """The header, read; `offset` is that of MSH-7, in which all times of the message are."""

    sender: str
    facility: str
    kind: str
    event: str
    control_id: str
    version: str
    offset: tzinfo | None

    @property
    def source(self) -> str:
        """The sender as a feed names it: application, and facility where there is one."""
        return f"{self.sender}@{self.facility}" if self.facility else self.sender

    @property
    def trigger(self) -> str:
        """Such as ORU^R01."""
        return f"{self.kind}^{self.event}"


def header_of(segment: Segment) -> Header:
    """Read MSH as far as it can be; only text that breaks its own escapes raises."""
    return Header(
        sender=segment.text(3),
        facility=segment.text(4),
        kind=segment.text(9),
        event=segment.text(9, 2),
        control_id=segment.text(10),
        version=segment.text(12),
        offset=times.offset_in(segment.text(7)),
    )


def refuse_foreign(header: Header) -> None:
    """Raise RefusedMessageError for a message of a kind or version that is not read here."""
    if not header.control_id:
        raise RefusedMessageError(Reason.NO_CONTROL_ID, "MSH-10 is empty", where="MSH-10")
    if len(header.control_id) > LONGEST_CONTROL_ID:
        words = f"MSH-10 is longer than {LONGEST_CONTROL_ID} characters"
        raise RefusedMessageError(Reason.NO_CONTROL_ID, words, where="MSH-10")
    if not _VERSION.fullmatch(header.version):
        words = f"version “{header.version[:12]}” is not one of 2.1 to 2.9"
        raise RefusedMessageError(Reason.VERSION, words, where="MSH-12")
    events = {"ORU": RESULTS, "ADT": ADMISSIONS}.get(header.kind, frozenset())
    if header.event not in events:
        kind = header.trigger if _KIND.fullmatch(header.kind) else "this type"
        words = f"{kind[:20]} is not read here; ORU^R01 and ADT {' '.join(sorted(ADMISSIONS))} are"
        raise RefusedMessageError(Reason.MESSAGE_TYPE, words, where="MSH-9")
