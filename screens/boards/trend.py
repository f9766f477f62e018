"""Is a grade worse, the same or better than six hours before? Of what is not known: unknown."""

from datetime import timedelta
from typing import Final, NamedTuple

# Operations 7.1: over six hours, up to the newest set.
OVER: Final = timedelta(hours=6)
# What stood when they began was charted at most this long before the newest set.
LOOKS_BACK: Final = timedelta(hours=12)


class Grade(NamedTuple):
    """A grade, or the least it can be where something was not recorded."""

    value: int | None
    at_least: int


def decoded(code: int | None) -> Grade | None:
    """Return the grade a reading query packed: twice the lower bound, and 1 if no more is known."""
    if code is None:
        return None
    at_least, is_open = divmod(code, 2)
    return Grade(None if is_open else at_least, at_least)


def trend(*, newest: Grade | None, before: Grade | None) -> str:
    """Return worse, same, better or unknown.

    A higher lower bound is worse, for it may not wait. Better and the same need a newest
    grade that is known, and better needs the older one's lower bound above it.
    """
    if newest is None or before is None:
        return "unknown"
    if newest.at_least > before.at_least:
        return "worse"
    if newest.value is None:
        return "unknown"
    if newest.value < before.at_least:
        return "better"
    return "same" if before.value is not None else "unknown"
