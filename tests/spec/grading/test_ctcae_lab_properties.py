"""CTCAE laboratory terms: what holds for every value, unit and edition."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grading.rules import ctcae_lab_units as units
from grading.rules.ctcae_checks import check_lab_tables
from grading.rules.ctcae_lab import (
    CtcaeLabPolicy,
    Edition,
    Graded,
    LabFindings,
    criteria,
    grade_lab,
    term_of,
    terms_of,
)
from grading.rules.ctcae_lab_names import ALSO, RENAMED, has_no_term, plain
from grading.rules.ctcae_lab_rows import HIGH, Edge

_numeric = [
    (edition, graded.term)
    for edition in Edition
    for graded in terms_of(edition)
    if not graded.term.clinical
]
_amounts = st.decimals("0", "3000", places=2)
_limits = st.none() | st.decimals("0.01", "500", places=2)
_yes_no = st.sampled_from([True, False, None])


@st.composite
def lab_findings(draw):
    """A value of any term in one of its units, whatever else was recorded."""
    edition, term = draw(st.sampled_from(_numeric))
    lowest, highest = sorted(draw(st.tuples(*[st.decimals("0.01", "500", places=2)] * 2)))
    findings = LabFindings(
        term.name,
        edition,
        draw(_amounts),
        draw(st.sampled_from([None, *term.units])),
        lowest if draw(st.booleans()) else None,
        highest if draw(st.booleans()) else None,
        draw(_limits),
        draw(_yes_no),
        None,
        draw(_yes_no),
        draw(_yes_no),
        draw(st.booleans()),
    )
    return term, findings


@given(lab_findings(), _amounts)
def test_a_worse_value_never_lowers_the_least_grade(case, further):
    term, findings = case
    high = term.ladders[0].way == HIGH
    worse = findings.value + further if high else findings.value - further
    assume(worse >= 0)
    # What stands for whom may be inferred from a value; it has to be stated to compare two.
    stated = replace(findings, baseline_abnormal=bool(findings.baseline_abnormal))
    better = grade_lab(stated)
    assert grade_lab(replace(stated, value=worse)).at_least >= better.at_least


@given(lab_findings())
def test_a_grade_is_given_or_something_is_missing(case):
    _, findings = case
    verdict = grade_lab(findings)
    if verdict.grade is None:
        assert verdict.missing or verdict.outcome
    else:
        assert (verdict.grade, verdict.missing, verdict.outcome) == (verdict.at_least, (), None)
    assert 0 <= verdict.at_least <= 4


@given(lab_findings(), st.sampled_from(["lln", "uln", "symptomatic", "anticoagulated", "unit"]))
def test_what_is_not_recorded_never_lifts_the_least_grade(case, name):
    _, findings = case
    known = replace(findings, unstated_counts=False, baseline_abnormal=False)
    partly = grade_lab(replace(known, **{name: None}))
    assert partly.at_least <= grade_lab(known).at_least


@given(lab_findings())
def test_the_spelling_of_a_unit_never_changes_a_grade(case):
    _, findings = case
    assume(findings.unit is not None)
    shouted = replace(findings, unit=f" {findings.unit.upper()} ")
    assert grade_lab(shouted).grade == grade_lab(findings).grade


@given(lab_findings())
def test_exact_powers_of_ten_never_change_a_grade(case):
    term, findings = case
    assume(findings.unit is not None)
    column, factor = term.units[findings.unit]
    for other, (same, scale) in term.units.items():
        if same != column or column == units.RATIO:
            continue
        moved = {
            name: getattr(findings, name) * scale / factor
            for name in ("value", "lln", "uln", "baseline")
            if getattr(findings, name) is not None
        }
        assert grade_lab(replace(findings, unit=other, **moved)).grade == grade_lab(findings).grade


# How many mg/dL make one mmol/L, and how far apart the two printed limits are rounded.
_CONVERSIONS = [
    ("Hypocalcemia", "4.008", "0.01"),
    ("Hypercalcemia", "4.008", "0.02"),
    ("Hypomagnesemia", "2.431", "0.06"),
    ("Hypermagnesemia", "2.431", "0.02"),
    ("Hypoglycemia", "18.02", "0.03"),
    ("Cholesterol high", "38.67", "0.01"),
    ("Hypertriglyceridemia", "88.57", "0.02"),
]


@pytest.mark.parametrize(("term", "factor", "apart"), _CONVERSIONS)
@given(st.data())
def test_both_systems_agree_away_from_the_limits_they_round_apart(term, factor, apart, data):
    edges = [
        edge.numbers["mmol/L"]
        for _, edge in term_of(term, Edition.V5).term.ladders[0].edges
        if edge.numbers
    ]
    value = data.draw(st.decimals("0.1", "15", places=2))
    assume(all(abs(value - edge) > edge * Decimal(apart) + Decimal("0.005") for edge in edges))
    limit = Decimal("1.7") if "agnes" in term and "Hyper" not in term else Decimal("2.2")
    beyond = {"lln": max(edges) * limit, "uln": min(edges) / limit}
    si = LabFindings(term, value=value, unit="mmol/L", **beyond)
    times = Decimal(factor)
    scaled = {name: limit * times for name, limit in beyond.items()}
    conventional = LabFindings(term, value=value * times, unit="mg/dL", **scaled)
    assert grade_lab(conventional).grade == grade_lab(si).grade


def test_every_table_is_whole_with_rows_that_name_their_source():
    assert check_lab_tables() == []
    assert all(row.words and row.source for _, row in criteria())


@pytest.mark.parametrize("policy", [CtcaeLabPolicy(True, False), CtcaeLabPolicy(False, True)])
def test_every_choice_leaves_the_tables_whole(policy):
    assert check_lab_tables([one for edition in Edition for one in terms_of(edition, policy)]) == []


@pytest.mark.parametrize("name", ["Hyperkalemia", "ALT increased", "Anemia", "Weight gain"])
def test_a_row_taken_out_or_doubled_is_noticed(name):
    graded = term_of(name, Edition.V5)
    rules = graded.rules
    for place, rule in enumerate(rules):
        fewer = Graded(graded.term, (*rules[:place], *rules[place + 1 :]))
        if "abnormal" not in rule.domain:
            assert any("no row" in problem for problem in check_lab_tables([fewer]))
        double = Graded(graded.term, (*rules[:place], rule, *rules[place:]))
        problems = check_lab_tables([double])
        assert f"row {rule.criterion.id} appears twice" in problems
    assert f"{name}: no row at all" in check_lab_tables(
        [Graded(replace(graded.term, name=name), ())]
    )


def test_limits_out_of_order_are_noticed():
    graded = term_of("Hyperkalemia", Edition.V5)
    ladder = graded.term.ladders[0]
    turned = replace(ladder, edges=tuple(reversed(ladder.edges)))
    problems = check_lab_tables([Graded(replace(graded.term, ladders=(turned,)), graded.rules)])
    assert "Hyperkalemia: the grades of limits do not rise" in problems
    assert "Hyperkalemia: the limits of limits are not in order" in problems
    same = replace(ladder, until=Edge(numbers={"mmol/L": Decimal(7)}))
    assert check_lab_tables([Graded(replace(graded.term, ladders=(same,)), graded.rules)])


@pytest.mark.parametrize("name", [*ALSO, *RENAMED])
def test_every_other_name_leads_to_a_term(name):
    assert any(_known(name, edition) for edition in Edition)


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("ANAEMIA", "Anemia"),
        ("hyponatraemia", "Hyponatremia"),
        ("Haemoglobin  increased", "Hemoglobin increased"),
        ("Hypocalcaemia (ionised)", "Hypocalcemia (ionized)"),
        ("Thrombocytopenia", "Platelet count decreased"),
    ],
)
def test_british_spellings_and_capitals_are_the_same_term(name, term):
    assert term_of(name, Edition.V5).term.name == term
    assert not has_no_term(name)
    assert plain(name) == plain(plain(name))


def _known(name, edition):
    try:
        return term_of(name, edition)
    except ValueError:
        return None
