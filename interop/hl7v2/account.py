"""What became of a message and of each part of it: every part ends in exactly one outcome."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from hashlib import blake2b
from typing import Any
from uuid import UUID

from interop.csv.outcomes import Outcome, RefusedError
from interop.hl7v2.header import Header
from interop.hl7v2.reasons import RefusedMessageError, outcome_of
from interop.hl7v2.wire import Message
from staff.models import User, Ward


@dataclass(frozen=True, slots=True)
class Receiving:
    """How messages are taken: live ones may page, those of the past never do.

    `ward` stands where a message names none of ours; `zone` where neither the message nor
    an agreement with its sender says whose clock its times are of. `by` answers for it.
    `registers` lets a result register its patient, as files of the past do: live, an unknown
    number may be a slip of the pen, and waits for the admission.
    """

    now: datetime
    live: bool
    channel: str
    by: User
    ward: Ward | None = None
    zone: tzinfo | None = None
    registers: bool = False


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one part, and why; `words` hold no value of a patient."""

    outcome: Outcome
    reason: str = ""
    words: str = ""
    where: str = ""

    @classmethod
    def of(cls, error: RefusedMessageError | RefusedError) -> "Fate":
        """The fate of a part that was refused."""
        if isinstance(error, RefusedError):
            return cls(error.outcome, error.reason, error.words, error.column)
        return cls(outcome_of(error.reason), error.reason, error.words, error.where)


STORED = Fate(Outcome.STORED)
DUPLICATE = Fate(Outcome.DUPLICATE)


@dataclass(frozen=True, slots=True)
class Fated:
    """One part with its fate; number 0 is the message as a whole."""

    number: int
    raw: str
    fate: Fate
    mark: str
    code: str = ""
    code_system: str = ""
    display: str = ""
    unit: str = ""
    patient_id: int | None = None
    ward_id: int | None = None


@dataclass(slots=True)
class Incoming:
    """One message on its way: its bytes, what could be read, and the fates of its parts."""

    raw: bytes
    line: int = 1
    header: Header | None = None
    message: Message | None = None
    fated: list[Fated] = field(default_factory=list)
    patient_id: int | None = None
    ward_id: int | None = None
    results: list[tuple[int, UUID]] = field(default_factory=list)
    digest: str = ""

    def __post_init__(self) -> None:
        """The same content is the same message, however its lines end."""
        content = self.raw.replace(b"\r\n", b"\r").replace(b"\n", b"\r").strip()
        self.digest = blake2b(content, digest_size=16).hexdigest()

    @property
    def source(self) -> str:
        """Who sent it, as far as is known."""
        return self.header.source if self.header else ""

    def counts(self) -> dict[str, int]:
        """How many parts came to what; received is their sum."""
        met = Counter(each.fate.outcome for each in self.fated)
        return {"received": len(self.fated)} | {each.value: met[each] for each in Outcome}

    def outcome(self) -> Outcome:
        """The message's own: what waits for a person comes first, then what was stored."""
        met = {each.fate.outcome for each in self.fated}
        order = (Outcome.QUARANTINED, Outcome.STORED, Outcome.DUPLICATE)
        return next((each for each in order if each in met), Outcome.REJECTED)

    def not_stored(self) -> list[Fated]:
        """The parts that were quarantined or rejected."""
        gone = {Outcome.QUARANTINED, Outcome.REJECTED}
        return [each for each in self.fated if each.fate.outcome in gone]

    def account(self) -> list[list[Any]]:
        """Each part that was not stored: segment, outcome, reason."""
        return [
            [each.number, each.fate.outcome.value, str(each.fate.reason)]
            for each in self.not_stored()
        ]
