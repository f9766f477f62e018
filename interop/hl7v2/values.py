"""Read what one OBX holds: its status, its time and its value, as text that can be read on."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from interop.csv.outcomes import Reason as ValueReason
from interop.hl7v2 import times
from interop.hl7v2.orders import Part
from interop.hl7v2.reasons import Reason, RefusedMessageError
from interop.hl7v2.times import Clock
from interop.hl7v2.wire import Segment

_NUMERIC: Final = frozenset({"NM", "SN"})
_CODED: Final = frozenset({"CE", "CWE", "CNE", "CF"})
_PLAIN: Final = frozenset({"", "ST", "TX", "FT", "IS", "ID"})
_COMPARATORS: Final = frozenset({"", "=", "<", "<=", ">", ">="})


class Standing(StrEnum):
    """What the status of a result asks for."""

    FINAL = "final"
    PRELIMINARY = "preliminary"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    PENDING = "pending"


# HL7 table 0085. A result without a status was sent as one.
_STANDINGS: Final = {
    "F": Standing.FINAL, "": Standing.FINAL, "U": Standing.FINAL,
    "P": Standing.PRELIMINARY, "R": Standing.PRELIMINARY, "S": Standing.PRELIMINARY,
    "C": Standing.CORRECTED,
    "D": Standing.WITHDRAWN, "W": Standing.WITHDRAWN, "X": Standing.WITHDRAWN,
    "I": Standing.PENDING, "O": Standing.PENDING, "N": Standing.PENDING,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """An OBX read: `text` is its value, blank where a withdrawal needs none."""

    status: str
    standing: Standing
    at: datetime
    text: str


def value_of(part: Part, clock: Clock) -> Value:
    """Return what the OBX says; raises RefusedMessageError."""
    segment = part.result
    status = segment.text(11).upper()
    standing = _STANDINGS.get(status)
    if standing is None:
        words = f"result status “{status[:3]}” is not in table 0085"
        raise RefusedMessageError(Reason.STATUS, words, where="OBX-11")
    is_null = segment.is_null(5)
    text = "" if is_null else _text(segment)
    if standing is Standing.PENDING:
        if text:
            words = f"status {status} says that there is no result, and there is one"
            raise RefusedMessageError(Reason.STATUS, words, where="OBX-11")
        raise RefusedMessageError(Reason.PENDING, f"status {status}: no result yet", where="OBX-11")
    if standing is Standing.CORRECTED and is_null:
        standing = Standing.WITHDRAWN  # the sender deletes what was there
    if not text and standing is not Standing.WITHDRAWN:
        raise RefusedMessageError(ValueReason.NO_VALUE, "no value", where="OBX-5")
    return Value(status, standing, taken_at(part, clock), text)


def taken_at(part: Part, clock: Clock) -> datetime:
    """OBX-14, where it is empty OBR-7; when the message was sent says nothing."""
    if part.result.text(14):
        return times.moment(part.result.text(14), clock, where="OBX-14")
    stamp = part.order.text(7) if part.order else ""
    return times.moment(stamp, clock, where="OBR-7" if stamp else "OBX-14")


def _text(segment: Segment) -> str:
    kind = segment.text(2).upper()
    if kind == "SN":
        return _structured(segment)
    if kind in _CODED:
        _refuse_several(segment)
        return segment.text(5, 2) or segment.text(5) or segment.text(5, 5)
    if kind not in _PLAIN | _NUMERIC:
        words = f"values of type “{kind[:3]}” are not read"
        raise RefusedMessageError(Reason.VALUE_TYPE, words, where="OBX-2")
    if kind in _NUMERIC:
        _refuse_several(segment)
    return segment.whole(5)


def _refuse_several(segment: Segment) -> None:
    if len([each for each in segment.repetitions(5) if each.strip()]) > 1:
        words = "several values in one result"
        raise RefusedMessageError(Reason.SEVERAL_VALUES, words, where="OBX-5")


def _structured(segment: Segment) -> str:
    """A structured numeric: a bound or a number as text; a ratio or a range as it is written."""
    _refuse_several(segment)
    sign, first, between, second = (segment.text(5, number) for number in range(1, 5))
    if sign not in _COMPARATORS:
        words = "the comparator of a structured number is none of < <= > >= ="
        raise RefusedMessageError(ValueReason.NOT_A_NUMBER, words, where="OBX-5")
    sign = "" if sign == "=" else sign
    return f"{sign}{first}{between}{second}" if first else ""
