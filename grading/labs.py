"""From laboratory results to their CTCAE assessments, one for each term that says something."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from django.conf import settings
from django.db.models import Q

from audit import appending
from grading import lab_reading, lab_terms
from grading.lab_reading import Beside, LabCourse
from grading.models import Assessment, columns_of
from grading.regrade import ANSWER
from grading.rules.ctcae_lab import SCALE, Edition, LabFindings, LabFlag, grade_lab
from grading.rules.ctcae_lab_bounds import grade_reported
from grading.rules.ctcae_lab_rows import Term
from grading.rules.verdict import Verdict
from grading.withdrawal import withdrawal_of
from patients.models import Infusion, Patient
from vitals.models import LabResult

__all__ = ["SCALE", "assess", "course_of", "reassess", "resting_on"]

_BATCH: Final = 500
_COMPARED: Final = (*ANSWER, "ruleset", "evidence")
_UNREADABLE_UNIT: Final = ("unit",)


def course_of(patient: Patient, *, zone: tzinfo) -> LabCourse:
    """Read when the first dose was; the edition is the one this installation grades by."""
    first = Infusion.objects.filter(patient=patient).in_force().order_by("started_at").first()
    return LabCourse(
        patient,
        first.started_at if first else None,
        zone,
        Edition(settings.CRS_CTCAE_EDITION),
    )


def assess(results: Iterable[LabResult], *, of: LabCourse, now: datetime) -> list[Assessment]:
    """Grade results, each for the terms it has; nothing is stored yet.

    Of a value's terms those at grade 1 or above are kept; without one, those that
    could not be decided; without one, a single grade 0. So a term that is absent
    beside another is known not to be there.
    """
    rows = [row for row in results if row.analyte in lab_terms.ANALYTES and _has_number(row)]
    near = lab_reading.beside(rows, of)
    return [
        Assessment(
            patient=of.patient,
            lab_result=row,
            taken_at=row.taken_at,
            scale=SCALE,
            term=term,
            evidence=list(evidence),
            assessed_at=now,
            **columns_of(verdict),
        )
        for row in rows
        for term, verdict, evidence in _kept(_verdicts(row, of=of, near=near))
    ]


def resting_on(changed: Sequence[LabResult], *, of: LabCourse) -> list[LabResult]:
    """The other results in force whose grade may rest on these: baselines, albumins."""
    same = {
        code
        for row in changed
        if lab_reading.is_baseline(row, of.anchor_at)
        for code in lab_terms.substances(row.analyte)
    }
    days = [row.taken_at for row in changed if row.analyte == lab_reading.ALBUMIN]
    also = Q()
    if same:
        also |= Q(analyte__in=same, taken_at__gte=of.anchor_at)
    if days:
        # A day either side holds the ward's own days, whatever its clock.
        span = (min(days) - timedelta(days=1), max(days) + timedelta(days=1))
        also |= Q(analyte=lab_reading.CALCIUM, taken_at__range=span)
    if not also:
        return []
    rows = LabResult.objects.filter(also, patient=of.patient).in_force()
    return list(rows.exclude(pk__in=[row.pk for row in changed]))


def reassess(
    results: Sequence[LabResult],
    *,
    of: LabCourse,
    now: datetime,
    reason: str,
    replaced: Mapping[int, int] | None = None,
) -> list[Assessment]:
    """Grade results and store what is new or different, superseding what was said before.

    `replaced` names results that stopped counting and the one in the place of each, 0 for
    none; their grades go with them.
    """
    instead = replaced or {}
    said = _in_force(of.patient, {row.pk for row in results} | instead.keys())
    old = {(instead.get(row.lab_result_id or 0, row.lab_result_id), row.term): row for row in said}
    fresh = []
    for each in assess(results, of=of, now=now):
        before = old.pop((each.lab_result_id, each.term), None)
        if before is None:
            fresh.append(each)
        elif before.lab_result_id != each.lab_result_id or _differs(before, each):
            each.supersedes, each.reason = before, reason
            fresh.append(each)
    gone = [withdrawal_of(row, now=now, reason=reason) for row in old.values()]
    return appending.append([*fresh, *gone])


def _in_force(patient: Patient, results: Set[int]) -> list[Assessment]:
    """What is said of these results now."""
    rows = Assessment.objects.filter(patient=patient, scale=SCALE).in_force()
    if len(results) <= _BATCH:  # more names than this a database may not take
        return list(rows.filter(lab_result__in=results))
    return [row for row in rows if row.lab_result_id in results]


def _verdicts(
    row: LabResult, *, of: LabCourse, near: Beside
) -> list[tuple[str, Verdict, tuple[dict[str, Any], ...]]]:
    untitled = lab_terms.UNGRADED.get(row.analyte)
    if untitled is not None:
        findings = LabFindings(term=untitled, edition=of.edition)
        return [(untitled, grade_lab(findings), ())]
    return [
        (term.name, *judged)
        for term in lab_terms.terms_of(row.analyte, of.edition)
        if (judged := _judged(row, term, of=of, near=near)) is not None
    ]


def _judged(
    row: LabResult, term: Term, *, of: LabCourse, near: Beside
) -> tuple[Verdict, tuple[dict[str, Any], ...]] | None:
    """The verdict of one term; None where words would decide and the value is within limits."""
    read = lab_reading.read(row, term, of=of, near=near)
    if term.clinical and _within(read.findings, term):
        return None
    total_calcium = row.analyte == lab_reading.CALCIUM
    fixed = lab_reading.corrected(read, row, of=of, near=near) if total_calcium else read
    if fixed is None:
        verdict = _graded(read.findings, row.comparator)
        return replace(
            verdict, grade=None, at_least=0, because=(), missing=("albumin",), outcome=None
        ), read.evidence
    verdict = _graded(fixed.findings, row.comparator)
    if fixed.note:
        flags = tuple(flag for flag in verdict.flags if flag != LabFlag.UNCORRECTED)
        verdict = replace(verdict, flags=(*flags, fixed.note))
    return verdict, fixed.evidence


def _graded(findings: LabFindings, comparator: str) -> Verdict:
    try:
        return grade_reported(findings, comparator=comparator)
    except ValueError:
        # A unit or a number that the edition cannot read: said as missing, never guessed.
        bare = LabFindings(term=findings.term, edition=findings.edition)
        return replace(grade_reported(bare, comparator=""), missing=_UNREADABLE_UNIT)


def _within(findings: LabFindings, term: Term) -> bool:
    limit = findings.uln if lab_terms.is_high(term) else findings.lln
    if limit is None or findings.value is None:
        return False
    beyond = findings.value > limit if lab_terms.is_high(term) else findings.value < limit
    return not beyond


def _kept(
    verdicts: list[tuple[str, Verdict, tuple[dict[str, Any], ...]]],
) -> list[tuple[str, Verdict, tuple[dict[str, Any], ...]]]:
    raised = [each for each in verdicts if each[1].at_least >= 1]
    undecided = [each for each in verdicts if each[1].grade is None]
    return raised or undecided or verdicts[:1]


def _has_number(row: LabResult) -> bool:
    return row.value is not None or row.analyte in lab_terms.UNGRADED


def _differs(before: Assessment, after: Assessment) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in _COMPARED)
