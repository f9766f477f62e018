"""The grade of a set or check as it leaves: its reasons, its ruleset, and what clinicians held."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from grading.models import Assessment, Confirmation

_BETWEEN: Final = "; "


@dataclass(frozen=True, slots=True)
class Word:
    """A clinician's word on a grade; `note` is what somebody typed, `by` a role."""

    decision: str
    grade: int | None
    cause: str
    note: str
    by: str
    is_seconded: bool


@dataclass(frozen=True, slots=True)
class Grade:
    """The grade in force of the set or check a value is of; `grade` None: not fully known.

    `because`, `missing` and `flags` are the ruleset's own words and hold nothing typed.
    """

    scale: str
    grade: int | None
    at_least: int
    ruleset: str
    because: str
    missing: str
    flags: str
    word: Word | None = None


def grades_of(patient_id: int, scale: str, key: str) -> dict[int, Grade]:
    """The grades in force of a scale, by set or by check."""
    rows = Assessment.objects.filter(patient_id=patient_id, scale=scale).in_force()
    rows = rows.filter(**{f"{key}__isnull": False})
    words = _words_of(patient_id, scale)
    return {
        getattr(row, key): Grade(
            row.scale, row.grade, row.at_least, row.ruleset, _said(row.because),
            _BETWEEN.join(row.missing), " ".join(row.flags), words.get(row.pk),
        )
        for row in rows.defer("evidence", "course").iterator()
    }  # fmt: skip


def _words_of(patient_id: int, scale: str) -> dict[int, Word]:
    """The last word in force on each grade."""
    rows = Confirmation.objects.filter(patient_id=patient_id, assessment__scale=scale).in_force()
    return {
        row.assessment_id: Word(
            row.decision, row.grade, row.cause, row.note,
            row.recorded_by.role if row.recorded_by else "", row.seconded_by_id is not None,
        )
        for row in rows.select_related("recorded_by").order_by("recorded_at", "pk")
    }  # fmt: skip


def _said(criteria: Iterable[Mapping[str, Any]]) -> str:
    """The words of each criterion, which are the ruleset's."""
    return _BETWEEN.join(str(each["words"]) for each in criteria)
