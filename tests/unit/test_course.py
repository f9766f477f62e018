"""What is known at a set: measured now, carried as long as it holds, or not known at all."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.unit.courses import INSTANT, antipyretic, drug, febrile, hour, last, well

FOREVER = timedelta(days=60)


def known(found, name):
    return getattr(found.reading.findings, name)


# --- Carrying ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recorded", "finding", "value", "lasts"),
    [
        ({"temperature_celsius": Decimal("38.5")}, "temperature_celsius", Decimal("38.5"), 240),
        ({"systolic_mmhg": 80}, "hypotension_present", True, 60),
        ({"hypotension": True}, "hypotension_present", True, 60),
        ({"fluid_bolus_ml": 500}, "fluid_bolus_given", True, 60),
        ({"spo2_percent": Decimal(91)}, "spo2_percent", Decimal(91), 60),
        ({"oxygen_device": "nasal_cannula"}, "oxygen_device", "nasal_cannula", 60),
    ],
)
def test_a_value_is_carried_to_the_minute_and_then_is_not_known(recorded, finding, value, lasts):
    then = hour(0) + timedelta(minutes=lasts)
    nothing = {"heart_rate_bpm": 90}
    assert known(last((0, recorded), (then, nothing)), finding) == value
    assert known(last((0, recorded), (then + INSTANT, nothing)), finding) is None


@pytest.mark.parametrize(
    ("recorded", "finding", "value"),
    [
        ({"vasopressors": ["norepinephrine"]}, "vasopressors", {"norepinephrine"}),
        ({"vasopressors": []}, "vasopressors", frozenset()),
        ({"vasopressin": True}, "vasopressin", True),
        ({"baseline_home_oxygen_lpm": Decimal(2)}, "baseline_home_oxygen_lpm", Decimal(2)),
    ],
)
def test_what_runs_is_carried_until_somebody_charts_otherwise(recorded, finding, value):
    found = last((0, recorded), (hour(0) + FOREVER, {"heart_rate_bpm": 90}))
    assert known(found, finding) == value


def test_carrying_is_counted_from_the_measurement_and_not_from_the_last_set():
    cold = {"heart_rate_bpm": 90}
    found = last((0, febrile()), (3, cold), (3.5, cold), (4.5, cold))
    assert known(found, "temperature_celsius") is None


def test_a_newer_value_takes_the_place_of_the_older_one():
    found = last((0, febrile("39.0")), (1, {"temperature_celsius": Decimal("37.2")}))
    assert known(found, "temperature_celsius") == Decimal("37.2")


def test_a_carried_value_names_the_set_it_was_measured_in():
    found = last((0, febrile()), (0.5, {"systolic_mmhg": 100}))
    sources = {group: (k.set_id, k.taken_at) for group, k in found.reading.known.items()}
    assert sources["temperature_celsius"] == (1, hour(0))
    assert sources["pressure"] == (2, hour(0.5))


def test_a_new_device_does_not_inherit_the_flow_of_the_old_one():
    cannula = well(oxygen_device="nasal_cannula", oxygen_flow_lpm=Decimal(8))
    found = last((0, cannula), (0.5, {"oxygen_device": "room_air"}))
    assert known(found, "oxygen_flow_lpm") is None
    assert known(found, "oxygen_device") == "room_air"


def test_a_new_temperature_does_not_inherit_the_cause_of_the_old_one():
    blamed = febrile(fever_attributed_elsewhere=True)
    assert known(last((0, blamed), (1, febrile())), "fever_attributed_elsewhere") is None
    assert known(last((0, blamed), (1, {"systolic_mmhg": 99})), "fever_attributed_elsewhere")


def test_an_empty_set_knows_nothing():
    findings = last((0, {})).reading.findings
    for name in ("temperature_celsius", "hypotension_present", "fluid_bolus_given", "vasopressors",
                 "vasopressin", "oxygen_device", "oxygen_flow_lpm", "spo2_percent"):  # fmt: skip
        assert getattr(findings, name) is None, name


# --- Blood pressure ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recorded", "present", "presumed_below"),
    [
        # recorded                                       hypotension  presumed below
        ({"systolic_mmhg": 89}, True, 90),
        ({"systolic_mmhg": 90}, False, None),
        ({"systolic_mmhg": 60, "hypotension": False}, False, None),
        ({"systolic_mmhg": 130, "hypotension": True}, True, None),
        ({"hypotension": True}, True, None),
        ({"hypotension": False}, False, None),
        ({"diastolic_mmhg": 40}, None, None),
        ({}, None, None),
    ],
)
def test_a_clinician_judges_hypotension_and_the_limit_only_presumes(
    recorded, present, presumed_below
):
    reading = last((0, recorded)).reading
    assert reading.findings.hypotension_present is present
    assert reading.presumed_hypotension_below_mmhg == presumed_below


@pytest.mark.parametrize(
    ("recorded", "given"),
    [
        ({"fluid_bolus_ml": 1}, True),
        ({"fluid_bolus_ml": 0}, False),
        ({"systolic_mmhg": 100}, False),
        ({"hypotension": True}, False),
        ({"systolic_mmhg": 100, "fluid_bolus_ml": 250}, True),
        ({"temperature_celsius": Decimal(37)}, None),
    ],
)
def test_a_pressure_without_a_bolus_says_that_none_was_given(recorded, given):
    assert known(last((0, recorded)), "fluid_bolus_given") is given


@pytest.mark.parametrize(
    ("after_bolus", "given"),
    [
        (-INSTANT, False),
        (timedelta(0), True),
        (timedelta(minutes=60), True),
        (timedelta(minutes=60) + INSTANT, False),
    ],
)
def test_a_recorded_bolus_counts_for_an_hour(after_bolus, given):
    bolus = drug("fluid_bolus", 0, is_bolus=True)
    found = last((hour(0) + after_bolus, {"systolic_mmhg": 100}), drugs=[bolus])
    assert known(found, "fluid_bolus_given") is given


# --- Infusions ---------------------------------------------------------------------------------

PRESSOR = drug("norepinephrine", 1, until=2, is_vasopressor=True)


@pytest.mark.parametrize(
    ("at", "running"),
    [
        (hour(1) - INSTANT, None),
        (hour(1), {"norepinephrine"}),
        (hour(2) - INSTANT, {"norepinephrine"}),
        (hour(2), None),
    ],
)
def test_an_infusion_runs_from_its_start_up_to_its_stop(at, running):
    # Nobody charted the list of what runs: none is known to run, but not known to be none.
    assert known(last((at, {"heart_rate_bpm": 90}), drugs=[PRESSOR]), "vasopressors") == running


def test_what_is_charted_and_what_is_recorded_as_given_add_up():
    charted = {"vasopressors": ["epinephrine"]}
    found = last((1.5, charted), drugs=[PRESSOR])
    assert known(found, "vasopressors") == {"epinephrine", "norepinephrine"}


def test_a_charted_empty_list_does_not_stop_a_recorded_infusion():
    found = last((1.5, {"vasopressors": []}), drugs=[PRESSOR])
    assert known(found, "vasopressors") == {"norepinephrine"}


@pytest.mark.parametrize(
    ("recorded", "drugs", "answer"),
    [
        ({}, [], None),
        ({"vasopressin": True}, [], True),
        ({"vasopressin": False}, [], False),
        ({"vasopressors": []}, [], False),
        ({"vasopressors": ["dopamine"]}, [], False),
        ({}, [drug("terlipressin", 0, is_vasopressin=True)], True),
        ({"vasopressin": False}, [drug("vasopressin", 0, is_vasopressin=True)], True),
        ({}, [drug("vasopressin", 0, until=0.5, is_vasopressin=True)], None),
    ],
)
def test_vasopressin_is_known_when_it_or_the_list_was_charted(recorded, drugs, answer):
    assert known(last((1, recorded), drugs=drugs), "vasopressin") is answer


def test_an_inotrope_is_kept_apart():
    found = last((0, well()), drugs=[drug("milrinone", -1, is_inotrope=True)])
    assert known(found, "inotropes") == {"milrinone"}
    assert known(found, "vasopressors") == frozenset()


# --- Fever that is no longer required ----------------------------------------------------------


@pytest.mark.parametrize(
    ("given_at", "waives"),
    [
        # hours; the first fever of the episode is measured at 8
        (7.99, False),
        (8, True),
        (9, True),
        (10, True),
        (10.01, False),
    ],
)
def test_only_a_drug_since_the_first_fever_waives_it(given_at, waives):
    found = last((8, febrile()), (10, well()), drugs=[antipyretic(given_at)])
    assert known(found, "fever_waiving_treatment_given") is waives
    assert known(found, "waiving_agents") == (("paracetamol",) if waives else ())


@pytest.mark.parametrize(("given_at", "asked"), [(0, True), (1, True), (-0.01, False)])
def test_a_drug_of_the_last_three_days_before_any_fever_is_asked_about(given_at, asked):
    found = last((0, well()), (72, well()), drugs=[antipyretic(given_at)])
    assert known(found, "fever_within_course") is False
    assert known(found, "fever_waiving_treatment_given") is asked


def test_a_drug_before_any_fever_makes_no_crs():
    low = {"systolic_mmhg": 70, "hypotension": True}
    found = last((0, well()), (10, well(**low)), drugs=[antipyretic(1)])
    assert found.verdict.grade == 0
    assert any("masked" in str(flag).lower() for flag in found.verdict.flags)


def test_each_waiving_drug_is_named_once():
    given = [antipyretic(1), antipyretic(2), antipyretic(1, code="tocilizumab")]
    found = last((0, febrile()), (3, well()), drugs=[*given, drug("dopamine", 1)])
    assert known(found, "waiving_agents") == ("paracetamol", "tocilizumab")


def test_the_hours_since_the_last_fever_are_those_before_this_set():
    assert known(last((0, febrile())), "hours_since_last_fever") is None
    assert known(last((0, febrile()), (7.5, well())), "hours_since_last_fever") == Decimal("7.5")


@pytest.mark.parametrize(
    ("hours", "grade"), [(24, 2), (24 + 1 / 3600, 0)]
)  # fmt: skip
def test_without_a_drug_fever_is_waived_for_a_day(hours, grade):
    low = well(hypotension=True)
    found = last((0, febrile()), (hours - 12, low), (hours, low))
    assert found.verdict.grade == grade


@pytest.mark.parametrize("hours", [24, 48, 100])
def test_after_a_drug_fever_stays_waived_as_long_as_the_episode(hours):
    low = well(hypotension=True)
    charted = [(at, low) for at in range(12, hours + 1, 12)]
    found = last((0, febrile()), *charted, drugs=[antipyretic(1)])
    assert (found.verdict.grade, known(found, "fever_within_course")) == (2, True)
