"""Days and clocks as tables write them: the order is told, never guessed."""

import re
from collections.abc import Iterable
from typing import Final

from interop.tables.mapping import DateOrder

_YEAR_FIRST: Final = re.compile(
    r"(\d{4})([-/.]?)(\d\d?)\2(\d\d?)(?:[ T,]+(.+))?", re.ASCII
)  # fmt: skip
_YEAR_LAST: Final = re.compile(r"(\d\d?)([-/.])(\d\d?)\2(\d{4})(?:[ T,]+(.+))?", re.ASCII)
_CLOCK: Final = re.compile(
    r"(?:(\d\d?):(\d\d)(?::(\d\d(?:[.,]\d{1,6})?))?|(\d\d)(\d\d)(\d\d)?)"
    r"(?: ?([AaPp])\.?[Mm]\.?)? ?(Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_NOON: Final = 12


def normal(text: str, order: DateOrder) -> str | None:
    """Return “2026-03-04 05:06:07”, with the offset if there was one; None for no such time.

    A day without a clock is no time of a reading.
    """
    parts = _parts(text, order)
    if parts is None or parts[3] is None:
        return None
    year, month, day, clock = parts
    told = _clock(clock or "")
    return None if told is None else f"{year}-{month:0>2}-{day:0>2} {told}"


def possible_orders(texts: Iterable[str]) -> set[DateOrder]:
    """The orders in which every one of these days exists; more than one must be asked about."""
    left = set(DateOrder)
    for text in texts:
        left -= {order for order in left if not _fits(text, order)}
        if not left:
            break
    return left


def _fits(text: str, order: DateOrder) -> bool:
    parts = _parts(text, order)
    return parts is not None and 1 <= int(parts[1]) <= 12 and 1 <= int(parts[2]) <= 31


def _parts(text: str, order: DateOrder) -> tuple[str, str, str, str | None] | None:
    plain = text.strip()
    if order is DateOrder.YEAR_FIRST:
        match = _YEAR_FIRST.fullmatch(plain)
        if match is None or (not match[2] and len(match[3] + match[4]) != 4):
            return None
        return match[1], match[3], match[4], match[5]
    match = _YEAR_LAST.fullmatch(plain)
    if match is None:
        return None
    first, second = match[1], match[3]
    day, month = (first, second) if order is DateOrder.DAY_FIRST else (second, first)
    return match[4], month, day, match[5]


def _clock(text: str) -> str | None:
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    hour, half = int(match[1] or match[4]), (match[7] or "").casefold()
    if half:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    seconds = (match[3] or match[6] or "00").replace(",", ".")
    return f"{hour:02d}:{match[2] or match[5]}:{seconds}{match[8] or ''}"
