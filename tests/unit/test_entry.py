"""An entry is well formed and possible, or refused with every field that is wrong."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from charting.entry import (
    FUTURE_TOLERANCE,
    LONGEST_NOTE,
    READERS,
    VASOPRESSORS,
    Entry,
    EntryRefusedError,
)
from vitals.models import ObservationSet

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CLIENT = "5f0c3c58-9f5d-4d3a-9b63-0f6f4c8a1c11"
INSTANT = timedelta(microseconds=1)


def parse(**data):
    envelope = {"client_id": CLIENT, "taken_at": "2026-03-01T11:55:00Z"}
    return Entry.parse({**envelope, **data}, now=NOW)


def refusals(**data):
    """Field and message of everything refused."""
    with pytest.raises(EntryRefusedError) as refused:
        parse(**data)
    return {error.field: error.message for error in refused.value.errors}


# --- The envelope ------------------------------------------------------------------------------


def test_an_entry_keeps_only_what_was_recorded():
    entry = parse(patient="P1", temperature_celsius=Decimal("38.6"), heart_rate_bpm=None)
    assert entry.client_id == uuid.UUID(CLIENT)
    assert entry.taken_at == NOW - timedelta(minutes=5)
    assert dict(entry.values) == {"temperature_celsius": Decimal("38.6")}


def test_an_entry_needs_an_id_and_a_time():
    assert refusals(client_id=None, taken_at=None, heart_rate_bpm=80) == {
        "client_id": "is required",
        "taken_at": "is required",
    }


@pytest.mark.parametrize("data", [{}, {"note": None}, {"note": ""}, {"note": " \n"}])
def test_an_entry_that_records_nothing_is_refused(data):
    assert refusals(**data) == {"entry": "records nothing"}


@pytest.mark.parametrize(
    "data", [{"note": "slept well"}, {"worried": False}, {"vasopressors": []}]
)  # fmt: skip
def test_a_word_or_a_no_is_something_recorded(data):
    assert dict(parse(**data).values) == data


@pytest.mark.parametrize(
    ("ahead", "refused"),
    [(-INSTANT, False), (FUTURE_TOLERANCE, False), (FUTURE_TOLERANCE + INSTANT, True)],
)
@pytest.mark.parametrize("field", ["taken_at", "charted_at"])
def test_a_tablet_may_run_five_minutes_ahead(field, ahead, refused):
    data = {field: (NOW + ahead).isoformat(), "heart_rate_bpm": 80}
    if refused:
        assert refusals(**data) == {field: "is in the future"}
    else:
        assert getattr(parse(**data), field) == NOW + ahead


@pytest.mark.parametrize(
    "text",
    ["2026-03-01T11:30:00Z", "2026-03-01T11:30:00+00:00", "2026-03-01T17:00:00+05:30",
     "2026-03-01T06:30:00-05:00", "2026-03-01T11:30Z"],
)  # fmt: skip
def test_one_instant_is_one_entry_however_its_offset_is_written(text):
    entry = parse(taken_at=text, heart_rate_bpm=80)
    same = parse(taken_at="2026-03-01T11:30:00Z", heart_rate_bpm=80)
    assert entry.taken_at.utcoffset() == timedelta(0)
    assert entry == same
    assert entry.digest(patient_id=1) == same.digest(patient_id=1)


@pytest.mark.parametrize(
    "value",
    ["", "yesterday", "2026-03-01", "2026-02-30T10:00:00Z", "2026-03-01T25:00:00Z", 1772366100,
     True, [], {}, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:00-14:00",
     "2026-03-01T11:30:00"],
)  # fmt: skip
def test_a_time_that_is_none_or_has_no_offset_is_refused(value):
    assert set(refusals(taken_at=value, heart_rate_bpm=80)) == {"taken_at"}


@pytest.mark.parametrize("value", ["", "1", 7, True, [], "5f0c3c58-9f5d-4d3a-9b63-0f6f4c8a1c1"])
def test_an_id_that_is_no_uuid_is_refused(value):
    assert set(refusals(client_id=value, heart_rate_bpm=80)) == {"client_id"}


def test_every_wrong_field_is_named_in_one_go():
    found = refusals(heart_rate_bpm=9, spo2_percent=101, temperature="38", taken_at=None)
    assert set(found) == {"heart_rate_bpm", "spo2_percent", "temperature", "taken_at"}
    assert found["temperature"] == "is not a field of a set of observations"
    assert "9 /min" in found["heart_rate_bpm"]
    assert "10 to 350" in found["heart_rate_bpm"]


# --- Numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "sent", "stored"),
    [
        # what is stored never crosses a limit that the reading did not
        ("temperature_celsius", "37.99996", "37.9999"),
        ("temperature_celsius", "38.00004", "38"),
        ("temperature_celsius", "38.6000", "38.6"),
        ("temperature_celsius", "40", "40"),
        ("temperature_celsius", "25", "25"),
        ("temperature_celsius", "45", "45"),
        ("spo2_percent", "89.999", "89.99"),
        ("spo2_percent", "100", "100"),
        ("oxygen_flow_lpm", "6", "6"),
        ("oxygen_flow_lpm", "6.001", "6.001"),
        ("oxygen_flow_lpm", "5.9996", "5.999"),
        ("oxygen_flow_lpm", "0", "0"),
        ("oxygen_flow_lpm", "80", "80"),
        ("baseline_home_oxygen_lpm", "1.999", "1.99"),
        ("fio2_percent", "28.5", "28.5"),
    ],
)
def test_a_decimal_is_stored_on_its_own_side_of_every_limit(field, sent, stored):
    value = parse(**{field: Decimal(sent)}).values[field]
    assert value == Decimal(stored)
    assert str(value) == stored


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        ("heart_rate_bpm", 10, 350),
        ("respirations_per_minute", 0, 120),
        ("systolic_mmhg", 20, 300),
        ("diastolic_mmhg", 5, 220),
        ("mean_arterial_mmhg", 10, 250),
        ("glasgow_coma_score", 3, 15),
        ("fluid_bolus_ml", 0, 10000),
    ],
)
def test_a_whole_number_has_both_sides_of_its_limits(field, low, high):
    for value in (low, high, Decimal(high)):
        found = parse(**{field: value}).values[field]
        assert (found, type(found)) == (value, int)
    for value in (low - 1, high + 1, Decimal(low) - Decimal("0.5")):
        assert set(refusals(**{field: value})) == {field}
    assert "whole number" in refusals(**{field: low + Decimal("0.5")})[field]


@pytest.mark.parametrize("value", ["80", 80.0, True, [], {}, Decimal("NaN"), Decimal("Infinity")])
@pytest.mark.parametrize("field", ["heart_rate_bpm", "temperature_celsius"])
def test_what_is_not_an_exact_number_is_refused(field, value):
    assert "number" in refusals(**{field: value})[field]


# --- Words and choices -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "field",
    ["hypotension", "vasopressin", "oxygen_for_comfort", "fever_attributed_elsewhere",
     "hypotension_attributed_elsewhere", "worried"],
)  # fmt: skip
def test_a_yes_or_no_is_a_boolean_and_nothing_like_one(field):
    for value in (True, False):
        assert parse(**{field: value}).values[field] is value
    for wrong in (0, 1, "true", "no", ["yes"]):
        assert refusals(**{field: wrong}) == {field: "must be true or false"}


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("oxygen_device", "room_air", "Room air"),
        ("consciousness", "awakens_to_voice", "V"),
        ("ventilation_reason", "hypoxia", ""),
        ("blood_pressure_method", "cuff", []),
    ],
)
def test_a_choice_is_one_of_its_vocabulary(field, good, bad):
    assert parse(**{field: good}).values[field] == good
    assert refusals(**{field: bad})[field].startswith("must be one of ")
    assert good in refusals(**{field: bad})[field]


def test_drugs_are_a_sorted_list_of_the_known_ones():
    entry = parse(vasopressors=["norepinephrine", "dopamine", "norepinephrine"])
    assert entry.values["vasopressors"] == ["dopamine", "norepinephrine"]
    assert parse(vasopressors=list(VASOPRESSORS)).values["vasopressors"] == list(VASOPRESSORS)


@pytest.mark.parametrize(
    "value", ["norepinephrine", ["vasopressin"], ["milrinone"], [1], [None], [[]], {}, ["Dopamine"]]
)
def test_a_drug_that_is_no_vasopressor_is_refused(value):
    assert set(refusals(vasopressors=value)) == {"vasopressors"}


def test_a_note_is_short_and_plain():
    longest = "°" * LONGEST_NOTE
    assert parse(note=longest).values["note"] == longest
    assert parse(note="a\n\tb").values["note"] == "a\n\tb"
    for value in (longest + "x", "a\x00b", "a\x1bb", "a\rb", 7, ["a"]):
        assert set(refusals(note=value)) == {"note"}


# --- Values that contradict each other ---------------------------------------------------------


@pytest.mark.parametrize(
    ("systolic", "diastolic", "wrong"), [(120, 119, False), (120, 120, True), (80, 120, True)]
)
def test_a_diastolic_pressure_is_below_the_systolic(systolic, diastolic, wrong):
    data = {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic}
    if wrong:
        assert str(systolic) in refusals(**data)["diastolic_mmhg"]
    else:
        assert dict(parse(**data).values) == data


@pytest.mark.parametrize(
    ("device", "flow", "wrong"),
    [("room_air", "0", False), ("room_air", "0.001", True), ("nasal_cannula", "2", False)],
)
def test_room_air_has_no_flow(device, flow, wrong):
    data = {"oxygen_device": device, "oxygen_flow_lpm": Decimal(flow)}
    if wrong:
        assert refusals(**data) == {"oxygen_flow_lpm": "room air has no oxygen flow"}
    else:
        assert dict(parse(**data).values) == data


# --- Doubts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "months", "doubted"),
    [
        ({"temperature_celsius": Decimal("41")}, 480, []),
        ({"temperature_celsius": Decimal("41.0001")}, 480, ["temperature_celsius"]),
        ({"heart_rate_bpm": 161}, None, ["heart_rate_bpm"]),
        ({"heart_rate_bpm": 161}, 36, []),
        ({"spo2_percent": Decimal("84.99"), "systolic_mmhg": 69}, 480,
         ["systolic_mmhg", "spo2_percent"]),
        ({"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": Decimal(15)}, 480, []),
        ({"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": Decimal("15.001")}, 480,
         ["oxygen_flow_lpm"]),
        ({"oxygen_device": "high_flow_nasal_cannula", "oxygen_flow_lpm": Decimal(50)}, 480, []),
        ({"oxygen_device": "nasal_cannula"}, 480, []),
        ({"note": "nothing measured"}, 480, []),
    ],
)  # fmt: skip
def test_an_unusual_value_is_asked_about_and_not_refused(data, months, doubted):
    assert [doubt.field for doubt in parse(**data).doubts(age_months=months)] == doubted


# --- The same entry again ----------------------------------------------------------------------


def test_the_digest_knows_the_same_entry_again():
    data = {"heart_rate_bpm": 80, "temperature_celsius": Decimal("38.60")}
    first = parse(**data).digest(patient_id=1)
    again = dict(reversed(data.items())) | {"temperature_celsius": Decimal("38.6")}
    assert parse(**again, charted_at="2026-03-01T11:59:00Z").digest(patient_id=1) == first


@pytest.mark.parametrize(
    ("change", "patient"),
    [
        ({}, 2),
        ({"heart_rate_bpm": 81}, 1),
        ({"taken_at": "2026-03-01T11:54:59Z"}, 1),
        ({"worried": False}, 1),
        ({"heart_rate_bpm": None, "respirations_per_minute": 80}, 1),
    ],
)
def test_the_digest_knows_another_entry_from_it(change, patient):
    data = {"heart_rate_bpm": 80, "systolic_mmhg": 100}
    first = parse(**data).digest(patient_id=1)
    assert parse(**{**data, **change}).digest(patient_id=patient) != first


def test_every_reader_is_a_column_of_a_set():
    assert READERS.keys() <= {each.name for each in ObservationSet._meta.get_fields()}


# --- What the other scales read ----------------------------------------------------------------

NOREPINEPHRINE = {"drug": "norepinephrine", "dose": Decimal("0.10"), "unit": "ug/kg/min"}


def test_doses_are_kept_beside_the_names_and_to_the_last_digit():
    entry = parse(vasopressors=[NOREPINEPHRINE, "dopamine", {"drug": "epinephrine"}])
    assert entry.values["vasopressors"] == ["dopamine", "epinephrine", "norepinephrine"]
    assert entry.values["vasopressor_doses"] == [
        {"drug": "norepinephrine", "dose": "0.10", "unit": "ug/kg/min"}
    ]
    assert "vasopressor_doses" not in parse(vasopressors=["dopamine"]).values


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"dose": "0.1"}, "the dose of norepinephrine must be a number"),
        ({"dose": True}, "the dose of norepinephrine must be a number"),
        ({"dose": -1}, "the dose of norepinephrine must be 0 to 100000, not -1"),
        ({"dose": 100_001}, "the dose of norepinephrine must be 0 to 100000, not 100001"),
        ({"dose": Decimal("NaN")}, "the dose of norepinephrine must be 0 to 100000, not NaN"),
        ({"unit": "mg"}, "not mg"),
        ({"unit": None}, "the unit of norepinephrine must be one of ug/min, "),
    ],
)
def test_a_dose_is_refused_by_drug_value_and_bound(changed, words):
    assert words in refusals(vasopressors=[NOREPINEPHRINE | changed])["vasopressors"]


@pytest.mark.parametrize("dose", [0, 100_000])
def test_the_bounds_of_a_dose_belong_to_it(dose):
    entry = parse(vasopressors=[NOREPINEPHRINE | {"dose": dose}])
    assert entry.values["vasopressor_doses"][0]["dose"] == str(dose)


@pytest.mark.parametrize(
    ("field", "good", "wrong", "words"),
    [
        ("capillary_refill_seconds", 60, 61, "61 s is outside 0 to 60 s"),
        ("capillary_refill_seconds", 0, -1, "-1 s is outside 0 to 60 s"),
        ("capillary_refill_seconds", 2, Decimal("2.5"), "must be a whole number, not 2.5"),
        ("spo2_scale", 1, 0, "must be 1, or 2"),
        ("spo2_scale", 2, 3, "must be 1, or 2"),
        ("spo2_scale", 2, True, "must be 1, or 2"),
        ("respiratory_distress", "severe", "some", "none, mild, moderate, severe"),
        ("vasopressor_intensity", "high", "medium", "low, high"),
        ("fluid_responsive", False, "no", "must be true or false"),
        ("hypotension_refractory", True, 1, "must be true or false"),
        ("life_threatening", True, "yes", "must be true or false"),
        ("hospitalized_for_crs", False, 0, "must be true or false"),
        ("carer_worried", True, 1, "must be true or false"),
    ],
)
def test_what_the_other_scales_read_is_closed_or_bounded(field, good, wrong, words):
    assert parse(**{field: good}).values[field] == good
    assert words in refusals(**{field: wrong})[field]


def test_another_dose_under_the_same_id_is_another_entry():
    more = NOREPINEPHRINE | {"dose": Decimal("0.2")}
    one, other = (parse(vasopressors=[row]) for row in (NOREPINEPHRINE, more))
    assert one.digest(patient_id=1) != other.digest(patient_id=1)
