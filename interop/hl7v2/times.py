"""Read a time stamp with its precision and zone, and place a wall-clock time in UTC."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from charting.entry import FUTURE_TOLERANCE
from interop.csv.cells import EARLIEST_YEAR
from interop.csv.outcomes import Reason as ValueReason
from interop.hl7v2.reasons import Reason, RefusedMessageError

_STAMP: Final = re.compile(
    r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.(\d{1,6}))?)?)?)?)?)?"
    r"([+-]\d{4})?",
    re.ASCII,
)
_WIDEST_OFFSET_HOURS: Final = 14


@dataclass(frozen=True, slots=True)
class Clock:
    """Whose clock a message's times are of: its own offset, an agreed zone, or the ward's."""

    now: datetime
    zone: tzinfo


def moment(text: str, clock: Clock, *, where: str) -> datetime:
    """Return the instant of a time stamp, to the minute at least; raises RefusedMessageError.

    A time the clocks skipped does not exist; one that they repeated is quarantined unless
    its offset is written. A future one is refused.
    """
    found = _STAMP.fullmatch(text)
    if found is None:
        raise _bad(text, where)
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    if minute is None:
        words = "the time is not given to the minute"
        raise RefusedMessageError(Reason.COARSE_TIME, words, where=where)
    micro = (fraction or "").ljust(6, "0")
    try:
        wall = datetime(  # noqa: DTZ001  # placed in a zone below
            int(year), int(month), int(day), int(hour), int(minute), int(second or 0), int(micro)
        )
        zone = offset_of(offset) if offset else clock.zone
        at = _placed(wall, zone, where).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _bad(text, where) from None
    if at.year < EARLIEST_YEAR:
        raise _bad(text, where)
    if at > clock.now + FUTURE_TOLERANCE:
        words = "the time is in the future"
        raise RefusedMessageError(ValueReason.FUTURE_TIME, words, where=where)
    return at


def offset_in(text: str) -> tzinfo | None:
    """The offset that a time stamp ends in; None when it has none or is no time stamp."""
    found = _STAMP.fullmatch(text)
    if found is None or not found[8]:
        return None
    try:
        return offset_of(found[8])
    except ValueError:
        return None


def offset_of(text: str) -> tzinfo:
    """Read +HHMM; raises ValueError beyond fourteen hours."""
    hours, minutes = int(text[1:3]), int(text[3:])
    span = timedelta(hours=hours, minutes=minutes)
    if minutes > 59 or span > timedelta(hours=_WIDEST_OFFSET_HOURS):
        raise ValueError(text)
    return timezone(-span if text[0] == "-" else span)


def day(text: str) -> date | None:
    """The calendar day of a time stamp, whatever follows it; None when it has no day."""
    found = _STAMP.fullmatch(text)
    if found is None or found[3] is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _placed(wall: datetime, zone: tzinfo, where: str) -> datetime:
    first, second = wall.replace(tzinfo=zone), wall.replace(tzinfo=zone, fold=1)
    ahead, behind = first.utcoffset(), second.utcoffset()
    assert ahead is not None
    assert behind is not None
    if ahead == behind:
        return first
    name = zone.key if isinstance(zone, ZoneInfo) else "this zone"
    if ahead < behind:
        words = f"the time does not exist in {name}: the clocks were put forward"
        raise RefusedMessageError(ValueReason.BAD_TIME, words, where=where)
    words = f"the time happened twice in {name}: the offset from UTC must be written"
    raise RefusedMessageError(ValueReason.AMBIGUOUS_TIME, words, where=where)


def _bad(text: str, where: str) -> RefusedMessageError:
    words = "there is no time" if not text else "the time cannot be read"
    reason = ValueReason.BAD_TIME if text else Reason.NO_TIME
    return RefusedMessageError(reason, words, where=where)
