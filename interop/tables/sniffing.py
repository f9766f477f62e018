"""Look at a table before anybody says what it holds: encoding, columns, what must be asked."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from interop.csv import reader
from interop.csv.reader import Sheet
from interop.tables import dates, reading
from interop.tables.mapping import DELIMITERS, DateOrder

LOOKED_AT: Final = 20_000  # records; what stands further down is refused, not guessed
SHOWN: Final = 6
MOST_NAMES: Final = 200
_DECIMAL_COMMA: Final = re.compile(r"[<>=≤≥ ]*[+-]?\d+,\d+", re.ASCII)
_LIKE_A_DAY: Final = re.compile(r"\d{1,4}[-/.]\d\d?[-/.]\d{1,4}(?!\d)|\d{8}(?!\d)", re.ASCII)


@dataclass(slots=True)
class Column:
    """What stands in one column: samples, the day orders it allows, whether commas are decimal."""

    heading: str
    samples: list[str] = field(default_factory=list)
    distinct: dict[str, int] = field(default_factory=dict)
    orders: set[DateOrder] | None = None  # None: no days
    decimal_commas: int = 0

    @property
    def is_ambiguous(self) -> bool:
        """Whether its days exist in more than one order, so that a person must be asked."""
        return self.orders is not None and len(self.orders) > 1

    def meet(self, text: str) -> None:
        """Take one cell into account."""
        if not text:
            return
        if len(self.samples) < SHOWN:
            self.samples.append(text)
        if text in self.distinct or len(self.distinct) <= MOST_NAMES:
            self.distinct[text] = self.distinct.get(text, 0) + 1
        self.decimal_commas += _DECIMAL_COMMA.fullmatch(text) is not None
        if _LIKE_A_DAY.match(text):
            left = set(DateOrder) if self.orders is None else self.orders
            self.orders = left & dates.possible_orders([text])


@dataclass(frozen=True, slots=True)
class Sniffed:
    """A table as it looks; `problem` says why nothing can be made of it."""

    encoding: str
    delimiter: str
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    count: int = 0
    is_whole: bool = True
    malformed: int = 0
    problem: str = ""

    @property
    def header(self) -> tuple[str, ...]:
        """The headings."""
        return tuple(column.heading for column in self.columns)


def sniff(path: Path) -> Sniffed:
    """Read the beginning of a table; nothing is decided, only shown. Raises OSError."""
    encoding = encoding_of(path)
    with path.open(encoding=encoding, errors="replace") as lines:
        first = lines.readline(1 << 20).rstrip("\n").removeprefix("\ufeff")
    if not first.strip():
        return Sniffed(encoding, ",", problem="The file is empty.")
    delimiter = delimiter_of(first)
    try:
        header = reading.header_of(path, encoding=encoding, delimiter=delimiter)
    except csv.Error as error:
        return Sniffed(encoding, delimiter, problem=f"The header cannot be read: {error}.")
    if len(header) < 2:
        words = "The file has one column: its cells are divided by no comma, semicolon or tab."
        return Sniffed(encoding, delimiter, problem=words)
    if twice := sorted({name for name in header if header.count(name) > 1}):
        words = f"The column {', '.join(twice)[:200]} stands twice in the header."
        return Sniffed(encoding, delimiter, problem=words)
    return _look(Sheet(path, encoding, header, delimiter=delimiter))


def encoding_of(path: Path) -> str:
    """Return UTF-8 (with or without its mark), UTF-16 by its mark, or else cp1252."""
    found = reader.encoding_of(path)
    return "cp1252" if found == "latin-1" else found


def delimiter_of(header: str) -> str:
    """Return what divides the headings: most often seen outside quotes; a comma in doubt."""
    bare = re.sub(r'"[^"]*"', "", header)
    return max(DELIMITERS, key=bare.count)


def day_orders(columns: Iterable[Column]) -> set[DateOrder]:
    """The orders in which the days of all these columns exist; all of them without any day."""
    left = set(DateOrder)
    for column in columns:
        if column.orders is not None:
            left &= column.orders
    return left


def _look(sheet: Sheet) -> Sniffed:
    columns = tuple(Column(heading) for heading in sheet.header)
    rows: list[tuple[str, ...]] = []
    count = malformed = 0
    for _, cells, problem in reading.raw_rows(sheet):
        if count == LOOKED_AT:
            return Sniffed(sheet.encoding, sheet.delimiter, columns, tuple(rows), count,
                           is_whole=False, malformed=malformed)  # fmt: skip
        count += 1
        malformed += bool(problem)
        if problem:
            continue
        if len(rows) < SHOWN:
            rows.append(tuple(cells.get(name, "")[:60] for name in sheet.header))
        for column in columns:
            column.meet(cells.get(column.heading, "")[:200])
    return Sniffed(
        sheet.encoding, sheet.delimiter, columns, tuple(rows), count, malformed=malformed
    )
