"""Fever around midnight on the nights the clocks change, told by the ward's own calendar."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.models import Alert
from tests.factories.ward import FEVER, a_patient, a_ward, chart_set

pytestmark = pytest.mark.django_db
NIGHTS = [
    # zone              the day on which the clocks go forward or back; Kolkata has none
    ("Europe/London", datetime(2026, 3, 29)),
    ("Europe/London", datetime(2026, 10, 25)),
    ("America/New_York", datetime(2026, 3, 8)),
    ("America/New_York", datetime(2026, 11, 1)),
    ("Asia/Kolkata", datetime(2026, 3, 29)),
    ("Asia/Kolkata", datetime(2026, 10, 25)),
]
BEFORE = "fever before the expected window: consider infection first"
INSIDE = "first fever inside a high-risk window"
AFTER = "fever outside the expected window: consider infection first"


def local(zone, day, clock):
    """The instant at which the ward's clock shows this time."""
    hour, minute = map(int, clock.split(":"))
    return day.replace(hour=hour, minute=minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(("zone", "change"), NIGHTS)
@pytest.mark.parametrize("nights_before", [0, 1])
@pytest.mark.parametrize(
    ("nights_later", "clock", "words"),
    [
        # tisagenlecleucel at 23:50, at risk on days 1 to 14 of the ward's calendar
        (0, "23:58", BEFORE),
        (1, "00:10", INSIDE),
        (14, "23:58", INSIDE),
        (15, "00:10", AFTER),
    ],
)
def test_a_day_begins_at_midnight_on_the_ward(
    zone, change, nights_before, nights_later, clock, words
):
    dose_day = change - timedelta(days=nights_before)
    patient = a_patient(
        a_ward(time_zone=zone), infused_at=local(zone, dose_day, "23:50"), therapy="tisa-cel"
    )
    at = local(zone, dose_day + timedelta(days=nights_later), clock)
    chart_set(patient, FEVER, now=at)
    assert Alert.objects.get(family="fever").words == words
