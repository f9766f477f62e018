"""Early-warning charts as tables of bands: a value, the band it falls in, and its points."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from grading.rules.verdict import VERIFICATION_TAGS, Criterion, Reason


@dataclass(frozen=True, slots=True)
class Band:
    """Values from `low` up to but not including `high`; None is an open end."""

    low: Decimal | None
    high: Decimal | None
    criterion: Criterion

    @property
    def points(self) -> int:
        """What the band scores."""
        return self.criterion.grade

    def holds(self, value: Decimal | int) -> bool:
        """Whether the value falls in this band."""
        return (self.low is None or self.low <= value) and (self.high is None or value < self.high)


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a chart as scored: its points, or what is missing to know them.

    `at_least` is what the known values already score; it equals `points` when they are known.
    """

    points: int | None
    at_least: int
    reason: Reason | None = None
    missing: tuple[str, ...] = ()


def bands(
    prefix: str, words: str, spec: Sequence[tuple[str | None, int]], *, source: str, tag: str = "V1"
) -> tuple[Band, ...]:
    """Bands from `(end, points)` pairs, lowest first; each end begins the next band.

    `words` holds "{}" where the band is to be written; ends are steps of the last digit given.
    """
    rows: list[Band] = []
    low: Decimal | None = None
    for place, (end, points) in enumerate(spec, start=1):
        high = None if end is None else Decimal(end)
        said = words.format(_say(low, high))
        row = Criterion(f"{prefix}-{place}", points, said, source, tag)
        rows.append(Band(low, high, row))
        low = high
    return tuple(rows)


def band_of(table: Sequence[Band], value: Decimal | int) -> Band:
    """The band a value falls in; raises ValueError where the table has none."""
    for band in table:
        if band.holds(value):
            return band
    raise ValueError(f"{value} is outside every band")


def scored(table: Sequence[Band], value: Decimal | int | None, *, field: str, said: str) -> Part:
    """A value scored by its table, or the field that is missing."""
    if value is None:
        return Part(None, 0, missing=(field,))
    return part(band_of(table, value).criterion, said.format(value))


def part(row: Criterion, *inputs: str) -> Part:
    """The points of a row that was met; nothing is said about a row of no points."""
    reason = Reason(row.id, row.grade, row.words, inputs) if row.grade else None
    return Part(row.grade, row.grade, reason)


def band_problems(name: str, table: Sequence[Band]) -> list[str]:
    """The gaps, overlaps and closed ends of one table; empty when it is whole."""
    problems = []
    if not table or table[0].low is not None or table[-1].high is not None:
        problems.append(f"{name}: the ends are not open")
    problems += [
        f"{name}: {lower.criterion.words} does not meet {upper.criterion.words}"
        for lower, upper in pairwise(table)
        if lower.high is None or lower.high != upper.low
    ]
    return problems + row_problems([band.criterion for band in table], most=4)


def row_problems(rows: Sequence[Criterion], *, most: int) -> list[str]:
    """Rows that say too little, score beyond the chart or share an id."""
    ids = [row.id for row in rows]
    problems = [f"row {name} appears twice" for name in dict.fromkeys(ids) if ids.count(name) > 1]
    for row in rows:
        if not row.words or not row.source:
            problems.append(f"row {row.id} has no words or no source")
        if row.verification_tag not in VERIFICATION_TAGS:
            problems.append(f"row {row.id} has tag {row.verification_tag!r}")
        if not 0 <= row.grade <= most:
            problems.append(f"row {row.id} has {row.grade} points")
    return problems


def _say(low: Decimal | None, high: Decimal | None) -> str:
    # The last value of a band, written as the chart prints it: 9 to 11, not 9 to below 12.
    if high is None:
        return f"{low} or more"
    last = high - Decimal(1).scaleb(int(high.as_tuple().exponent))
    if low is None:
        return f"{last} or less"
    return f"{low}" if low == last else f"{low} to {last}"
