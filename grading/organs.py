"""Organ toxicities, constitutional symptoms and neutropenia around a moment, from graded facts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import connection

from grading.rules import ctcae_lab, ctcae_symptom
from grading.rules import ctcae_lab_terms as lab
from grading.rules.answers import Answer
from grading.rules.organ import OrganClass, Toxicity
from vitals.symptoms import SYMPTOMS

# How long a finding stands for now. A configuration default, not yet clinically approved.
REACH: Final = timedelta(hours=24)
_GRADED: Final = (ctcae_lab.SCALE, ctcae_symptom.SCALE)
_OWN_ROWS: Final = frozenset({"fever", "low_blood_pressure", "reduced_oxygen"})
_CONSTITUTIONAL: Final = frozenset(
    code for code, each in SYMPTOMS.items() if each.organ == OrganClass.OWN_COLUMN
) - _OWN_ROWS  # fmt: skip
_KIDNEY: Final = frozenset({lab.CREATININE.lower(), "acute kidney injury"})
_LIVER: Final = frozenset(
    {each.lower() for each in (lab.ALT, lab.AST, lab.BILIRUBIN)} | {"decreased liver function"}
)
_NEUTROPHILS: Final = "neutrophil count decreased"
_FEBRILE_NEUTROPENIA: Final = "febrile_neutropenia"
_BELOW_1: Final = 3  # the CTCAE grade of neutrophils below 1.0 x 10^9/L


@dataclass(frozen=True, slots=True)
class Said:
    """A symptom that was looked for: whether it was there, and the CTCAE grade, if picked."""

    symptom: str
    taken_at: datetime
    is_present: bool
    grade: int | None


@dataclass(frozen=True, slots=True)
class TermGrade:
    """A CTCAE term as graded from a value or a finding."""

    term: str
    taken_at: datetime
    grade: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """All symptoms and graded terms of a stretch of time."""

    symptoms: Sequence[Said] = ()
    grades: Sequence[TermGrade] = ()


def recorded(patient_id: int, *, since: datetime, until: datetime | None = None) -> Recorded:
    """Read what reaches the sets from `since` to `until`, both tables in one query.

    Written out: it runs for every set that is charted, and composed it took as long as all
    the grading. A grade that is not known counts with the least it can be; one of nothing
    says nothing.
    """
    adapt = connection.ops.adapt_datetimefield_value
    span = [patient_id, adapt(since - REACH), adapt(until or _NEVER)]
    with connection.cursor() as cursor:
        cursor.execute(_BOTH, [*span, *span, *_GRADED])
        rows = cursor.fetchall()
    return Recorded(
        symptoms=[
            Said(name, _moment(at), bool(is_present), grade)
            for kind, name, at, is_present, grade in rows
            if kind == _REPORT
        ],
        grades=[
            TermGrade(name, _moment(at), grade)
            for kind, name, at, _, grade in rows
            if kind != _REPORT
        ],
    )


_REPORT: Final = 0
_BOTH: Final = """
SELECT 0, symptom, taken_at, is_present, grade
FROM vitals_symptomreport fact
WHERE patient_id = %s AND taken_at BETWEEN %s AND %s AND NOT withdrawn
  AND NOT EXISTS (SELECT 1 FROM vitals_symptomreport WHERE supersedes_id = fact.id)
UNION ALL
SELECT 1, term, taken_at, NOT withdrawn, at_least
FROM grading_assessment fact
WHERE patient_id = %s AND taken_at BETWEEN %s AND %s AND NOT withdrawn
  AND NOT EXISTS (SELECT 1 FROM grading_assessment WHERE supersedes_id = fact.id)
  AND scale IN (%s, %s) AND (grade IS NOT NULL OR at_least > 0)
"""
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def _moment(stored: datetime) -> datetime:
    """SQLite gives a time back without its zone, which is UTC."""
    return stored if stored.tzinfo is not None else stored.replace(tzinfo=UTC)


def organ_toxicities(
    symptoms: Iterable[Said], lab_grades: Iterable[TermGrade], at: datetime
) -> frozenset[Toxicity] | None:
    """The newest grade of each organ within 24 h; None when nothing says how the organs are.

    What was found is taken as the whole of it, as the tables read a charted map. Where nothing
    was found, that is an answer only if kidney and liver were both looked at: one normal value
    does not speak for all organs. A symptom that nobody graded is at least grade 1.
    """
    found = [
        TermGrade(_term_of(said), said.taken_at, _least(said))
        for said in symptoms
        if _is_organ(said.symptom)
    ]
    newest: dict[str, TermGrade] = {}
    for each in (*found, *lab_grades):
        if not at - REACH <= each.taken_at <= at:
            continue
        held = newest.get(each.term)
        if held is None or (each.taken_at, each.grade) > (held.taken_at, held.grade):
            newest[each.term] = each
    toxicities = frozenset(Toxicity(each.term, each.grade) for each in newest.values())
    seen = {term.lower() for term in newest}
    if any(_counts(toxicity) for toxicity in toxicities) or (seen & _KIDNEY and seen & _LIVER):
        return toxicities
    return None


def constitutional(symptoms: Iterable[Said], at: datetime) -> tuple[str, ...] | None:
    """Constitutional symptoms of the last 24 h in words; None when nobody asked for any."""
    newest = _newest([said for said in symptoms if said.symptom in _CONSTITUTIONAL], at)
    if not newest:
        return None
    return tuple(
        sorted(SYMPTOMS[said.symptom].words.lower() for said in newest.values() if said.is_present)
    )


def neutropenic(
    symptoms: Iterable[Said], lab_grades: Iterable[TermGrade], at: datetime
) -> tuple[Answer, Answer]:
    """Whether fever with neutropenia was stated, and whether neutrophils were below 1.0."""
    stated = _newest([said for said in symptoms if said.symptom == _FEBRILE_NEUTROPENIA], at)
    counts = sorted(
        (each.taken_at, each.grade)
        for each in lab_grades
        if each.term.lower() == _NEUTROPHILS and at - REACH <= each.taken_at <= at
    )
    said = stated[_FEBRILE_NEUTROPENIA].is_present if stated else None
    return said, counts[-1][1] >= _BELOW_1 if counts else None


def _newest(symptoms: Iterable[Said], at: datetime) -> dict[str, Said]:
    newest: dict[str, Said] = {}
    for said in symptoms:
        held = newest.get(said.symptom)
        if at - REACH <= said.taken_at <= at and (held is None or said.taken_at >= held.taken_at):
            newest[said.symptom] = said
    return newest


def _is_organ(symptom: str) -> bool:
    known = SYMPTOMS.get(symptom)
    return known is None or known.organ != OrganClass.OWN_COLUMN


def _term_of(said: Said) -> str:
    known = SYMPTOMS.get(said.symptom)
    if known is None:
        return said.symptom
    return known.term or known.words


def _least(said: Said) -> int:
    if not said.is_present:
        return 0
    return 1 if said.grade is None else said.grade


def _counts(toxicity: Toxicity) -> bool:
    uncounted = {OrganClass.OWN_COLUMN, OrganClass.BLOOD_COUNT}
    return toxicity.grade > 0 and toxicity.organ not in uncounted
