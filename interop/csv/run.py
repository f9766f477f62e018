"""One run of an import: read every file, sort by patient, then plan and store one by one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import DatabaseError, transaction

from charting.entry import EntryRefusedError
from interop.csv import memory, reader, storing
from interop.csv.cells import LONGEST_IDENTIFIER, identifier
from interop.csv.kinds import Kind, Row
from interop.csv.mapped import Setting
from interop.csv.outcomes import Outcome, Reason, Refusal, RefusedError
from interop.csv.planning import Known, Plan, plan
from interop.csv.progress import Journal, Progress
from interop.csv.report import FileTally, RejectsFile, Report
from interop.csv.spool import Spool
from interop.models import ImportBatch, ImportedStay
from interop.tables import reading as tables
from interop.tables.held import named_by
from interop.tables.mapping import TableMapping
from interop.tables.rejects import TableRejects
from patients.models import Patient
from staff.models import User

_PORTION: Final = 1000


def _nobody_is_turned_away(_patient: Patient | None) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run was asked to do.

    `mapping` is for tables that a person mapped; without one the extract's own headers
    tell. `turn_away` says why a patient's rows are not this person's to import, or nothing.
    `journal` remembers which patients are done, so that a run that ended goes on.
    """

    paths: Sequence[Path]
    setting: Setting
    by: User | None
    dry: bool
    rejects: Path | None
    say: Callable[[str], None]
    mapping: TableMapping | None = None
    turn_away: Callable[[Patient | None], str] = _nobody_is_turned_away
    journal: Journal | None = None


def run(asked: Run, *, clock: Callable[[], datetime]) -> Report:
    """Import the files and return the report; raises OSError when one cannot be read."""
    mapping = asked.mapping
    sheets = [
        reader.open_sheet(path) if mapping is None else tables.open_table(path, mapping)
        for path in asked.paths
    ]
    batch = None if asked.dry else _batch_of(asked)
    rejects_file = RejectsFile if mapping is None else TableRejects.of(sheets, mapping)
    with rejects_file(asked.rejects) as rejects, Spool() as spool:
        report = Report(rejects)
        orphans = _Orphans(report, batch, asked.setting)
        for index, sheet in enumerate(sheets):
            report.files.append(FileTally(sheet.name, sheet.kind or "unknown"))
            for words in sheet.warnings:
                report.warn(words)
            progress = Progress(asked.say, heard=asked.journal.read if asked.journal else None)
            _load(sheet, index, spool, report, orphans, progress, mapping)
        wanted = ImportedStay.objects.filter(icustay_id__in=spool.untraced_stays())
        spool.trace(dict(wanted.values_list("icustay_id", "patient__mrn")))
        for row in spool.orphans():
            orphans.add(Refusal(row, _nobody(row)))
        orphans.flush()
        progress = Progress(asked.say)
        total = sum(file.received for file in report.files)
        for mrn in spool.patients():
            progress.add(_one_patient(mrn, spool, report, batch, asked), "stored")
            if asked.journal is not None:
                asked.journal.turned(progress.rows, total)
    if batch is not None:
        batch.summary = report.as_json()
        batch.finished_at = clock()
        batch.save(update_fields=["summary", "finished_at"])
    return report


def _batch_of(asked: Run) -> ImportBatch:
    """The run's own batch: a run that goes on after an end goes on with the one it began."""
    if asked.journal is not None and asked.journal.batch is not None:
        return asked.journal.batch
    batch = _begin(asked)
    if asked.journal is not None:
        asked.journal.began(batch)
    return batch


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
    mapping: TableMapping | None,
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
    for line in reader.read(sheet) if mapping is None else tables.read(sheet, mapping):
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
    journal = asked.journal
    if batch is not None and journal is not None and (done := journal.done(mrn, rows)):
        report.add(done)
        return len(rows)
    made = _planned(mrn, rows, asked)
    if batch is not None:
        try:
            with transaction.atomic():
                storing.store(
                    made,
                    batch=batch,
                    stays=spool.stays_of(mrn),
                    setting=asked.setting,
                    by=asked.by,
                )
                if journal is not None:
                    journal.note(made)
        # What no reader foresaw costs this patient's rows, said loudly, and no other's.
        except (DatabaseError, EntryRefusedError) as error:
            _give_back(made, error, report)
    _count(made, report)
    return len(rows)


def _planned(mrn: str, rows: list[Row], asked: Run) -> Plan:
    known = storing.known_of(mrn)
    words = asked.turn_away(known.patient)
    if words:
        refusal = RefusedError(Reason.NO_PATIENT, "patient_id", words)
        turned = Plan(mrn, Known(), refused=[Refusal(row, refusal) for row in rows])
        turned.digest_of = {id(row): row.digest(zone=asked.setting.zone_key) for row in rows}
        return turned
    known.held = named_by(rows, known.patient)
    return plan(mrn, rows, known=known, setting=asked.setting)


def _count(made: Plan, report: Report) -> None:
    report.count(made.stored, Outcome.STORED)
    report.count(made.duplicates, Outcome.DUPLICATE)
    report.refuse(made.refused)
    report.patients_registered += made.registers
    report.sets += len(made.entries)
    for words in made.warnings:
        report.warn(words)


def _give_back(made: Plan, error: Exception, report: Report) -> None:
    """Count a patient's rows as rejected when the database took none of them; go on."""
    words = f"the database refused this patient's rows: {type(error).__name__}"
    refusal = RefusedError(Reason.NOT_STORED, "patient_id", words)
    made.refused += [Refusal(row, refusal) for row in made.stored]
    made.stored.clear()
    made.entries.clear()
    report.warn(words)
    report.failed = True
