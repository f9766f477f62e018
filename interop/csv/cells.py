"""Read one cell: a number without float noise, a moment in UTC, a flag, an identifier."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from charting.entry import FUTURE_TOLERANCE
from interop.csv.kinds import Row
from interop.csv.outcomes import Reason, RefusedError
from vitals.units import without_float_noise

EARLIEST_YEAR: Final = 1900
LONGEST_IDENTIFIER: Final = 40
_LARGEST_EXPONENT: Final = 11  # of ten; the columns hold twelve digits before the point
_MOMENT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?) ?(Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T]\d\d:\d\d(?::\d\d)?(?:\.0+)?)?", re.ASCII)
_WHOLE_AS_FLOAT: Final = re.compile(r"(\d+)\.0+", re.ASCII)
_YES: Final = frozenset({"1", "1.0", "true", "yes", "y", "t"})
_NO: Final = frozenset({"", "0", "0.0", "false", "no", "n", "f"})


def number(row: Row, column: str) -> Decimal:
    """Return the finite number in a cell, storage as a 32-bit float undone."""
    text = row[column]
    if not text:
        raise RefusedError(Reason.NO_VALUE, column, "no value")
    value = parsed(text)
    if value is None:
        raise RefusedError(Reason.NOT_A_NUMBER, column, f"“{text}” is not a finite number")
    if value and not -_LARGEST_EXPONENT <= value.adjusted() <= _LARGEST_EXPONENT:
        raise RefusedError(Reason.IMPOSSIBLE, column, f"{text} is no measurement of anything")
    return value


@lru_cache(maxsize=20_000)
def parsed(text: str) -> Decimal | None:
    """Read a number; None when the text is none."""
    try:
        value = without_float_noise(text)
    except ValueError:
        return None
    # A zero with an exponent is a zero, and never a long text.
    return value if value else Decimal(0)


def moment(row: Row, column: str, *, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the moment in a cell, in UTC; without an offset it is a wall clock of `zone`."""
    text = row[column]
    if not text:
        raise RefusedError(Reason.BAD_TIME, column, "no time")
    at = _instant(text, column, zone)
    if at > now + FUTURE_TOLERANCE:
        raise RefusedError(Reason.FUTURE_TIME, column, f"{text} is in the future")
    return at


@lru_cache(maxsize=50_000)
def _instant(text: str, column: str, zone: ZoneInfo) -> datetime:
    match = _MOMENT.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        at = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3] or ''}")
    except ValueError:
        words = f"“{text}” is not a time such as 2026-03-01 14:10:00"
        raise RefusedError(Reason.BAD_TIME, column, words) from None
    if at.year < EARLIEST_YEAR:
        raise RefusedError(Reason.BAD_TIME, column, f"{text} is before {EARLIEST_YEAR}")
    if at.tzinfo is None:
        at = _on_the_wall(at, zone, column)
    return at.astimezone(UTC)


def _on_the_wall(at: datetime, zone: ZoneInfo, column: str) -> datetime:
    """Place a wall-clock time; the hour that clocks skip or repeat is not guessed."""
    first, second = at.replace(tzinfo=zone), at.replace(tzinfo=zone, fold=1)
    ahead = first.utcoffset()
    behind = second.utcoffset()
    assert ahead is not None
    assert behind is not None
    if ahead < behind:
        words = f"{at} does not exist in {zone.key}: the clocks were put forward"
        raise RefusedError(Reason.BAD_TIME, column, words)
    if ahead > behind:
        words = f"{at} happened twice in {zone.key}: write the offset from UTC"
        raise RefusedError(Reason.AMBIGUOUS_TIME, column, words)
    return first


def minute(at: datetime) -> datetime:
    """Return the minute a moment belongs to."""
    return at - timedelta(seconds=at.second, microseconds=at.microsecond)


def day(text: str) -> date | None:
    """Return a calendar day, written with or without midnight; None when it is none."""
    match = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def flagged(row: Row, column: str) -> bool:
    """Whether a yes-or-no cell says yes; raises RefusedError for an answer nobody defined."""
    text = row[column].casefold()
    if text in _NO:
        return False
    if text in _YES:
        return True
    raise RefusedError(Reason.UNKNOWN_FLAG, column, f"“{row[column]}” is neither 0 nor 1")


def refuse_flagged(row: Row) -> None:
    """Refuse a row that its own source calls an error."""
    if flagged(row, "error_flag"):
        raise RefusedError(Reason.FLAGGED_ERROR, "error_flag", "flagged as an error by the source")


def identifier(text: str) -> str:
    """Return an identifier without the “.0” that a table of floats adds."""
    match = _WHOLE_AS_FLOAT.fullmatch(text)
    return match[1] if match else text
