"""Spellings of units, devices and charted names: what is known, and what is not guessed."""

import pytest

from interop.csv import charted_as, spellings
from interop.csv.outcomes import Reason, RefusedError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[degF]", "[degF]"), ("Deg. F", "[degF]"), ("?F", "[degF]"), ("°F", "[degF]"),
        ("º F", "[degF]"), ("˚F", "[degF]"), ("�F", "[degF]"), ("Â°F", "[degF]"), ("℉", "[degF]"),
        ("F", "[degF]"), ("degrees Fahrenheit", "[degF]"),
        ("Cel", "Cel"), ("Deg. C", "Cel"), ("?C", "Cel"), ("°C", "Cel"), ("℃", "Cel"),
        ("celsius", "Cel"), ("", ""),
        ("?", None), ("°", None), ("K", None), ("deg", None), ("FC", None),
    ],
)  # fmt: skip
def test_a_temperature_scale_is_read_or_it_is_not(text, expected):
    assert spellings.temperature_scale(text) == expected


@pytest.mark.parametrize(
    ("text", "device"),
    [
        ("Nasal Cannula", "nasal_cannula"), ("nasal cannula", "nasal_cannula"),
        ("Nasal Prongs", "nasal_cannula"), ("None", "room_air"), ("Room air", "room_air"),
        ("Non-rebreather", "non_rebreather"), ("Non-Rebreather Mask", "non_rebreather"),
        ("Medium conc mask", "simple_facemask"), ("Simple face mask", "simple_facemask"),
        ("Venti mask", "venturi"), ("Venturi Mask", "venturi"), ("CPAP mask", "cpap"),
        ("Bipap mask", "bipap"), ("BiPAP", "bipap"), ("Endotracheal tube", "invasive_ventilation"),
        ("Ventilator", "invasive_ventilation"), ("blow-by", "blow_by"),
        ("High flow nasal cannula", "high_flow_nasal_cannula"),
        ("HFNC", "high_flow_nasal_cannula"),
    ],
)  # fmt: skip
def test_a_device_has_the_name_the_ward_gives_it(text, device):
    assert spellings.oxygen_device(text) == device


@pytest.mark.parametrize(
    "text",
    ["Face tent", "Aerosol-cool", "Trach mask", "Tracheostomy tube", "T-piece", "Ultrasonic neb",
     "Hi Flow Neb", "High flow neb", "Vapomist", "Oxymizer", "High conc mask", "NIV", "Other",
     "Partial rebreather", "Nasal cannula; Face tent", "non", "cpap?!x", "mask"],
)  # fmt: skip
def test_a_device_without_an_agreed_mapping_is_not_guessed(text):
    with pytest.raises(RefusedError) as caught:
        spellings.oxygen_device(text)
    assert caught.value.reason is Reason.UNKNOWN_DEVICE
    assert text in caught.value.words


def test_no_name_is_both_agreed_and_not():
    assert not spellings._NO_AGREED & spellings._DEVICE_OF.keys()


@pytest.mark.parametrize(
    ("name", "method", "series"),
    [
        ("NBP [Systolic]", "cuff", "nbp"),
        ("NBP Mean", "cuff", "nbp"),
        ("Non Invasive Blood Pressure mean", "cuff", "non invasive blood"),
        ("Manual BP [Diastolic]", "cuff", "manual bp"),
        ("Arterial BP [Systolic]", "arterial", "arterial bp"),
        ("Arterial BP Mean #2", "arterial", "arterial bp #2"),
        ("Arterial BP #2 [Diastolic]", "arterial", "arterial bp #2"),
        ("ART BP Systolic", "arterial", "art bp"),
        ("Invasive BP mean", "arterial", "invasive bp"),
        ("BP Left Arm [Systolic]", "", "bp left arm"),
        ("", "", ""),
    ],
)
def test_a_pressure_says_where_it_was_measured(name, method, series):
    assert (charted_as.method(name), charted_as.series(name)) == (method, series)


@pytest.mark.parametrize(
    ("name", "field", "expected"),
    [
        ("Arterial BP [Systolic]", "systolic_mmhg", False),
        ("Pulmonary Artery Pressure systolic", "systolic_mmhg", True),
        ("PAP [Systolic]", "systolic_mmhg", True),
        ("IABP Mean", "mean_arterial_mmhg", True),
        ("Arterial Blood Pressure Alarm - High", "systolic_mmhg", True),
        ("Temperature F", "temperature_celsius", False),
        ("Skin [Temperature]", "temperature_celsius", True),
        ("Isolette Temperature", "temperature_celsius", True),
        ("Resp Rate (Total)", "respirations_per_minute", False),
        ("Respiratory Rate (Set)", "respirations_per_minute", True),
        ("Respiratory Rate (spontaneous)", "respirations_per_minute", True),
        ("Heart rate Alarm - Low", "heart_rate_bpm", True),
        ("SpO2", "spo2_percent", False),
        ("O2 saturation pulseoxymetry", "spo2_percent", False),
        ("Arterial O2 Saturation", "spo2_percent", True),
        ("Admission Weight (Kg)", "weight_kg", False),
        ("Weight Change", "weight_kg", True),
        ("FiO2 Set", "oxygen", False),
        ("FiO2 Alarm-Low", "oxygen", True),
    ],
)
def test_a_name_of_something_else_is_seen(name, field, expected):
    assert charted_as.is_something_else(name, field) is expected
