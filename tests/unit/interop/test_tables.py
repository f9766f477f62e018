"""Encodings, delimiters, days, units and headings of tables: shown and asked, never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.csv import safe
from interop.tables import dates, sniffing, suggesting, targets
from interop.tables.mapping import DateOrder, MappingRefusedError, Shape, TableMapping

YMD, DMY, MDY = DateOrder


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2025-06-01 08:05", YMD, "2025-06-01 08:05:00"),
        ("2025-06-01T08:05:06Z", YMD, "2025-06-01 08:05:06Z"),
        ("2025-06-01T08:05:06.25+01:00", YMD, "2025-06-01 08:05:06.25+01:00"),
        ("2025/6/1 8:05", YMD, "2025-06-01 08:05:00"),
        ("20250601 0805", YMD, "2025-06-01 08:05:00"),
        ("03/04/2025 08:05", DMY, "2025-04-03 08:05:00"),
        ("03/04/2025 08:05", MDY, "2025-03-04 08:05:00"),
        ("3.4.2025 8:05", DMY, "2025-04-03 08:05:00"),
        ("4/3/2025 12:05 AM", MDY, "2025-04-03 00:05:00"),
        ("4/3/2025 12:05 pm", MDY, "2025-04-03 12:05:00"),
        ("4/3/2025 1:05 PM", MDY, "2025-04-03 13:05:00"),
        ("4/3/2025 13:05 PM", MDY, None),
        ("2025-06-01", YMD, None),  # a day is no time of a reading
        ("03/04/2025 08:05", YMD, None),
        ("2025-06-01 08:05", DMY, None),
        ("03-04/2025 08:05", DMY, None),
        ("03/04/25 08:05", DMY, None),  # which century
        ("45748.336", YMD, None),  # a spreadsheet's own number
        ("", YMD, None),
    ],
)
def test_a_time_is_read_in_the_order_that_was_said_and_in_no_other(text, order, expected):
    assert dates.normal(text, order) == expected


@pytest.mark.parametrize(
    ("texts", "orders"),
    [
        (["2025-06-01"], {YMD}),
        (["03/04/2026"], {DMY, MDY}),
        (["03/04/2026", "13/04/2026"], {DMY}),
        (["03/04/2026", "03/13/2026"], {MDY}),
        (["13/04/2026", "04/13/2026"], set()),
        (["12/12/2026"], {DMY, MDY}),
        (["2025-06-01", "03/04/2026"], set()),
    ],
)
def test_more_than_one_possible_order_of_days_must_be_asked_about(texts, orders):
    assert dates.possible_orders(texts) == orders


@pytest.mark.parametrize(
    ("heading", "what", "unit"),
    [
        ("temperature_celsius", "temperature_celsius", "Cel"),
        ("Temp (C)", "temperature_celsius", "Cel"),
        ("Temp [°F]", "temperature_celsius", "[degF]"),
        ("temp_f", "temperature_celsius", "[degF]"),
        ("Temperature", "temperature_celsius", ""),  # asked for
        ("HR", "heart_rate_bpm", ""),
        ("SpO2 (%)", "spo2_percent", "%"),
        ("FiO2", "fio2_percent", ""),
        ("Systolic BP", "systolic_mmhg", ""),
        ("CRP (mg/L)", "loinc:1988-5", "mg/L"),
        ("CRP (bananas)", "loinc:1988-5", ""),
        ("8867-4", "heart_rate_bpm", ""),
        ("MRN", "patient", ""),
        ("Chart time", "taken_at", ""),
        ("Favourite color", "ignore", ""),
        ("_reason", "ignore", ""),
    ],
)
def test_a_heading_suggests_what_it_says_and_no_unit_it_does_not_say(heading, what, unit):
    found = suggesting.for_heading(heading, Shape.WIDE)
    assert (found.what, found.unit) == (what, unit)


@pytest.mark.parametrize(
    ("what", "unit", "fits"),
    [
        ("temperature_celsius", "", False),
        ("temperature_celsius", "Cel", True),
        ("fio2_percent", "", False),
        ("weight_kg", "", False),
        ("heart_rate_bpm", "", True),
        ("loinc:1988-5", "", False),
        ("loinc:1988-5", "mg/dL", True),
        ("loinc:48065-7", "ng/mL{DDU}", False),  # FEU and DDU are never one another
        ("note", "", True),
    ],
)
def test_a_unit_is_wanted_wherever_two_are_in_use(what, unit, fits):
    assert (targets.unit_problem(what, unit) == "") is fits


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        (b"a,b\n1,2\n", "utf-8-sig", ","),
        (b"\xef\xbb\xbfa;b\n1;2\n", "utf-8-sig", ";"),
        (b"a\tb\n1\t2\n", "utf-8-sig", "\t"),
        ("a;b\n1;naïve\n".encode("cp1252"), "cp1252", ";"),
        ("a,b\n1,é\n".encode("utf-16"), "utf-16", ","),
        (b'"a;x",b,c\n1,2,3\n', "utf-8-sig", ","),
    ],
)
def test_encoding_and_delimiter_are_seen(tmp_path, content, encoding, delimiter):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    found = sniffing.sniff(path)
    assert (found.encoding, found.delimiter, found.problem) == (encoding, delimiter, "")
    assert found.count == 1
    assert not found.columns[0].heading.startswith("\ufeff")


def test_decimal_commas_and_ambiguous_days_are_noticed(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("when;temp\n03/04/2026 08:00;38,5\n04/04/2026 08:00;39\n")
    when, temp = sniffing.sniff(path).columns
    assert when.is_ambiguous
    assert (temp.decimal_commas, temp.orders) == (1, None)


def a_mapping(**changes):
    columns = {"p": "patient", "t": "taken_at", "hr": "heart_rate_bpm"}
    return {"shape": "wide", "zone": "UTC", "columns": columns} | changes


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"columns": {"t": "taken_at", "hr": "heart_rate_bpm"}}, "number (MRN)"),
        ({"columns": {"p": "patient", "hr": "heart_rate_bpm"}}, "time taken"),
        ({"columns": {"p": "patient", "t": "taken_at"}}, "no column holds a value"),
        ({"columns": {"p": "patient", "t": "taken_at", "x": "shoe_size"}}, "nothing that can"),
        ({"columns": {"p": "patient", "t": "taken_at", "a": "note", "b": "note"}}, "two columns"),
        ({"columns": {"p": "patient", "t": "taken_at", "x": "temperature_celsius"}}, "unit"),
        ({"zone": "Mars/Olympus"}, "IANA"),
        ({"dates": "guess"}, "cannot be read"),
        ({"delimiter": "|"}, "delimiter"),
        ({"encoding": "ebcdic"}, "encoding"),
        ({"shape": "tidy"}, "values"),
        ({"columns": []}, "cannot be read"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_why(changes, words):
    with pytest.raises(MappingRefusedError, match=words.replace("(", r"\(").replace(")", r"\)")):
        TableMapping.from_json(a_mapping(**changes))


def test_columns_may_be_left_unread_and_a_mapping_comes_back_from_its_json():
    columns = a_mapping()["columns"] | {"a": "ignore", "b": "ignore"}
    made = TableMapping.from_json(a_mapping(columns=columns))
    assert TableMapping.from_json(made.as_json()) == made


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-x", "@sum", "\tx", "'=x", "''=x"])
def test_no_cell_that_leaves_begins_like_a_formula(cell):
    assert safe.written(cell).startswith("'")
    assert safe.read(safe.written(cell)) == cell


@pytest.mark.parametrize("cell", ["-1.5", "+3", "plain", "", "'quoted'", "38,5"])
def test_numbers_and_words_leave_as_they_are(cell):
    assert safe.written(cell) == cell


@given(st.text(max_size=20))
def test_whatever_leaves_comes_back(text):
    assert safe.read(safe.written(text)) == text
