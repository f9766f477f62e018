"""Sort the rows of all files by patient on disk, so that memory holds one patient at a time."""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from interop.csv.kinds import READ, Kind, Row

_BATCH: Final = 5000
_BETWEEN: Final = "\x1f"  # a control character, which no readable line holds
_SCHEMA: Final = """
PRAGMA journal_mode=OFF;
PRAGMA synchronous=OFF;
CREATE TABLE row (patient TEXT, stay TEXT, file INTEGER, line INTEGER, kind TEXT, cells TEXT);
CREATE TABLE said (stay TEXT, patient TEXT, rank INTEGER, PRIMARY KEY (stay, rank, patient));
CREATE TABLE owner (stay TEXT PRIMARY KEY, patient TEXT);
"""
# Whose an ICU stay is: the list of stays is asked first, then what earlier imports
# learned, then what other files say in passing. One slip there must not cost the rest.
_BY_THE_LIST, _BY_MEMORY, _IN_PASSING = range(3)
_OWNERS: Final = """
INSERT INTO owner SELECT stay, max(patient) FROM said s
WHERE rank = (SELECT min(rank) FROM said t WHERE t.stay = s.stay)
GROUP BY stay HAVING count(*) = 1
"""


class Spool:
    """A scratch file of rows, removed at the end; nothing in it outlives the run."""

    def __init__(self) -> None:
        """Open an empty scratch file that only this user can read."""
        self._folder = tempfile.TemporaryDirectory(prefix="crs-import-")
        self._rows = sqlite3.connect(Path(self._folder.name) / "rows.sqlite3")
        self._rows.executescript(_SCHEMA)
        self._waiting: list[tuple[str | None, str, int, int, str, str]] = []
        self._said: set[tuple[str, str, int]] = set()

    def __enter__(self) -> Self:
        """Use the spool for one run."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the scratch file, whatever happened."""
        self._rows.close()
        self._folder.cleanup()

    def add(
        self, *, file: int, line: int, kind: Kind, patient: str, stay: str, cells: Mapping[str, str]
    ) -> None:
        """Keep one row; without a patient it waits for its ICU stay to be traced."""
        if patient and stay:
            rank = _BY_THE_LIST if kind is Kind.ICU_STAYS else _IN_PASSING
            self._said.add((stay, patient, rank))
        packed = _BETWEEN.join(cells.get(column, "") for column in READ[kind])
        self._waiting.append((patient or None, stay, file, line, kind.value, packed))
        if len(self._waiting) >= _BATCH:
            self._flush()

    def trace(self, known: Mapping[str, str]) -> None:
        """Give rows that name only an ICU stay their patient, from these files or from `known`.

        A stay that equally good sources give to two patients is traced to neither.
        """
        self._flush()
        insert = "INSERT OR IGNORE INTO said VALUES (?, ?, ?)"
        self._rows.executemany(insert, self._said)
        self._rows.executemany(insert, ((stay, mrn, _BY_MEMORY) for stay, mrn in known.items()))
        self._rows.execute(_OWNERS)
        self._rows.execute(
            "UPDATE row SET patient = (SELECT patient FROM owner WHERE owner.stay = row.stay)"
            " WHERE patient IS NULL AND stay != ''"
        )
        self._rows.execute("CREATE INDEX by_patient ON row (patient, file, line)")

    def untraced_stays(self) -> list[str]:
        """The ICU stays by which alone some row names its patient."""
        self._flush()
        found = self._rows.execute(
            "SELECT DISTINCT stay FROM row WHERE patient IS NULL AND stay != ''"
        )
        return [stay for (stay,) in found]

    def stays_of(self, patient: str) -> list[str]:
        """The ICU stays that are this patient's."""
        found = self._rows.execute(
            "SELECT stay FROM owner WHERE patient = ? ORDER BY stay", (patient,)
        )
        return [stay for (stay,) in found]

    def patients(self) -> list[str]:
        """Every patient, in the order of their first rows."""
        found = self._rows.execute(
            "SELECT patient FROM row WHERE patient IS NOT NULL GROUP BY patient"
            " ORDER BY min(file * 1000000000 + line)"
        )
        return [patient for (patient,) in found]

    def rows_of(self, patient: str) -> list[Row]:
        """All rows of one patient, in the order of the files."""
        return list(self._read("patient = ?", (patient,)))

    def orphans(self) -> Iterator[Row]:
        """Rows that cannot be traced to a patient."""
        return self._read("patient IS NULL", ())

    def _read(self, where: str, values: Iterable[str]) -> Iterator[Row]:
        found = self._rows.execute(
            f"SELECT file, line, kind, patient, cells FROM row WHERE {where}"  # noqa: S608  # our own words
            " ORDER BY file, line",
            tuple(values),
        )
        for file, line, name, patient, packed in found:
            kind = Kind(name)
            cells = dict(zip(READ[kind], packed.split(_BETWEEN), strict=True))
            yield Row(file, line, kind, patient or "", cells)

    def _flush(self) -> None:
        self._rows.executemany("INSERT INTO row VALUES (?, ?, ?, ?, ?, ?)", self._waiting)
        self._waiting.clear()
