"""The plain function is a fair measure only while it answers as the table does."""

from dataclasses import replace

import pytest

from bench import cases, grading_rate
from bench.contest import rate
from bench.plain_crs import plain_grade
from grading.rules.crs_astct import grade_crs

MADE = cases.made(6000, seed=7)
FINDINGS = cases.findings_of(MADE)


def test_the_plain_function_answers_as_the_table_for_every_case():
    different = [
        each
        for each in FINDINGS
        if plain_grade(each) != ((verdict := grade_crs(each)).grade, verdict.at_least)
    ]
    assert different == []


def test_the_cases_reach_every_grade_and_leave_some_open():
    assert {grade_crs(each).grade for each in FINDINGS} == {None, 0, 1, 2, 3, 4, 5}
    assert {grade_crs(each).at_least for each in FINDINGS if grade_crs(each).grade is None} >= {
        0, 1, 2, 3,
    }  # fmt: skip


def test_the_same_seed_makes_the_same_cases():
    assert cases.made(50, seed=7) == MADE[:50]
    assert cases.made(50, seed=8) != MADE[:50]


def test_all_ways_are_timed_in_every_round():
    samples, faults = grading_rate.measured(rounds=5, seed=1, seconds=0.01)
    assert faults == []
    ways = {grading_rate.CASE, grading_rate.FINDINGS, grading_rate.PLAIN}
    assert {(each.contender, each.round) for each in samples} == {
        (way, number) for way in ways for number in range(5)
    }
    assert all(rate(samples, way).low > 0 for way in ways)


def test_a_plain_function_that_differs_makes_the_run_invalid(monkeypatch: pytest.MonkeyPatch):
    def careless(of):
        return plain_grade(replace(of, oxygen_device="room_air"))

    monkeypatch.setattr(grading_rate, "plain_grade", careless)
    _, faults = grading_rate.measured(rounds=5, seed=1, seconds=0.01)
    assert faults
    assert "by hand" in faults[0]
