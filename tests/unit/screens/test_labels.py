"""Times, ages and numbers in the ward's words."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from screens import labels

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 min"), (59, "59 min"), (60, "1 h"), (61, "1 h 1 min"), (238, "3 h 58 min"),
     (1439, "23 h 59 min"), (1440, "1 d"), (1500, "1 d 1 h"), (-61, "1 h 1 min")],
)  # fmt: skip
def test_a_duration_in_words(minutes, words):
    assert labels.duration(timedelta(minutes=minutes)) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "just now"), (59, "just now"), (60, "1 min ago"), (-59, "just now"), (-60, "in 1 min")],
)
def test_an_age_in_words(seconds, words):
    assert labels.ago(NOON - timedelta(seconds=seconds), now=NOON) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOON, "13:00"),
        (NOON.replace(hour=22, minute=59), "23:59"),
        (NOON.replace(hour=23), "00:00, 2 Jul"),
        (NOON.replace(year=2025), "13:00, 1 Jul 2025"),
    ],
)
def test_a_time_names_its_day_when_it_is_not_today_on_the_ward(at, words):
    assert labels.clock(at, zone=LONDON, now=NOON) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, ""), (0, "0"), (Decimal("0.0000"), "0"), (Decimal("38.6000"), "38.6"),
     (Decimal("1E+3"), "1000"), (Decimal("37.95"), "37.95")],
)  # fmt: skip
def test_a_number_without_the_zeros_a_column_adds(value, words):
    assert labels.number(value) == words


@pytest.mark.parametrize(
    ("celsius", "words"),
    [(None, ""), (Decimal("39.0000"), "39.0"), (Decimal("37.9500"), "37.95")],
)
def test_a_temperature_keeps_its_decimal(celsius, words):
    assert labels.temperature(celsius) == words


@pytest.mark.parametrize(
    ("change", "words"), [("0", "±0"), ("1.80", "+1.8"), ("-2", "−2"), ("0.0", "±0")]
)
def test_a_change_carries_its_sign(change, words):
    assert labels.signed(Decimal(change)) == words
