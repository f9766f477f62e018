"""Wide and tidy tables come in by the same door, with every row accounted for."""

import csv
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from alerts.models import Notification
from grading.models import Assessment
from grading.services import SCALE
from interop.models import ImportedRow
from patients.models import Patient
from tests.factories.extract import import_files
from vitals.models import LabResult, ObservationSet

pytestmark = pytest.mark.django_db

WIDE = {
    "shape": "wide",
    "zone": "Europe/London",
    "columns": {
        "MRN": "patient",
        "When": "taken_at",
        "Temp (C)": {"target": "temperature_celsius", "unit": "Cel"},
        "HR": "heart_rate_bpm",
        "SBP": "systolic_mmhg",
        "DBP": "diastolic_mmhg",
        "O2": "oxygen_device",
        "CRP": {"target": "loinc:1988-5", "unit": "mg/L"},
        "Remarks": "note",
    },
}
HEAD = ["MRN", "When", "Temp (C)", "HR", "SBP", "DBP", "O2", "CRP", "Remarks"]


def table(path, head, *rows, delimiter=",", encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow(head)
        writer.writerows(rows)
    return path


def mapped(tmp_path, mapping):
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps(mapping))
    return path


def test_a_row_of_a_wide_table_is_one_set_with_its_result(tmp_path):
    row = ["P1", "2025-06-01 08:00", "38.6", "101", "120", "70", "Room air", "55", "well"]
    path = table(tmp_path / "w.csv", HEAD, row)
    done = import_files(path, mapping=mapped(tmp_path, WIDE))
    assert (done["received"], done["stored"], done["sets"]) == (1, 1, 1), done
    found = ObservationSet.objects.get()
    assert found.taken_at == datetime(2025, 6, 1, 7, 0, tzinfo=UTC)  # summer in London
    assert found.temperature_celsius == Decimal("38.6")
    assert found.oxygen_device == "room_air"
    assert found.as_entered["temperature_celsius"] == {
        "value": "38.6", "unit": "Cel", "charted_as": "Temp (C)",
    }  # fmt: skip
    assert LabResult.objects.get().canonical_value == 55
    assert Assessment.objects.filter(scale=SCALE).count() == 1
    assert not Notification.objects.exists()


