"""Numbers and times as people type them: both sides of every edge, and nothing guessed."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from screens import typed

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", "0"), ("38", "38"), ("38.6", "38.6"), ("007", "7"), ("38.60", "38.60"),
     ("999999999.999999", "999999999.999999")],
)  # fmt: skip
def test_a_number_is_read_exactly(text, value):
    assert typed.number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["", " 38", "38 ", "38.", ".5", "3 8", "38,6", "1,000.5", "-1", "+1", "1e3", "0x1f", "٣٨",
     "３８", "²", "½", "NaN", "Infinity", "1_000", "9999999999", "38.6\n", "38.6°", "1.0000000"],
)  # fmt: skip
def test_what_is_not_plain_digits_is_no_number(text):
    with pytest.raises(ValueError, match=r"number in digits|decimal point"):
        typed.number(text)


def test_a_comma_is_refused_with_what_to_write():
    with pytest.raises(ValueError, match=r"Write a decimal point, not a comma: 38\.6"):
        typed.number("38,6")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-07-01T12:00", datetime(2026, 7, 1, 11, 0, tzinfo=UTC)),
        ("2026-01-01T12:00", datetime(2026, 1, 1, 12, 0, tzinfo=UTC)),
        ("2026-01-01T12:00:30", datetime(2026, 1, 1, 12, 0, 30, tzinfo=UTC)),
        ("2026-03-29T00:59", datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        ("2026-03-29T02:00", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("2026-10-25T01:30", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_the_wards(text, utc):
    assert typed.moment(text, zone=LONDON, now=NOW) == utc


def test_in_the_hour_that_happens_twice_a_time_is_never_still_to_come():
    now = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
    assert typed.moment("2026-10-25T01:30", zone=LONDON, now=now) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("text", ["2026-03-29T01:00", "2026-03-29T01:59"])
def test_a_time_the_clocks_skipped_never_was(text):
    with pytest.raises(ValueError, match="did not exist"):
        typed.moment(text, zone=LONDON, now=NOW)


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026-01-01", "12:00", "2026-01-01 12:00", "2026-01-01T12:00Z",
     "2026-13-01T12:00", "2026-02-29T12:00", "2026-01-01T24:00", "２０２６-01-01T12:00"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match=r"date and a time|no such date"):
        typed.moment(text, zone=LONDON, now=NOW)


@pytest.mark.parametrize("hour", range(24))
def test_what_a_field_shows_is_read_back_as_the_same_time(hour):
    at = datetime(2026, 7, 1, hour, 15, tzinfo=UTC)
    assert typed.moment(typed.local_text(at, zone=LONDON), zone=LONDON, now=NOW) == at
