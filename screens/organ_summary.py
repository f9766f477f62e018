"""What is known of each body system: symptoms and laboratory grades, and what was not asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from charting.models import PatientState
from grading import labs, symptoms
from grading.lab_reading import exact
from grading.models import Assessment
from grading.rules.ctcae_lab import NO_TERM
from screens import labels, strip
from screens.badges import Badge, badge
from vitals.models import LabResult, SymptomReport
from vitals.symptoms import (
    COUNTS,
    LINE_OF_ANALYTE,
    MARKERS,
    SYMPTOMS,
    SYSTEM_WORDS,
    BodySystem,
    lines_of,
)

# Older than this a finding no longer speaks for now; older still it is not shown.
CURRENT_FOR: Final = timedelta(hours=24)
SHOWN_FOR: Final = timedelta(days=7)
_NO_TERM_WORDS: Final = "no CTCAE term"


@dataclass(frozen=True, slots=True)
class Finding:
    """One symptom or result behind a body system, as the page words it.

    `grade` is None where nobody graded it or something is missing; `at_least` is then the
    least it can be. `is_graded` is False where CTCAE has no term for it.
    """

    line: str
    words: str
    detail: str
    taken_at: datetime
    is_present: bool
    grade: int | None
    at_least: int
    is_graded: bool
    is_lab: bool


def systems(state: PatientState, *, now: datetime) -> list[dict[str, Any]]:
    """The five body systems in the order of the table, each with what is behind its grade."""
    found = _symptoms(state.pk, now=now)
    results = _results(state.pk, now=now)
    zone = strip.zone_of(state)
    return [
        _system(
            system,
            [each for code, each in found if system in SYMPTOMS[code].systems]
            + (results if system is BodySystem.OTHER else []),
            now=now,
            zone=zone,
        )
        for system in BodySystem
    ]


def _system(
    system: BodySystem, findings: list[Finding], *, now: datetime, zone: Any
) -> dict[str, Any]:
    current = [each for each in findings if now - each.taken_at <= CURRENT_FOR]
    asked = {each.line for each in findings}
    lines = list(lines_of(system))
    if system is BodySystem.OTHER:
        lines += [COUNTS, MARKERS]
    worst, words = _worst(current, lines_of(system))
    gravest = sorted(
        (each for each in findings if each.is_present and _has_something_to_say(each)),
        key=lambda each: (now - each.taken_at > CURRENT_FOR, -each.at_least, each.line),
    )
    quiet = [each for each in findings if each.is_present and not _has_something_to_say(each)]
    return {
        "code": str(system),
        "title": SYSTEM_WORDS[system],
        "worst": worst,
        "worst_words": words,
        "unasked_words": "Not measured or asked" if system is BodySystem.OTHER else "Not asked",
        "findings": [_shown(each, now=now, zone=zone) for each in gravest],
        "quiet": [_shown(each, now=now, zone=zone) for each in _in_order(quiet)],
        "absent": [
            _shown(each, now=now, zone=zone)
            for each in _in_order(each for each in findings if not each.is_present)
        ],
        "not_asked": [line for line in lines if line not in asked],
    }


def _worst(current: list[Finding], lines: Iterable[str]) -> tuple[Badge, str]:
    """The worst of what was recorded, and the words beside it.

    A grade 0 is only said where every line was asked; else nothing found is not known to
    be nothing. Dashed as well while something present has no grade yet.
    """
    graded = [each for each in current if each.is_graded]
    at_least = max((each.at_least for each in graded), default=0)
    still_open = any(each.is_present and each.grade is None for each in graded)
    all_asked = not set(lines) - {each.line for each in current}
    known = bool(graded) and not still_open and (at_least > 0 or all_asked)
    shown = badge(at_least if known else None, at_least=at_least)
    if not current:
        return shown, "Nothing recorded in the last 24 h"
    if at_least == 0 and not known:
        open_words = "not everything graded" if still_open else "not everything asked"
        return shown, f"Nothing found in 24 h, {open_words}"
    return shown, f"Worst recorded in 24 h: {shown['label']}"


def _has_something_to_say(each: Finding) -> bool:
    """Whether a person reads it first: a symptom, or a result that is graded at all."""
    return not each.is_lab or each.at_least > 0


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda each: (each.line, each.words))


def _shown(each: Finding, *, now: datetime, zone: Any) -> dict[str, Any]:
    return {
        "words": each.words,
        "detail": each.detail,
        "line": each.line if each.line != each.words else "",
        "grade": badge(each.grade, at_least=each.at_least) if each.is_graded else None,
        "at": labels.clock(each.taken_at, zone=zone, now=now),
        "age": labels.ago(each.taken_at, now=now),
        "is_old": now - each.taken_at > CURRENT_FOR,
        "is_lab": each.is_lab,
    }


def _symptoms(patient_id: int, *, now: datetime) -> list[tuple[str, Finding]]:
    """The newest report of each symptom, with its grade."""
    rows = (
        SymptomReport.objects.filter(
            patient_id=patient_id, taken_at__gt=now - SHOWN_FOR, taken_at__lte=now
        )
        .in_force()
        .order_by("taken_at", "pk")
    )
    newest = {row.symptom: row for row in rows if row.symptom in SYMPTOMS}
    graded = {
        each.symptom_report_id: each
        for each in Assessment.objects.filter(
            scale=symptoms.SCALE, symptom_report__in=[row.pk for row in newest.values()]
        ).in_force()
    }
    return [(code, _symptom(row, graded.get(row.pk))) for code, row in newest.items()]


def _symptom(row: SymptomReport, graded: Assessment | None) -> Finding:
    known = SYMPTOMS[row.symptom]
    detail = graded.because[0]["words"] if graded and graded.because else ""
    if row.is_present and not known.term:
        detail = _NO_TERM_WORDS
    elif row.is_present and graded is not None and graded.grade is None:
        detail = detail or "not graded yet"
    said = [detail, row.get_attribution_display() if row.attribution else "", row.note]
    return Finding(
        line=known.line,
        words=known.words,
        detail=" · ".join(each for each in said if each),
        taken_at=row.taken_at,
        is_present=row.is_present,
        grade=graded.grade if graded else 0,
        at_least=graded.at_least if graded else 0,
        is_graded=bool(known.term),
        is_lab=False,
    )


def _results(patient_id: int, *, now: datetime) -> list[Finding]:
    """The newest result of each value, with the gravest of its grades."""
    rows = (
        Assessment.objects.filter(
            patient_id=patient_id, scale=labs.SCALE,
            taken_at__gt=now - SHOWN_FOR, taken_at__lte=now,
        )
        .in_force()
        .select_related("lab_result")
        .order_by("taken_at", "lab_result_id", "at_least")
    )  # fmt: skip
    newest: dict[str, Assessment] = {}
    for row in rows:
        assert row.lab_result is not None
        newest[row.lab_result.analyte] = row
    return [_result(row) for row in newest.values()]


def _result(row: Assessment) -> Finding:
    result = row.lab_result
    assert result is not None
    line = LINE_OF_ANALYTE.get(result.analyte, MARKERS)
    if row.outcome == NO_TERM:
        why = _NO_TERM_WORDS
    elif row.at_least > 0:
        why = row.because[0]["words"] if row.because else ""
    elif row.grade == 0:
        why = "grade 0"
    else:
        why = _open(row)
    words = row.term if row.at_least > 0 else result.display
    return Finding(
        line=line,
        words=words,
        detail=" · ".join(each for each in (_value(result), why) if each),
        taken_at=row.taken_at,
        is_present=True,
        grade=row.grade,
        at_least=row.at_least,
        is_graded=row.outcome != NO_TERM,
        is_lab=True,
    )


def _open(row: Assessment) -> str:
    """Why a result has no grade: what is missing, in the words of a laboratory."""
    missing = [_MISSING.get(name, name.replace("_", " ")) for name in row.missing]
    return f"not graded: {', '.join(missing)}" if missing else "graded by treatment, not by value"


_MISSING: Final = {
    "lln": "no lower limit reported",
    "uln": "no upper limit reported",
    "baseline": "no baseline before the dose",
    "baseline_abnormal": "no baseline before the dose",
    "symptomatic": "whether it gives symptoms",
    "anticoagulated": "whether on an anticoagulant",
    "albumin": "no albumin of the same day",
    "unit": "the unit cannot be graded",
    "value": "reported as a bound",
}


def _value(result: LabResult) -> str:
    if result.value is None:
        return result.text
    return f"{result.comparator}{labels.number(exact(result.value))} {result.unit}".strip()
