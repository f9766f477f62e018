"""How far a long run is: told to whoever waits, and left for the run that goes on from it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from interop.csv.kinds import Row
from interop.csv.outcomes import Done
from interop.csv.planning import Plan
from interop.models import ImportBatch

_SECONDS_BETWEEN_LINES: Final = 3.0


@dataclass(slots=True)
class Progress:
    """Tell now and then how far a long run is; `say` gets one line."""

    say: Callable[[str], None]
    rows: int = 0
    began: float = field(default_factory=time.monotonic)
    told: float = field(default_factory=time.monotonic)
    heard: Callable[[int], None] | None = None

    def add(self, rows: int, doing: str) -> None:
        """Count rows, and speak when it is time to."""
        self.rows += rows
        now = time.monotonic()
        if now - self.told >= _SECONDS_BETWEEN_LINES:
            self.told = now
            rate = self.rows / (now - self.began)
            if self.heard is not None:
                self.heard(self.rows)
            self.say(f"{doing}: {self.rows:,} rows, {rate:,.0f} a second")


class Journal(Protocol):
    """What a run that may end at any moment leaves, to go on from."""

    batch: ImportBatch | None

    def began(self, batch: ImportBatch) -> None:
        """Remember the batch the run writes to."""

    def done(self, mrn: str, rows: Sequence[Row]) -> Done | None:
        """Return what became of a patient's rows when they were stored before the end."""

    def note(self, made: Plan) -> None:
        """Remember what became of a patient's rows, in the transaction that stores them."""

    def read(self, rows: int) -> None:
        """Say now and then that the file is being read."""

    def turned(self, rows: int, of: int) -> None:
        """Say how far the run is, and that it lives."""
