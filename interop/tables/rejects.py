"""The rows of a table that were not stored: its own columns, with line and reason beside them."""

import csv
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from interop.csv import safe
from interop.csv.kinds import WHOLE_LINE
from interop.csv.outcomes import Refusal
from interop.csv.reader import Sheet
from interop.csv.report import RejectsFile
from interop.tables import reading
from interop.tables.mapping import TableMapping
from interop.tables.targets import Role

# Ignored when the corrected file comes back: nobody maps them.
ADDED: Final = ("_line", "_outcome", "_column", "_reason", "_explanation", "_row")
_SCHEMA: Final = """
PRAGMA journal_mode=OFF;
CREATE TABLE refused (file INTEGER, line INTEGER, outcome TEXT, heading TEXT, reason TEXT,
                      words TEXT);
"""


def headings(mapping: TableMapping) -> dict[str, str]:
    """The heading under which a person finds what an error calls by its meaning."""
    meant = {
        "patient_id": Role.PATIENT, "time": Role.TIME, "value": Role.VALUE, "unit": Role.UNIT,
        "code": Role.CODE, "name": Role.NAME, "until": Role.UNTIL, "set": Role.SET,
    }  # fmt: skip
    found = {word: mapping.column_of(role) for word, role in meant.items()}
    found["time"] = found["time"] or mapping.column_of(Role.CLOCK)
    return {word: heading for word, heading in found.items() if heading}


class TableRejects(RejectsFile):
    """Gathers refusals in a scratch file; at the end one pass over each table writes its rows."""

    def __init__(self, path: Path | None, sheets: Sequence[Sheet], mapping: TableMapping) -> None:
        """Name the file; None writes nothing."""
        super().__init__(None)
        self._target, self._sheets = path, sheets
        self._mapping, self._heading = mapping, headings(mapping)
        self._folder = tempfile.TemporaryDirectory(prefix="crs-rejects-")
        self._rows = sqlite3.connect(Path(self._folder.name) / "refused.sqlite3")
        self._rows.executescript(_SCHEMA)

    @classmethod
    def of(
        cls, sheets: Sequence[Sheet], mapping: TableMapping
    ) -> Callable[[Path | None], "TableRejects"]:
        """Return what makes the rejects file of these sheets."""
        return lambda path: cls(path, sheets, mapping)

    def __enter__(self) -> Self:
        """Use the file for one run."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what was gathered and remove the scratch file."""
        try:
            if kind is None and self._target is not None:
                self._write_all(self._target)
        finally:
            self._rows.close()
            self._folder.cleanup()

    def write(self, name: str, refusal: Refusal) -> None:
        """Gather one refusal; where it stands is its row's own."""
        row, error = refusal.row, refusal.error
        self._rows.execute(
            "INSERT INTO refused VALUES (?, ?, ?, ?, ?, ?)",
            (
                row.file, row.line, error.outcome, self._heading.get(error.column, error.column),
                error.reason, error.words,
            ),
        )  # fmt: skip

    def _write_all(self, target: Path) -> None:
        if not self._rows.execute("SELECT 1 FROM refused LIMIT 1").fetchone():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch(mode=0o600)
        # In the table's own encoding, so that the same mapping reads it when it comes back.
        encoding = self._mapping.encoding
        with target.open("w", encoding=encoding, errors="replace", newline="") as stream:
            for index, sheet in enumerate(self._sheets):
                # Read back by the same mapping: the delimiter stays as it was.
                writer = csv.writer(stream, delimiter=sheet.delimiter)
                self._write_of(index, sheet, writer)

    def _write_of(self, index: int, sheet: Sheet, writer: Any) -> None:
        refused = iter(
            self._rows.execute(
                "SELECT line, outcome, heading, reason, words FROM refused WHERE file = ?"
                " ORDER BY line",
                (index,),
            )
        )
        waiting = next(refused, None)
        own = [name for name in sheet.header if name not in ADDED]
        if waiting is not None:
            writer.writerow([*own, *ADDED])
        for number, cells, _ in reading.raw_rows(sheet):
            while waiting is not None and waiting[0] == number:
                line = [cells.get(name, "") for name in own] + [*waiting, cells.get(WHOLE_LINE, "")]
                writer.writerow([safe.written(cell) for cell in line])
                waiting = next(refused, None)
