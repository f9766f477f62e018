"""Put what a rota file says into the rota: each slot once, however often the file is imported."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from alerts import rota_plan
from alerts.models import RotaSlot, RotaSource
from alerts.rota_lines import HORIZON, Line
from alerts.rota_plan import NewSlot, RotaRefusedError
from staff.models import User, Ward


@dataclass(slots=True)
class Report:
    """What came of an import; `faults` are the line numbers that were left out, and why."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    cancelled: int = 0
    kept: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.added} added, {self.changed} changed, {self.unchanged} as before, "
            f"{self.cancelled} cancelled, {self.kept} kept as changed by hand, "
            f"{len(self.faults)} left out"
        )


@transaction.atomic
def store(
    lines: Iterable[Line], *, ward: Ward, by: User | None, now: datetime, is_rehearsal: bool = False
) -> Report:
    """Store the good lines and report the others; a rehearsal stores nothing.

    What a person swapped or entered by hand is never undone by a file. An occurrence
    that its event no longer has is cancelled; an event that is absent is left alone,
    for a ward may keep its rota in several files.
    """
    report = Report()
    standing = {
        row.external_id: row
        for row in RotaSlot.objects.standing().filter(ward=ward).exclude(external_id="")
    }
    seen: set[str] = set()
    series: set[str] = set()
    broken: set[str] = set()
    for line in lines:
        if line.fault:
            report.faults.append((line.number, line.fault))
            broken.add(line.series)
            continue
        if line.uid in seen:
            report.faults.append((line.number, "says the same slot twice"))
            continue
        seen.add(line.uid)
        series.add(line.series)
        try:
            with transaction.atomic():
                _store_one(line, standing.get(line.uid), ward=ward, by=by, now=now, report=report)
        except RotaRefusedError as refusal:
            report.faults.append((line.number, str(refusal)))
    # Where a line could not be read, its slot may be one that would look gone.
    for row in _gone(standing, seen, series - broken, now=now):
        report.cancelled += rota_plan.cancel(row, by=by, now=now)
    if is_rehearsal:
        transaction.set_rollback(True)
    return report


def _store_one(
    line: Line,
    row: RotaSlot | None,
    *,
    ward: Ward,
    by: User | None,
    now: datetime,
    report: Report,
) -> None:
    if row is not None and row.source == RotaSource.MANUAL:
        report.kept += 1
        return
    if line.slot is None:
        report.cancelled += bool(row and rota_plan.cancel(row, by=by, now=now))
        return
    if row is not None and _same(row, line.slot):
        report.unchanged += 1
        return
    if row is not None:
        rota_plan.cancel(row, by=by, now=now)
        report.changed += 1
    else:
        report.added += 1
    try:
        rota_plan.add(
            ward, line.slot, by=by, now=now, source=RotaSource.IMPORT, external_id=line.uid
        )
    except RotaRefusedError:
        report.changed -= row is not None
        report.added -= row is None
        raise


def _gone(
    standing: dict[str, RotaSlot], seen: set[str], series: set[str], *, now: datetime
) -> list[RotaSlot]:
    """Slots to come whose event is in the file, but no longer at that time."""
    return [
        row
        for uid, row in standing.items()
        if uid not in seen
        and uid.rpartition("/")[0] in series
        and not uid.startswith("csv-")
        and row.source == RotaSource.IMPORT
        and now < row.starts_at < now + HORIZON
    ]


def _same(row: RotaSlot, slot: NewSlot) -> bool:
    return (
        row.role,
        row.starts_at,
        row.ends_at,
        row.person,
        row.mailbox,
        row.phone,
        row.backup,
    ) == (
        slot.role,
        slot.starts_at,
        slot.ends_at,
        slot.person,
        slot.mailbox,
        slot.phone,
        slot.backup,
    )
