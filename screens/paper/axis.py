"""One axis of true time on paper: where a moment lies, and a line thinned to what can be seen."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from screens.timeline.course import Course, Moment

# Narrower than this, in points, two values are one stroke of the printer.
_COLUMN: Final = 0.5

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """The course laid from `left` over `width` points."""

    course: Course
    left: float
    width: float

    def x(self, at: datetime) -> float:
        """Return where a moment lies; one outside the course lies on its edge."""
        span = max(self.course.end - self.course.start, timedelta(minutes=1))
        share = (at - self.course.start) / span
        return self.left + min(max(share, 0.0), 1.0) * self.width

    def holds(self, at: datetime) -> bool:
        """Whether the moment lies within the course."""
        return self.course.start <= at <= self.course.end


def lines(
    moments: Sequence[Moment],
    value_of: Callable[[Moment], object],
    *,
    x: Callable[[datetime], float],
) -> list[list[Point]]:
    """Return the strokes of one value: broken where it was missed for too long, extremes kept."""
    found: list[list[Point]] = []
    last: Moment | None = None
    for moment in moments:
        value = value_of(moment)
        if value is None:
            continue
        if last is None or moment.at - last.at > last.holds_for:
            found.append([])
        found[-1].append((x(moment.at), float(str(value))))
        last = moment
    return [thinned(each) for each in found]


def thinned(points: Sequence[Point]) -> list[Point]:
    """Return the points with at most first, lowest, highest and last of each printed column."""
    kept: list[Point] = []
    column: list[tuple[int, Point]] = []
    for index, point in enumerate(points):
        if column and int(point[0] / _COLUMN) != int(column[0][1][0] / _COLUMN):
            kept += _of_column(column)
            column = []
        column.append((index, point))
    return kept + _of_column(column)


def bounds(values: Iterable[float], *, low: float, high: float) -> tuple[float, float]:
    """Return the span that holds every value, `low` to `high` at least."""
    known = list(values)
    return min([low, *known]), max([high, *known])


def _of_column(column: Sequence[tuple[int, Point]]) -> list[Point]:
    if not column:
        return []
    wanted = {
        column[0],
        min(column, key=lambda each: each[1][1]),
        max(column, key=lambda each: each[1][1]),
        column[-1],
    }
    return [point for _, point in sorted(wanted)]
