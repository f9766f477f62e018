"""Separators, escapes, character sets, times and frames of HL7 v2, both sides of each edge."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import hl7  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.hl7v2 import times, wire
from interop.hl7v2.frames import Frames, TooLargeError
from interop.hl7v2.framing import Pieces
from interop.hl7v2.reasons import RefusedMessageError
from interop.hl7v2.times import Clock

MSH = "MSH|^~\\&|LAB|HOSP|CRS||20260310120000+0000||ORU^R01|1|P|2.5"
LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def refused(call, *args, **kwargs):
    with pytest.raises(RefusedMessageError) as found:
        call(*args, **kwargs)
    return str(found.value.reason)


def segment(line, header=MSH):
    return wire.read(f"{header}\r{line}").segments[1]


# --- Separators and escapes --------------------------------------------------------------------


def test_the_separators_are_those_the_message_declares():
    usual = segment("PID|1||7^^^H^MR~8^^^H^SS||A&B^C")
    odd = segment("PID*1**7;;;H;MR,8;;;H;SS**A%B;C", "MSH*;,!%*LAB*HOSP*CRS**2026**ORU;R01*1*P*2.5")
    for each in (usual, odd):
        assert (each.text(3), each.text(3, 5), each.text(3, repetition=1)) == ("7", "MR", "8")
        assert (each.text(5), each.text(5, 2), each.text(9), each.text(3, 9)) == ("A", "C", "", "")


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        (r"a\F\b", "a|b"), (r"a\S\b", "a^b"), (r"a\T\b", "a&b"), (r"a\R\b", "a~b"),
        (r"a\E\b", "a\\b"), (r"\X4142\c", "ABc"), (r"\XC3A9\t", "ét"), (r"a\.br\b", "a\nb"),
        (r"\H\a\N\b", "ab"), (r"a\.sp+2\b", "a\nb"), (r"a\.in+4\b", "ab"), ("ab", "ab"),
        (r"\E\F\E\ ", r"\F\ ".strip()),
    ],
)  # fmt: skip
def test_an_escape_sequence_is_undone_once(sent, meant):
    assert segment(f"NTE|1||{sent}").whole(3) == meant


@pytest.mark.parametrize("sent", [r"a\b", r"a\Q\b", r"a\X4\b", r"a\XZZ\b", r"a\XC3\b", r"\Zmine\x"])
def test_a_sequence_nobody_defined_is_refused_and_not_left_out(sent):
    assert refused(segment(f"NTE|1||{sent}").whole, 3) == "bad_escape"


def test_a_null_is_not_an_empty_field():
    each = segment('PID|1||7||""||')
    assert (each.is_null(5), each.is_null(6), each.text(5), each.text(6)) == (True, False, "", "")


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("", "not_a_message"), ("MSH", "not_a_message"), ("PID|1||2|3|4", "not_a_message"),
        ("MSH|^~\\", "not_a_message"), ("MSHAAAAAAAAA", "bad_separators"),
        ("MSH|^^\\&|LAB", "bad_separators"), ("MSH|^~|&|LAB|x", None),
        ("MSH|^|LAB|x", "bad_separators"),
        ("MSH|^~\\&#%|LAB", "bad_separators"), ("MSH ^~\\& LAB x", "bad_separators"),
    ],
)  # fmt: skip
def test_a_header_must_declare_separators(header, reason):
    if reason is None:
        assert wire.separators_of(header).escape == ""
    else:
        assert refused(wire.separators_of, header) == reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("PJD|1", "unknown_segment"), ("OB|1", "malformed_segment"), ("obx|1", "malformed_segment"),
        ("OBX1|1", "malformed_segment"), (" ^", "malformed_segment"), ("ZZ1|1", None),
        ("OBX|1|NM|x||5xOBX|2|NM|x||6", "malformed_segment"), ("OBX|1|\x07", "malformed_segment"),
        ("MSH|^~\\&|A|B|C|D|E", "malformed_segment"), ("OBX|1|NM|x||5", None),
    ],
)  # fmt: skip
def test_a_damaged_segment_refuses_the_message(line, reason):
    if reason is None:
        assert segment(line).name == line[:3]
    else:
        assert refused(segment, line) == reason


@given(st.lists(st.text("ab^~&1. ", max_size=12), min_size=1, max_size=8))
def test_fields_are_split_as_the_published_reader_splits_them(fields):
    line = "|".join(["OBX", *fields])
    theirs = hl7.parse(f"{MSH}\r{line}")
    ours = segment(line)
    for number in range(1, len(fields) + 1):
        # The published reader cuts blanks off the end of a message.
        assert ours.field(number).strip() == str(theirs[1][number]).strip()


# --- Character sets ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "raw", "name"),
    [
        ("", b"Mu\xc3\xb1oz", "Muñoz"), ("UNICODE UTF-8", b"Mu\xc3\xb1oz", "Muñoz"),
        ("8859/1", b"Mu\xf1oz", "Muñoz"), ("8859/15", b"\xa4uro", "€uro"),
        ("ASCII", b"Munoz", "Munoz"),
        ("8859/1", b"Munoz", "Munoz"), ("WHATEVER", b"Munoz", "Munoz"),
        ("GB 18030-2000", "李".encode("gb18030"), "李"),
    ],
)  # fmt: skip
def test_text_is_read_in_the_character_set_it_declares(declared, raw, name):
    sent = f"{MSH}||||||{declared}\rPID|1||7||".encode() + raw
    assert wire.parse(sent).segments[1].text(5) == name


@pytest.mark.parametrize(
    ("declared", "raw"),
    [
        ("", b"Mu\xf1oz"), ("UNICODE UTF-8", b"Mu\xf1oz"), ("ASCII", b"Mu\xc3\xb1oz"),
        ("8859/1", b"Mu\xc3\xb1oz"), ("8859/1", b"a\x93b"), ("WHATEVER", b"Mu\xf1oz"),
        ("UNICODE UTF-16", "ñ".encode("utf-16")), ("", b"a\x00b"), ("ASCII", b"\x1b$B"),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_refused_and_never_made_into_other_letters(declared, raw):
    sent = f"{MSH}||||||{declared}\rPID|1||7||".encode() + raw
    assert refused(wire.parse, sent) == "character_set"


# --- Times -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "zone", "at"),
    [
        ("202603101130", UTC, (2026, 3, 10, 11, 30)),
        ("20260310113000", UTC, (2026, 3, 10, 11, 30)),
        ("20260310113000.0000+0200", UTC, (2026, 3, 10, 9, 30)),
        ("202603101130-0500", LONDON, None),  # in the future
        ("202507011130", LONDON, (2025, 7, 1, 10, 30)),
        ("202510260030", LONDON, (2025, 10, 25, 23, 30)),
        ("202510260230", LONDON, (2025, 10, 26, 2, 30)),
        ("202510260130+0100", LONDON, (2025, 10, 26, 0, 30)),
    ],
)
def test_a_time_is_placed_by_its_offset_or_by_the_clock_it_is_of(text, zone, at):
    clock = Clock(NOW, zone)
    if at is None:
        assert refused(times.moment, text, clock, where="x") == "future_time"
    else:
        assert times.moment(text, clock, where="x") == datetime(*at, tzinfo=UTC)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no_time"), ("20260310", "time_too_coarse"), ("2026031011", "time_too_coarse"),
        ("2026", "time_too_coarse"), ("202602301130", "bad_time"), ("202603102430", "bad_time"),
        ("202603101160", "bad_time"), ("2026-03-10", "bad_time"),
        ("20260310113000+1500", "bad_time"),
        ("20260310113000+0160", "bad_time"), ("189912312359", "bad_time"),
        ("00010101000000+1400", "bad_time"), ("２０２６03101130", "bad_time"),
        ("202503300130", "bad_time"),  # the hour the clocks skipped
        ("202510260130", "ambiguous_time"),  # and the one they repeated
    ],
)  # fmt: skip
def test_a_time_that_is_none_or_two_is_not_guessed(text, reason):
    assert refused(times.moment, text, Clock(NOW, LONDON), where="x") == reason


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_times(text):
    try:
        at = times.moment(text, Clock(NOW, LONDON), where="x")
    except RefusedMessageError:
        return
    assert at.tzinfo is UTC


# --- Frames and files --------------------------------------------------------------------------


@given(st.lists(st.binary(min_size=1, max_size=30).filter(lambda b: not {0x0B, 0x1C} & set(b)),
                max_size=5), st.integers(1, 9))  # fmt: skip
def test_frames_come_whole_however_the_bytes_are_cut(messages, size):
    stream = b"".join(b"\x0b" + each + b"\x1c\r" for each in messages)
    frames, found = Frames(1000), []
    for start in range(0, len(stream), size):
        found += frames.feed(stream[start : start + size])
    assert found == [(each, True) for each in messages]
    assert (frames.noise, frames.is_inside) == (0, False)


def test_noise_is_counted_a_lost_end_is_told_and_a_giant_refused():
    frames = Frames(10)
    assert frames.feed(b"noise\x0bab\x0bcd\x1c\r") == [(b"ab", False), (b"cd", True)]
    assert frames.noise == 5
    assert frames.feed(b"\x0b0123456789\x1c\r") == [(b"0123456789", True)]
    with pytest.raises(TooLargeError):
        frames.feed(b"\x0b01234567890")


LINES = (
    b"MSH|^~\\&|A|B\r", b"OBX|1\r\n", b"x\n", b"\n", b"BTS|1\r", b"\x0bMSH|^\r", b"FHS|^~\\&|A\r",
    b"\xff\r",
)  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=12))
def test_no_line_of_a_file_is_lost(lines):
    content = b"".join(lines)
    kept = b"".join(piece.raw for piece in Pieces(content))
    wanted = b"".join(
        line for line in content.replace(b"\r", b"\n").split(b"\n")
        if not line.lstrip(b"\x0b").startswith((b"BTS", b"FHS"))
    )  # fmt: skip
    plain = bytes(b for b in kept if b not in b"\r\n\x0b \x1c")
    assert plain == bytes(b for b in wanted if b not in b"\r\n\x0b \x1c")