def test_a_row_with_one_impossible_cell_is_refused_whole_and_comes_back_corrected(tmp_path):
    good = ["P1", "2025-06-01 08:00", "36.6", "80", "120", "70", "", "", ""]
    bad = ["P1", "2025-06-01 09:00", "366", "80", "120", "70", "", "", "=cmd()"]
    path = table(tmp_path / "w.csv", HEAD, good, bad)
    rejects = tmp_path / "rejects.csv"
    done = import_files(path, mapping=mapped(tmp_path, WIDE), rejects=rejects)
    assert (done["stored"], done["quarantined"], done["rejected"]) == (1, 1, 0)
    with rejects.open(newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert [(r["_line"], r["_column"], r["_reason"]) for r in rows] == [
        ("3", "Temp (C)", "impossible_value")
    ]
    assert rows[0]["Remarks"] == "'=cmd()"  # a spreadsheet must not run it
    rejects.write_text(rejects.read_text("utf-8-sig").replace("366", "36.6"), "utf-8")
    again = import_files(rejects, mapping=mapped(tmp_path, WIDE), rejects=tmp_path / "r2.csv")
    assert (again["received"], again["stored"]) == (1, 1)
    assert ObservationSet.objects.order_by("taken_at").last().note == "=cmd()"


def test_reading_a_table_twice_stores_it_once(tmp_path):
    row = ["P1", "2025-06-01 08:00", "36.6", "80", "120", "70", "", "7", ""]
    path = table(tmp_path / "w.csv", HEAD, row)
    import_files(path, mapping=mapped(tmp_path, WIDE))
    again = import_files(path, mapping=mapped(tmp_path, WIDE))
    assert (again["stored"], again["duplicates"]) == (0, 1)
    assert ObservationSet.objects.count() == LabResult.objects.count() == 1


def test_semicolons_decimal_commas_and_day_first_are_read_as_they_were_said(tmp_path):
    row = ["P1", "03.04.2025 08:05", "38,5", "90", "", "", "", "", "naïve"]
    path = table(tmp_path / "w.csv", HEAD, row, delimiter=";", encoding="cp1252")
    said = WIDE | {
        "delimiter": ";", "encoding": "cp1252", "decimal": "comma", "dates": "dmy",
    }  # fmt: skip
    import_files(path, mapping=mapped(tmp_path, said))
    found = ObservationSet.objects.get(taken_at=datetime(2025, 4, 3, 7, 5, tzinfo=UTC))
    assert (found.temperature_celsius, found.note) == (Decimal("38.5"), "naïve")


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("Temp (C)", "38,5", "not_a_number"),
        ("Temp (C)", "101.5", "impossible_value"),
        ("When", "03/04/2025 08:00", "bad_time"),
        ("When", "2025-02-30 08:00", "bad_time"),
        ("When", "2025-03-30 01:30", "bad_time"),  # does not exist in London
        ("When", "2025-10-26 01:30", "ambiguous_time"),  # happened twice
        ("When", "2025-06-01", "bad_time"),
        ("When", "2999-01-01 08:00", "future_time"),
        ("O2", "face tent", "unknown_device"),
        ("DBP", "130", "contradiction"),
        ("MRN", "", "no_patient"),
        ("CRP", "5,5", "not_a_number"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_reason(tmp_path, column, text, reason):
    row = dict(zip(HEAD, ["P1", "2025-06-01 08:00", "38", "90", "120", "70", "", "5", ""],
                   strict=True)) | {column: text}  # fmt: skip
    path = table(tmp_path / "w.csv", HEAD, list(row.values()))
    done = import_files(path, mapping=mapped(tmp_path, WIDE), rejects=tmp_path / "r.csv")
    assert done["reasons"] == {reason: 1}
    assert not ObservationSet.objects.exists()


TIDY = {
    "shape": "tidy",
    "zone": "UTC",
    "columns": {
        "pid": "patient", "at": "taken_at", "what": "name", "loinc": "code", "v": "value",
        "u": "unit",
    },
    "names": {
        "Temp": {"target": "temperature_celsius"},
        "Pulse": "heart_rate_bpm",
        "CRP": {"target": "loinc:1988-5", "unit": "mg/L"},
        "Awake": "consciousness",
    },
}  # fmt: skip


def test_values_of_one_minute_of_a_tidy_table_become_one_set(tmp_path):
    rows = [
        ["P1", "2025-06-01 08:00", "Temp", "8310-5", "101.5", "°F"],
        ["P1", "2025-06-01 08:00", "Pulse", "", "99", ""],
        ["P1", "2025-06-01 08:00", "Awake", "", "Alert", ""],
        ["P1", "2025-06-01 08:00", "CRP", "1988-5", "<5", ""],
    ]
    path = table(tmp_path / "t.csv", ["pid", "at", "what", "loinc", "v", "u"], *rows)
    done = import_files(path, mapping=mapped(tmp_path, TIDY))
    assert (done["stored"], done["sets"]) == (4, 1)
    found = ObservationSet.objects.get()
    assert (found.temperature_celsius, found.heart_rate_bpm) == (Decimal("38.6111"), 99)
    assert found.consciousness == "alert"
    assert LabResult.objects.get().comparator == "<"


@pytest.mark.parametrize(
    ("name", "code", "value", "unit", "reason"),
    [
        ("Temp", "", "38.2", "", "unknown_unit"),  # a bare number: °C or °F
        ("Temp", "8867-4", "38.2", "Cel", "codes_disagree"),
        ("Pulse", "", "99", "kPa", "unknown_unit"),
        ("Mystery", "", "99", "", "unknown_field"),
        ("Pulse", "", "", "", "no_value"),
        ("CRP", "26881-3", "5", "mg/L", "codes_disagree"),
        ("Pulse", "not-a-code", "80", "", "not_a_loinc_code"),
    ],
)
def test_a_tidy_row_that_says_two_things_is_stored_as_neither(
    tmp_path, name, code, value, unit, reason
):
    head = ["pid", "at", "what", "loinc", "v", "u"]
    path = table(tmp_path / "t.csv", head, ["P1", "2025-06-01 08:00", name, code, value, unit])
    done = import_files(path, mapping=mapped(tmp_path, TIDY), rejects=tmp_path / "r.csv")
    assert done["reasons"] == {reason: 1}
    assert not ObservationSet.objects.exists()
    assert not LabResult.objects.exists()
    assert not Patient.objects.exists()
    assert ImportedRow.objects.count() == 1  # kept, to be looked at


def test_a_header_without_a_mapped_column_stores_nothing_and_counts_every_line(tmp_path):
    path = table(tmp_path / "w.csv", ["MRN", "Zeit"], ["P1", "x"], ["P2", "y"])
    done = import_files(path, mapping=mapped(tmp_path, WIDE), rejects=tmp_path / "r.csv")
    assert (done["received"], done["rejected"], done["status"]) == (2, 2, 1)
