"""One run of an import of FHIR files: read all, sort by patient, store one after the other."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import DatabaseError

from charting.entry import EntryRefusedError
from interop.csv.mapped import Setting
from interop.csv.outcomes import Outcome
from interop.fhir import backload_store, gate, own
from interop.fhir.backload_plan import Arrived, load_of
from interop.fhir.files import Item, items_of
from interop.fhir.held import Held
from interop.fhir.reading import read
from interop.fhir.reasons import NotChartedError, Refusal, Why, outcome_of
from interop.fhir.spool import Spool
from interop.fhir.subjects import Subjects
from interop.fhir.tally import Rejects, Tally
from interop.models import ImportBatch
from staff.models import User

_CORRECTS: Final = frozenset({"amended", "corrected", "entered-in-error"})


@dataclass(frozen=True, slots=True)
class Run:
    """What a run was asked to do."""

    paths: Sequence[Path]
    setting: Setting
    by: User | None
    dry: bool
    rejects: Path | None
    say: Callable[[str], None]


def run(asked: Run, *, clock: Callable[[], datetime]) -> Tally:
    """Import the files and return the account; raises OSError when one cannot be read.

    History: nobody is paged. Resources of one patient are stored together or not at all.
    """
    batch = None if asked.dry else _begin(asked)
    with Rejects(asked.rejects) as rejects, Spool() as spool:
        tally = Tally([path.name for path in asked.paths], rejects)
        reader = _Reader(asked, tally, batch, spool)
        reader.read()
        reader.sort()
        for mrn in spool.patients():
            arrived = [reader.arrived(item) for item in spool.of_patient(mrn)]
            _one_patient(mrn, arrived, asked, tally, batch)
    if batch is not None:
        batch.summary = tally.as_json()
        batch.finished_at = clock()
        batch.save(update_fields=["summary", "finished_at"])
    return tally


def _begin(asked: Run) -> ImportBatch:
    return ImportBatch.objects.create(
        started_at=asked.setting.now,
        started_by=asked.by,
        ward=asked.setting.ward,
        time_zone=asked.setting.zone_key,
        files=[path.name for path in asked.paths],
    )


class _Reader:
    """Reads files to the spool, and sorts what is there by patient; the rest is counted at once."""

    def __init__(self, asked: Run, tally: Tally, batch: ImportBatch | None, spool: Spool) -> None:
        self._asked, self._tally, self._batch = asked, tally, batch
        self._spool = spool
        self._everybody = Subjects()
        self._subjects: dict[int, Subjects] = defaultdict(lambda: Subjects(self._everybody.known))
        self._wholes: set[str] = set()

    def read(self) -> None:
        """Keep every valid resource of every file, and remember whom the files name."""
        for index, path in enumerate(self._asked.paths):
            for item in items_of(path, index):
                faults = self._faults(item)
                if faults or item.resource is None:
                    _refused(item, faults, self._tally, self._batch, self._asked)
                    continue
                self._everybody.learn(item.resource, item.full_url)
                self._subjects[index].learn(item.resource, item.full_url)
                self._wholes.update(own.marks_of_wholes(item.resource))
                self._spool.add(item)
            self._asked.say(f"read {path.name}: {self._tally.files[index].received} refused")

    def sort(self) -> None:
        """Find whose each resource is, now that everybody is known."""
        for seq, item in self._spool.all():
            assert item.resource is not None
            if own.is_derived(item.resource, self._wholes):
                self._tally.derived += 1
                self._tally.count(item, Outcome.DUPLICATE, [])
                continue
            try:
                mrn = self.arrived(item).read.decoded.mrn
            except NotChartedError as error:
                _refused(item, [error.refusal], self._tally, self._batch, self._asked)
                continue
            self._spool.assign(seq, mrn)

    def arrived(self, item: Item) -> Arrived:
        """Read one resource; raises NotChartedError."""
        assert item.resource is not None
        place = (item.file, item.number)
        subjects = self._subjects[item.file]
        return Arrived(
            item, read(item.resource, subjects, now=self._asked.setting.now, place=place)
        )

    def _faults(self, item: Item) -> list[Refusal]:
        if item.resource is None:
            why = Why.HOLDS_NOTHING if item.where.startswith("Bundle") else Why.NOT_JSON
            return [_refusal(why, item.where, item.problem)]
        kind = item.resource.get("resourceType")
        if not isinstance(kind, str):
            return [_refusal(Why.INVALID, f"{item.where}.resourceType", "names no type")]
        return [
            _refusal(Why.INVALID, each.expression, each.words)
            for each in gate.faults(item.resource)
        ]


def _refusal(why: Why, path: str, words: str) -> Refusal:
    return Refusal(path, why.value, words, outcome_of(why))


def _refused(
    item: Item, refusals: list[Refusal], tally: Tally, batch: ImportBatch | None, asked: Run
) -> None:
    outcome = Outcome.REJECTED
    if any(each.outcome is Outcome.QUARANTINED for each in refusals):
        outcome = Outcome.QUARANTINED
    # One line says why a resource was refused; that it has further faults shows in its words.
    tally.count(item, outcome, refusals[:1])
    if batch is not None:
        backload_store.quarantine(item, refusals[:1], now=asked.setting.now, patient=None)


def _one_patient(
    mrn: str, arrived: list[Arrived], asked: Run, tally: Tally, batch: ImportBatch | None
) -> None:
    held = Held.of(each.read.mark for each in arrived)
    fresh = _fresh(arrived, held)
    known = backload_store.known_of(mrn)
    is_new = known.patient is None
    load = load_of(mrn, fresh, known=known, setting=asked.setting)
    if batch is not None and load.holds_anything:
        try:
            backload_store.store(load, batch=batch, setting=asked.setting, by=asked.by)
        except (DatabaseError, EntryRefusedError) as error:
            words = f"the database refused this patient's resources: {type(error).__name__}"
            for each in fresh:
                if each.is_stored:
                    each.is_stored = False
                    each.refuse(Why.NOT_STORED, each.read.decoded.kind, words)
            tally.warn(words)
            tally.failed = True
            known.patient = None if is_new else known.patient
    for words in load.plan.warnings:
        tally.warn(words)
    tally.patients_registered += is_new and load.holds_anything
    tally.sets += len(load.plan.entries)
    for each in arrived:
        tally.count(each.item, each.outcome, each.refusals)
        if batch is not None and each.refusals:
            backload_store.quarantine(
                each.item, each.refusals, now=asked.setting.now, patient=known.patient
            )


def _fresh(arrived: Iterable[Arrived], held: Held) -> list[Arrived]:
    """Set aside what was taken in before and what its own source replaced.

    Of several with one identifier the last correction counts; a second value that calls
    itself no correction is left for a person.
    """
    by_mark: dict[str, list[Arrived]] = defaultdict(list)
    for each in arrived:
        by_mark[each.read.mark].append(each)
    fresh: list[Arrived] = []
    for mark, same in by_mark.items():
        chosen = _chosen(same)
        if chosen is None:
            continue
        before = held.said(mark) or backload_store.own_known(chosen.item.resource)
        if before is None:
            fresh.append(chosen)
        elif before in (chosen.read.said, backload_store.OURS):
            chosen.is_duplicate = True
        elif chosen.read.decoded.kind == "Patient":
            fresh.append(chosen)
        else:
            words = "its identifier was taken in before with another value"
            chosen.refuse(Why.SAID_OTHERWISE, f"{chosen.read.decoded.kind}.identifier", words)
    fresh.sort(key=lambda each: (each.item.file, each.item.number))
    return fresh


def _chosen(same: list[Arrived]) -> Arrived | None:
    """The one of several with one mark that counts; the others get their outcome here."""
    chosen: Arrived | None = None
    for each in same:
        kind = each.read.decoded.kind
        if chosen is None:
            chosen = each
        elif each.read.said == chosen.read.said:
            each.is_duplicate = True
        elif each.read.decoded.status in _CORRECTS:
            words = "was replaced by a later correction in the same files"
            chosen.refuse(Why.SUPERSEDED, f"{kind}.status", words)
            chosen = each
        else:
            words = "its identifier stands beside another value in the same files"
            each.refuse(Why.SAID_OTHERWISE, f"{kind}.identifier", words)
    if chosen is not None and chosen.read.decoded.status == "entered-in-error":
        kind = chosen.read.decoded.kind
        chosen.refuse(Why.ENTERED_IN_ERROR, f"{kind}.status", "was entered in error")
        return None
    return chosen
