"""Numbers, moments and flags as extracts write them."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from interop.csv import cells
from interop.csv.kinds import Kind
from interop.csv.outcomes import Reason, RefusedError
from tests.factories.extract import NOW, row, vital

LONDON = ZoneInfo("Europe/London")


def in_cell(text):
    return row(Kind.VITALS, vital("heart_rate", text))


def refused(call):
    with pytest.raises(RefusedError) as caught:
        call()
    return caught.value.reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("65.0", "65"),
        ("97.1999969482422", "97.2"),
        (".60000002384185791", "0.6"),
        ("100.300003051758", "100.3"),
        ("-8.0", "-8"),
        ("6e1", "60"),
        ("37.99996", "37.99996"),
    ],
)
def test_a_number_is_read_without_float_noise(text, expected):
    assert cells.number(in_cell(text), "value") == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.NO_VALUE),
        ("nan", Reason.NOT_A_NUMBER),
        ("inf", Reason.NOT_A_NUMBER),
        ("36,8", Reason.NOT_A_NUMBER),
        ("３７", Reason.NOT_A_NUMBER),
        ("37 C", Reason.NOT_A_NUMBER),
        ("1_0", Reason.NOT_A_NUMBER),
        ("9e11", None),
        ("1e12", Reason.IMPOSSIBLE),
        ("1e999999", Reason.NOT_A_NUMBER),
        ("1e-300", Reason.NOT_A_NUMBER),
    ],
)
def test_what_is_no_number_is_said_so(text, reason):
    if reason is None:
        assert cells.number(in_cell(text), "value") == Decimal(text)
    else:
        assert refused(lambda: cells.number(in_cell(text), "value")) is reason


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2025-06-01 08:00:00", "UTC", datetime(2025, 6, 1, 8, tzinfo=UTC)),
        ("2025-06-01T08:00", "UTC", datetime(2025, 6, 1, 8, tzinfo=UTC)),
        ("2025-06-01 08:00:00", "Europe/London", datetime(2025, 6, 1, 7, tzinfo=UTC)),
        ("2025-06-01 08:00:00Z", "Europe/London", datetime(2025, 6, 1, 8, tzinfo=UTC)),
        ("2025-06-01 08:00:00+02:00", "UTC", datetime(2025, 6, 1, 6, tzinfo=UTC)),
        ("2025-03-30 00:59:59", "Europe/London", datetime(2025, 3, 30, 0, 59, 59, tzinfo=UTC)),
        ("2025-03-30 02:00:00", "Europe/London", datetime(2025, 3, 30, 1, tzinfo=UTC)),
        ("2025-10-26 00:59:59", "Europe/London", datetime(2025, 10, 25, 23, 59, 59, tzinfo=UTC)),
        ("2025-10-26 02:00:00", "Europe/London", datetime(2025, 10, 26, 2, tzinfo=UTC)),
    ],
)
def test_a_time_is_a_moment(text, zone, expected):
    there = row(Kind.VITALS, vital("heart_rate", 80, time=text))
    assert cells.moment(there, "time", zone=ZoneInfo(zone), now=NOW) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.BAD_TIME),
        ("yesterday", Reason.BAD_TIME),
        ("2025-06-01", Reason.BAD_TIME),
        ("2025-13-01 08:00:00", Reason.BAD_TIME),
        ("6/1/2025 8:00", Reason.BAD_TIME),
        ("1899-12-31 23:59:00", Reason.BAD_TIME),
        ("2026-03-10 12:05:01Z", Reason.FUTURE_TIME),
        ("2025-03-30 01:00:00", Reason.BAD_TIME),
        ("2025-03-30 01:59:59", Reason.BAD_TIME),
        ("2025-10-26 01:00:00", Reason.AMBIGUOUS_TIME),
        ("2025-10-26 01:59:59", Reason.AMBIGUOUS_TIME),
    ],
)
def test_a_time_that_is_none_or_two_is_refused(text, reason):
    there = row(Kind.VITALS, vital("heart_rate", 80, time=text))
    assert refused(lambda: cells.moment(there, "time", zone=LONDON, now=NOW)) is reason


def test_a_clock_five_minutes_ahead_is_not_the_future():
    there = row(Kind.VITALS, vital("heart_rate", 80, time="2026-03-10 12:05:00Z"))
    assert cells.moment(there, "time", zone=LONDON, now=NOW) > NOW


@pytest.mark.parametrize(
    ("text", "expected"), [("1", True), ("1.0", True), ("0", False), ("", False), ("0.0", False)]
)
def test_a_flag_is_yes_or_no(text, expected):
    assert cells.flagged(row(Kind.VITALS, {"error_flag": text}), "error_flag") is expected


def test_a_flag_that_nobody_defined_is_neither():
    there = row(Kind.VITALS, {"error_flag": "2"})
    assert refused(lambda: cells.flagged(there, "error_flag")) is Reason.UNKNOWN_FLAG


@pytest.mark.parametrize(
    ("text", "expected"), [("217992.0", "217992"), ("217992", "217992"), ("A1.0", "A1.0")]
)
def test_an_identifier_loses_the_point_of_a_float(text, expected):
    assert cells.identifier(text) == expected
