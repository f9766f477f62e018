"""The published CRS cases through the stored path: chart the set, read the assessment."""

import csv
import json
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.factories.ward import NOW, a_patient, a_ward, chart_set, give

pytestmark = pytest.mark.django_db
_SAME = ("hypotension_attributed_elsewhere", "fever_attributed_elsewhere", "oxygen_device",
         "oxygen_flow_lpm", "oxygen_for_comfort", "baseline_home_oxygen_lpm",
         "ventilation_reason", "vasopressin")  # fmt: skip


def as_set(case):
    """The case-file convention: what is absent there is normal, so it is charted as such."""
    values = {name: case[name] for name in _SAME if name in case}
    values.setdefault("oxygen_device", "room_air")
    values["hypotension"] = case.get("hypotension_present", False)
    values["vasopressors"] = sorted({row["drug"] for row in case.get("vasopressors", [])})
    if case.get("fluids_bolus"):
        values["fluid_bolus_ml"] = 500
    if "temperature_c" in case:
        values["temperature_celsius"] = case["temperature_c"]
    elif "temperature_f" in case:
        values["temperature_celsius"] = (case["temperature_f"] - 32) * 5 / 9
    if "fio2" in case:
        values["fio2_percent"] = case["fio2"] * 100
    if "sbp" in case:
        values["systolic_mmhg"] = case["sbp"]
    return values


def test_every_stated_and_derived_case_is_graded_the_same_when_charted(cases):
    ward, wrong, judged = a_ward(), [], 0
    for row in csv.DictReader(cases.open(encoding="utf-8")):
        if row["scale"] != "ASTCT-CRS" or row["certainty"] not in {"stated", "derived"}:
            continue
        case = json.loads(row["inputs_json"], parse_float=Decimal)
        age_days = int(float(row["age_years"] or 30) * 365.25) + 1
        patient = a_patient(ward, birth_date=(NOW - timedelta(days=age_days)).date())
        if case.get("fever_within_course"):
            chart_set(patient, {"temperature_celsius": Decimal("38.5")}, minutes_ago=600)
        if case.get("antipyretic_or_anticytokine_given"):
            give(patient, case["agents"][0], minutes_ago=300)
        charted = chart_set(patient, as_set(case))
        judged += 1
        if charted.assessment.grade != int(row["expected"]):
            wrong.append((row["id"], row["expected"], charted.assessment.grade))
    assert judged >= 20
    assert wrong == []
