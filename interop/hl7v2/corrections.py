"""A result comes again: as a repeat, made final, corrected, or taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid5

from audit import trail
from charting import bulk, chart, results, state
from charting.entry import Entry, EntryRefusedError
from charting.entry_values import READERS
from charting.withdrawing import withdraw
from grading import labs as graded_labs
from interop.csv.identity import NAMESPACE
from interop.csv.mapped import Lab, Reading
from interop.csv.outcomes import Outcome
from interop.csv.outcomes import Reason as ValueReason
from interop.hl7v2.account import DUPLICATE, STORED, Fate, Receiving
from interop.hl7v2.measured import Result
from interop.hl7v2.reasons import Reason
from interop.hl7v2.values import Standing
from interop.models import HeldResult
from patients.models import Patient
from vitals.models import LabResult, ObservationSet
from vitals.vocabulary import CorrectionCode, Source

_BATCH: Final = 500
_CORRECTED: Final = "The sender corrected this result"
_WITHDRAWN: Final = "The sender withdrew this result"
_FINAL: Final = "The sender made this result final"
_PRELIMINARY: Final = frozenset({"P", "R", "S"})
_TAKEN_BACK: Final = frozenset({"D", "W", "X"})


@dataclass(slots=True)
class Known:
    """What is held already of the results at hand, newest last."""

    items: set[UUID] = field(default_factory=set)
    by_key: dict[str, HeldResult] = field(default_factory=dict)
    by_loose_key: dict[str, dict[str, HeldResult]] = field(default_factory=dict)

    @classmethod
    def of(cls, wanted: Sequence[Result]) -> "Known":
        """Ask for all of them in portions that every database takes."""
        known = cls()
        rows = HeldResult.objects.select_related("observations", "lab").order_by("pk")
        for start in range(0, len(wanted), _BATCH):
            portion = wanted[start : start + _BATCH]
            items = [each.item for each in portion]
            known.items |= {*rows.filter(item__in=items).values_list("item", flat=True)}
            known.by_key |= {row.key: row for row in rows.filter(key__in={e.key for e in portion})}
            loose = {each.loose_key for each in portion if each.value.standing in _CHANGES}
            for row in rows.filter(loose_key__in=loose - {""}):
                known.by_loose_key.setdefault(row.loose_key, {})[row.key] = row
        return known

    def before(self, result: Result) -> HeldResult | None:
        """The row a result is about; a correction whose time changed finds the only one."""
        found = self.by_key.get(result.key)
        if found is not None or result.value.standing not in _CHANGES:
            return found if found is None or _is_about(result, found) else None
        others = self.by_loose_key.get(result.loose_key, {})
        return next(iter(others.values())) if len(others) == 1 else None

    def fate_of(self, result: Result) -> Fate | None:
        """What is plain without storing anything: repeats, and what contradicts what is held."""
        if result.item in self.items:
            return DUPLICATE
        before = self.by_key.get(result.key)
        if before is None or result.value.standing in _CHANGES:
            return None
        if before.said == result.said and not (
            before.status in _PRELIMINARY and result.value.standing is Standing.FINAL and before.lab
        ):
            return DUPLICATE
        if _is_about(result, before) or not result.loose_key:
            return None
        words = "another value for the same result, and not sent as a correction"
        return Fate(Outcome.QUARANTINED, Reason.CHANGED, words, "OBX-5")


_CHANGES: Final = frozenset({Standing.CORRECTED, Standing.WITHDRAWN})


def _is_about(result: Result, before: HeldResult) -> bool:
    """Whether a result takes the place of the one held; else both are readings."""
    if result.value.standing in _CHANGES:
        return True
    return before.status in _PRELIMINARY


def apply(result: Result, patient: Patient, *, how: Receiving) -> Fate:
    """Correct or withdraw what is held; the patient's lock is held by the caller."""
    known = Known.of([result])
    before = known.before(result)
    if before is None:
        if result.value.status == "X":
            words = "status X: no result could be obtained"
            return Fate(Outcome.REJECTED, Reason.PENDING, words, "OBX-11")
        words = "it takes back a result that is not held here"
        return Fate(Outcome.QUARANTINED, Reason.CORRECTS_NOTHING, words, "OBX-11")
    is_withdrawal = result.value.standing is Standing.WITHDRAWN
    if is_withdrawal and before.status in _TAKEN_BACK:
        return DUPLICATE
    if not is_withdrawal and before.said == result.said and before.status == result.value.status:
        return DUPLICATE
    if before.patient_id != patient.pk:
        words = "the result is held for another patient"
        return Fate(Outcome.QUARANTINED, ValueReason.NOT_THE_PATIENT, words, "PID-3")
    if before.lab is not None:
        return _correct_lab(result, before.lab, patient, how=how)
    if before.observations is not None:
        return _correct_set(result, before.observations, before.field, patient, how=how)
    words = "a body weight is corrected by hand"
    return Fate(Outcome.QUARANTINED, Reason.CORRECTED_HERE, words, "OBX-11")


