"""One table of limits, walked on both sides of every boundary through every way in."""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict

from charting.doubts import UnconfirmedError
from charting.entry import Entry, EntryRefusedError
from charting.json import loads
from charting.neuro import checked_findings
from charting.results import LabEntry, lab_row
from interop.csv.kinds import Kind
from interop.csv.laboratory import map_lab
from interop.csv.outcomes import RefusedError
from interop.csv.oxygen import map_gcs, map_oxygen
from interop.csv.vitals import map_vital
from screens import entry_form
from tests.factories import extract
from vitals import plausibility
from vitals.analytes import ANALYTES
from vitals.vocabulary import Source

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
# The smallest step of a field as it is stored; whole numbers where none is named.
STEPS = {
    "temperature_celsius": "0.0001",
    "spo2_percent": "0.01",
    "oxygen_flow_lpm": "0.001",
    "fio2_percent": "0.01",
    "baseline_home_oxygen_lpm": "0.01",
    "weight_kg": "0.01",
    **dict.fromkeys(plausibility.LABS, "0.01"),
}
IN_A_FILE = {
    "temperature_celsius": lambda v: extract.vital(
        "temperature", v, unit="Cel", charted_as="Temperature C", unit_as_charted="°C"
    ),
    "heart_rate_bpm": lambda v: extract.vital("heart_rate", v),
    "respirations_per_minute": lambda v: extract.vital("respiratory_rate", v),
    "systolic_mmhg": lambda v: extract.vital("sbp", v),
    "diastolic_mmhg": lambda v: extract.vital("dbp", v),
    "mean_arterial_mmhg": lambda v: extract.vital("map", v),
    "spo2_percent": lambda v: extract.vital("spo2", v),
    "weight_kg": lambda v: extract.vital("weight", v),
    "oxygen_flow_lpm": lambda v: extract.oxygen("flow_lpm", v),
    "fio2_percent": lambda v: extract.oxygen("fio2", v, unit_as_charted="%"),
    "glasgow_coma_score": lambda v: extract.gcs(v, "", "", ""),
}


def edges():
    """Field, a value on either side of a boundary, an age, and what must become of it."""
    for field in (*plausibility.FIELDS, *plausibility.LABS):
        step = Decimal(STEPS.get(field, "1"))
        for months in plausibility.BANDS_FROM_MONTHS:
            limits = plausibility.limits_for(field, age_months=months)
            soft = limits.soft_low is not None
            low = limits.soft_low if soft else limits.hard_low
            high = limits.soft_high if soft else limits.hard_high
            yield from ((field, value, months, "taken") for value in (low, high))
            if low > limits.hard_low:
                yield field, low - step, months, "asked"
                yield field, limits.hard_low, months, "asked"
            if high < limits.hard_high:
                yield field, high + step, months, "asked"
                yield field, limits.hard_high, months, "asked"
            if limits.hard_low > 0:
                yield field, limits.hard_low - step, months, "refused"
            yield field, limits.hard_high + step, months, "refused"


def of_entry(entry, months):
    return "asked" if entry.unconfirmed(entry.doubts(age_months=months)) else "taken"


def by_form(field, value, months):
    sent = {"client_id": str(uuid.uuid4()), "taken_at": "2026-03-10T11:55", field: f"{value:f}"}
    post = QueryDict(mutable=True)
    post.update(sent)
    return of_entry(entry_form.entry_of(post, zone=UTC, now=NOW), months)


def by_interface(field, value, months):
    if field in plausibility.LABS:
        return of_lab(ANALYTES[field], value)
    if field in ("ice_score", "capd_score"):
        checked_findings({field: int(value)}, taken_at=NOW, now=NOW)
        return "taken"
    text = f'{{"client_id": "{uuid.uuid4()}", "taken_at": "2026-03-10T11:55:00Z", \
"confirmed": [], "{field}": {value:f}}}'
    return of_entry(Entry.parse(loads(text.encode()), now=NOW), months)


def of_lab(analyte, value):
    entry = LabEntry(
        client_id=uuid.uuid4(), loinc=analyte.loinc[0], display="", taken_at=NOW,
        value=value, unit=analyte.unit, confirmed=frozenset(),
    )  # fmt: skip
    try:
        lab_row(entry, patient_id=0, recorded_by=None, now=NOW, source=Source.NURSE)
    except UnconfirmedError:
        return "asked"
    return "taken"


