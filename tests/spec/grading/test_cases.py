"""JSON cases: the two readings of an absent key, and the shapes a line may have."""

import json
from itertools import permutations

import pytest

from grading.rules.cases import grade_line
from grading.rules.registry import SCALES

CRS, ICANS = SCALES["astct-crs"], SCALES["astct-icans"]


def strict(case, scale=CRS):
    return grade_line(scale, json.dumps(case), line=1)


def assumed(case, scale=CRS):
    return grade_line(scale, json.dumps(case), line=1, assume_normal=True)


def test_an_absent_key_is_not_recorded():
    answer = strict({"temperature_c": 38.5})
    assert (answer["grade"], answer["at_least"]) == (None, 1)
    assert answer["missing"] == [
        "vasopressors",
        "oxygen_device",
        "vasopressin",
        "fluids_bolus",
        "hypotension_present",
    ]


def test_an_absent_key_is_normal_by_the_convention_of_case_files():
    assert assumed({"temperature_c": 38.5})["grade"] == 1


@pytest.mark.parametrize(
    ("key", "missing"),
    [
        ("oxygen_device", ["oxygen_device"]),
        ("vasopressors", ["vasopressors"]),
        ("vasopressin", ["vasopressin"]),
        ("fluids_bolus", ["fluids_bolus"]),
        ("hypotension_present", ["hypotension_present"]),
        ("inotropes", []),
        ("agents", []),
        ("ventilation_reason", []),
    ],
)
def test_an_explicit_null_is_not_recorded_under_both_readings(key, missing):
    assert assumed({"temperature_c": 38.5, key: None})["missing"] == missing
    assert set(missing) <= set(strict({"temperature_c": 38.5, key: None})["missing"])


def test_a_null_temperature_is_not_recorded_and_an_absent_one_is_no_fever():
    assert assumed({"temperature_c": None})["missing"] == ["temperature_c"]
    assert assumed({"temperature_f": None})["missing"] == ["temperature_c"]
    assert assumed({"temperature_c": 38.5, "temperature_f": None})["grade"] == 1
    assert assumed({"temperature_f": 101.3, "temperature_c": None})["grade"] == 1
    assert assumed({})["grade"] == 0


def test_numbers_are_decimals_and_never_pass_through_binary():
    # In binary, 38.0 and 37.9999999999999999 are the same number.
    assert assumed({"temperature_c": 38.0})["grade"] == 1
    line = '{"temperature_c": 37.9999999999999999999}'
    assert grade_line(CRS, line, line=1, assume_normal=True)["grade"] == 0


@pytest.mark.parametrize(
    "line",
    [
        {"id": 5, "age_years": 40, "temperature_c": 38.5},
        {"id": 5, "age_years": 40, "inputs": {"temperature_c": 38.5}},
        {"id": 5, "age_years": None, "scale": "ASTCT-CRS", "inputs": {"temperature_c": 38.5}},
    ],
)
def test_the_case_stands_in_the_line_or_in_its_inputs(line):
    answer = assumed(line)
    assert (answer["id"], answer["grade"]) == (5, 1)


def test_what_no_rule_reads_is_accepted_silently():
    context = {"heart_rate": 120, "sbp": 84, "organ_toxicities": {"creatinine increased": 4}}
    assert assumed({"temperature_c": 38.5} | context)["grade"] == 1
    assert assumed({"tremor": True, "headache": True, "myoclonus": True}, ICANS)["grade"] == 0


def test_the_order_of_drugs_does_not_matter():
    drugs = [{"drug": "norepinephrine", "dose": 0.1, "unit": "ug/kg/min"}, "dopamine", "ephedrine"]
    answers = [
        assumed({"temperature_c": 39, "vasopressors": list(order), "agents": ["a", "b"]})
        for order in permutations(drugs)
    ]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["grade"] == 4


def test_the_same_drug_twice_is_one_vasopressor():
    twice = [
        {"drug": "dopamine", "dose": 2, "unit": "ug/kg/min"},
        {"drug": "dopamine", "dose": None},
    ]
    assert assumed({"temperature_c": 39, "vasopressors": twice})["grade"] == 3


@pytest.mark.parametrize(
    ("case", "grade"),
    [
        ({}, 0),
        ({"age_years": 5}, 0),
        ({"age_years": 14, "developmental_delay": True}, 0),
        ({"consciousness": "awakens_to_voice"}, 2),
        ({"seizure": "brief_resolved", "seizure_minutes": 5}, 3),
        ({"seizure_minutes": 6}, 4),
        ({"seizure_minutes": 5}, None),
        ({"age_years": 8, "ice_score": 9}, None),
        ({"age_years": 5, "capd_items": ["always"] * 4 + ["never"] * 4}, 0),
        ({"age_years": 5, "capd_items": ["never", "never", "often"] + [None] * 5}, 3),
        ({"age_years": 5, "capd": 3, "capd_items": [1, 1, 1, 0, 0, 0, 0, 0]}, 1),
        ({"ice_items": {"year": None}, "age_years": 40}, None),
        ({"ice_score": None, "ice_unable_reason": "paralysed"}, "not_assessable"),
        ({"ice_score": None, "ice_unable_reason": "sedated"}, "not_assessable"),
        ({"ice_score": None}, None),
        ({"raised_icp_signs": ["Papilledema"]}, 4),
        ({"raised_icp_signs": ["cranial nerve VI palsy"]}, 4),
        ({"raised_icp_signs": []}, 0),
        ({"cerebral_oedema": "none"}, 0),
    ],
)
def test_icans_by_the_convention_of_case_files(case, grade):
    assert assumed(case, ICANS)["grade"] == grade


def test_a_missing_input_is_named_as_the_case_would_name_it():
    answer = strict({"ice_score": 9, "consciousness": "alert", "seizure": "none"}, ICANS)
    assert answer["missing"] == [
        "motor_focal_weakness_deep",
        "cerebral_oedema",
        "raised_icp_signs",
    ]
