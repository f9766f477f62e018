"""NEWS2 as the command answers it, and what holds for every set."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.rules import news2_bands as chart
from grading.rules.news2 import News2Findings, check_news2_tables, score_news2
from grading.rules.score_bands import band_of, row_problems
from grading.rules.verdict import Criterion
from tests.spec.grading.case_files import asker, rows_of, too_sure_of, wrong_of

WELL = News2Findings(
    age_years=40,
    respirations_per_minute=16,
    spo2_percent=97,
    on_oxygen=False,
    systolic_mmhg=120,
    heart_rate_bpm=75,
    acvpu="A",
    temperature_celsius=Decimal("37.0"),
)
DULL = {"rr": 16, "spo2": 97, "on_oxygen": False, "sbp": 120, "hr": 75, "acvpu": "A"}
ask = asker("news2", assume_normal=True)


def test_every_stated_and_derived_case_has_its_score(cases, tmp_path):
    rows = rows_of(cases, "NEWS2", {"stated", "derived"})
    assert len(rows) >= 10
    assert wrong_of(rows, "news2", tmp_path) == []
    assert too_sure_of(rows, "news2", tmp_path) == []


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ({"rr": "16"}, "rr must be a number, not '16'"),
        ({"rr": 121}, "rr must be 0 to 120, not 121"),
        ({"rr": -1}, "rr must be 0 to 120, not -1"),
        ({"hr": 75.5}, "hr must be a whole number, not 75.5"),
        ({"hr": 351}, "hr must be 0 to 350, not 351"),
        ({"sbp": 19}, "sbp must be 20 to 300, not 19"),
        ({"spo2": 101}, "spo2 must be 30 to 100, not 101"),
        ({"spo2": float("nan")}, "spo2 must be a finite number, not NaN"),
        ({"spo2_scale": 3}, "spo2_scale must be 1 to 2, not 3"),
        ({"temperature_c": 100.4}, "temperature_c must be 25 to 45 °C, not 100.4; it looks"),
        ({"acvpu": "X"}, "acvpu must be one of A, C, V, P, U, not 'X'"),
        ({"on_oxygen": 1}, "on_oxygen must be true or false, not 1"),
        ({"bp": 120}, "unknown key 'bp'"),
    ],
)
def test_a_bad_case_is_refused_by_field_value_and_bound(case, error):
    assert error in ask(age_years=40, **case)["error"]


def test_no_device_is_air_by_the_case_convention_and_a_vital_sign_is_never_made_up():
    case = {"age_years": 40, "temperature_c": 37.0, **DULL}
    del case["on_oxygen"]
    assert ask(**case)["grade"] == 0
    assert asker("news2")(**case)["missing"] == ["on_oxygen"]
    del case["hr"]
    assert ask(**case)["missing"] == ["hr"]
    assert ask(**case | {"age_years": 15})["grade"] == "not_applicable"


_worse: dict[str, list[Any]] = {
    "respirations_per_minute": [16, 21, 25],
    "systolic_mmhg": [120, 110, 100, 90],
    "heart_rate_bpm": [75, 91, 111, 131],
    "spo2_percent": [97, 95, 93, 91],
    "temperature_celsius": [Decimal("37"), Decimal("38.1"), Decimal("39.1")],
    "acvpu": ["A", "C"],
    "on_oxygen": [False, True],
}
_sets = st.fixed_dictionaries({name: st.sampled_from(way) for name, way in _worse.items()})


@given(_sets, st.sampled_from(sorted(_worse)), st.data())
def test_a_worse_value_never_lowers_the_total(values, name, data):
    way = _worse[name]
    further = data.draw(st.integers(way.index(values[name]), len(way) - 1))
    better = score_news2(replace(WELL, **values))
    worse = score_news2(replace(WELL, **(values | {name: way[further]})))
    assert worse.grade >= better.grade


@given(_sets, st.sets(st.sampled_from(sorted(_worse))))
def test_what_is_not_recorded_never_lifts_the_lower_bound(values, gone):
    known = score_news2(replace(WELL, **values))
    partly = score_news2(replace(WELL, **(values | dict.fromkeys(gone))))
    assert partly.at_least <= known.grade
    assert (partly.grade is None) == bool(gone)


def test_the_chart_is_whole_and_a_broken_one_is_noticed():
    assert check_news2_tables() == []
    for name, table in chart.TABLES.items():
        for place in range(len(table)):
            broken = check_news2_tables({name: (*table[:place], *table[place + 1 :])})
            assert broken
    assert "x: the ends are not open" in check_news2_tables({"x": ()})
    bad = [Criterion("a", 5, "", "s", "V9"), Criterion("a", 1, "words", "s", "V1")]
    assert row_problems(bad, most=3) == [
        "row a appears twice",
        "row a has no words or no source",
        "row a has tag 'V9'",
        "row a has 5 points",
    ]
    with pytest.raises(ValueError, match="7 is outside every band"):
        band_of((), 7)
