"""Read a table as its mapping says: the reader's own lines, with cells by what they mean."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from interop import codes
from interop.csv import reader, safe
from interop.csv.kinds import WHOLE_LINE, Kind
from interop.csv.reader import Line, Sheet
from interop.tables import dates, targets
from interop.tables.mapping import DecimalMark, Shape, TableMapping, Target
from interop.tables.targets import Role
from interop.units import code_in

_COMMA: Final = re.compile(r"([<>=≤≥ ]*[+-]?\d+),(\d+)", re.ASCII)
_POINT: Final = re.compile(r"[<>=≤≥ ]*[+-]?\d*\.\d+", re.ASCII)
_WORDS: Final = frozenset({"note", "skipped", "vasopressors"})
_HEADER_BYTES: Final = 1 << 20


def header_of(path: Path, *, encoding: str, delimiter: str) -> tuple[str, ...]:
    """Return the headings as they stand, blank ones numbered; raises csv.Error."""
    with path.open(encoding=encoding, errors="replace") as lines:
        text = lines.readline(_HEADER_BYTES).rstrip("\n").removeprefix("\ufeff")
    if not text.strip():
        return ()
    names = [safe.read(cell.strip()) for cell in reader.split(text, delimiter)]
    return tuple(name or f"(column {number})" for number, name in enumerate(names, start=1))


def open_table(path: Path, mapping: TableMapping) -> Sheet:
    """Return the sheet; its `problem` says why nothing in it can be read."""
    kind = Kind.WIDE if mapping.shape is Shape.WIDE else Kind.TIDY
    sheet = Sheet(path, mapping.encoding, delimiter=mapping.delimiter)
    try:
        header = header_of(path, encoding=mapping.encoding, delimiter=mapping.delimiter)
    except csv.Error as error:
        return replace(sheet, problem=f"the header cannot be read: {error}")
    if not header:
        return replace(sheet, warnings=(f"{path.name} is empty",))
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        words = f"the column {', '.join(twice)[:200]} stands twice in the header"
        return replace(sheet, header=header, problem=words)
    missing = [
        name for name, each in mapping.columns.items()
        if name not in header and each.what != targets.IGNORE
    ]  # fmt: skip
    if missing:
        words = f"the header has no column {', '.join(missing)[:200]}, which was mapped"
        return replace(sheet, header=header, problem=words)
    return replace(sheet, header=header, kind=kind)


def read(sheet: Sheet, mapping: TableMapping) -> Iterator[Line]:
    """Yield every record below the header, the unreadable ones too."""
    assert sheet.kind is not None, "a sheet that cannot be read has no records"
    blank = {"", *mapping.not_recorded}
    for number, content, problem in raw_rows(sheet):
        if problem:
            text = {WHOLE_LINE: content[WHOLE_LINE]}
            yield Line(number, sheet.kind, text, problem)
            continue
        cells = {name: "" if text in blank else text for name, text in content.items()}
        means = _wide if sheet.kind is Kind.WIDE else _tidy
        yield Line(number, sheet.kind, _place(cells, mapping) | means(cells, mapping))


def raw_rows(sheet: Sheet) -> Iterator[tuple[int, dict[str, str], str]]:
    """Yield line number and cells by heading, or the whole line and what is wrong with it."""
    for number, record, malformed in reader.records(sheet):
        problem, cells = malformed, []
        if not problem:
            try:
                cells = [cell.strip() for cell in reader.split(record, sheet.delimiter)]
            except csv.Error as error:
                problem = f"cannot be split into cells: {error}"
            else:
                problem = reader.shape(cells, len(sheet.header))
        if problem:
            yield number, {WHOLE_LINE: record[: reader.LONGEST_KEPT]}, problem
        else:
            named = zip(sheet.header, map(safe.read, cells), strict=False)
            yield number, dict(named), ""


def _place(cells: Mapping[str, str], mapping: TableMapping) -> dict[str, str]:
    def cell(role: Role) -> str:
        return cells.get(mapping.column_of(role) or "", "")

    time = cell(Role.TIME) or f"{cell(Role.DAY)} {cell(Role.CLOCK)}".strip()
    return {
        "patient_id": cell(Role.PATIENT),
        "time": dates.normal(time, mapping.dates) or time,
        "set": cell(Role.SET)[:40],
    }


def _wide(cells: Mapping[str, str], mapping: TableMapping) -> dict[str, str]:
    said = {
        each.what: [_number(cells.get(name, ""), each.what, mapping), unit_of(each), name]
        for name, each in sorted(mapping.columns.items())
        if targets.is_value(each.what) and cells.get(name)
    }
    return {"values": json.dumps(said, ensure_ascii=False, sort_keys=True)}


def unit_of(each: Target) -> str:
    """The unit of a column: the one chosen, or the only one there is."""
    return each.unit or targets.sole_unit(each.what)


def _tidy(cells: Mapping[str, str], mapping: TableMapping) -> dict[str, str]:
    def cell(role: Role) -> str:
        return cells.get(mapping.column_of(role) or "", "")

    name, code = cell(Role.NAME), cell(Role.CODE)
    target = _target(name, code, mapping)
    until, unit = cell(Role.UNTIL), cell(Role.UNIT) or target.unit
    return {
        "until": dates.normal(until, mapping.dates) or until,
        "target": target.what,
        # Where a person said that this very code is in this unit, the unit tells which it is.
        "loinc": code_in(code, unit) if target.unit and unit == target.unit else code,
        "charted_as": name,
        "value": _number(cell(Role.VALUE), target.what, mapping),
        "unit": unit,
        "note": cell(Role.NOTE),
    }


def _target(name: str, code: str, mapping: TableMapping) -> Target:
    """What a name or code was mapped to; without any, only our own names and known codes."""
    if mapping.names:
        found = mapping.names.get(name) or mapping.names.get(code)
        return found if found and found.what != targets.IGNORE else Target("")
    if name and targets.is_known(name) and targets.is_value(name):
        return Target(name)
    row = codes.field_for(code)
    if row is None or name:
        return Target("")
    return Target(row.field or (f"{targets.LAB}{code}" if row.analyte else ""))


def _number(text: str, what: str, mapping: TableMapping) -> str:
    words = what in _WORDS or (":" in what and not what.startswith(targets.LAB))
    if words or mapping.decimal is DecimalMark.POINT:
        return text
    if match := _COMMA.fullmatch(text):
        return f"{match[1]}.{match[2]}"
    # Where commas were said to be decimal, a point may be a thousand: not chosen between.
    return f"{text} with a point" if _POINT.fullmatch(text) else text
