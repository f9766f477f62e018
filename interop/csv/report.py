"""Count what became of every row, and write down each that was not stored."""

import csv
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from interop.csv.kinds import COLUMNS, Kind, Row
from interop.csv.outcomes import Done, Outcome, Refusal
from interop.rejects import LateFile

MOST_WARNINGS: Final = 50


@dataclass(slots=True)
class FileTally:
    """What became of the rows of one file."""

    name: str
    kind: str
    received: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """The file's line of the summary."""
        counts = {outcome.value: self.outcomes[outcome] for outcome in Outcome}
        return {"name": self.name, "kind": self.kind, "received": self.received, **counts}


class RejectsFile(LateFile):
    """A CSV of the rows that were not stored, made when the first one comes."""

    def __init__(self, path: Path | None) -> None:
        """Name the file; None writes nothing."""
        super().__init__(path)
        self._writer: Any = None

    def write(self, name: str, refusal: Refusal) -> None:
        """Add one row: where it stands, what is wrong with which value, and the row itself."""
        if self._path is None:
            return
        if self._stream is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
            self._stream = self._path.open("w", encoding="utf-8", newline="")
            self._writer = csv.writer(self._stream)
            self._writer.writerow(COLUMNS[Kind.REJECTS])
        row, error = refusal.row, refusal.error
        content = json.dumps(dict(row.cells), ensure_ascii=False)
        self._writer.writerow(
            [
                name, row.line, error.column, row[error.column], error.outcome, error.reason,
                error.words, row.kind, content,
            ]
        )  # fmt: skip


class Report:
    """The summary as it grows; received is always the sum of the four outcomes."""

    def __init__(self, rejects: RejectsFile) -> None:
        """Begin with nothing counted."""
        self.files: list[FileTally] = []
        self.reasons: Counter[str] = Counter()
        self.patients_registered = 0
        self.sets = 0
        self.failed = False
        self._warnings: Counter[str] = Counter()
        self._rejects = rejects

    def count(self, rows: Iterable[Row], outcome: Outcome) -> None:
        """Count rows that were stored, or had been before."""
        for row in rows:
            self.files[row.file].outcomes[outcome] += 1

    def refuse(self, refusals: Iterable[Refusal]) -> None:
        """Count rows that were not stored, and write them down."""
        for refusal in refusals:
            tally = self.files[refusal.row.file]
            tally.outcomes[refusal.error.outcome] += 1
            self.reasons[refusal.error.reason] += 1
            self._rejects.write(tally.name, refusal)

    def add(self, done: Done) -> None:
        """Count a patient whose rows an earlier turn of the same one-file run stored."""
        outcomes = self.files[0].outcomes
        outcomes[Outcome.STORED] += done.stored
        outcomes[Outcome.DUPLICATE] += done.duplicates
        self.refuse(done.refused)
        self.patients_registered += done.registered
        self.sets += done.sets
        for words in done.warnings:
            self.warn(words)

    def warn(self, words: str) -> None:
        """Add a sentence that a person should read."""
        self._warnings[words] += 1

    def as_json(self) -> dict[str, Any]:
        """The whole summary."""
        files = [tally.as_json() for tally in self.files]
        counted = ("received", *(outcome.value for outcome in Outcome))
        return {
            **{name: sum(file[name] for file in files) for name in counted},
            "files": files,
            "reasons": dict(sorted(self.reasons.items())),
            "patients_registered": self.patients_registered,
            "sets": self.sets,
            "warnings": self._warnings_as_json(),
        }

    def _warnings_as_json(self) -> list[str]:
        told = [
            words if times == 1 else f"{words} ({times} times)"
            for words, times in self._warnings.items()
        ]
        if len(told) > MOST_WARNINGS:
            told = [*told[:MOST_WARNINGS], f"and {len(told) - MOST_WARNINGS} more warnings"]
        return told
