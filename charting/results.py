"""The door for laboratory results: stored as reported, graded by CTCAE, corrected by another."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from audit import trail
from charting import alerting, due, other_scales, state
from charting.doubts import Doubt, Earlier, UnconfirmedError, as_kept, doubt_of_lab
from charting.entry import FUTURE_TOLERANCE, EntryRefusedError, FieldError
from charting.models import PatientState
from grading import labs
from grading.models import Assessment
from staff.models import User
from vitals import plausibility
from vitals.analytes import BY_LOINC, Analyte, UnknownUnitError
from vitals.models import LabResult

COMPARATORS: Final = ("", "<", "<=", ">", ">=")
_LATER: Final = "another result came in"


@dataclass(frozen=True, slots=True)
class LabEntry:
    """One result as reported: a number with its unit, or words such as a culture's.

    `symptomatic` and `anticoagulated` are a clinician's word; None was not said.
    `confirmed` are the doubted values a person stood by; None where nobody was asked.
    """

    client_id: uuid.UUID
    loinc: str
    display: str
    taken_at: datetime
    value: Decimal | None = None
    comparator: str = ""
    text: str = ""
    unit: str = ""
    reference_low: Decimal | None = None
    reference_high: Decimal | None = None
    symptomatic: bool | None = None
    anticoagulated: bool | None = None
    confirmed: frozenset[str] | None = None

    def __post_init__(self) -> None:
        """Keep instants in UTC."""
        object.__setattr__(self, "taken_at", self.taken_at.astimezone(UTC))


def lab_row(
    entry: LabEntry,
    *,
    patient_id: int,
    recorded_by: User | None,
    now: datetime,
    source: str,
    earlier: Earlier | None = None,
) -> LabResult:
    """Return the row for a result, not yet saved; raises EntryRefusedError, UnconfirmedError.

    A known LOINC has its unit checked and its value converted to the canonical
    unit; an unknown one is kept exactly as reported. A unit of moles under a code by
    mass, or the reverse, is refused: one of them is wrong. A value that is unusual, or
    ten times the one before, is asked about where somebody can be.
    """
    analyte = BY_LOINC.get(entry.loinc)
    canonical = _canonical(entry, analyte, now=now)
    doubts = _doubts(entry, analyte, canonical, earlier)
    return LabResult(
        client_id=entry.client_id,
        patient_id=patient_id,
        analyte=analyte.code if analyte else "",
        loinc=entry.loinc,
        display=entry.display or (analyte.label if analyte else entry.loinc),
        taken_at=entry.taken_at,
        received_at=now,
        recorded_by=recorded_by,
        source=source,
        comparator=entry.comparator,
        value=entry.value,
        text=entry.text,
        unit=entry.unit,
        canonical_value=canonical,
        canonical_unit=analyte.unit if analyte and canonical is not None else "",
        reference_low=entry.reference_low,
        reference_high=entry.reference_high,
        doubted=as_kept(doubts, entry.confirmed or frozenset()),
        symptomatic=entry.symptomatic,
        anticoagulated=entry.anticoagulated,
    )


def _doubts(
    entry: LabEntry, analyte: Analyte | None, canonical: Decimal | None, earlier: Earlier | None
) -> list[Doubt]:
    if analyte is None or canonical is None or entry.value is None:
        return []
    doubt = doubt_of_lab(
        analyte.code, canonical, said=entry.value, taken_at=entry.taken_at, earlier=earlier
    )
    if doubt is None:
        return []
    if entry.confirmed is not None and doubt.token not in entry.confirmed:
        raise UnconfirmedError([doubt])
    return [doubt]


def _earlier(entry: LabEntry, patient_id: int, *, besides: int | None = None) -> Earlier | None:
    """The result before, where a jump from it would ask."""
    analyte = BY_LOINC.get(entry.loinc)
    if analyte is None or analyte.code not in plausibility.LABS:
        return None
    if plausibility.limits_for(analyte.code, age_months=None).jump is None:
        return None
    rows = LabResult.objects.filter(
        patient_id=patient_id, analyte=analyte.code, taken_at__lt=entry.taken_at
    ).in_force()
    if besides is not None:
        rows = rows.exclude(pk=besides)
    newest = rows.exclude(canonical_value=None).order_by("-taken_at", "-pk").first()
    return Earlier(newest.canonical_value, newest.taken_at) if newest else None


@transaction.atomic
def record_lab(
    *, patient_id: int, entry: LabEntry, recorded_by: User, now: datetime, source: str
) -> LabResult:
    """Record one result and grade it; the same client_id answers the stored row.

    A value from before the first dose is the baseline of what came after, and an albumin
    corrects the calcium of its day: what they change is graded again at once.
    """
    current = state.locked(patient_id)
    stored = LabResult.objects.filter(client_id=entry.client_id).first()
    if stored is not None:
        return stored
    row = lab_row(
        entry,
        patient_id=patient_id,
        recorded_by=recorded_by,
        now=now,
        source=source,
        earlier=_earlier(entry, patient_id),
    )
    row.save(force_insert=True)
    graded = _grade(current, [row], now=now, reason=_LATER)
    due.plan_labs(current, taken_at=row.taken_at)
    alerting.alert_on_labs(current, row, now=now)
    _record(row, graded, action="lab.recorded", by=recorded_by, now=now)
    return row


@transaction.atomic
def correct_lab(
    *,
    wrong_id: int,
    entry: LabEntry | None,
    recorded_by: User | None,
    now: datetime,
    source: str,
    reason: str,
) -> LabResult:
    """Append the right result, or None to withdraw one; the wrong one and its grades stop counting.

    The same client_id answers the stored row. Raises EntryRefusedError when the wrong result
    was corrected before, LabResult.DoesNotExist when there is none.
    """
    wrong = LabResult.objects.get(pk=wrong_id)
    current = state.locked(wrong.patient_id)
    client_id = entry.client_id if entry else _withdrawal_id(wrong)
    stored = LabResult.objects.filter(client_id=client_id).first()
    if stored is not None:
        return stored
    if wrong.withdrawn or LabResult.objects.filter(supersedes=wrong).exists():
        raise EntryRefusedError([FieldError("result", wrong_id, "was corrected before")])
    if not reason.strip():
        raise EntryRefusedError([FieldError("reason", reason, "is required")])
    row = (
        _withdrawal(wrong, by=recorded_by, now=now, source=source)
        if entry is None
        else lab_row(
            entry,
            patient_id=wrong.patient_id,
            recorded_by=recorded_by,
            now=now,
            source=source,
            earlier=_earlier(entry, wrong.patient_id, besides=wrong.pk),
        )
    )
    row.supersedes, row.reason = wrong, reason
    row.save(force_insert=True)
    graded = _grade(current, [row, wrong], now=now, reason=reason, wrong=wrong)
    alerting.alert_on_labs(current, row, now=now)
    _record(row, graded, action="lab.corrected", by=recorded_by, now=now, corrects=wrong.pk)
    return row


def follow_doses(current: PatientState, *, now: datetime) -> None:
    """Grade results again after a dose was recorded: what was before the first is the baseline."""
    of = labs.course_of(current.patient, zone=state.zone_of(current))
    rows = LabResult.objects.filter(patient=current.patient).in_force()
    labs.reassess(list(rows), of=of, now=now, reason="a dose was recorded")


def _canonical(entry: LabEntry, analyte: Analyte | None, *, now: datetime) -> Decimal | None:
    """The value in the analyte's own unit; raises EntryRefusedError for every fault."""
    errors = []
    if entry.taken_at > now + FUTURE_TOLERANCE:
        errors.append(FieldError("taken_at", entry.taken_at, "is in the future"))
    if entry.comparator not in COMPARATORS:
        errors.append(FieldError("comparator", entry.comparator, "must be < <= > >= or empty"))
    if entry.value is None and not entry.text:
        errors.append(FieldError("value", None, "a result needs a value or a text"))
    if analyte and not analyte.takes(entry.loinc, entry.unit):
        right = analyte.loinc_in(entry.unit, like=entry.loinc)
        words = (
            f"{analyte.label} in “{entry.unit}” is not of code {entry.loinc}: "
            f"the code of that unit is {right}"
        )
        errors.append(FieldError("unit", entry.unit, words))
    canonical = None
    if analyte and entry.value is not None:
        try:
            canonical = analyte.canonical(entry.value, entry.unit)
        except UnknownUnitError as error:
            errors.append(FieldError("unit", entry.unit, str(error)))
        else:
            if not analyte.hard_low <= canonical <= analyte.hard_high:
                words = (
                    f"{canonical:f} {analyte.unit} is outside "
                    f"{analyte.hard_low:f} to {analyte.hard_high:f} {analyte.unit}"
                )
                errors.append(FieldError("value", entry.value, words))
    if errors:
        raise EntryRefusedError(errors)
    return canonical


