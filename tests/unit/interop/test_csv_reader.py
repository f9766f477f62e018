"""Files as they come: marks, line ends, quotes, cut lines, bytes of other encodings."""

import json

import pytest

from interop.csv import reader
from interop.csv.kinds import COLUMNS, Kind, UnknownHeaderError, kind_of

HEAD = b"icustay_id,charttime,gcs,gcsmotor,gcsverbal,gcseyes,endotrachflag"
LINE = b"S1,2025-06-01 08:00:00,15,6,5,4,0"


def read(tmp_path, content):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    sheet = reader.open_sheet(path)
    return sheet, list(reader.read(sheet)) if sheet.kind else []


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind in COLUMNS])
def test_every_kind_is_told_by_its_own_header_in_any_order(kind):
    assert kind_of(COLUMNS[kind]) is kind
    assert kind_of([*reversed(COLUMNS[kind]), "something_more"]) is kind


def test_a_missing_telling_column_is_made_up_for_by_the_others():
    assert kind_of([name for name in COLUMNS[Kind.VITALS] if name != "vital"]) is Kind.VITALS


@pytest.mark.parametrize(
    "header", [["a", "b"], ["patient_id", "time", "value"], [*COLUMNS[Kind.GCS], "gcs"]]
)
def test_an_unknown_header_is_refused_in_words(header):
    with pytest.raises(UnknownHeaderError, match=r"known|twice"):
        kind_of(header)


@pytest.mark.parametrize(
    "content",
    [
        HEAD + b"\n" + LINE + b"\n",
        HEAD + b"\r\n" + LINE + b"\r\n",
        b"\xef\xbb\xbf" + HEAD + b"\n" + LINE,
        (HEAD + b"\n" + LINE).decode().encode("utf-16"),
        HEAD.upper() + b"\n\n" + LINE.replace(b"S1", b' "S1" ') + b"\n\n",
    ],
)
def test_the_same_row_however_the_file_was_saved(tmp_path, content):
    sheet, lines = read(tmp_path, content)
    assert sheet.kind is Kind.GCS
    assert [line.cells["gcs"] for line in lines] == ["15"]
    assert lines[0].malformed == ""


def test_a_cut_line_and_a_line_too_long_cost_themselves_only(tmp_path):
    _, lines = read(tmp_path, b"\n".join([HEAD, LINE + b",9", LINE, b"S1,2025-06-01 08:"]))
    assert [bool(line.malformed) for line in lines] == [True, False, True]
    assert [line.number for line in lines] == [2, 3, 4]
    assert "cut short" in lines[2].malformed


def test_a_quote_that_never_closes_swallows_no_other_row(tmp_path):
    broken = LINE.replace(b"S1", b'"S1')
    _, lines = read(tmp_path, b"\n".join([HEAD, broken, *[LINE] * 30]))
    assert len(lines) == 31
    assert lines[0].malformed == "a quote is not closed"
    assert not any(line.malformed for line in lines[1:])


def test_two_broken_quotes_do_not_make_one_row(tmp_path):
    broken = LINE.replace(b"S1", b'"S1')
    _, lines = read(tmp_path, b"\n".join([HEAD, broken, LINE, broken, LINE]))
    assert [bool(line.malformed) for line in lines] == [True, False, True, False]


def test_a_quoted_cell_may_hold_commas_quotes_and_line_ends(tmp_path):
    line = LINE.replace(b"S1", b'"S,""1""\nx"')
    _, lines = read(tmp_path, b"\n".join([HEAD, line, LINE]))
    assert [line.cells["icustay_id"] for line in lines] == ['S,"1"\nx', "S1"]


def test_a_control_character_is_not_stored(tmp_path):
    _, lines = read(tmp_path, HEAD + b"\n" + LINE.replace(b"S1", b"S\x001") + b"\n" + LINE)
    assert "control character" in lines[0].malformed
    assert not lines[1].malformed


def test_bytes_that_are_not_utf8_are_read_as_latin1_and_said_so(tmp_path):
    sheet, lines = read(tmp_path, HEAD + b"\n" + LINE.replace(b"S1", b"\xb0S"))
    assert lines[0].cells["icustay_id"] == "°S"
    assert "Latin-1" in sheet.warnings[0]


def test_a_byte_order_mark_before_latin1_is_no_part_of_a_name(tmp_path):
    sheet, lines = read(tmp_path, b"\xef\xbb\xbf" + HEAD + b"\n" + LINE.replace(b"S1", b"\xb0S"))
    assert sheet.kind is Kind.GCS
    assert lines[0].cells["icustay_id"] == "°S"


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_empty_and_no_error(tmp_path, content):
    sheet, lines = read(tmp_path, content)
    assert (sheet.kind, lines, sheet.problem) == (None, [], "")
    assert "is empty" in sheet.warnings[0]


def test_a_missing_column_is_told_once_and_read_as_blank(tmp_path):
    sheet, lines = read(tmp_path, HEAD.replace(b",gcseyes", b"") + b"\nS1,2025-06-01 08:00,15,,,0")
    assert "no column gcseyes" in sheet.warnings[0]
    assert "gcseyes" not in lines[0].cells


def test_a_line_of_a_rejects_file_is_the_row_it_was_with_the_value_corrected(tmp_path):
    path = tmp_path / "rejects.csv"
    row = json.dumps({"icustay_id": "S1", "gcs": "51"}).replace('"', '""')
    path.write_text(
        ",".join(COLUMNS[Kind.REJECTS]) + f'\na.csv,2,gcs,15,quarantined,x,y,gcs,"{row}"\n'
        'a.csv,2,gcs,15,quarantined,x,y,gcs,"not json"\n'
        'a.csv,2,gcs,15,quarantined,x,y,gcs,"{""icustay_id"": ""\\ud800""}"\n'
        'a.csv,2,gcs,15,quarantined,x,y,gcs,"{""text"": ""cut sho""}"\n'
    )
    lines = list(reader.read(reader.open_sheet(path)))
    assert (lines[0].kind, lines[0].cells["gcs"], lines[0].cells["icustay_id"]) == (
        Kind.GCS, "15", "S1",
    )  # fmt: skip
    assert all(line.malformed for line in lines[1:])
    assert len(lines) == 4
