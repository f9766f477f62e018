"""The tables themselves: whole, and a missing or doubled row is noticed."""

from dataclasses import replace

import pytest

from grading.rules import crs_astct, icans_astct
from grading.rules.registry import SCALES, check_tables
from grading.rules.tables import check_crs_tables, check_icans_tables
from grading.rules.verdict import Reason, Verdict


def test_every_table_is_whole():
    assert check_tables() == []


@pytest.mark.parametrize(
    ("check", "rules"),
    [(check_crs_tables, crs_astct.CRITERIA), (check_icans_tables, icans_astct.CRITERIA)],
)
def test_a_row_taken_out_leaves_a_gap_that_is_noticed(check, rules):
    unseen = {"crs-1-fever", "icans-4-motor", "icans-4-signs", "icans-4-ice", "icans-4-capd"}
    for place, rule in enumerate(rules):
        if rule.criterion.id not in unseen:
            assert any("no row" in p for p in check((*rules[:place], *rules[place + 1 :])))


@pytest.mark.parametrize(
    ("check", "rules"),
    [(check_crs_tables, crs_astct.CRITERIA), (check_icans_tables, icans_astct.CRITERIA)],
)
def test_a_row_that_appears_twice_is_noticed(check, rules):
    for place, rule in enumerate(rules):
        problems = check((*rules[:place], rule, *rules[place:]))
        assert f"row {rule.criterion.id} appears twice" in problems


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"source": ""}, "has no source"),
        ({"words": ""}, "has no words"),
        ({"verification_tag": "V9"}, "has tag 'V9'"),
        ({"grade": 6}, "has grade 6"),
    ],
)
def test_a_row_that_says_too_little_is_noticed(change, problem):
    first, *others = crs_astct.CRITERIA
    broken = replace(first, criterion=replace(first.criterion, **change))
    assert any(problem in found for found in check_crs_tables((broken, *others)))


def test_rows_out_of_order_are_noticed():
    problems = check_crs_tables(tuple(reversed(crs_astct.CRITERIA)))
    assert "the rows do not stand gravest first" in problems


@pytest.mark.parametrize("name", SCALES)
def test_every_scale_is_listed_with_rows_that_name_their_source(name):
    scale = SCALES[name]
    assert scale.name == name
    assert scale.ruleset.endswith("/1")
    assert all(row.source and row.words for _, row in scale.criteria)


def test_a_verdict_in_plain_types_has_exactly_these_keys():
    reason = Reason("crs-2-blow-by", 2, "Blow-by oxygen", ("Blow-by",))
    verdict = Verdict(
        "astct-crs", "astct-crs-2019/1", None, 2, (reason,), ("vasopressors",), ("f",)
    )
    assert verdict.as_dict() == {
        "grade": None,
        "at_least": 2,
        "because": ["Blow-by oxygen (Blow-by)"],
        "missing": ["vasopressors"],
        "flags": ["f"],
        "ruleset": "astct-crs-2019/1",
    }
    assert str(Reason("x", 5, "Death due to CRS", ())) == "Death due to CRS"
