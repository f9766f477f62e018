"""Tables of a score whose edges say on which side the edge itself lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from grading.rules.score_bands import row_problems
from grading.rules.verdict import Criterion


@dataclass(frozen=True, slots=True)
class Edge:
    """Where two rows meet; `to_lower` says that the value itself belongs to the lower row."""

    value: Decimal
    to_lower: bool


@dataclass(frozen=True, slots=True)
class Range:
    """Values between two edges; None is an open end."""

    low: Edge | None
    high: Edge | None
    criterion: Criterion

    @property
    def points(self) -> int:
        """What the row scores."""
        return self.criterion.grade

    def holds(self, value: Decimal) -> bool:
        """Whether the value falls in this row."""
        return _is_above(value, self.low) and not (
            self.high is not None and _is_above(value, self.high)
        )


def ranges(
    prefix: str, words: str, spec: str, *, source: str, tag: str = "V2"
) -> tuple[Range, ...]:
    """Rows from a line such as `0 <2000 35 <=6000 50`: points, edge, points, edge, points.

    An edge says of the row before it which values are still its own: `<2000` leaves 2000 to
    the next row, `<=6000` keeps 6000. `words` holds "{}" where the values are to be written.
    """
    tokens = spec.split()
    edges = [None, *(_edge(token) for token in tokens[1::2]), None]
    return tuple(
        Range(
            low,
            high,
            Criterion(f"{prefix}-{place}", int(points), words.format(_say(low, high)), source, tag),
        )
        for place, (points, (low, high)) in enumerate(
            zip(tokens[::2], pairwise(edges), strict=True), start=1
        )
    )


def range_of(table: Sequence[Range], value: Decimal) -> Range:
    """The row a value falls in; raises ValueError where the table has none."""
    for row in table:
        if row.holds(value):
            return row
    raise ValueError(f"{value} is outside every row")


def range_problems(name: str, table: Sequence[Range], *, most: int) -> list[str]:
    """The gaps, overlaps, closed ends and falling edges of one table; empty when it is whole."""
    problems = []
    if not table or table[0].low is not None or table[-1].high is not None:
        problems.append(f"{name}: the ends are not open")
    problems += [
        f"{name}: {lower.criterion.words} does not meet {upper.criterion.words}"
        for lower, upper in pairwise(table)
        if lower.high is None or lower.high != upper.low
    ]
    problems += [
        f"{name}: {row.criterion.words} is empty"
        for row in table
        if row.low is not None and row.high is not None and row.low.value >= row.high.value
    ]
    return problems + row_problems([row.criterion for row in table], most=most)


def _is_above(value: Decimal, edge: Edge | None) -> bool:
    if edge is None:
        return True
    return value > edge.value if edge.to_lower else value >= edge.value


def _edge(token: str) -> Edge:
    number = token.lstrip("<=")
    sign = token.removesuffix(number)
    if sign not in ("<", "<="):
        raise ValueError(f"an edge is written < or <=, not {token!r}")
    return Edge(Decimal(number), to_lower=sign == "<=")


def _say(low: Edge | None, high: Edge | None) -> str:
    said = []
    if low is not None:
        said.append(f"{'>' if low.to_lower else '≥'} {low.value}")
    if high is not None:
        said.append(f"{'≤' if high.to_lower else '<'} {high.value}")
    return " and ".join(said)
