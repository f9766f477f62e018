"""Answer a message: taken, wrong, or not for us, with the reason of each part not stored."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import uuid4

from interop.csv.outcomes import Outcome
from interop.hl7v2.account import Fated, Incoming
from interop.hl7v2.header import header_of
from interop.hl7v2.reasons import Reason, RefusedMessageError
from interop.hl7v2.wire import Separators, read, separators_of

APPLICATION: Final = "CRS-MONITOR"
_MOST_TOLD: Final = 20
_STANDARD: Final = Separators("|", "^", "~", "\\", "&")
# HL7 table 0357: what comes nearest to each of our reasons.
_CODES: Final[dict[str, str]] = {
    Reason.MESSAGE_TYPE: "200", Reason.VERSION: "203", Reason.UNKNOWN_PATIENT: "204",
    Reason.CONTROL_ID_REUSED: "205", Reason.NOT_STORED: "207", Reason.NO_CONTROL_ID: "101",
    Reason.SEGMENT_ORDER: "100", Reason.UNKNOWN_SEGMENT: "100", Reason.UNKNOWN_CODE: "103",
    Reason.VALUE_TYPE: "102", "not_a_number": "102", "bad_time": "102",
}  # fmt: skip


class AckCode(StrEnum):
    """Accepted, error, or rejected (HL7 table 0008)."""

    ACCEPT = "AA"
    ERROR = "AE"
    REJECT = "AR"


@dataclass(frozen=True, slots=True)
class Told:
    """One reason, for an ERR segment."""

    code: str
    reason: str
    words: str
    where: str
    severity: str


def code_for(incoming: Incoming) -> AckCode:
    """AA where anything was stored, or nothing was wrong; AR where the whole cannot be read."""
    whole = {each.fate.outcome for each in incoming.fated if not each.number}
    if Outcome.REJECTED in whole:
        return AckCode.REJECT
    if Outcome.QUARANTINED in whole:
        return AckCode.ERROR
    met = {each.fate.outcome for each in incoming.fated}
    is_pending = all(each.fate.reason == Reason.PENDING for each in incoming.fated)
    if met & {Outcome.STORED, Outcome.DUPLICATE} or is_pending:
        return AckCode.ACCEPT
    return AckCode.ERROR


def ack(incoming: Incoming, *, now: datetime, code: AckCode | None = None) -> bytes:
    """Return the answer, unframed: MSH, MSA, and an ERR for each of the first parts refused.

    It never repeats a value: only codes, places and reasons.
    """
    code = code or code_for(incoming)
    seen: dict[tuple[int, str], Fated] = {}
    for each in incoming.not_stored():
        seen.setdefault((each.number, str(each.fate.reason)), each)
    told = [_told(each) for each in list(seen.values())[:_MOST_TOLD]]
    reason = told[0].words if told and code is not AckCode.ACCEPT else ""
    return _compose(incoming.raw, code, reason, told, now=now)


def failure(
    raw: bytes, *, now: datetime, reason: str, words: str, code: AckCode = AckCode.ERROR
) -> bytes:
    """The answer where nothing could be stored, not even the refusal: the sender tries again."""
    told = [Told(_CODES.get(reason, "207"), reason, words, "", "E")]
    return _compose(raw, code, words, told, now=now)


def _told(each: Fated) -> Told:
    place = f"segment {each.number} {each.fate.where}".strip() if each.number else each.fate.where
    reason = str(each.fate.reason)
    severity = "W" if each.number else "E"
    return Told(_CODES.get(reason, "207"), reason, each.fate.words, place, severity)


def _compose(raw: bytes, code: AckCode, reason: str, told: list[Told], *, now: datetime) -> bytes:
    marks, sender, facility, kind, control, version, process, to = _addressed(raw)

    def line(*fields: str) -> str:
        return marks.field.join(fields)

    component = marks.component
    encoding = marks.component + marks.repetition + marks.escape + marks.subcomponent
    lines = [
        line(
            "MSH", encoding, _safe(to[0] or APPLICATION, marks), _safe(to[1], marks),
            _safe(sender, marks), _safe(facility, marks), f"{now:%Y%m%d%H%M%S}+0000", "",
            f"ACK{component}{_safe(kind, marks)}{component}ACK" if kind else "ACK",
            uuid4().hex[:20], _safe(process, marks), _safe(version, marks), *([""] * 5),
            "UNICODE UTF-8",
        ),
        line("MSA", code.value, _safe(control, marks), _safe(reason[:80], marks)),
    ]  # fmt: skip
    lines += [
        line(
            "ERR", "", _safe(each.where, marks),
            f"{each.code}{component}{_safe(each.reason, marks)}{component}HL70357",
            each.severity, "", "", "", _safe(each.words[:250], marks),
        )
        for each in told
    ]  # fmt: skip
    return ("\r".join(lines) + "\r").encode()


def _addressed(
    raw: bytes,
) -> tuple[Separators, str, str, str, str, str, str, tuple[str, str]]:
    """What the header says, as far as it can be read at all."""
    text = raw.decode("utf-8", "replace").lstrip("\ufeff")
    first = text.replace("\n", "\r").split("\r", 1)[0]
    try:
        marks = separators_of(first)
        segment = read(first).header
        header = header_of(segment)
        to = (segment.text(5), segment.text(6))
        process = segment.text(11)
    except RefusedMessageError:
        return _STANDARD, "", "", "", "", "2.5.1", "P", ("", "")
    version = header.version if len(header.version) < 6 else "2.5.1"
    return (
        marks, header.sender, header.facility, header.event, header.control_id,
        version or "2.5.1", process or "P", to,
    )  # fmt: skip


def _safe(text: str, marks: Separators) -> str:
    """Text as a field holds it: separators escaped, line ends and control characters gone."""
    plain = "".join(each if each.isprintable() else " " for each in text)
    if not marks.escape:
        return "".join(" " if each in _all(marks) else each for each in plain)
    names = dict(zip(_all(marks), "FSRTE", strict=True))
    escape = marks.escape
    return "".join(f"{escape}{names[c]}{escape}" if c in names else c for c in plain)


def _all(marks: Separators) -> str:
    each = marks.field + marks.component + marks.repetition + marks.subcomponent
    return each + marks.escape
