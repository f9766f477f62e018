"""One run of an import: read every file, sort by patient, then plan and store one by one."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import DatabaseError

from interop.csv import memory, reader, storing
from interop.csv.cells import LONGEST_IDENTIFIER, identifier
from interop.csv.kinds import Kind, Row
from interop.csv.mapped import Setting
from interop.csv.outcomes import Outcome, Reason, Refusal, RefusedError
from interop.csv.planning import Plan, plan
from interop.csv.report import FileTally, RejectsFile, Report
from interop.csv.spool import Spool
from interop.models import ImportBatch, ImportedStay
from staff.models import User

_PORTION: Final = 1000
_SECONDS_BETWEEN_LINES: Final = 3.0


@dataclass(slots=True)
class Progress:
    """Tell now and then how far a long run is; `say` gets one line."""

    say: Callable[[str], None]
    rows: int = 0
    began: float = field(default_factory=time.monotonic)
    told: float = field(default_factory=time.monotonic)

    def add(self, rows: int, doing: str) -> None:
        """Count rows, and speak when it is time to."""
        self.rows += rows
        now = time.monotonic()
        if now - self.told >= _SECONDS_BETWEEN_LINES:
            self.told = now
            rate = self.rows / (now - self.began)
            self.say(f"{doing}: {self.rows:,} rows, {rate:,.0f} a second")


@dataclass(frozen=True, slots=True)
class Run:
    """What a run was asked to do."""

    paths: Sequence[Path]
    setting: Setting
    by: User | None
    dry: bool
    rejects: Path | None
    say: Callable[[str], None]


def run(asked: Run, *, clock: Callable[[], datetime]) -> Report:
    """Import the files and return the report; raises OSError when one cannot be read."""
    sheets = [reader.open_sheet(path) for path in asked.paths]
    batch = None if asked.dry else _begin(asked)
    with RejectsFile(asked.rejects) as rejects, Spool() as spool:
        report = Report(rejects)
        orphans = _Orphans(report, batch, asked.setting)
        for index, sheet in enumerate(sheets):
            report.files.append(FileTally(sheet.name, sheet.kind or "unknown"))
            for words in sheet.warnings:
                report.warn(words)
            _load(sheet, index, spool, report, orphans, Progress(asked.say))
        wanted = ImportedStay.objects.filter(icustay_id__in=spool.untraced_stays())
        spool.trace(dict(wanted.values_list("icustay_id", "patient__mrn")))
        for row in spool.orphans():
            orphans.add(Refusal(row, _nobody(row)))
        orphans.flush()
        progress = Progress(asked.say)
        for mrn in spool.patients():
            progress.add(_one_patient(mrn, spool, report, batch, asked), "stored")
    if batch is not None:
        batch.summary = report.as_json()
        batch.finished_at = clock()
        batch.save(update_fields=["summary", "finished_at"])
    return report


def _begin(asked: Run) -> ImportBatch:
    return ImportBatch.objects.create(
        started_at=asked.setting.now,
        started_by=asked.by,
        ward=asked.setting.ward,
        time_zone=asked.setting.zone_key,
        files=[path.name for path in asked.paths],
    )


class _Orphans:
    """Rows that belong to no patient, counted at once and kept in portions."""

    def __init__(self, report: Report, batch: ImportBatch | None, setting: Setting) -> None:
        self._report, self._batch, self._setting = report, batch, setting
        self._waiting: list[Refusal] = []

    def add(self, refusal: Refusal) -> None:
        self._report.refuse([refusal])
        self._waiting.append(refusal)
        if len(self._waiting) >= _PORTION:
            self.flush()

    def flush(self) -> None:
        if self._batch is not None:
            zone = self._setting.zone_key
            met = [memory.refused(each, each.row.digest(zone=zone)) for each in self._waiting]
            memory.keep(met, batch=self._batch, patient=None)
        self._waiting.clear()


def _load(
    sheet: reader.Sheet,
    index: int,
    spool: Spool,
    report: Report,
    orphans: _Orphans,
    progress: Progress,
) -> None:
    tally = report.files[index]
    if sheet.problem:
        report.warn(f"{sheet.name}: {sheet.problem}")
        report.failed = True
        for line in reader.whole_lines(sheet):
            tally.received += 1
            row = Row(index, line.number, line.kind, "", line.cells)
            words = "the header of its file is of no known kind"
            report.refuse([Refusal(row, RefusedError(Reason.UNKNOWN_HEADER, "", words))])
    if sheet.kind is None:
        return
    for line in reader.read(sheet):
        tally.received += 1
        progress.add(1, "read")
        if line.malformed:
            row = Row(index, line.number, line.kind, "", line.cells)
            orphans.add(Refusal(row, RefusedError(Reason.MALFORMED_ROW, "", line.malformed)))
            continue
        cells = line.cells
        patient = identifier(cells.get("patient_id", ""))
        if len(patient) > LONGEST_IDENTIFIER:
            words = f"longer than {LONGEST_IDENTIFIER} characters"
            row = Row(index, line.number, line.kind, "", cells)
            orphans.add(Refusal(row, RefusedError(Reason.NO_PATIENT, "patient_id", words)))
            continue
        # Only coma scores come without a patient; elsewhere a blank one is a fault.
        traced = patient or line.kind is Kind.GCS
        stay = identifier(cells.get("icustay_id", "")) if traced else ""
        spool.add(
            file=index,
            line=line.number,
            kind=line.kind,
            patient=patient,
            stay=stay[:LONGEST_IDENTIFIER],
            cells=cells,
        )


def _nobody(row: Row) -> RefusedError:
    stay = row["icustay_id"]
    if stay and row.kind is Kind.GCS:
        words = f"ICU stay {stay} is of no one patient: import a file that says whose it is"
        return RefusedError(Reason.UNKNOWN_STAY, "icustay_id", words)
    return RefusedError(Reason.NO_PATIENT, "patient_id", "no patient id")


def _one_patient(
    mrn: str, spool: Spool, report: Report, batch: ImportBatch | None, asked: Run
) -> int:
    rows = spool.rows_of(mrn)
    made = plan(mrn, rows, known=storing.known_of(mrn), setting=asked.setting)
    if batch is not None:
        try:
            storing.store(
                made,
                batch=batch,
                stays=spool.stays_of(mrn),
                setting=asked.setting,
                by=asked.by,
            )
        except DatabaseError as error:
            _give_back(made, error, report)
    report.count(made.stored, Outcome.STORED)
    report.count(made.duplicates, Outcome.DUPLICATE)
    report.refuse(made.refused)
    report.patients_registered += made.registers
    report.sets += len(made.entries)
    for words in made.warnings:
        report.warn(words)
    return len(rows)


def _give_back(made: Plan, error: DatabaseError, report: Report) -> None:
    """Count a patient's rows as rejected when the database took none of them; go on."""
    words = f"the database refused this patient's rows: {type(error).__name__}"
    refusal = RefusedError(Reason.NOT_STORED, "patient_id", words)
    made.refused += [Refusal(row, refusal) for row in made.stored]
    made.stored.clear()
    made.entries.clear()
    report.warn(words)
    report.failed = True