def by_file(field, value, months):
    """A file cannot be asked: what a person would be asked about is stored, and marked."""
    if field in plausibility.LABS:
        analyte = ANALYTES[field]
        row = extract.lab(analyte.loinc[0], f"{value:f}", analyte.unit, lab=analyte.label)
        result = map_lab(extract.row(Kind.LABS, row), extract.SETTING).result
        return "asked" if result.doubted else "taken"
    cells = IN_A_FILE[field](f"{value:f}")
    kind: Kind = Kind.VITALS
    read: Callable[..., Any] = map_vital
    if field in ("oxygen_flow_lpm", "fio2_percent"):
        kind, read = Kind.OXYGEN, map_oxygen
    if field == "glasgow_coma_score":
        kind, read = Kind.GCS, map_gcs
    reading = read(extract.row(kind, cells), extract.SETTING)
    if field == "weight_kg":
        odd = plausibility.doubt(field, reading.weight_kg, age_months=months)
        return "asked" if odd else "taken"
    entry = Entry(uuid.uuid4(), reading.at, {field: reading.value})
    return "asked" if entry.doubts(age_months=months) else "taken"


# Each way in, and what comes by it.
WAYS = {
    by_form: entry_form.NUMBERS,
    by_interface: (*plausibility.OF_A_SET, "ice_score", "capd_score", *plausibility.LABS),
    by_file: (*IN_A_FILE, *plausibility.LABS),
}


@pytest.mark.parametrize(
    ("way", "field"),
    [(way, field) for way, fields in WAYS.items() for field in fields],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_both_sides_of_every_boundary_are_the_same_by_every_way(way, field):
    found, expected = {}, {}
    for name, value, months, outcome in edges():
        if name != field:
            continue
        try:
            said = way(field, value, months)
        except (EntryRefusedError, RefusedError):
            said = "refused"
        found[value, months], expected[value, months] = said, outcome
    assert found == expected


def test_every_field_has_a_way_in_that_was_walked():
    walked = {field for fields in WAYS.values() for field in fields}
    assert walked == {*plausibility.FIELDS, *plausibility.LABS}
    assert {*plausibility.OF_A_SET} == {*entry_form.NUMBERS}


@pytest.mark.parametrize(("flow", "outcome"), [("15", "taken"), ("15.001", "asked")])
def test_a_plain_cannula_is_asked_about_above_fifteen_liters(flow, outcome):
    values = {"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": Decimal(flow)}
    entry = Entry(uuid.uuid4(), NOW, values, confirmed=frozenset())
    assert of_entry(entry, None) == outcome


@pytest.mark.parametrize(
    ("late", "reason", "refused"),
    [
        (timedelta(hours=4), None, False),
        (timedelta(hours=4, minutes=1), None, True),
        (timedelta(hours=4, minutes=1), "on_paper", False),
        (timedelta(hours=4, minutes=1), "because", True),
    ],
)
def test_more_than_four_hours_late_needs_a_reason(late, reason, refused):
    document = {
        "client_id": str(uuid.uuid4()), "heart_rate_bpm": 80, "late_reason": reason,
        "taken_at": (NOW - late).isoformat(),
    }  # fmt: skip

    def read():
        entry = Entry.parse(json.loads(json.dumps(document)), now=NOW)
        entry.refuse_unexplained_delay(now=NOW)

    if refused:
        with pytest.raises(EntryRefusedError) as caught:
            read()
        assert [error.field for error in caught.value.errors] == ["late_reason"]
    else:
        read()


def test_a_set_kept_on_a_tablet_is_late_by_when_it_was_charted():
    document = {
        "client_id": str(uuid.uuid4()), "heart_rate_bpm": 80,
        "taken_at": (NOW - timedelta(hours=9)).isoformat(),
        "charted_at": (NOW - timedelta(hours=8)).isoformat(),
    }  # fmt: skip
    Entry.parse(document, now=NOW).refuse_unexplained_delay(now=NOW)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"skipped": {"spo2_percent": "equipment_missing"}}, None),
        ({"skipped": {"set": "refused"}}, None),
        ({"skipped": {"spo2_percent": "lazy"}}, "skipped"),
        ({"skipped": {"weight_kg": "refused"}}, "skipped"),
        ({"skipped": ["spo2_percent"]}, "skipped"),
        ({"skipped": {"spo2_percent": "refused"}, "spo2_percent": 97}, "skipped"),
        ({"skipped": {}}, "entry"),
        ({"late_reason": "on_paper"}, "entry"),
        ({"temperature_site": "oral"}, "entry"),
    ],
)
def test_a_skip_names_what_was_left_out_and_a_known_reason(values, field):
    document = {"client_id": str(uuid.uuid4()), "taken_at": NOW.isoformat()} | values
    if field is None:
        assert Entry.parse(document, now=NOW).values["skipped"] == values["skipped"]
        return
    with pytest.raises(EntryRefusedError) as caught:
        Entry.parse(document, now=NOW)
    assert [error.field for error in caught.value.errors] == [field]


@pytest.mark.parametrize(("says", "worried"), [("worse", True), ("same", None), ("better", None)])
def test_a_parent_who_finds_the_child_worse_is_worried(says, worried):
    document = {"client_id": str(uuid.uuid4()), "taken_at": NOW.isoformat(), "carer_says": says}
    assert Entry.parse(document, now=NOW).values.get("carer_worried") is worried
