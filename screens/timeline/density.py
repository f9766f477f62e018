"""Which sets of a dense course are drawn: those that hold an extreme, a change or a gap's edge.

Every set is looked at, as columns in order of time; a month of minutes takes no loop over rows.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import compress, islice
from operator import ne
from typing import Any, Final

# At most this many sets are drawn one and all.
EVERY_SET_UP_TO: Final = 1500
# No line is broken sooner, so no two neighbors that were kept lie a false gap apart.
WIDEST_BUCKET: Final = timedelta(hours=2)
NARROWEST_BUCKET: Final = timedelta(minutes=1)
SIGNS: Final = (
    "temperature_celsius", "heart_rate_bpm", "respirations_per_minute", "systolic_mmhg",
    "diastolic_mmhg", "mean_arterial_mmhg", "spo2_percent",
)  # fmt: skip
# Drawn as lines: of these a bucket's ends are kept too, because there gaps are looked for.
_LINES: Final = frozenset(
    {"temperature_celsius", "heart_rate_bpm", "respirations_per_minute", "spo2_percent"}
)
_MICROSECONDS: Final = "%Y-%m-%d %H:%M:%S.%f"
_CHANGES: Final = ("at_least", "grade", "oxygen_device", "vasopressors")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a course, and into how many buckets it is cut at most."""

    begin: datetime
    end: datetime
    buckets: int

    @property
    def bucket_seconds(self) -> int:
        """How long a bucket is: a minute at least, two hours at most."""
        wanted = (self.end - self.begin) / max(self.buckets, 1)
        return round(min(max(wanted, NARROWEST_BUCKET), WIDEST_BUCKET).total_seconds())


@dataclass(frozen=True, slots=True)
class Columns:
    """Every set of a course in order of time; `at` in UTC as text that sorts like time.

    `of` has a column of each sign in `SIGNS`, of `at_least`, `grade`, `oxygen_device`,
    `vasopressors` and `note`; None was not recorded.
    """

    at: Sequence[str]
    of: Mapping[str, Sequence[Any]]

    def between(self, begin: datetime, end: datetime) -> range:
        """Return the places of the sets of a span, both ends included."""
        return range(
            bisect_left(self.at, _no_later(begin)), bisect_right(self.at, _no_earlier(end))
        )


def telling(columns: Columns, part: Part) -> set[int]:
    """Return the places of the sets of a part that hold all there is to see."""
    inside = columns.between(part.begin, part.end)
    kept: set[int] = set()
    for bucket in _buckets(columns, part, inside):
        kept |= {bucket.start, bucket.stop - 1}
        for sign in SIGNS:
            kept.update(_extremes(columns.of[sign], bucket, ends=sign in _LINES))
    return kept | _changes(columns, inside)


def _buckets(columns: Columns, part: Part, inside: range) -> Iterator[range]:
    """The places of each bucket that holds any; buckets begin at whole multiples since 1970."""
    width = part.bucket_seconds
    begin = inside.start
    edge = (int(part.begin.timestamp()) // width + 1) * width
    while begin < inside.stop:
        until = _no_later(datetime.fromtimestamp(edge, UTC))
        end = bisect_left(columns.at, until, begin, inside.stop)
        if begin < end:
            yield range(begin, end)
        begin, edge = end, edge + width


def _extremes(column: Sequence[Any], bucket: range, *, ends: bool) -> Iterator[int]:
    """The places of the first lowest and the last highest value; of its `ends` too if asked."""
    values = column[bucket.start : bucket.stop]
    known = values
    if None in values:
        known = [value for value in values if value is not None]
        if not known:
            return
        if ends:
            places = [place for place, value in zip(bucket, values, strict=True)
                      if value is not None]  # fmt: skip
            yield places[0]
            yield places[-1]
    yield bucket.start + values.index(min(known))
    yield bucket.stop - 1 - values[::-1].index(max(known))


def _changes(columns: Columns, inside: range) -> set[int]:
    """Sets whose grade, device or vasopressors are others than before, and the set before them.

    Sets with a note are kept too.
    """
    changed: set[int] = set()
    for name in _CHANGES:
        column = columns.of[name][inside.start : inside.stop]
        changed.update(compress(inside[1:], map(ne, column, islice(column, 1, None))))
    noted = compress(inside, columns.of["note"][inside.start : inside.stop])
    return changed | {place - 1 for place in changed} | set(noted)


def _no_later(at: datetime) -> str:
    """A time as text that sorts before the same time from any database."""
    return f"{at.astimezone(UTC):{_MICROSECONDS}}".rstrip("0").rstrip(".")


def _no_earlier(at: datetime) -> str:
    """A time as text that sorts after the same time from any database, with an offset or not."""
    return f"{at.astimezone(UTC):{_MICROSECONDS}}~"
