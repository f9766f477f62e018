"""The rows of the scores: whole, each edge on the side it was published on."""

from dataclasses import replace
from decimal import Decimal

import pytest

from grading.rules import registry, scores_sheets
from grading.rules.scores_hscore import HSCORE
from grading.rules.scores_sheets import SHEETS, check_score_tables
from grading.rules.scores_tables import Edge, Range, range_of, range_problems, ranges
from grading.rules.verdict import Criterion

FERRITIN = ranges("f", "Ferritin {} ng/mL", "0 <2000 35 <=6000 50", source="a paper")


def test_every_score_is_whole():
    assert check_score_tables() == []


def test_the_program_asks_about_the_scores_too(monkeypatch):
    monkeypatch.setattr(registry, "check_score_tables", lambda: ["hscore: a gap"])
    assert registry.check_tables() == ["hscore: a gap"]


def test_a_broken_sheet_is_named():
    ferritin = HSCORE.tables["Ferritin"]
    broken = replace(HSCORE, tables={"Ferritin": ferritin[:2]})
    assert check_score_tables([broken]) == ["hscore: Ferritin: the ends are not open"]


@pytest.mark.parametrize(
    ("value", "points"),
    [("1999.9", 0), ("2000", 35), ("2000.1", 35), ("6000", 35), ("6000.1", 50)],
)
def test_an_edge_lies_on_the_side_that_its_sign_says(value, points):
    assert range_of(FERRITIN, Decimal(value)).points == points


def test_the_words_say_the_side_of_each_edge():
    assert [row.criterion.words for row in FERRITIN] == [
        "Ferritin < 2000 ng/mL",
        "Ferritin ≥ 2000 and ≤ 6000 ng/mL",
        "Ferritin > 6000 ng/mL",
    ]


def test_a_value_outside_every_row_is_an_error():
    with pytest.raises(ValueError, match="7000 is outside every row"):
        range_of(FERRITIN[:2], Decimal(7000))


@pytest.mark.parametrize("edge", ["2000", "==2000", "<<2000"])
def test_an_edge_without_a_sign_is_refused(edge):
    with pytest.raises(ValueError, match="an edge is written < or <="):
        ranges("f", "{}", f"0 {edge} 1", source="a paper")


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ((), "ferritin: the ends are not open"),
        (FERRITIN[1:], "ferritin: the ends are not open"),
        (FERRITIN[:2], "ferritin: the ends are not open"),
        (
            (FERRITIN[0], FERRITIN[2]),
            "ferritin: Ferritin < 2000 ng/mL does not meet Ferritin > 6000 ng/mL",
        ),
        (
            (FERRITIN[2], FERRITIN[0]),
            "ferritin: Ferritin > 6000 ng/mL does not meet Ferritin < 2000 ng/mL",
        ),
        ((FERRITIN[0], *FERRITIN), "row f-1 appears twice"),
        ((replace(FERRITIN[0], criterion=Criterion("f-1", 0, "", "", "V2")), *FERRITIN[1:]),
         "row f-1 has no words or no source"),
        ((replace(FERRITIN[0], criterion=Criterion("f-1", 99, "x", "y", "V2")), *FERRITIN[1:]),
         "row f-1 has 99 points"),
    ],
)  # fmt: skip
def test_a_gap_an_overlap_and_a_silent_row_are_noticed(table, problem):
    assert problem in range_problems("ferritin", table, most=64)


def test_the_same_number_on_two_sides_is_an_overlap_that_is_noticed():
    low, middle, high = FERRITIN
    overlapping = replace(low, high=replace(low.high, to_lower=True))
    problems = range_problems("ferritin", (overlapping, middle, high), most=64)
    assert problems == [
        "ferritin: Ferritin < 2000 ng/mL does not meet Ferritin ≥ 2000 and ≤ 6000 ng/mL"
    ]


@pytest.mark.parametrize(("low", "high"), [("6000", "2000"), ("2000", "2000")])
def test_a_row_that_holds_nothing_is_noticed(low, high):
    row = Range(
        Edge(Decimal(low), to_lower=False),
        Edge(Decimal(high), to_lower=False),
        Criterion("x", 0, "nothing", "a paper", "V2"),
    )
    assert "x: nothing is empty" in range_problems("x", (row,), most=1)


def test_every_sheet_names_itself_and_says_it_is_no_alarm():
    for name, sheet in SHEETS.items():
        assert sheet.name == name
        assert sheet.ruleset.endswith("/1")
        assert sheet.caution.startswith("Context, not an alarm")
        assert sheet.items
        assert all(row.words and row.source for _, row in sheet.all_rows())


def test_no_score_is_made_from_memory_of_three_cytokines():
    assert not [name for name in SHEETS if "teachey" in name]
    assert scores_sheets.SHEETS.keys() == {
        "easix", "m-easix", "s-easix", "car-hematotox", "hscore", "isth-dic",
    }  # fmt: skip
