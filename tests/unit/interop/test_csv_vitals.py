"""Vital signs: the value in the field's own unit, or the reason it is none."""

from decimal import Decimal

import pytest

from interop.csv.kinds import Kind
from interop.csv.outcomes import Outcome, Reason, RefusedError
from interop.csv.vitals import map_vital
from tests.factories.extract import SETTING, arterial, row, vital


def read(cells):
    return map_vital(row(Kind.VITALS, cells), SETTING)


def reason_of(cells):
    with pytest.raises(RefusedError) as caught:
        read(cells)
    return caught.value.reason


@pytest.mark.parametrize(
    ("charted_unit", "reason"),
    [("bpm", None), ("/min", None), ("", None), ("odd words", None),
     ("mmHg", Reason.UNITS_DISAGREE), ("%", Reason.UNITS_DISAGREE), ("kg", Reason.UNITS_DISAGREE)],
)  # fmt: skip
def test_a_unit_charted_that_is_another_quantitys_contradicts_the_unit(charted_unit, reason):
    cells = vital("heart_rate", "65") | {"unit": "/min", "unit_as_charted": charted_unit}
    if reason is None:
        assert read(cells).value == 65
    else:
        assert reason_of(cells) is reason


@pytest.mark.parametrize(
    ("charted", "reason"),
    [("Heart Rate", None), ("Pulse", None), ("Respiratory Rate", Reason.CODES_DISAGREE),
     ("SpO2", Reason.CODES_DISAGREE), ("Temperature F", Reason.CODES_DISAGREE)],
)  # fmt: skip
def test_a_name_charted_that_is_another_signs_contradicts_the_code(charted, reason):
    cells = vital("heart_rate", "65") | {"charted_as": charted}
    if reason is None:
        assert read(cells).value == 65
    else:
        assert reason_of(cells) is reason


@pytest.mark.parametrize(
    ("fahrenheit", "celsius"),
    [
        ("100.4", "38"),
        ("100.399", "37.9994"),
        ("100.300003051758", "37.9444"),
        ("98.5999984741211", "37"),
        ("102.2", "39"),
        ("77", "25"),
        ("113", "45"),
    ],
)
def test_fahrenheit_is_converted_and_never_rounded_up_to_a_fever(fahrenheit, celsius):
    assert read(vital("temperature", fahrenheit)).value == Decimal(celsius)


@pytest.mark.parametrize(
    ("unit", "charted", "name", "outcome"),
    [
        ("[degF]", "?F", "Temperature Fahrenheit", None),
        ("[degF]", "", "Temperature", None),
        ("[degF]", "nonsense", "Temperature", None),
        ("", "Deg. F", "Temperature", None),
        ("", "", "Temperature Fahrenheit", Reason.UNKNOWN_UNIT),
        ("", "?", "Temperature", Reason.UNKNOWN_UNIT),
        ("K", "?F", "Temperature", Reason.UNKNOWN_UNIT),
        ("[degF]", "Deg. C", "Temperature", Reason.UNITS_DISAGREE),
        ("[degF]", "", "Temperature C (calc)", Reason.UNITS_DISAGREE),
        ("Cel", "", "Temperature F", Reason.UNITS_DISAGREE),
    ],
)
def test_a_temperature_needs_a_unit_that_nothing_contradicts(unit, charted, name, outcome):
    cells = vital("temperature", "98.6", unit=unit, unit_as_charted=charted, charted_as=name)
    if outcome is None:
        assert read(cells).value == 37
    else:
        assert reason_of(cells) is outcome


def test_celsius_stays_what_it_is():
    cells = vital(
        "temperature", "37.9999", unit="Cel", unit_as_charted="°C", charted_as="Temperature C"
    )
    assert read(cells).value == Decimal("37.9999")


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("sbp", "19.9", None), ("sbp", "20", 20), ("sbp", "89.6", 89), ("sbp", "300", 300),
        ("sbp", "300.1", None), ("sbp", "0", None),
        ("map", "-8", None), ("map", "9.9", None), ("map", "74.3332977294922", 74),
        ("dbp", "4.9", None), ("dbp", "5", 5),
        ("heart_rate", "9", None), ("heart_rate", "10", 10), ("heart_rate", "351", None),
        ("respiratory_rate", "0", 0), ("respiratory_rate", "121", None),
        ("spo2", "0.98", None), ("spo2", "98", 98), ("spo2", "100.01", None),
        ("temperature", "37", None), ("temperature", "113.1", None),
    ],
)  # fmt: skip
def test_the_impossible_is_quarantined_at_the_edge(name, value, stored):
    cells = vital(name, value)
    if stored is None:
        with pytest.raises(RefusedError) as caught:
            read(cells)
        assert caught.value.reason is Reason.IMPOSSIBLE
        assert caught.value.outcome is Outcome.QUARANTINED
    else:
        assert read(cells).value == stored


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"error_flag": "1"}, Reason.FLAGGED_ERROR),
        ({"error_flag": "9"}, Reason.UNKNOWN_FLAG),
        ({"value": ""}, Reason.NO_VALUE),
        ({"value": "NaN"}, Reason.NOT_A_NUMBER),
        ({"time": ""}, Reason.BAD_TIME),
        ({"time": "2126-01-01 00:00:00"}, Reason.FUTURE_TIME),
        ({"loinc": "8462-4"}, Reason.CODES_DISAGREE),
        ({"loinc": "1234-5"}, Reason.CODES_DISAGREE),
        ({"vital": "cvp", "loinc": ""}, Reason.UNKNOWN_FIELD),
        ({"vital": "", "loinc": ""}, Reason.UNKNOWN_FIELD),
        ({"charted_as": "NBP [Diastolic]"}, Reason.CODES_DISAGREE),
        ({"charted_as": "PAP [Systolic]"}, Reason.NOT_THE_PATIENT),
        ({"unit": "kPa"}, Reason.UNKNOWN_UNIT),
        ({"unit": "", "unit_as_charted": ""}, Reason.UNKNOWN_UNIT),
        ({"loinc": "76215-3"}, Reason.CODES_DISAGREE),
    ],
)
def test_a_row_that_contradicts_itself_is_not_a_value(changes, reason):
    assert reason_of(vital("sbp", 120, **changes)) is reason


@pytest.mark.parametrize("changes", [{"loinc": ""}, {"vital": ""}, {"loinc": "76534-7"}])
def test_name_or_code_alone_tells_the_field(changes):
    reading = read(vital("sbp", 120, **changes))
    assert (reading.field, reading.value, reading.method) == ("systolic_mmhg", 120, "cuff")


def test_the_line_is_told_from_the_cuff():
    line, cuff = read(arterial("sbp", 101)), read(vital("sbp", 99))
    assert (line.method, cuff.method) == ("arterial", "cuff")
    assert line.series != cuff.series


@pytest.mark.parametrize(
    ("value", "unit", "kilograms"),
    [("64.9000015258789", "kg", "64.9"), ("100", "lbs", "45.35"), ("401", "kg", None)],
)
def test_a_weight_is_in_kilograms(value, unit, kilograms):
    cells = vital("weight", value, unit=unit, unit_as_charted=unit)
    if kilograms is None:
        assert reason_of(cells) is Reason.IMPOSSIBLE
    else:
        assert read(cells).weight_kg == Decimal(kilograms)


def test_a_rate_needs_no_unit_but_not_a_wrong_one():
    assert read(vital("heart_rate", 80, unit="", unit_as_charted="")).value == 80
    assert reason_of(vital("heart_rate", 80, unit="Hz")) is Reason.UNKNOWN_UNIT
