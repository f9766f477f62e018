"""CTCAE grades of laboratory values, editions 4.03, 5.0 and 6.0; not yet clinically approved.

Source: NCI Common Terminology Criteria for Adverse Events. A value is graded in the unit it was
reported in: limits printed in two systems are rounded apart, so nothing is converted.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from grading.rules import ctcae_lab_v4, ctcae_lab_v5, ctcae_lab_v6
from grading.rules.ctcae_lab_findings import (
    CHOICES,
    DEFAULT_LAB_POLICY,
    CtcaeLabPolicy,
    Edition,
    LabFindings,
    check_findings,
)
from grading.rules.ctcae_lab_names import ALSO, RENAMED, has_no_term, plain
from grading.rules.ctcae_lab_rows import HIGH, Term, rules_of
from grading.rules.ctcae_lab_units import KNOWN, column_of
from grading.rules.ruleset import ruleset_name
from grading.rules.verdict import (
    Criterion,
    Reason,
    Rule,
    Verdict,
    gravest,
    missing_above,
    sort_out,
)

__all__ = [
    "CHOICES",
    "DEFAULT_LAB_POLICY",
    "NEEDS_CLINICAL_INPUT",
    "NO_TERM",
    "RULESET",
    "SCALE",
    "SPECIAL",
    "CtcaeLabPolicy",
    "Edition",
    "Graded",
    "LabFindings",
    "LabFlag",
    "criteria",
    "grade_lab",
    "term_of",
    "terms_of",
]

SCALE = "ctcae-lab"
NO_TERM = "no_ctcae_term"
NEEDS_CLINICAL_INPUT = "needs_clinical_input"
_BASE = {edition: f"ctcae-lab-{edition.value}/1" for edition in Edition}
RULESET = _BASE[Edition.V5]
_TERMS = {
    Edition.V4: ctcae_lab_v4.terms,
    Edition.V5: ctcae_lab_v5.terms,
    Edition.V6: ctcae_lab_v6.terms,
}

_CTCAE = "CTCAE"
NOTHING = Criterion("ctcae-lab-0", 0, "Within the limits of grade 1", _CTCAE, "D")
UNTITLED = Criterion(
    "ctcae-lab-no-term", 0, "CTCAE has no term for this: follow the trend, no grade", _CTCAE, "V1"
)
CLINICAL = Criterion(
    "ctcae-lab-clinical",
    0,
    "This edition gives no numbers for the term: treatment and its urgency decide",
    _CTCAE,
    "V1",
)
WRONG_UNIT = Criterion(
    "ctcae-lab-unit",
    0,
    "Not gradable: the edition has no limits for the term in this unit, and none is converted",
    _CTCAE,
    "D",
)
SPECIAL = (NOTHING, UNTITLED, CLINICAL, WRONG_UNIT)
_TOTAL_CALCIUM = frozenset({"hypocalcemia", "hypercalcemia"})


class LabFlag(StrEnum):
    """Each flag is the sentence a person reads; a flag never changes a grade."""

    CLINICAL_TOP = "a graver grade of this term has no number: life-threatening consequences"
    SILENT = "the edition says nothing about so low a value: a clinician decides"
    ASSUMED = "symptoms were not stated and are read as present, as in laboratory case files"
    WITHIN = "graded by its number, though within the limits of the laboratory: confirm"
    UNCORRECTED = "calcium is graded as sent: correct it for albumin first"


@dataclass(frozen=True, slots=True)
class Graded:
    """A term with its rows, the gravest first."""

    term: Term
    rules: tuple[Rule[LabFindings], ...]


def grade_lab(findings: LabFindings, policy: CtcaeLabPolicy = DEFAULT_LAB_POLICY) -> Verdict:
    """The CTCAE grade (0 to 4) of one laboratory value, with reasons.

    Outcome "no_ctcae_term" for what CTCAE does not grade and "needs_clinical_input" where
    symptoms or treatment decide. The grade is None, with what is missing, where a unit or a
    limit is. Raises ValueError for an unknown term, unit or edition, a value that is not
    finite or is negative.
    """
    check_findings(findings)
    edition = Edition(findings.edition)
    ruleset = ruleset_name(
        _BASE[edition], policy=policy, default=DEFAULT_LAB_POLICY, choices=CHOICES
    )
    if has_no_term(findings.term):
        return Verdict(SCALE, ruleset, None, 0, (_reason(UNTITLED),), outcome=NO_TERM)
    graded = term_of(findings.term, edition, policy)
    term = graded.term
    if term.clinical:
        because = (_reason(CLINICAL),)
        return Verdict(SCALE, ruleset, None, 0, because, outcome=NEEDS_CLINICAL_INPUT)
    _check_unit(findings.unit)
    if findings.unit is not None and column_of(term.units, findings.unit) is None:
        because = (_reason(WRONG_UNIT, f"unit {findings.unit}", _accepted(term)),)
        return Verdict(SCALE, ruleset, None, 0, because, ("unit",))
    return _grade(graded, findings, ruleset)


def terms_of(edition: Edition, policy: CtcaeLabPolicy = DEFAULT_LAB_POLICY) -> tuple[Graded, ...]:
    """The terms of an edition with their rows."""
    return tuple(_table(edition, policy).values())


def term_of(name: str, edition: Edition, policy: CtcaeLabPolicy = DEFAULT_LAB_POLICY) -> Graded:
    """The term of a name as charts write it; raises ValueError for an unknown one."""
    table = _table(edition, policy)
    wanted = plain(ALSO.get(plain(name), name))
    found = table.get(wanted) or table.get(RENAMED.get(wanted, ""))
    if found is None:
        shown = name if len(name) <= 60 else f"{name[:57]}..."
        raise ValueError(f"unknown term {shown!r} in {edition.label}")
    return found


def criteria() -> tuple[tuple[str, Criterion], ...]:
    """Every row of every edition with its term, and what holds for all."""
    return (
        *(
            (graded.term.name, rule.criterion)
            for edition in Edition
            for graded in terms_of(edition)
            for rule in graded.rules
        ),
        *(("", row) for row in SPECIAL),
    )


@lru_cache(maxsize=16)
def _table(edition: Edition, policy: CtcaeLabPolicy) -> dict[str, Graded]:
    return {
        plain(term.name): Graded(term, rules_of(term, edition)) for term in _TERMS[edition](policy)
    }


def _grade(graded: Graded, findings: LabFindings, ruleset: str) -> Verdict:
    met, undecided = sort_out(graded.rules, findings)
    forced, possible = gravest(met), max(gravest(met), gravest(undecided))
    flags = _flags(graded.term, findings, forced)
    because = tuple(rule.reason(findings) for rule in met)
    silent = LabFlag.SILENT in flags
    if forced == possible and not silent:
        because = because or (_reason(NOTHING, *_limits(graded, findings)),)
        return Verdict(SCALE, ruleset, forced, forced, because, (), flags)
    missing = missing_above(forced, undecided, findings)
    asked = silent or missing == ("symptomatic",)
    outcome = NEEDS_CLINICAL_INPUT if asked else None
    return Verdict(SCALE, ruleset, None, forced, because, missing, flags, outcome)


def _flags(term: Term, findings: LabFindings, forced: int) -> tuple[str, ...]:
    tops = max((grade for ladder in term.ladders for grade, _ in ladder.edges), default=0)
    value = findings.value
    low = term.silent_below is not None and value is not None and value < term.silent_below
    asks = any("symptomatic" in ladder.asks for ladder in term.ladders)
    assumed = asks and forced > 0 and findings.symptomatic is None and findings.unstated_counts
    raised = (
        (term.top_is_clinical and forced == tops, LabFlag.CLINICAL_TOP),
        (low, LabFlag.SILENT),
        (assumed, LabFlag.ASSUMED),
        (forced > 0 and _within_limits(term, findings), LabFlag.WITHIN),
        (plain(term.name) in _TOTAL_CALCIUM, LabFlag.UNCORRECTED),
    )
    return tuple(flag for wanted, flag in raised if wanted)


def _within_limits(term: Term, findings: LabFindings) -> bool:
    """Whether a number was reached that the laboratory still calls normal."""
    first = term.ladders[0]
    limit = findings.uln if first.way == HIGH else findings.lln
    if limit is None or findings.value is None or first.edges[0][1].of not in ("lln", "uln"):
        return False
    return findings.value <= limit if first.way == HIGH else findings.value >= limit


def _limits(graded: Graded, findings: LabFindings) -> tuple[str, ...]:
    return graded.rules[0].inputs(findings)


def _check_unit(unit: str | None) -> None:
    if unit is not None and unit.strip().lower() not in KNOWN:
        shown = unit if len(unit) <= 60 else f"{unit[:57]}..."
        raise ValueError(f"unknown unit {shown!r}")


def _accepted(term: Term) -> str:
    columns = dict.fromkeys(column for column, _ in term.units.values())
    names = columns if "" not in columns else dict.fromkeys(term.units)
    return "graded in " + ", ".join(names)


def _reason(row: Criterion, *inputs: str) -> Reason:
    return Reason(row.id, row.grade, row.words, inputs)
