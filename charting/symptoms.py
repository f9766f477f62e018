"""The door for symptoms: present, looked for and absent, or not asked; graded by CTCAE words."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from audit import trail
from charting import other_scales, state
from charting.entry import FUTURE_TOLERANCE, EntryRefusedError, FieldError
from grading import symptoms as grading
from grading.models import Assessment
from grading.symptoms import GradeRefusedError, Question
from grading.withdrawal import withdrawal_of
from staff.models import User
from vitals.models import SymptomReport
from vitals.symptoms import SYMPTOMS
from vitals.vocabulary import Attribution

LONGEST_NOTE: Final = 200
_MOST: Final = 100_000
_LATER: Final = "a symptom was reported"


@dataclass(frozen=True, slots=True)
class Report:
    """One symptom at one time. `grade` is the CTCAE row picked; `findings` what was measured.

    A symptom that is not among the reports was not asked about.
    """

    symptom: str
    is_present: bool
    taken_at: datetime
    grade: int | None = None
    findings: Mapping[str, Any] = field(default_factory=dict)
    attribution: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reported:
    """A stored report with its grade; None where it is absent or CTCAE has no term for it."""

    report: SymptomReport
    assessment: Assessment | None


@transaction.atomic
def record_symptoms(
    *,
    patient_id: int,
    client_id: uuid.UUID,
    reports: Sequence[Report],
    recorded_by: User | None,
    now: datetime,
    source: str,
    number: uuid.UUID | None = None,
) -> tuple[Reported, ...]:
    """Store and grade what was found, all of it or nothing; a repeat answers what is stored.

    `number` is that of the one report where it brings its own, from another system.
    Raises EntryRefusedError naming the symptom and the field that is wrong.
    """
    current = state.locked(patient_id)
    rows = [
        _row(each, patient_id=patient_id, client_id=number or uuid.uuid5(client_id, each.symptom))
        for each in reports
    ]
    stored = _stored([row.client_id for row in rows])
    if stored:
        return stored
    _refuse(reports, now=now)
    for row in rows:
        row.recorded_by, row.received_at, row.source = recorded_by, now, source
    done = _store(rows, now=now)
    for at in sorted({row.taken_at for row in rows}):
        other_scales.follow(current, at=at, now=now, reason=_LATER)
    trail.record(
        action="symptoms.recorded",
        actor=recorded_by,
        scope=f"patient:{patient_id}",
        subject=f"symptoms:{client_id}",
        at=now,
        detail={"present": _codes(done, present=True), "absent": _codes(done, present=False)},
    )
    return done


@transaction.atomic
def correct_symptom(
    *,
    wrong_id: int,
    client_id: uuid.UUID,
    report: Report | None,
    recorded_by: User | None,
    now: datetime,
    source: str,
    reason: str,
) -> Reported:
    """Append the right report, or None to withdraw one; the wrong one stays and stops counting.

    Raises EntryRefusedError when it was corrected before, SymptomReport.DoesNotExist for none.
    """
    wrong = SymptomReport.objects.get(pk=wrong_id)
    current = state.locked(wrong.patient_id)
    stored = _stored([client_id])
    if stored:
        return stored[0]
    errors = []
    if wrong.withdrawn or SymptomReport.objects.filter(supersedes=wrong).exists():
        errors.append(FieldError("report", wrong_id, "was corrected before"))
    if not reason.strip():
        errors.append(FieldError("reason", reason, "is required"))
    if report is not None and report.symptom != wrong.symptom:
        errors.append(FieldError("symptom", report.symptom, f"must stay {wrong.symptom}"))
    if errors:
        raise EntryRefusedError(errors)
    right = report or Report(wrong.symptom, wrong.is_present, wrong.taken_at)
    _refuse([right], now=now)
    row = _row(right, patient_id=wrong.patient_id, client_id=client_id)
    row.recorded_by, row.received_at, row.source = recorded_by, now, source
    row.supersedes, row.reason, row.withdrawn = wrong, reason, report is None
    done = _store([row], now=now)
    for at in sorted({wrong.taken_at, row.taken_at}):
        other_scales.follow(current, at=at, now=now, reason=reason)
    trail.record(
        action="symptom.corrected",
        actor=recorded_by,
        scope=f"patient:{wrong.patient_id}",
        subject=f"symptom:{row.pk}",
        at=now,
        detail={"symptom": row.symptom, "corrects": wrong.pk, "withdrawn": row.withdrawn},
    )
    return done[0]


def _store(rows: Sequence[SymptomReport], *, now: datetime) -> tuple[Reported, ...]:
    """Save reports with their grades; a correction takes the place of the grade before."""
    for row in rows:
        row.save(force_insert=True)
    graded = {row.pk: grading.assess(row, now=now) for row in rows if not row.withdrawn}
    fresh = [each for each in graded.values() if each is not None]
    for row in rows:
        if row.supersedes_id is None:
            continue  # asked for nothing, the query below would read every other grade there is
        before = Assessment.objects.filter(symptom_report=row.supersedes_id).in_force().first()
        if before is None:
            continue
        after = graded.get(row.pk)
        if after is None:
            fresh.append(withdrawal_of(before, now=now, reason=row.reason))
        else:
            after.supersedes, after.reason = before, row.reason
    Assessment.objects.bulk_create(fresh)
    return tuple(Reported(row, graded.get(row.pk)) for row in rows)


def _row(report: Report, *, patient_id: int, client_id: uuid.UUID) -> SymptomReport:
    return SymptomReport(
        client_id=client_id,
        patient_id=patient_id,
        symptom=report.symptom,
        taken_at=report.taken_at.astimezone(UTC),
        is_present=report.is_present,
        grade=_grade_of(report),
        findings={name: _plain(value) for name, value in report.findings.items()},
        attribution=report.attribution,
        note=report.note,
    )


def _grade_of(report: Report) -> int | None:
    """The row that was picked, or the grade that the values leave no doubt about."""
    symptom = SYMPTOMS.get(report.symptom)
    if report.grade is not None or symptom is None or not symptom.term or not report.is_present:
        return report.grade
    try:
        return grading.grade_report(symptom, grade=None, findings=report.findings).grade
    except (GradeRefusedError, TypeError, ArithmeticError):
        return None  # refused by name before anything is stored


def _stored(client_ids: Sequence[uuid.UUID]) -> tuple[Reported, ...]:
    rows = SymptomReport.objects.filter(client_id__in=client_ids).prefetch_related("assessments")
    return tuple(Reported(row, next(iter(row.assessments.all()), None)) for row in rows)


def _refuse(reports: Sequence[Report], *, now: datetime) -> None:
    """Raise EntryRefusedError with everything that is wrong in any report."""
    errors = [] if reports else [FieldError("reports", None, "the check records nothing")]
    codes = [each.symptom for each in reports]
    errors += [
        FieldError(code, None, "is reported twice") for code in dict.fromkeys(codes)
        if codes.count(code) > 1
    ]  # fmt: skip
    for each in reports:
        errors += faults(each, now=now)
    if errors:
        raise EntryRefusedError(errors)


def faults(report: Report, *, now: datetime) -> list[FieldError]:
    """Return everything that is wrong in one report; nothing when it can be stored."""
    symptom = SYMPTOMS.get(report.symptom)
    if symptom is None:
        return [FieldError("symptom", report.symptom, "is no symptom that can be reported")]
    errors = []
    if report.taken_at > now + FUTURE_TOLERANCE:
        errors.append(FieldError("taken_at", report.taken_at, "is in the future"))
    if report.attribution not in ("", *Attribution.values):
        words = f"must be one of {', '.join(Attribution.values)}"
        errors.append(FieldError(f"{symptom.code}.attribution", report.attribution, words))
    if len(report.note) > LONGEST_NOTE:
        words = f"must be text of at most {LONGEST_NOTE} characters"
        errors.append(FieldError(f"{symptom.code}.note", report.note, words))
    if not report.is_present and (report.grade is not None or report.findings):
        words = "is absent: it has no grade and nothing measured"
        return [*errors, FieldError(symptom.code, report.grade, words)]
    if report.grade is not None and not symptom.term:
        words = "CTCAE has no term for it, so it has no grade"
        return [*errors, FieldError(f"{symptom.code}.grade", report.grade, words)]
    known = {question.name: question for question in grading.questions_of(symptom.term)}
    found = [
        FieldError(f"{symptom.code}.{name}", value, words)
        for name, value in report.findings.items()
        if (words := _fault_of(value, known.get(name)))
    ]
    if found or not symptom.term or not report.is_present:
        return errors + found
    try:
        grading.grade_report(symptom, grade=report.grade, findings=report.findings)
    except GradeRefusedError as refused:
        errors.append(FieldError(f"{symptom.code}.grade", report.grade, str(refused)))
    return errors


def _fault_of(value: Any, question: Question | None) -> str:
    """What is wrong with one finding; nothing is an empty text."""
    if question is None:
        return "is not what this symptom is graded from"
    if question.is_number:
        good = isinstance(value, int | Decimal) and not isinstance(value, bool)
        return "" if good and 0 <= value < _MOST else f"must be a number from 0 to {_MOST}"
    if question.words:
        return "" if value in question.words else f"must be one of {', '.join(question.words)}"
    return "" if isinstance(value, bool) else "must be true or false"


def _plain(value: Any) -> Any:
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return str(value) if is_number else value


def _codes(done: Sequence[Reported], *, present: bool) -> list[str]:
    return [each.report.symptom for each in done if each.report.is_present is present]
