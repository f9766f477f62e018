"""Fewer points, the same picture: every run keeps its ends, its extremes and what is marked."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

MOST_POINTS: Final = 2000
_KEPT_PER_BUCKET: Final = 4  # first, lowest, highest, last


class Point(NamedTuple):
    """One value of one series, with what hovering over it says; tens of thousands to a figure."""

    at: datetime
    value: float
    text: str = ""


def runs(points: Sequence[Point], *, holds_for: Callable[[Point], timedelta]) -> list[list[Point]]:
    """Split points where the next one is too late to be joined to the one before."""
    found: list[list[Point]] = []
    for point in points:
        if found and point.at - found[-1][-1].at <= holds_for(found[-1][-1]):
            found[-1].append(point)
        else:
            found.append([point])
    return found


def thin(
    points: Sequence[Point], *, most: int = MOST_POINTS, keep: Collection[datetime] = ()
) -> list[Point]:
    """Return at most about `most` points; up to `most` of them come back untouched.

    Each bucket keeps its first, lowest, highest and last point, so that no peak
    disappears; points at a time in `keep` stay, whatever that adds.
    """
    if len(points) <= most:
        return list(points)
    width = max(-(-len(points) * _KEPT_PER_BUCKET // most), 1)
    marked = set(keep)
    kept: list[Point] = []
    for begin in range(0, len(points), width):
        bucket = points[begin : begin + width]
        values = [point.value for point in bucket]
        wanted = {0, values.index(min(values)), values.index(max(values)), len(bucket) - 1}
        if marked:
            wanted |= {i for i, point in enumerate(bucket) if point.at in marked}
        kept += [bucket[i] for i in sorted(wanted)]
    return kept


def drawn(
    points: Sequence[Point],
    *,
    holds_for: Callable[[Point], timedelta],
    most: int = MOST_POINTS,
    keep: Collection[datetime] = (),
    fine: tuple[datetime, datetime] | None = None,
) -> list[Point | None]:
    """Return the points to draw, thinned, with None wherever the line must break.

    Points between the ends of `fine` have as much room to themselves as all others together.
    """
    inside = [p for p in points if fine and fine[0] <= p.at <= fine[1]]
    totals = {True: max(len(inside), 1), False: max(len(points) - len(inside), 1)}
    line: list[Point | None] = []
    for run in runs(points, holds_for=holds_for):
        if line:
            line.append(None)
        for is_fine, part in _parts(run, fine):
            total = totals[is_fine]
            share = most if total <= most else max(most * len(part) // total, _KEPT_PER_BUCKET)
            line += thin(part, most=share, keep=keep)
    return line


def _parts(
    run: Sequence[Point], fine: tuple[datetime, datetime] | None
) -> list[tuple[bool, list[Point]]]:
    """A run before, in and after the part that is looked at closely."""
    if fine is None:
        return [(False, list(run))]
    before = [p for p in run if p.at < fine[0]]
    inside = [p for p in run if fine[0] <= p.at <= fine[1]]
    after = [p for p in run if p.at > fine[1]]
    return [(is_fine, p) for is_fine, p in ((False, before), (True, inside), (False, after)) if p]
