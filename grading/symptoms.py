"""From a reported symptom to its CTCAE assessment: by the row picked or by what was measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from grading.models import Assessment, columns_of
from grading.rules.ctcae_lab_names import plain
from grading.rules.ctcae_symptom import CRITERIA, SCALE, SymptomFindings, grade_symptom
from grading.rules.ctcae_symptom_findings import NUMBERS, Intervention, SeizureType
from grading.rules.ctcae_symptom_picks import PICKS
from grading.rules.verdict import Criterion, Reason, Verdict
from vitals.models import SymptomReport
from vitals.symptoms import SYMPTOMS, Symptom

__all__ = ["SCALE", "Question", "assess", "grade_report", "questions_of", "rows_of"]

# What a clinician can state of any term that is picked from its words.
_OF_A_PICK: Final = ("limits_self_care", "life_threatening")
WORDS_OF: Final[dict[str, tuple[str, ...]]] = {
    "intervention": tuple(each.value for each in Intervention),
    "seizure_type": tuple(each.value for each in SeizureType),
}


class GradeRefusedError(ValueError):
    """The grade picked is not one of the term, or what was measured says otherwise."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that a term is graded from: a number, one of some words, or yes and no."""

    name: str
    is_number: bool
    words: tuple[str, ...] = ()


def assess(report: SymptomReport, *, now: datetime) -> Assessment | None:
    """Grade a symptom that is present; None for one that is absent or has no CTCAE term."""
    symptom = SYMPTOMS[report.symptom]
    if not report.is_present or not symptom.term:
        return None
    verdict = grade_report(symptom, grade=report.grade, findings=report.findings)
    return Assessment(
        patient_id=report.patient_id,
        symptom_report=report,
        taken_at=report.taken_at,
        scale=SCALE,
        term=symptom.term,
        assessed_at=now,
        **columns_of(verdict),
    )


def grade_report(symptom: Symptom, *, grade: int | None, findings: Mapping[str, Any]) -> Verdict:
    """The verdict of a term from what was measured and the row that was picked.

    A pick stands where the values leave it open. Raises GradeRefusedError when it is no row
    of the term or the values force another, naming both.
    """
    stated = SymptomFindings(term=symptom.term, **_from_json(findings))
    try:
        verdict = grade_symptom(stated)
    except ValueError as error:
        raise GradeRefusedError(str(error)) from error
    if grade is None:
        return verdict
    rows = [row for row in rows_of(symptom.term) if row.grade == grade]
    if verdict.grade is not None and verdict.grade != grade:
        raise GradeRefusedError(
            f"grade {grade} was picked, what was recorded gives grade {verdict.grade}"
        )
    if verdict.grade == grade:
        return verdict
    if not rows:
        known = ", ".join(str(row.grade) for row in rows_of(symptom.term))
        raise GradeRefusedError(f"{symptom.term} has grades {known}, not {grade}")
    if grade < verdict.at_least:
        raise GradeRefusedError(
            f"grade {grade} was picked, what was recorded forces at least {verdict.at_least}"
        )
    because = tuple(Reason(row.id, row.grade, row.words, ("picked",)) for row in rows[:1])
    return Verdict(verdict.scale, verdict.ruleset, grade, grade, because)


@lru_cache(maxsize=256)
def rows_of(term: str) -> tuple[Criterion, ...]:
    """The rows of a term to pick from, the mildest first; one for each grade."""
    pick = PICKS.get(term)
    if pick is not None:
        return tuple(reversed(pick.rows))
    rows = {
        rule.criterion.grade: rule.criterion
        for rule in reversed(CRITERIA)
        if plain(rule.domain) == plain(term) and rule.criterion.verification_tag != "P"
    }
    return tuple(rows[grade] for grade in sorted(rows))


@lru_cache(maxsize=256)
def questions_of(term: str) -> tuple[Question, ...]:
    """What a term can be graded from; nothing for no term."""
    if not term:
        return ()
    if term in PICKS:
        return tuple(Question(name, is_number=False) for name in _OF_A_PICK)
    names = dict.fromkeys(
        name for rule in reversed(CRITERIA) if rule.domain == term for name in rule.needs
    )
    return tuple(Question(name, name in NUMBERS, WORDS_OF.get(name, ())) for name in names)


def _from_json(findings: Mapping[str, Any]) -> dict[str, Any]:
    """Findings as the rules read them; numbers are kept as text, so that no digit is lost."""
    return {
        name: Decimal(value) if name in NUMBERS and value is not None else value
        for name, value in findings.items()
    }
