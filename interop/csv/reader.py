"""Read a CSV file line by line, so that one broken line costs that line and no other."""

import csv
import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from interop.csv.kinds import COLUMNS, READ, WHOLE_LINE, Kind, UnknownHeaderError, kind_of

_CHUNK: Final = 1 << 20
LONGEST_RECORD_LINES: Final = 20
LONGEST_KEPT: Final = 500  # characters of a line that cannot be read
LONGEST_LINE: Final = 200_000  # characters; what is longer is not held in memory
_MARK_AS_LATIN1: Final = "ï»¿"  # a UTF-8 byte order mark in a file that is not UTF-8 after all
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file whose header was read; `kind` is None for an empty file or an unknown header."""

    path: Path
    encoding: str
    header: tuple[str, ...] = ()
    kind: Kind | None = None
    problem: str = ""
    warnings: tuple[str, ...] = ()
    delimiter: str = ","

    @property
    def name(self) -> str:
        """What the summary calls the file."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class Line:
    """One record: its cells by column, or the words that say why it cannot be read."""

    number: int
    kind: Kind
    cells: dict[str, str]
    malformed: str = ""


def open_sheet(path: Path) -> Sheet:
    """Read encoding and header; raises OSError when the file cannot be read."""
    encoding = encoding_of(path)
    warnings = []
    if encoding == "latin-1":
        warnings.append(f"{path.name} is not UTF-8: it was read as Latin-1")
    with path.open(encoding=encoding, errors="replace") as lines:
        text = lines.readline(_CHUNK).rstrip("\n").removeprefix(_MARK_AS_LATIN1)
    if not text.strip():
        warnings.append(f"{path.name} is empty")
        return Sheet(path, encoding, warnings=tuple(warnings))
    try:
        header = tuple(name.strip().casefold() for name in split(text))
        kind = kind_of(header)
    except (csv.Error, UnknownHeaderError) as error:
        return Sheet(path, encoding, problem=str(error), warnings=tuple(warnings))
    missing = [column for column in COLUMNS[kind] if column not in header]
    if missing:
        warnings.append(f"{path.name} has no column {', '.join(missing)}")
    return Sheet(path, encoding, header, kind, warnings=tuple(warnings))


def whole_lines(sheet: Sheet) -> Iterator[Line]:
    """Yield every line below a header that nobody knows, as it stands."""
    with sheet.path.open(encoding=sheet.encoding, errors="replace") as lines:
        for number, line in _numbered(lines):
            if line.strip():
                cells = {WHOLE_LINE: line.strip()[:LONGEST_KEPT]}
                yield Line(number, Kind.UNKNOWN, cells, sheet.problem)


def read(sheet: Sheet) -> Iterator[Line]:
    """Yield every record below the header, the unreadable ones too; blank lines are none."""
    kind = sheet.kind
    assert kind is not None, "a sheet of no known kind has no records"
    wanted = [(name, sheet.header.index(name)) for name in READ[kind] if name in sheet.header]
    for number, record, malformed in records(sheet):
        problem = malformed
        cells: list[str] = []
        if not problem:
            try:
                cells = [cell.strip() for cell in split(record)]
            except csv.Error as error:
                problem = f"cannot be split into cells: {error}"
            else:
                problem = shape(cells, len(sheet.header))
        if problem:
            yield Line(number, kind, {WHOLE_LINE: record[:LONGEST_KEPT]}, problem)
        elif kind is Kind.REJECTS:
            yield _corrected(number, {name: cells[index] for name, index in wanted})
        else:
            yield Line(number, kind, {name: cells[index] for name, index in wanted})


def encoding_of(path: Path) -> str:
    """Return utf-8-sig, utf-16 by its mark, or latin-1 for bytes that are not UTF-8."""
    decoder = getincrementaldecoder("utf-8")()
    with path.open("rb") as content:
        chunk = content.read(_CHUNK)
        if chunk.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            return "utf-16"
        try:
            while chunk:
                decoder.decode(chunk)
                chunk = content.read(_CHUNK)
            decoder.decode(b"", True)  # noqa: FBT003  # final: a cut character is an error
        except UnicodeDecodeError:
            return "latin-1"
    return "utf-8-sig"


