"""What a score of a course answers, and how a value gets in: with its unit, or not at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from grading.rules.score_bands import row_problems
from grading.rules.scores_tables import Range, range_of, range_problems
from grading.rules.verdict import Criterion

# How a ward writes these codes.
_UNIT_WORDS: Final = {"10*9/L": "x10^9/L", "Cel": "°C"}


@dataclass(frozen=True, slots=True)
class Measured:
    """A value as reported: the unit is part of it; a comparator makes it a bound."""

    value: Decimal
    unit: str
    comparator: str = ""
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """One item that a score measures, in the unit of its formula.

    `per` lists every unit that is taken, with how many of it make one of `unit`. A value
    outside `low` to `high` (in `unit`) is refused as a slip of the unit: policy, not printed.
    """

    name: str
    label: str
    unit: str
    low: Decimal
    high: Decimal
    per: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Used:
    """A recorded value that a part rests on, in the words and unit it was reported in."""

    said: str
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One item as it entered; `points` is None for a factor of a formula."""

    name: str
    label: str
    points: int | None
    words: str
    source: str
    verification_tag: str
    used: tuple[Used, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """An item looked at: the number it brings and its part, or what is missing and why."""

    name: str
    number: Decimal | None
    part: ScorePart | None = None
    missing: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One published score: the rows a reviewer signs, and what it must not be taken for.

    `items` names every field that can be missing. `formula` is empty where points are added;
    `most` is the highest number of points of a row.
    """

    name: str
    title: str
    ruleset: str
    caution: str
    items: Mapping[str, str]
    rows: tuple[tuple[str, Criterion], ...]
    tables: Mapping[str, tuple[Range, ...]] = field(default_factory=dict)
    formula: str = ""
    most: int = 0

    def problems(self) -> list[str]:
        """The gaps, overlaps and silent rows of the sheet; empty when it is whole."""
        found = [
            problem
            for name, table in self.tables.items()
            for problem in range_problems(name, table, most=self.most)
        ]
        return [*found, *row_problems([row for _, row in self.all_rows()], most=self.most)]

    def all_rows(self) -> tuple[tuple[str, Criterion], ...]:
        """Every row with the item it stands under."""
        ranged = [(name, row.criterion) for name, table in self.tables.items() for row in table]
        return (*ranged, *self.rows)


@dataclass(frozen=True, slots=True)
class Score:
    """A score with its parts; `value` is None when an item is missing, and is never guessed.

    `missing` names fields of the sheet; `refused` says why a value that was recorded does not
    count. `reading` is what the published cut-off says of the value.
    """

    name: str
    ruleset: str
    value: Decimal | None
    caution: str
    parts: tuple[ScorePart, ...] = ()
    missing: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    reading: str = ""

    @property
    def times(self) -> tuple[datetime, ...]:
        """When the values used were taken, oldest first."""
        used = (one.taken_at for part in self.parts for one in part.used)
        return tuple(sorted(moment for moment in used if moment is not None))

    @property
    def apart(self) -> timedelta | None:
        """Between the oldest and the newest value used; None when fewer than two have a time."""
        times = self.times
        return times[-1] - times[0] if len(times) > 1 else None


def in_unit(quantity: Quantity, given: Measured) -> Decimal:
    """The value in the unit of the formula; raises ValueError saying why it cannot be used."""
    if given.comparator:
        raise ValueError(f"{said(quantity, given)} is a bound, not a value")
    per = {quantity.unit: Decimal(1), **quantity.per}
    if given.unit not in per:
        known = ", ".join(per)
        raise ValueError(f"{quantity.label} in “{given.unit}”: known units are {known}")
    value = given.value / per[given.unit]
    if not quantity.low <= value <= quantity.high:
        bounds = f"{quantity.low:f} to {quantity.high:f} {quantity.unit}"
        raise ValueError(f"{said(quantity, given)} is outside {bounds}: check the unit")
    return value


def said(quantity: Quantity, given: Measured) -> str:
    """The value as it was reported, for example “Creatinine 1.4 mg/dL”."""
    digits = f"{given.value.normalize() + 0:f}"
    unit = _UNIT_WORDS.get(given.unit, given.unit)
    return f"{quantity.label} {given.comparator}{digits} {unit}".strip()


def factor(quantity: Quantity, row: Criterion, given: Measured | None) -> Line:
    """A value that enters a formula as a number."""
    return looked_at(
        quantity, given, lambda value, used: (value, part_of(quantity, row, None, (used,)))
    )


def ranged(quantity: Quantity, table: Sequence[Range], given: Measured | None) -> Line:
    """A value that scores by a table; the number of the line is its points."""

    def entry(value: Decimal, used: Used) -> tuple[Decimal, ScorePart]:
        row = range_of(table, value)
        return Decimal(row.points), part_of(quantity, row.criterion, row.points, (used,))

    return looked_at(quantity, given, entry)


def looked_at(
    quantity: Quantity,
    given: Measured | None,
    entry: Callable[[Decimal, Used], tuple[Decimal, ScorePart]],
) -> Line:
    """One value: missing, refused, or the number and the part that `entry` makes of it."""
    if given is None:
        return Line(quantity.name, None, missing=(quantity.name,))
    try:
        value = in_unit(quantity, given)
    except ValueError as error:
        return Line(quantity.name, None, missing=(quantity.name,), refused=(str(error),))
    number, part = entry(value, Used(said(quantity, given), given.taken_at))
    return Line(quantity.name, number, part)


def part_of(
    item: Quantity, row: Criterion, points: int | None, used: tuple[Used, ...]
) -> ScorePart:
    """The part of a measured item, with the values it rests on."""
    return ScorePart(
        item.name, item.label, points, row.words, row.source, row.verification_tag, used
    )


def stated(name: str, label: str, row: Criterion | None) -> Line:
    """What somebody stated, as the row that answers it; not stated is missing, never no."""
    if row is None:
        return Line(name, None, missing=(name,))
    part = ScorePart(name, label, row.grade, row.words, row.source, row.verification_tag)
    return Line(name, Decimal(row.grade), part)


def score(
    sheet: Sheet,
    lines: Sequence[Line],
    *,
    of: Callable[[Mapping[str, Decimal]], Decimal],
    say: Callable[[Decimal], str],
) -> Score:
    """The score of the lines, or which are missing; `of` is only asked when none is."""
    missing = tuple(name for line in lines for name in line.missing)
    numbers = {line.name: line.number for line in lines if line.number is not None}
    value = None if missing else of(numbers)
    return Score(
        sheet.name,
        sheet.ruleset,
        value,
        sheet.caution,
        parts=tuple(line.part for line in lines if line.part is not None),
        missing=missing,
        refused=tuple(words for line in lines for words in line.refused),
        reading="" if value is None else say(value),
    )


def added(numbers: Mapping[str, Decimal]) -> Decimal:
    """The sum of the points."""
    return sum(numbers.values(), start=Decimal(0))
