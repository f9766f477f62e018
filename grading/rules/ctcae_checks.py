"""Proof that the CTCAE tables are whole: no value falls between two rows or into both."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise, product
from typing import Any

from grading.rules import ctcae_lab, ctcae_symptom
from grading.rules.ctcae_lab import Edition, Graded
from grading.rules.ctcae_lab_findings import LabFindings
from grading.rules.ctcae_lab_rows import LOW, Ladder, Term
from grading.rules.ctcae_symptom_findings import SymptomFindings
from grading.rules.ctcae_symptom_picks import PICKS
from grading.rules.ctcae_symptom_rows import DIARRHEA, EJECTION_FRACTION, FEVER, RASH
from grading.rules.score_bands import row_problems
from grading.rules.tables import Situation, misfits
from grading.rules.verdict import Criterion, Rule

_STEP = Decimal("0.001")
_NONE: dict[str, Any] = {
    "limits_self_care": False,
    "limits_instrumental": False,
    "hospitalized": False,
    "life_threatening": False,
    "severe_symptoms": False,
}


def check_lab_tables(graded: Iterable[Graded] | None = None) -> list[str]:
    """The gaps and overlaps of every laboratory term; empty when they are whole."""
    everything = [one for edition in Edition for one in ctcae_lab.terms_of(edition)]
    terms = everything if graded is None else list(graded)
    rows = [rule.criterion for one in terms for rule in one.rules]
    problems = row_problems([*rows, *ctcae_lab.SPECIAL], most=4)
    for one in terms:
        if not one.rules and not one.term.clinical:
            problems.append(f"{one.term.name}: no row at all")
        for ladder in one.term.ladders:
            problems += _out_of_order(one.term, ladder)
        problems += _doubled_or_left_out(one)
    return problems


def check_symptom_tables(rules: Iterable[Rule[SymptomFindings]] | None = None) -> list[str]:
    """The gaps and overlaps of the symptom terms that are computed; empty when whole."""
    computed = ctcae_symptom.CRITERIA if rules is None else tuple(rules)
    picked = [row for pick in PICKS.values() for row in pick.rows]
    rows: list[Criterion] = [*(rule.criterion for rule in computed), *picked]
    situations = (*_fevers(), *_stools(), *_hearts(), *_rashes())
    return [*row_problems(rows, most=4), *misfits(computed, situations)]


def _out_of_order(term: Term, ladder: Ladder) -> list[str]:
    """Rows whose grades do not rise, or whose numbers do not grow graver with them."""
    problems = []
    edges = [edge for _, edge in ladder.edges] + ([ladder.until] if ladder.until else [])
    if any(low >= high for (low, _), (high, _) in pairwise(ladder.edges)):
        problems.append(f"{term.name}: the grades of {ladder.name} do not rise")
    for first, second in pairwise(edges):
        if first.of != second.of or first.numbers is None or second.numbers is None:
            pairs = [(first.times, second.times)] if first.of == second.of else []
        else:
            pairs = [(first.numbers[column], second.numbers[column]) for column in first.numbers]
        if any(a <= b if ladder.way == LOW else a >= b for a, b in pairs):
            problems.append(f"{term.name}: the limits of {ladder.name} are not in order")
    return problems


def _doubled_or_left_out(graded: Graded) -> list[str]:
    problems = []
    for findings in _values(graded.term):
        met = [rule for rule in graded.rules if rule.met(findings)]
        names = [rule.domain for rule in met]
        if len(names) != len(set(names)):
            problems.append(f"{graded.term.name}: two rows for {findings.value} {findings.unit}")
        first = graded.term.ladders[0]
        given = getattr(findings, first.of)
        if not met and first.edges[0][1].passed(given, findings, graded.term.units, first.way):
            problems.append(f"{graded.term.name}: no row for {findings.value} {findings.unit}")
    return problems


def _values(term: Term) -> Iterator[LabFindings]:
    """Both sides of every edge of a term, in every unit, for somebody well before."""
    for ladder, (spelling, (column, factor)) in product(term.ladders, term.units.items()):
        numbers = [
            edge.numbers[column] * factor
            for _, edge in ladder.edges
            if edge.numbers is not None and column in edge.numbers
        ]
        limit = numbers[0] * (2 if ladder.way == LOW else Decimal("0.5")) if numbers else Decimal(1)
        dull = LabFindings(
            term.name,
            unit=spelling,
            value=limit,
            lln=limit,
            uln=limit or Decimal(1),
            baseline=limit or Decimal(1),
            baseline_abnormal=False,
            symptomatic=False,
            anticoagulated=False,
        )
        for _, edge in ladder.edges:
            at = edge.at(dull, term.units)
            for value in () if at is None else (at - _STEP, at, at + _STEP):
                yield replace(dull, **_told(ladder, max(value, Decimal(0))))


def _told(ladder: Ladder, value: Decimal) -> dict[str, Any]:
    """What to record so that the ladder sees this value."""
    if ladder.of == "value":
        return {"value": value}
    return {"percent_change": value if ladder.of == "gain_percent" else -value}


def _fevers() -> Iterator[Situation[SymptomFindings]]:
    for celsius, hours in product(("37.9", "38.0", "39.0", "39.1", "40.0", "40.1"), (0, 24, 25)):
        findings = SymptomFindings(
            FEVER, temperature_celsius=Decimal(celsius), hours_above_40=Decimal(hours)
        )
        yield findings, {FEVER: int(Decimal(celsius) >= 38)}


def _stools() -> Iterator[Situation[SymptomFindings]]:
    for number in ("0", "0.5", "3.9", "4", "6.9", "7", "20"):
        stools = Decimal(number)
        findings = SymptomFindings(DIARRHEA, stools_over_baseline_per_day=stools, **_NONE)
        yield findings, {DIARRHEA: int(stools > 0)}


def _hearts() -> Iterator[Situation[SymptomFindings]]:
    for percent in ("0", "19.9", "20", "39.9", "40", "50", "50.1"):
        fraction = Decimal(percent)
        findings = SymptomFindings(
            EJECTION_FRACTION, ejection_fraction_percent=fraction, drop_points=Decimal(0)
        )
        yield findings, {EJECTION_FRACTION: int(fraction <= 50)}


def _rashes() -> Iterator[Situation[SymptomFindings]]:
    for percent in ("0", "0.5", "9.9", "10", "30", "30.1", "100"):
        skin = Decimal(percent)
        findings = SymptomFindings(RASH, body_surface_percent=skin, **_NONE)
        yield findings, {RASH: int(skin > 0)}