def _numbered(lines: TextIO) -> Iterator[tuple[int, str]]:
    """Yield the lines below the header; of one that is too long, its beginning and a mark."""
    lines.readline(_CHUNK)
    number = 1
    while line := lines.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            while (rest := lines.readline(_CHUNK)) and not rest.endswith("\n"):
                pass
            line += "…"
        yield number, line


def records(sheet: Sheet) -> Iterator[tuple[int, str, str]]:
    """Yield line, text and what makes it unreadable of every record below the header.

    Lines of a quoted cell are joined; a quote that never closes breaks its own line only.
    """
    with sheet.path.open(encoding=sheet.encoding, errors="replace") as lines:
        waiting: list[tuple[int, str]] = []
        numbered = _numbered(lines)
        while True:
            number, line = waiting.pop(0) if waiting else next(numbered, (0, ""))
            if not number:
                return
            line = line.rstrip("\n")
            if not line.strip():
                continue
            if len(line) > LONGEST_LINE:
                yield number, line, f"is longer than {LONGEST_LINE} characters"
                continue
            if line.count('"') % 2 == 0:
                yield number, line, _unprintable(line)
                continue
            while len(waiting) < LONGEST_RECORD_LINES and (more := next(numbered, None)):
                waiting.append(more)
            joined, used = _closed(line, [text for _, text in waiting], sheet)
            del waiting[:used]
            yield number, joined, _unprintable(joined) or ("" if used else "a quote is not closed")


def _closed(line: str, following: list[str], sheet: Sheet) -> tuple[str, int]:
    """Return the record closed with the next lines and how many it took; 0 when none closes it."""
    joined = line
    for used, text in enumerate(following, start=1):
        joined = f"{joined}\n{text.rstrip()}"
        if text.count('"') % 2:
            return (joined, used) if _fits(joined, sheet) else (line, 0)
    return line, 0


def _fits(joined: str, sheet: Sheet) -> bool:
    """Whether lines joined by a quote are one record, and not two broken ones."""
    try:
        cells = next(csv.reader([joined], strict=True, delimiter=sheet.delimiter))
        return len(cells) == len(sheet.header)
    except csv.Error:
        return False


def split(record: str, delimiter: str = ",") -> list[str]:
    """Return the cells of a record; raises csv.Error."""
    if '"' not in record:
        return record.split(delimiter)
    return next(csv.reader([record], delimiter=delimiter))


def _unprintable(text: str) -> str:
    found = None if text.isprintable() else _CONTROL.search(text)
    return f"holds the control character {found.group()!r}" if found else ""


def shape(cells: list[str], columns: int) -> str:
    """Return what is wrong with the number of cells; blank when nothing is."""
    if len(cells) < columns:
        return f"has {len(cells)} of {columns} columns: the line is cut short"
    if any(cells[columns:]):
        return f"has {len(cells)} cells where the header has {columns}"
    return ""


def _corrected(number: int, cells: dict[str, str]) -> Line:
    """Read back a line of a rejects file, with its value as somebody corrected it."""
    try:
        kind = Kind(cells["kind"])
        row = json.loads(cells["row"])
        known = {name: str(row.get(name, "")) for name in READ[kind]}
    except (KeyError, ValueError, AttributeError):
        return Line(number, Kind.REJECTS, cells, "is not a row that an import refused")
    if WHOLE_LINE in row:
        return Line(number, kind, row, "could not be read: correct it in its own file")
    if cells["column"] in known:
        known[cells["column"]] = cells["value"]
    if problem := next(filter(None, map(_unprintable, known.values())), ""):
        return Line(number, kind, {WHOLE_LINE: cells["row"]}, problem)
    return Line(number, kind, known)
