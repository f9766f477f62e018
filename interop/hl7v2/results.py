"""Store one patient's results through the doors: as the tablet does, or as history in bulk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from audit import trail
from charting import bulk, chart, state
from charting.entry import Entry, EntryRefusedError
from charting.results import LabEntry, record_lab
from interop.csv import grouping
from interop.csv.grouping import GroupedSet
from interop.csv.identity import NAMESPACE
from interop.csv.mapped import DeviceNotAgreed, Lab, Reading, Weight
from interop.csv.outcomes import Reason, RefusedError
from interop.hl7v2 import corrections
from interop.hl7v2.account import DUPLICATE, STORED, Fate, Receiving
from interop.hl7v2.measured import Result
from interop.hl7v2.values import Standing
from interop.models import HeldResult
from patients.models import BodyWeight, Patient
from vitals.models import LabResult, ObservationSet
from vitals.vocabulary import Source

# Older than this, a result is history: it is graded and pages nobody, whatever it came by.
LIVE_WITHIN: Final = timedelta(hours=24)
_BATCH: Final = 500


@dataclass(slots=True)
class _Fresh:
    """What is new: results by the row that stands for them, and where each was put."""

    patient: Patient
    how: Receiving
    by_row: dict[int, Result] = field(default_factory=dict)
    fates: dict[UUID, Fate] = field(default_factory=dict)
    held: list[HeldResult] = field(default_factory=list)

    def refuse(self, results: Iterable[Result], error: RefusedError) -> None:
        self.fates |= {each.item: Fate.of(error) for each in results}

    def keep(self, result: Result, **where: Any) -> None:
        self.fates[result.item] = STORED
        self.held.append(held_of(result, self.patient, now=self.how.now, **where))

    def is_live(self, at: datetime) -> bool:
        return self.how.live and self.how.now - at <= LIVE_WITHIN


def held_of(result: Result, patient: Patient, *, now: datetime, **where: Any) -> HeldResult:
    """The row that says where a result went, not yet saved."""
    return HeldResult(
        item=result.item, key=result.key, loose_key=result.loose_key, said=result.said,
        status=result.value.status, patient=patient, taken_at=result.value.at, received_at=now,
        **where,
    )  # fmt: skip


def store(patient: Patient, results: Sequence[Result], *, how: Receiving) -> dict[UUID, Fate]:
    """Store, correct and withdraw; return what became of each result, by its mark.

    Part of one transaction, in which the patient is locked first.
    """
    state.locked(patient.pk)
    known = corrections.Known.of(results)
    fresh = _Fresh(patient, how)
    later: list[Result] = []
    seen: set[tuple[str, str]] = set()
    for result in results:
        fate = known.fate_of(result)
        if fate is None and result.payload is not None and (result.key, result.said) in seen:
            fate = DUPLICATE
        seen.add((result.key, result.said))
        if fate is not None:
            fresh.fates[result.item] = fate
        elif known.before(result) is not None or result.value.standing is Standing.WITHDRAWN:
            later.append(result)
        else:
            fresh.by_row[id(result.row)] = result
    _store(fresh)
    HeldResult.objects.bulk_create(fresh.held, batch_size=_BATCH)
    for result in later:
        fresh.fates[result.item] = corrections.apply(result, patient, how=how)
    return fresh.fates


def _store(fresh: _Fresh) -> None:
    payloads = [result.payload for result in fresh.by_row.values()]
    for each in payloads:
        if isinstance(each, DeviceNotAgreed):
            fresh.refuse([fresh.by_row[id(each.row)]], each.error)
    _store_weights(fresh, [each for each in payloads if isinstance(each, Weight)])
    _store_labs(fresh, [each for each in payloads if isinstance(each, Lab)])
    sets, contradictions = grouping.grouped(
        [each for each in payloads if isinstance(each, Reading)],
        [each for each in payloads if isinstance(each, DeviceNotAgreed)],
    )
    for refusal in contradictions:
        fresh.refuse([fresh.by_row[id(refusal.row)]], refusal.error)
    _store_sets(fresh, sets)


def _store_weights(fresh: _Fresh, weights: Sequence[Weight]) -> None:
    for weight in weights:
        BodyWeight.objects.create(
            patient=fresh.patient, weight_kg=weight.weight_kg, measured_at=weight.at,
            recorded_by=fresh.how.by, recorded_at=fresh.how.now,
        )  # fmt: skip
        fresh.keep(fresh.by_row[id(weight.row)], field="weight_kg")
    _note(fresh, "weights.imported", count=len(weights))


def _store_labs(fresh: _Fresh, labs: Sequence[Lab]) -> None:
    how, history = fresh.how, []
    for lab in labs:
        result = fresh.by_row[id(lab.row)]
        if not fresh.is_live(lab.at):
            lab.result.patient, lab.result.recorded_by = fresh.patient, how.by
            history.append((result, lab.result))
            continue
        stored = record_lab(
            patient_id=fresh.patient.pk,
            entry=lab_entry(lab.result),
            recorded_by=how.by,
            now=how.now,
            source=Source.INTEGRATION,
        )
        fresh.keep(result, lab=stored)
    rows = [row for _, row in history]
    LabResult.objects.bulk_create(rows, batch_size=_BATCH)
    bulk.grade_labs(patient_id=fresh.patient.pk, results=rows, now=how.now)
    _note(fresh, "labs.imported", count=len(rows))
    for result, row in history:
        fresh.keep(result, lab=row)


def _note(fresh: _Fresh, action: str, *, count: int) -> None:
    if count:
        trail.record(
            action=action,
            actor=fresh.how.by,
            scope=f"patient:{fresh.patient.pk}",
            subject=f"patient:{fresh.patient.pk}",
            at=fresh.how.now,
            detail={"count": count, "source": Source.IMPORT},
        )


def lab_entry(row: LabResult) -> LabEntry:
    """The entry that the laboratory door takes, of a row that was mapped and not saved."""
    return LabEntry(
        client_id=row.client_id, loinc=row.loinc, display=row.display, taken_at=row.taken_at,
        value=row.value, comparator=row.comparator, text=row.text, unit=row.unit,
        reference_low=row.reference_low, reference_high=row.reference_high,
    )  # fmt: skip


def _store_sets(fresh: _Fresh, sets: Sequence[GroupedSet]) -> None:
    how, history = fresh.how, []
    for each in sets:
        results = [fresh.by_row[id(row)] for row in each.rows]
        try:
            entry = _entry(each, results, now=how.now)
        except EntryRefusedError as refused:
            words = refused.errors[0].message
            fresh.refuse(results, RefusedError(Reason.CONTRADICTION, "OBX-5", words))
            continue
        if not fresh.is_live(each.taken_at):
            history.append((entry, each))
            continue
        charted = chart.chart_observations(
            patient_id=fresh.patient.pk,
            entry=entry,
            charted_by=how.by,
            now=how.now,
            source=Source.INTEGRATION,
        )
        _keep_set(fresh, each, charted.observations)
    bulk.chart_many(
        patient_id=fresh.patient.pk,
        entries=[entry for entry, _ in history],
        charted_by=how.by,
        now=how.now,
    )
    ids = [entry.client_id for entry, _ in history]
    rows: dict[UUID, ObservationSet] = {}
    for start in range(0, len(ids), _BATCH):
        found = ObservationSet.objects.filter(client_id__in=ids[start : start + _BATCH])
        rows |= {row.client_id: row for row in found}
    for entry, each in history:
        _keep_set(fresh, each, rows[entry.client_id])


def _keep_set(fresh: _Fresh, each: GroupedSet, row: ObservationSet) -> None:
    for reading in each.readings:
        fresh.keep(fresh.by_row[id(reading.row)], observations=row, field=reading.field)


def _entry(each: GroupedSet, results: Sequence[Result], *, now: datetime) -> Entry:
    marks = sorted(str(result.item) for result in results)
    data: dict[str, Any] = {reading.field: reading.value for reading in each.readings}
    method = next((reading.method for reading in each.readings if reading.method), "")
    if method:
        data["blood_pressure_method"] = method
    site = next((result.meaning.code.site for result in results if result.meaning.code.site), "")
    if site:
        data["temperature_site"] = site
    client_id = uuid5(NAMESPACE, f"hl7v2 set {' '.join(marks)}")
    data |= {"client_id": client_id, "taken_at": each.taken_at}
    entry = Entry.parse(data, now=now)
    return replace(entry, as_entered=_as_entered(each, results))


def _as_entered(each: GroupedSet, results: Sequence[Result]) -> dict[str, Any]:
    """Value, unit and name as sent, by field; a list where several results said the same."""
    kept: dict[str, list[dict[str, str]]] = {}
    for reading, result in zip(each.readings, results, strict=True):
        row = reading.row
        said = {
            "value": row["value"] or row["value_text"],
            "unit": row["unit_as_charted"] or row["unit"],
            "charted_as": row["charted_as"],
            "status": result.value.status if result.value.standing is not Standing.FINAL else "",
        }
        kept.setdefault(reading.field, []).append({k: v for k, v in said.items() if v})
    return {field: said[0] if len(said) == 1 else said for field, said in kept.items()}
