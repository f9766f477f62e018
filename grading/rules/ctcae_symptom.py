"""CTCAE 5.0 grades of symptoms and signs other than CRS; not yet clinically approved.

Source: NCI Common Terminology Criteria for Adverse Events 5.0. Most terms rest on a clinician's
judgment: those are lists to pick from and are never computed.
"""

from enum import StrEnum

from grading.rules.ctcae_lab_names import plain
from grading.rules.ctcae_symptom_findings import SymptomFindings, check_findings
from grading.rules.ctcae_symptom_picks import PICKS, Pick
from grading.rules.ctcae_symptom_rows import CRITERIA
from grading.rules.verdict import (
    Criterion,
    Reason,
    Verdict,
    gravest,
    missing_above,
    sort_out,
)

__all__ = [
    "CRITERIA",
    "NEEDS_CLINICAL_INPUT",
    "RULESET",
    "SCALE",
    "SPECIAL",
    "SymptomFindings",
    "SymptomFlag",
    "criteria",
    "grade_symptom",
]

SCALE = "ctcae-symptom"
RULESET = "ctcae-symptom-5.0/1"
NEEDS_CLINICAL_INPUT = "needs_clinical_input"
NOTHING = Criterion("ctcae5-symptom-0", 0, "Below grade 1 of the term", "CTCAE 5.0", "D")
SPECIAL = (NOTHING,)
_COMPUTED = {
    term: tuple(rule for rule in CRITERIA if plain(rule.domain) == term)
    for term in dict.fromkeys(plain(rule.domain) for rule in CRITERIA)
}
_PICKED = {plain(term): pick for term, pick in PICKS.items()}
_ALSO = {"diarrhoea": "diarrhea", "dyspnoea": "dyspnea", "generalized oedema": "generalized edema"}
_CRS = "cytokine release syndrome"


class SymptomFlag(StrEnum):
    """Each flag is the sentence a person reads; a flag never changes a grade."""

    PICK = "this term is graded by a clinician's judgment: pick the row that fits"


def grade_symptom(findings: SymptomFindings) -> Verdict:
    """The CTCAE grade (0 to 4) of one symptom or sign, with reasons.

    Outcome "needs_clinical_input" for a term that only a clinician can grade, with the least
    that the stated facts force. Raises ValueError for an unknown term or word, or a number
    that is negative or not finite.
    """
    check_findings(findings)
    name = plain(findings.term)
    name = _ALSO.get(name, name)
    if name in _PICKED:
        return _picked(_PICKED[name], findings)
    rules = _COMPUTED.get(name)
    if rules is None:
        instead = ": grade it by ctcae5-crs" if name == _CRS else ""
        shown = findings.term if len(findings.term) <= 60 else f"{findings.term[:57]}..."
        raise ValueError(f"unknown term {shown!r} among CTCAE 5.0 symptoms{instead}")
    met, undecided = sort_out(rules, findings)
    forced, possible = gravest(met), max(gravest(met), gravest(undecided))
    because = tuple(rule.reason(findings) for rule in met)
    if forced == possible:
        because = because or (Reason(NOTHING.id, 0, NOTHING.words, ()),)
        return Verdict(SCALE, RULESET, forced, forced, because)
    missing = missing_above(forced, undecided, findings)
    return Verdict(SCALE, RULESET, None, forced, because, missing)


def criteria() -> tuple[tuple[str, Criterion], ...]:
    """Every row with its term, those to pick from among them."""
    return (
        *((rule.domain, rule.criterion) for rule in CRITERIA),
        *((pick.term, row) for pick in PICKS.values() for row in pick.rows),
        *(("", row) for row in SPECIAL),
    )


def _picked(pick: Pick, findings: SymptomFindings) -> Verdict:
    """What the stated facts force; only the gravest row of a term can be forced outright."""
    stated = (
        findings.life_threatening and 4,
        findings.limits_self_care and pick.self_care_is_3 and 3,
    )
    forced = max((grade for grade in stated if grade and grade in pick.words), default=0)
    because = tuple(
        Reason(row.id, row.grade, row.words, ()) for row in pick.rows if row.grade == forced
    )
    if forced == max(pick.words):
        return Verdict(SCALE, RULESET, forced, forced, because)
    return Verdict(
        SCALE,
        RULESET,
        None,
        forced,
        because,
        flags=(SymptomFlag.PICK,),
        outcome=NEEDS_CLINICAL_INPUT,
    )
