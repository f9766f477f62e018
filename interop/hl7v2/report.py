"""Count what became of every part of every message, and write down each that was not stored."""

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from interop.csv.outcomes import Outcome
from interop.hl7v2.account import Incoming
from interop.rejects import LateFile

_SECONDS_BETWEEN_LINES: Final = 3.0
_MOST_WARNINGS: Final = 50
COLUMNS: Final = ("file", "line", "segment", "place", "outcome", "reason", "explanation", "raw")


@dataclass(slots=True)
class FileTally:
    """What became of the parts and the messages of one file."""

    name: str
    parts: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)


class Report(LateFile):
    """The summary as it grows; received is always the sum of the four outcomes.

    What is counted are parts: each OBX of a message, each admission, and a message that
    has neither as one. `messages` counts the messages themselves.
    """

    def __init__(self, rejects: Path | None) -> None:
        """Name the file of what was not stored, a JSON object a line; None writes nothing."""
        super().__init__(rejects)
        self.files: list[FileTally] = []
        self.reasons: Counter[str] = Counter()
        self.failed = False
        self._warnings: list[str] = []
        self._told = time.monotonic()

    def begin(self, name: str) -> None:
        """Count for this file from here on."""
        self.files.append(FileTally(name))

    def add(self, incoming: Incoming) -> None:
        """Count a settled message."""
        tally = self.files[-1]
        tally.messages[incoming.outcome()] += 1
        tally.parts.update(each.fate.outcome for each in incoming.fated)
        written: set[tuple[int, str]] = set()
        for each in incoming.not_stored():
            self.reasons[str(each.fate.reason)] += 1
            if (each.number, each.mark) in written:
                continue
            written.add((each.number, each.mark))
            self._write(
                tally.name, incoming.line, each.number, each.fate.where,
                each.fate.outcome.value, str(each.fate.reason), each.fate.words, each.raw,
            )  # fmt: skip

    def warn(self, words: str) -> None:
        """Add a sentence that a person should read."""
        self._warnings.append(words)

    def tell(self, say: Callable[[str], None]) -> None:
        """Say now and then how far a long run is."""
        if time.monotonic() - self._told >= _SECONDS_BETWEEN_LINES:
            self._told = time.monotonic()
            done = sum(sum(each.messages.values()) for each in self.files)
            say(f"{done:,} messages")

    def as_json(self) -> dict[str, Any]:
        """The whole summary."""
        parts = sum((each.parts for each in self.files), Counter())
        messages = sum((each.messages for each in self.files), Counter())
        return {
            **_counts(parts),
            "messages": _counts(messages),
            "files": [
                {"name": each.name, **_counts(each.parts), "messages": _counts(each.messages)}
                for each in self.files
            ],
            "reasons": dict(sorted(self.reasons.items())),
            "warnings": self._warnings[:_MOST_WARNINGS],
        }

    def _write(self, *values: object) -> None:
        if self._path is None:
            return
        if self._stream is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
            self._stream = self._path.open("w", encoding="utf-8", errors="replace")
        row = dict(zip(COLUMNS, values, strict=True))
        self._stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def _counts(met: Counter[str]) -> dict[str, int]:
    return {"received": sum(met.values())} | {each.value: met[each] for each in Outcome}
