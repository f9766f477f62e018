"""Record laboratory results and neuro checks."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from audit import trail
from charting import state
from charting.entry import FUTURE_TOLERANCE, EntryRefusedError, FieldError
from grading import icans
from grading.models import Assessment
from staff.models import User
from vitals.analytes import BY_LOINC, UnknownUnitError
from vitals.models import LabResult, NeuroAssessment
from vitals.vocabulary import Source

COMPARATORS: Final = ("", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class LabEntry:
    """One result as reported: a number with its unit, or words such as a culture's."""

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

    def __post_init__(self) -> None:
        """Keep instants in UTC."""
        object.__setattr__(self, "taken_at", self.taken_at.astimezone(UTC))


def lab_row(
    entry: LabEntry, *, patient_id: int, recorded_by: User | None, now: datetime, source: str
) -> LabResult:
    """Return the row for a result, not yet saved; raises EntryRefusedError.

    A known LOINC has its unit checked and its value converted to the canonical
    unit; an unknown one is kept exactly as reported.
    """
    errors = []
    if entry.taken_at > now + FUTURE_TOLERANCE:
        errors.append(FieldError("taken_at", entry.taken_at, "is in the future"))
    if entry.comparator not in COMPARATORS:
        errors.append(FieldError("comparator", entry.comparator, "must be < <= > >= or empty"))
    if entry.value is None and not entry.text:
        errors.append(FieldError("value", None, "a result needs a value or a text"))
    analyte = BY_LOINC.get(entry.loinc)
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
    )


@transaction.atomic
def record_lab(
    *, patient_id: int, entry: LabEntry, recorded_by: User, now: datetime, source: str
) -> LabResult:
    """Record one result; the same client_id answers the stored row."""
    stored = LabResult.objects.filter(client_id=entry.client_id).first()
    if stored is not None:
        return stored
    row = lab_row(entry, patient_id=patient_id, recorded_by=recorded_by, now=now, source=source)
    row.save(force_insert=True)
    trail.record(
        action="lab.recorded",
        actor=recorded_by,
        scope=f"patient:{patient_id}",
        subject=f"lab:{row.pk}",
        at=now,
        detail={"loinc": row.loinc},
    )
    return row


@transaction.atomic
def record_neuro_check(
    *,
    patient_id: int,
    client_id: uuid.UUID,
    taken_at: datetime,
    recorded_by: User,
    now: datetime,
    findings: Mapping[str, Any],
    source: str = Source.NURSE,
) -> tuple[NeuroAssessment, Assessment]:
    """Record a neuro check and grade ICANS from it; the same client_id answers what is stored.

    `findings` are NeuroAssessment's own fields; absent means not examined.
    """
    current = state.locked(patient_id)
    stored = NeuroAssessment.objects.filter(client_id=client_id).first()
    if stored is not None:
        return stored, stored.assessments.order_by("-pk")[0]
    _refuse_findings(findings, taken_at=taken_at, now=now)
    check = NeuroAssessment.objects.create(
        client_id=client_id,
        patient_id=patient_id,
        taken_at=taken_at.astimezone(UTC),
        received_at=now,
        recorded_by=recorded_by,
        source=source,
        **findings,
    )
    assessment = icans.assess(check, current.patient, zone=state.zone_of(current), now=now)
    assessment.save(force_insert=True)
    latest = current.latest_icans
    if latest is None or latest.taken_at <= taken_at:
        current.latest_icans = assessment
        current.save(update_fields=["latest_icans"])
    trail.record(
        action="neuro.recorded",
        actor=recorded_by,
        scope=f"patient:{patient_id}",
        subject=f"neuro:{check.pk}",
        at=now,
        detail={"at_least": assessment.at_least, "ruleset": assessment.ruleset},
    )
    return check, assessment


def _refuse_findings(findings: Mapping[str, Any], *, taken_at: datetime, now: datetime) -> None:
    errors = []
    if taken_at > now + FUTURE_TOLERANCE:
        errors.append(FieldError("taken_at", taken_at, "is in the future"))
    for name, highest in (("ice_score", 10), ("capd_score", 32)):
        score = findings.get(name)
        if score is not None and not 0 <= score <= highest:
            errors.append(FieldError(name, score, f"must be 0 to {highest}"))
    reason = findings.get("unable_reason") or ""
    if reason and reason not in icans.UNABLE_REASONS:
        words = f"must be one of {', '.join(icans.UNABLE_REASONS)}"
        errors.append(FieldError("unable_reason", reason, words))
    if not any(value not in (None, "", False) for value in findings.values()):
        errors.append(FieldError("findings", None, "the check records nothing"))
    if errors:
        raise EntryRefusedError(errors)