def _reason(result: Result) -> str:
    if result.value.standing is Standing.WITHDRAWN:
        return _WITHDRAWN
    return _CORRECTED if result.value.standing is Standing.CORRECTED else _FINAL


def _hold(result: Result, patient: Patient, how: Receiving, **where: object) -> Fate:
    HeldResult.objects.create(
        item=result.item, key=result.key, loose_key=result.loose_key, said=result.said,
        status=result.value.status, patient=patient, taken_at=result.value.at,
        received_at=how.now, **where,
    )  # fmt: skip
    return STORED


def _corrected_here() -> Fate:
    words = "somebody corrected or withdrew it here in the meantime"
    return Fate(Outcome.QUARANTINED, Reason.CORRECTED_HERE, words, "OBX-11")


def _correct_lab(result: Result, wrong: LabResult, patient: Patient, *, how: Receiving) -> Fate:
    if wrong.withdrawn or LabResult.objects.filter(supersedes=wrong).exists():
        return _corrected_here()
    entry = None
    if isinstance(result.payload, Lab):
        row = result.payload.result
        entry = results.LabEntry(
            client_id=row.client_id, loinc=row.loinc, display=row.display,
            taken_at=row.taken_at, value=row.value, comparator=row.comparator, text=row.text,
            unit=row.unit, reference_low=row.reference_low, reference_high=row.reference_high,
        )  # fmt: skip
    if how.live:
        right = results.correct_lab(
            wrong_id=wrong.pk,
            entry=entry,
            recorded_by=how.by,
            now=how.now,
            source=Source.INTEGRATION,
            reason=_reason(result),
        )
    else:
        right = _correct_lab_of_history(result, wrong, patient, how=how)
    return _hold(result, patient, how, lab=right)


def _correct_lab_of_history(
    result: Result, wrong: LabResult, patient: Patient, *, how: Receiving
) -> LabResult:
    """Append the right result, or its withdrawal, and grade again; nobody is paged."""
    if isinstance(result.payload, Lab):
        right = result.payload.result
    else:
        right = LabResult(
            client_id=result.item, analyte=wrong.analyte, loinc=wrong.loinc,
            display=wrong.display, taken_at=wrong.taken_at, received_at=how.now,
            source=Source.IMPORT, withdrawn=True,
        )  # fmt: skip
    right.patient, right.recorded_by = patient, how.by
    right.supersedes, right.reason = wrong, _reason(result)
    right.save(force_insert=True)
    of = graded_labs.course_of(patient, zone=state.zone_of(state.locked(patient.pk)))
    judged = [] if right.withdrawn else [right]
    judged += graded_labs.resting_on([right, wrong], of=of)
    replaced = {wrong.pk: 0 if right.withdrawn else right.pk}
    graded_labs.reassess(judged, of=of, now=how.now, reason=right.reason, replaced=replaced)
    _note("lab.corrected", f"lab:{right.pk}", right, wrong.pk, how=how)
    return right


