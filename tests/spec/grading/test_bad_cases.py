"""JSON cases that cannot be graded are refused by field, value and bound; nothing is guessed."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.rules.cases import CaseRefused, grade_case, grade_line
from grading.rules.registry import SCALES

CRS, ICANS = SCALES["astct-crs"], SCALES["astct-icans"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"temprature_c": 38}', "unknown key 'temprature_c'"),
        ('{"acvpu": "A"}', "unknown key 'acvpu'"),
        ('{"temperature_c": "38"}', "temperature_c must be a number, not '38'"),
        ('{"temperature_c": true}', "temperature_c must be a number, not True"),
        ('{"temperature_c": NaN}', "temperature_c must be a finite number, not NaN"),
        ('{"temperature_c": Infinity}', "temperature_c must be a finite number, not Infinity"),
        ('{"temperature_c": -Infinity}', "temperature_c must be a finite number, not -Infinity"),
        ('{"temperature_c": 24.9}', "temperature_c must be 25 to 45 °C, not 24.9"),
        ('{"temperature_c": 45.1}', "temperature_c must be 25 to 45 °C, not 45.1"),
        (
            '{"temperature_c": 85.9}',
            "temperature_c must be 25 to 45 °C, not 85.9",
        ),
        (
            '{"temperature_c": 86}',
            "temperature_c must be 25 to 45 °C, not 86; "
            "it looks like Fahrenheit: send it as temperature_f",
        ),
        (
            '{"temperature_c": 113}',
            "temperature_c must be 25 to 45 °C, not 113; "
            "it looks like Fahrenheit: send it as temperature_f",
        ),
        ('{"temperature_c": 113.1}', "temperature_c must be 25 to 45 °C, not 113.1"),
        (
            '{"temperature_f": 38}',
            "temperature_f must be 77 to 113 °F, not 38; "
            "it looks like Celsius: send it as temperature_c",
        ),
        ('{"temperature_f": 76.9}', "temperature_f must be 77 to 113 °F, not 76.9"),
        (
            '{"temperature_c": 38, "temperature_f": 100.4}',
            "temperature_c and temperature_f are both given; send one",
        ),
        ('{"oxygen_flow_lpm": -0.1}', "oxygen_flow_lpm must be 0 to 80 L/min, not -0.1"),
        ('{"oxygen_flow_lpm": 80.1}', "oxygen_flow_lpm must be 0 to 80 L/min, not 80.1"),
        ('{"baseline_home_oxygen_lpm": -1}', "baseline_home_oxygen_lpm must be 0 to 80 L/min, not"),
        ('{"hours_since_last_fever": -1}', "hours_since_last_fever must be 0 to 100000 h, not -1"),
        ('{"spo2": 101}', "spo2 must be 30 to 100 %, not 101"),
        ('{"fio2": 21}', "fio2 must be 0.21 to 1, not 21"),
        ('{"heart_rate": NaN}', "heart_rate must be a finite number, not NaN"),
        ('{"oxygen_device": "tent"}', "oxygen_device must be one of room_air, nasal_cannula"),
        ('{"oxygen_device": 4}', "invasive_ventilation, not 4"),
        ('{"ventilation_reason": "habit"}', "ventilation_reason must be one of hypoxia"),
        ('{"fluids_bolus": 1}', "fluids_bolus must be true or false, not 1"),
        ('{"vasopressin": "yes"}', "vasopressin must be true or false, not 'yes'"),
        ('{"vasopressors": "dopamine"}', "vasopressors must be a list, not 'dopamine'"),
        (
            '{"vasopressors": ["adrenalin"]}',
            "vasopressors: unknown drug 'adrenalin'; known: norepi",
        ),
        ('{"vasopressors": ["dobutamine"]}', "vasopressors: unknown drug 'dobutamine'"),
        ('{"vasopressors": [null]}', "vasopressors: unknown drug None"),
        ('{"vasopressors": [{"dose": 1}]}', "vasopressors: unknown drug None"),
        ('{"vasopressors": [{"drug": "dopamine", "rate": 1}]}', "vasopressors: unknown key 'rate'"),
        (
            '{"vasopressors": [{"drug": "dopamine", "dose": -1}]}',
            "vasopressors: dose must be 0 to 100000, not -1",
        ),
        ('{"inotropes": ["norepinephrine"]}', "inotropes: unknown drug 'norepinephrine'"),
        ('{"agents": [3]}', "agents must be a list of words, not 3"),
        ('{"age_years": 131}', "age_years must be 0 to 130 years, not 131"),
        ('{"age_years": "45"}', "age_years must be a number, not '45'"),
        ('{"inputs": []}', "inputs must be an object, not []"),
        ('{"inputs": {}, "spo2": 97}', "unknown key 'spo2' beside inputs"),
        ('{"spo2": 97, "spo2": 98}', "'spo2' is given twice"),
        ("[]", "a line must be one JSON object, not []"),
        ("38.5", "a line must be one JSON object, not 38.5"),
        ("{", "not readable as JSON: "),
        ('{"spo2": 1e99999999999999999999}', "not readable: a number is too large to hold"),
        ("[" * 100_000, "not readable as JSON: "),
    ],
)
def test_a_bad_crs_case_is_refused_by_name(text, error):
    for assume_normal in (False, True):
        answer = grade_line(CRS, text, line=7, assume_normal=assume_normal)
        assert answer["line"] == 7
        assert error in answer["error"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"ice_score": 11}', "ice_score must be 0 to 10, not 11"),
        ('{"ice_score": -1}', "ice_score must be 0 to 10, not -1"),
        ('{"ice_score": 7.5}', "ice_score must be a whole number, not 7.5"),
        ('{"ice_items": {"year": 2}}', "ice_items.year must be 0 to 1, not 2"),
        ('{"ice_items": {"naming": 4}}', "ice_items.naming must be 0 to 3, not 4"),
        ('{"ice_items": {"president": 1}}', "ice_items: unknown ICE item 'president'"),
        ('{"ice_items": [1]}', "ice_items must be an object of items, not [1]"),
        ('{"ice_items": {"year": true}}', "ice_items.year must be a number, not True"),
        (
            '{"ice_score": 9, "ice_items": {"year": 1, "month": 1, "city": 1, "hospital": 1,'
            ' "naming": 3, "commands": 1, "writing": 1, "attention": 1}}',
            "ice_score 9 does not agree with its items (10)",
        ),
        ('{"ice_unable_reason": "busy"}', "ice_unable_reason must be one of sedated"),
        ('{"capd": 33}', "capd must be 0 to 32, not 33"),
        ('{"capd_items": [0, 0, 0, 0, 0, 0, 0]}', "capd_items: CAPD has 8 items, not 7"),
        ('{"capd_items": [0, 0, 0, 0, 0, 0, 0, 5]}', "capd_items must be 0 to 4, not 5"),
        ('{"capd_items": ["never", 0, 0, 0, 0, 0, 0, 0]}', "capd_items must be one of never"),
        ('{"capd_items": 9}', "capd_items must be a list, not 9"),
        ('{"consciousness": "sleepy"}', "consciousness must be one of alert"),
        ('{"seizure": true}', "seizure must be one of none"),
        ('{"seizure_minutes": -1}', "seizure_minutes must be 0 to 100000 min, not -1"),
        ('{"cerebral_oedema": "severe"}', "cerebral_oedema must be one of none, focal, diffuse"),
        ('{"raised_icp_signs": ["squint"]}', "raised_icp_signs: unknown sign 'squint'"),
        ('{"raised_icp_signs": "papilloedema"}', "raised_icp_signs must be a list"),
        ('{"temperature_c": 38}', "unknown key 'temperature_c'"),
    ],
)
def test_a_bad_icans_case_is_refused_by_name(text, error):
    assert error in grade_line(ICANS, text, line=1)["error"]


def test_every_problem_of_a_case_is_named_at_once():
    with pytest.raises(CaseRefused) as refused:
        grade_case(CRS, {"spo2": Decimal(7), "flow": 2, "temperature_c": Decimal(101)})
    assert len(refused.value.problems) == 3


def test_a_very_long_refused_value_is_cut_short():
    answer = grade_line(CRS, json.dumps({"oxygen_device": "x" * 5000}), line=1)
    assert len(answer["error"]) < 400


def test_an_error_keeps_the_id_of_its_line():
    assert grade_line(CRS, '{"id": "A7", "flow": 2}', line=3) == {
        "id": "A7",
        "line": 3,
        "error": "unknown key 'flow'",
    }


@given(st.text(max_size=40))
def test_no_text_at_all_makes_the_run_fall_over(text):
    assert "error" in grade_line(CRS, text, line=1) or text.strip().startswith("{")


_values = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.none())
_keys = st.sampled_from(
    [
        "temperature_c",
        "vasopressors",
        "oxygen_device",
        "oxygen_flow_lpm",
        "ice_score",
        "ice_items",
        "capd_items",
        "age_years",
        "inputs",
    ]
)


@given(st.dictionaries(_keys, _values), st.booleans())
def test_a_case_is_graded_or_refused_and_nothing_else(case, assume_normal):
    for scale in SCALES.values():
        answer = grade_line(scale, json.dumps(case), line=1, assume_normal=assume_normal)
        assert set(answer) in (
            {"line", "error"},
            {"grade", "at_least", "because", "missing", "flags", "ruleset"},
        )
