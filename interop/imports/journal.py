"""What an import leaves after each patient, so that the next worker goes on where it ended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from interop.csv.kinds import Row
from interop.csv.outcomes import Done, Reason, Refusal, RefusedError
from interop.csv.planning import Plan
from interop.imports.models import ImportJob, ImportPart
from interop.models import ImportBatch

# Longer than the largest patient takes; a worker that died is missed for so long.
LEASE: Final = timedelta(minutes=3)


class LostLeaseError(Exception):
    """Another worker took the import over; this one must stop."""


@dataclass(slots=True)
class JobJournal:
    """Notes one part a patient, in the very transaction that stores the patient's rows."""

    job: ImportJob
    clock: Callable[[], datetime]
    batch: ImportBatch | None = None
    _before: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read what earlier turns did."""
        self.batch = self.job.batch
        self._before = dict(self.job.parts.values_list("mark", "content"))

    def began(self, batch: ImportBatch) -> None:
        """Remember the batch, so that the next turn writes to the same one."""
        self.batch = self.job.batch = batch
        self.job.save(update_fields=["batch"])

    def done(self, mrn: str, rows: Sequence[Row]) -> Done | None:
        """Return what an earlier turn made of a patient; None when it did not get there."""
        found = self._before.get(self._mark(mrn))
        if found is None:
            return None
        by_line = {row.line: row for row in rows}
        refused = tuple(
            Refusal(by_line[line], RefusedError(Reason(reason), column, words))
            for line, reason, column, words in found["refused"]
        )
        return Done(
            found["stored"], found["duplicates"], refused, found["registered"], found["sets"],
            tuple(found["warnings"]),
        )  # fmt: skip

    def note(self, made: Plan) -> None:
        """Keep what became of a patient's rows; raises LostLeaseError when it is not ours."""
        refused = [
            [each.row.line, each.error.reason.value, each.error.column, each.error.words]
            for each in made.refused
        ]
        ImportPart.objects.create(
            job=self.job,
            mark=self._mark(made.mrn),
            content={
                "stored": len(made.stored),
                "duplicates": len(made.duplicates),
                "refused": refused,
                "registered": made.registers,
                "sets": len(made.entries),
                "warnings": made.warnings,
            },
        )

    def read(self, rows: int) -> None:
        """Hold the lease while the file is read."""
        self._hold(rows_total=rows)

    def turned(self, rows: int, of: int) -> None:
        """Hold the lease, and let the page see how far it is."""
        self._hold(rows_done=rows, rows_total=of)

    def _hold(self, **seen: int) -> None:
        """Extend the lease; raises LostLeaseError when another worker has it."""
        until = self.clock() + LEASE
        mine = ImportJob.objects.filter(pk=self.job.pk, claimed_until=self.job.claimed_until)
        if not mine.update(claimed_until=until, **seen):
            raise LostLeaseError
        self.job.claimed_until = until

    def _mark(self, mrn: str) -> str:
        return sha256(f"{self.job.pk} {mrn}".encode()).hexdigest()