def _correct_set(
    result: Result, held: ObservationSet, name: str, patient: Patient, *, how: Receiving
) -> Fate:
    """Replace one value of a set; a set left with none is withdrawn by what holds the rest."""
    wrong = _in_force(held)
    if wrong is None or wrong.patient_id != patient.pk or getattr(wrong, name) in (None, ""):
        return _corrected_here()
    values = _values(wrong)
    values.pop(name, None)
    if isinstance(result.payload, Reading):
        values[name] = result.payload.value
    entry = Entry(
        uuid5(NAMESPACE, f"hl7v2 correction {result.item}"),
        wrong.taken_at,
        values,
        as_entered=dict(wrong.as_entered) | {name: {"value": result.value.text}},
    )
    if not _is_anything(values):
        return _withdraw_set(result, wrong, patient, how=how)
    if how.live:
        try:
            right = chart.correct_observations(
                wrong_id=wrong.pk,
                entry=entry,
                corrected_by=how.by,
                reason=_reason(result),
                now=how.now,
                code=CorrectionCode.OTHER,
            ).observations
        except EntryRefusedError as refused:
            words = refused.errors[0].message
            return Fate(Outcome.QUARANTINED, ValueReason.CONTRADICTION, words, "OBX-5")
    else:
        right = _append(entry, wrong, result, how=how)
    return _hold(result, patient, how, observations=right, field=name)


def _append(
    entry: Entry,
    wrong: ObservationSet,
    result: Result,
    *,
    how: Receiving,
) -> ObservationSet:
    """Supersede a set of the past and grade again from there; nobody is paged."""
    current = state.locked(wrong.patient_id)
    right = chart.set_of(
        entry, current=current, charted_by=how.by, now=how.now, source=Source.IMPORT,
        doubts=(), supersedes=wrong, reason=_reason(result),
        correction_code=CorrectionCode.OTHER,
    )  # fmt: skip
    right.save(force_insert=True)
    bulk.regrade(wrong.patient_id, since=wrong.taken_at, now=how.now, reason="import")
    _note("observations.corrected", f"set:{right.pk}", right, wrong.pk, how=how)
    return right


def _note(
    action: str, subject: str, right: LabResult | ObservationSet, wrong: int, /, *, how: Receiving
) -> None:
    trail.record(
        action=action,
        actor=how.by,
        scope=f"patient:{right.patient_id}",
        subject=subject,
        at=how.now,
        detail={"corrects": wrong, "withdrawn": right.withdrawn, "source": right.source},
    )


def _withdraw_set(
    result: Result, wrong: ObservationSet, patient: Patient, *, how: Receiving
) -> Fate:
    taken_back = withdraw(
        wrong,
        state.locked(patient.pk),
        client_id=uuid5(NAMESPACE, f"hl7v2 withdrawal {result.item}"),
        code=CorrectionCode.OTHER,
        reason=_WITHDRAWN,
        by=how.by,
        now=how.now,
    )
    return _hold(result, patient, how, observations=taken_back)


def _in_force(held: ObservationSet) -> ObservationSet | None:
    """The set that now stands where this one stood; None when it was withdrawn."""
    row: ObservationSet | None = held
    while row is not None:
        after = ObservationSet.objects.filter(supersedes=row).first()
        if after is None:
            return None if row.withdrawn else row
        row = after
    return None


def _values(row: ObservationSet) -> dict[str, object]:
    recorded = {name: getattr(row, name) for name in (*READERS, "vasopressor_doses")}
    return {name: value for name, value in recorded.items() if value is not None and value != ""}


def _is_anything(values: dict[str, object]) -> bool:
    return bool(values.keys() - {"blood_pressure_method", "temperature_site", "late_reason"})
