"""Tables as they should not be: never an exception, and every row accounted for."""

import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from interop.tables import reading, sniffing
from interop.tables.mapping import TableMapping
from tests.factories.extract import import_files
from vitals.models import ObservationSet

WIDE = {
    "shape": "wide",
    "zone": "Europe/London",
    "columns": {
        "p": "patient",
        "t": "taken_at",
        "temp": {"target": "temperature_celsius", "unit": "Cel"},
        "vp": "vasopressors",
        "o2": "oxygen_device",
        "sk": "skipped",
        "crp": {"target": "loinc:1988-5", "unit": "mg/L"},
        "note": "note",
    },
}
TIDY = {
    "shape": "tidy",
    "zone": "UTC",
    "columns": {
        "p": "patient", "t": "taken_at", "n": "name", "c": "code", "v": "value", "u": "unit",
        "s": "set",
    },
}  # fmt: skip
NASTY = ["", " ", "NaN", "inf", "1e999", "-0", "0x10", "٣", "38,5", "=1+1", "'=x", '"', "\x00",
         "é", "\ufeff", "[", "[{}]", '[{"drug":"norepinephrine","dose":"x"}]', "{}", "null",
         "9" * 400, "2025-13-40", "2025-06-01 25:61", "0001-01-01 00:00", "9999-12-31 23:59",
         "room air", "none", "norepinephrine+norepinephrine"]  # fmt: skip
NAMES = ["temperature_celsius", "vasopressors", "neuro:ice_items", "neuro:asked", "neuro:seizure",
         "symptom:fever", "infusion:nothing/x", "infusion:tisa-cel/infusion", "loinc:1988-5",
         "treatment:tocilizumab", "patient:birth_date", "patient:sex", "weight_kg", "skipped",
         "glasgow_coma_score", "neuro:raised_pressure_signs", "nonsense", ""]  # fmt: skip
cell = st.one_of(st.sampled_from(NASTY), st.text(max_size=12))
often = settings(
    max_examples=25, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


def written(tmp_path, mapping, head, rows):
    path, said = tmp_path / "f.csv", tmp_path / "m.json"
    lines = [",".join(head), *(",".join(f'"{c}"' if i % 2 else c for i, c in enumerate(row))
                               for row in rows)]  # fmt: skip
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    said.write_text(json.dumps(mapping))
    return path, said


@pytest.mark.django_db(transaction=True)
@often
@given(st.lists(st.lists(cell, min_size=5, max_size=6), max_size=4))
@example([["2025-06-01 08:00", "38", "none", "", ""]])
def test_no_wide_table_makes_it_stumble(tmp_path, rows):
    head = ["p", "t", "temp", "vp", "o2", "sk", "crp", "note"]
    full = [["P1", "2025-06-01 08:00", *row] for row in rows]
    full += [["P1", *row, "x"] for row in rows]
    path, said = written(tmp_path, WIDE, head, full)
    done = import_files(path, mapping=said, rejects=tmp_path / "r.csv")
    assert done["received"] == done["stored"] + sum(done["reasons"].values()) + done["duplicates"]


@pytest.mark.django_db(transaction=True)
@often
@given(st.lists(st.tuples(st.sampled_from(NAMES), cell, cell, cell, cell), max_size=6))
@example([("neuro:ice_items", "", "[1,2]", "", ""), ("neuro:asked", "", "7", "", "")])
@example([("symptom:fever", "", "4", "", ""), ("symptom:fever", "", "9", "", "")])
@example([("infusion:tisa-cel/infusion", "", "1e11", "kg", "")])
def test_no_tidy_table_makes_it_stumble(tmp_path, rows):
    head = ["p", "t", "n", "c", "v", "u", "s"]
    full = [["P1", "2025-06-01 08:00", *row] for row in rows]
    path, said = written(tmp_path, TIDY, head, full)
    done = import_files(path, mapping=said, rejects=tmp_path / "r.csv")
    assert "could_not_be_stored" not in done["reasons"]


@often
@given(st.binary(max_size=300))
@example(b'p,t\n\x00\xff,"\n')
def test_no_bytes_make_the_first_look_stumble(tmp_path, content):
    path = Path(tmp_path) / "b.csv"
    path.write_bytes(content)
    found = sniffing.sniff(path)
    assert found.problem or len(found.header) > 1


def test_a_line_of_many_megabytes_is_one_malformed_row_and_fills_no_memory(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("w") as stream:
        stream.write("p,t,temp,vp,o2,sk,crp,note\nP1,")
        for _ in range(300):
            stream.write("x" * 100_000)
        stream.write("\nP1,2025-06-01 08:00,38,,,,,\n")
    mapping = TableMapping.from_json(WIDE)
    tracemalloc.start()
    try:
        lines = list(reading.read(reading.open_table(path, mapping), mapping))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert ["longer than" in line.malformed for line in lines] == [True, False]
    assert peak < 12 * 2**20


@pytest.mark.django_db(transaction=True)
def test_five_thousand_rows_come_in_add_up_and_page_nobody(tmp_path):
    from alerts.models import Alert, Notification

    path, said = tmp_path / "f.csv", tmp_path / "m.json"
    said.write_text(json.dumps(WIDE))
    with path.open("w") as stream:
        stream.write("p,t,temp,vp,o2,sk,crp,note\n")
        for n in range(5000):
            hour, minute = divmod(n // 50, 60)
            bad = "x" if n % 100 == 0 else ""
            stream.write(f"P{n % 50},2025-06-01 {hour:02d}:{minute:02d},3{n % 3 + 7}{bad},,,,,\n")
    done = import_files(path, mapping=said, rejects=tmp_path / "r.csv")
    assert (done["received"], done["stored"], done["rejected"]) == (5000, 4950, 50)
    assert ObservationSet.objects.count() == 4950
    assert not Notification.objects.exists()
    assert not Alert.objects.exists()
    again = import_files(path, mapping=said, rejects=tmp_path / "r.csv")
    assert (again["stored"], again["duplicates"]) == (0, 4950)
