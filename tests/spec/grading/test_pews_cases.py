"""National PEWS as the command answers it, and what holds for every set."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.rules import pews_bands as bands
from grading.rules.pews import PewsFindings, check_pews_tables, score_pews
from tests.spec.grading.case_files import asker, rows_of, too_sure_of, wrong_of

WELL = PewsFindings(
    age_years=7,
    respirations_per_minute=22,
    respiratory_distress="none",
    spo2_percent=98,
    oxygen_device="room_air",
    heart_rate_bpm=95,
    systolic_mmhg=100,
    capillary_refill_seconds=2,
    temperature_celsius=Decimal("36.8"),
    avpu="A",
)
ask = asker("pews", assume_normal=True)
strict = asker("pews")
CASE = {
    "rr": 22,
    "hr": 95,
    "sbp": 100,
    "resp_distress": "none",
    "spo2": 98,
    "oxygen_device": "room_air",
    "crt_s": 2,
}


def test_every_stated_and_derived_case_has_its_score(cases, tmp_path):
    rows = rows_of(cases, "PEWS", {"stated", "derived"})
    assert len(rows) >= 12
    assert wrong_of(rows, "pews", tmp_path) == []
    assert too_sure_of(rows, "pews", tmp_path) == []


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ({"rr": -1}, "rr must be 0 to 120, not -1"),
        ({"spo2": 91.5}, "spo2 must be a whole number, not 91.5"),
        ({"crt_s": 61}, "crt_s must be 0 to 60, not 61"),
        ({"fio2": 28}, "fio2 must be 0.21 to 1, not 28"),
        ({"oxygen_flow_lpm": 81}, "oxygen_flow_lpm must be 0 to 80 L/min, not 81"),
        ({"resp_distress": "some"}, "resp_distress must be one of none, mild, moderate, severe"),
        ({"avpu": "C"}, "avpu must be one of A, V, P, U, not 'C'"),
        ({"chart": "adult"}, "chart must be one of 0-11mo, 1-4y, 5-12y, 13y+, not 'adult'"),
        ({"oxygen_device": "room_air", "oxygen_flow_lpm": 2}, "does not go with room air"),
        ({"acvpu": "A"}, "unknown key 'acvpu'"),
    ],
)
def test_a_bad_case_is_refused_by_field_value_and_bound(case, error):
    assert error in ask(age_years=7, **case)["error"]


def test_no_device_is_air_by_the_case_convention_but_not_beside_a_flow():
    case = {key: value for key, value in CASE.items() if key != "oxygen_device"}
    assert ask(age_years=7, **case)["grade"] == 0
    assert strict(age_years=7, **case)["missing"] == ["oxygen_device"]
    assert ask(age_years=7, oxygen_flow_lpm=2, **case)["missing"] == ["oxygen_device"]


_way: dict[str, list[Any]] = {
    "respirations_per_minute": [22, 25, 40, 50],
    "heart_rate_bpm": [95, 120, 140, 160],
    "systolic_mmhg": [100, 89, 79, 69],
    "spo2_percent": [98, 94, 91],
    "capillary_refill_seconds": [2, 3],
    "respiratory_distress": ["none", "mild", "moderate", "severe"],
    "oxygen_device": ["room_air", "cpap"],
}
_sets = st.fixed_dictionaries({name: st.sampled_from(way) for name, way in _way.items()})


@given(_sets, st.sampled_from(sorted(_way)), st.data())
def test_a_worse_value_never_lowers_the_total(values, name, data):
    way = _way[name]
    further = data.draw(st.integers(way.index(values[name]), len(way) - 1))
    better = score_pews(replace(WELL, **values))
    assert score_pews(replace(WELL, **(values | {name: way[further]}))).grade >= better.grade


@given(_sets, st.sets(st.sampled_from(sorted(_way))))
def test_what_is_not_recorded_never_lifts_the_lower_bound(values, gone):
    known = score_pews(replace(WELL, **values))
    partly = score_pews(replace(WELL, **(values | dict.fromkeys(gone))))
    assert partly.at_least <= known.grade
    assert (partly.grade is None) == bool(gone)


def test_the_charts_are_whole_and_a_broken_one_is_noticed():
    assert check_pews_tables() == []
    for name, charts in bands.BY_AGE.items():
        for chart, table in charts.items():
            for place in range(len(table)):
                shorter = (*table[:place], *table[place + 1 :])
                assert check_pews_tables({name: charts | {chart: shorter}})
    assert "heart rate, 1 to 4 years: the ends are not open" in check_pews_tables(
        {"heart rate": {}}
    )
