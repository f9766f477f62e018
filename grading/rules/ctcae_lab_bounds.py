"""CTCAE grades of results that are a bound, such as <0.01: as far as the bound decides."""

from dataclasses import replace
from decimal import Decimal

from grading.rules.ctcae_lab import Graded, grade_lab, term_of
from grading.rules.ctcae_lab_findings import (
    DEFAULT_LAB_POLICY,
    CtcaeLabPolicy,
    Edition,
    LabFindings,
)
from grading.rules.ctcae_lab_names import has_no_term
from grading.rules.ctcae_lab_rows import HIGH
from grading.rules.verdict import Reason, Verdict

# Beyond a bound by less than any laboratory prints.
_A_LITTLE = Decimal("0.000000001")
_ABOVE = frozenset({">", ">="})
_STRICT = frozenset({"<", ">"})


def grade_reported(
    findings: LabFindings, *, comparator: str, policy: CtcaeLabPolicy = DEFAULT_LAB_POLICY
) -> Verdict:
    """The CTCAE grade of a result as reported, `comparator` being < <= > >= or empty.

    A bound toward the graver side forces the grade at the bound and no more; one toward the
    milder side tells only that there is none. Raises ValueError as grade_lab does.
    """
    if not comparator or findings.value is None or has_no_term(findings.term):
        return grade_lab(findings, policy)
    graded = term_of(findings.term, Edition(findings.edition), policy)
    at = _beyond(findings.value, comparator)
    verdict = grade_lab(replace(findings, value=at), policy)
    if verdict.grade is None and not verdict.because and verdict.at_least == 0:
        return verdict
    because = tuple(_as_printed(each, at, findings, comparator) for each in verdict.because)
    if (comparator in _ABOVE) is _rises(graded):
        top = max((rule.criterion.grade for rule in graded.rules), default=0)
        known = verdict.grade if verdict.at_least == top else None
    else:
        known = 0 if verdict.grade == 0 else None
        verdict = replace(verdict, at_least=0)
        because = because if known == 0 else ()
    missing = () if known is not None else tuple(dict.fromkeys((*verdict.missing, "value")))
    return replace(verdict, grade=known, because=because, missing=missing)


def _rises(graded: Graded) -> bool:
    """Whether a term is about high values."""
    return bool(graded.term.ladders) and graded.term.ladders[0].way == HIGH


def _beyond(bound: Decimal, comparator: str) -> Decimal:
    if comparator not in _STRICT:
        return bound
    little = _A_LITTLE if comparator in _ABOVE else -_A_LITTLE
    return max(Decimal(0), bound + little)


def _as_printed(reason: Reason, at: Decimal, findings: LabFindings, comparator: str) -> Reason:
    printed = tuple(
        words.replace(f"value {at}", f"value {comparator}{findings.value}")
        for words in reason.inputs
    )
    return replace(reason, inputs=printed)