def _grade(
    current: PatientState,
    changed: Sequence[LabResult],
    *,
    now: datetime,
    reason: str,
    wrong: LabResult | None = None,
) -> list[Assessment]:
    """Grade what is new, and again what rests on it."""
    of = labs.course_of(current.patient, zone=state.zone_of(current))
    judged = [row for row in changed if row is not wrong and not row.withdrawn]
    judged += labs.resting_on(changed, of=of)
    replaced = {wrong.pk: judged[0].pk if not changed[0].withdrawn else 0} if wrong else {}
    graded = labs.reassess(judged, of=of, now=now, reason=reason, replaced=replaced)
    for at in sorted({each.taken_at for each in graded}):
        other_scales.follow(current, at=at, now=now, reason=reason)
    return graded


def _withdrawal_id(wrong: LabResult) -> uuid.UUID:
    """A result is withdrawn once, however often that is sent."""
    return uuid.uuid5(wrong.client_id, "withdrawn")


def _withdrawal(wrong: LabResult, *, by: User | None, now: datetime, source: str) -> LabResult:
    return LabResult(
        client_id=_withdrawal_id(wrong),
        patient_id=wrong.patient_id,
        analyte=wrong.analyte,
        loinc=wrong.loinc,
        display=wrong.display,
        taken_at=wrong.taken_at,
        received_at=now,
        recorded_by=by,
        source=source,
        withdrawn=True,
    )


def _record(
    row: LabResult,
    graded: Sequence[Assessment],
    *,
    action: str,
    by: User | None,
    now: datetime,
    **more: Any,
) -> None:
    own = [each for each in graded if each.lab_result_id == row.pk and not each.withdrawn]
    trail.record(
        action=action,
        actor=by,
        scope=f"patient:{row.patient_id}",
        subject=f"lab:{row.pk}",
        at=now,
        detail={"loinc": row.loinc, "at_least": {each.term: each.at_least for each in own}} | more,
    )
