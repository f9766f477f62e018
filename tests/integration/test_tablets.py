"""A43 and A44: tablets that hold sets, fell silent on duty, or show a wrong time."""

import uuid
from datetime import timedelta

import pytest

from alerts import tablets
from alerts.models import TabletReport
from alerts.tablets import Said
from tests.factories.ward import NOW, a_ward

pytestmark = pytest.mark.django_db
TABLET = uuid.UUID("a3f20000-0000-4000-8000-000000000000")


@pytest.fixture
def ward():
    return a_ward()


def heard(ward, *, minutes_ago=0.0, unsent=0, oldest=None, on_duty=True, clock=0, tablet=TABLET):
    at = NOW - timedelta(minutes=minutes_ago)
    oldest_at = None if oldest is None else NOW - timedelta(minutes=oldest)
    tablets.heard(Said(tablet, unsent, oldest_at, on_duty, clock), ward=ward, now=at)


@pytest.mark.parametrize(
    ("unsent", "oldest_minutes", "said"),
    [
        (0, None, []),
        (1, 10, []),
        (1, 10.1, ["Tablet A3F2 holds 1 set not sent, the oldest of 11:49"]),
        (2, 40, ["Tablet A3F2 holds 2 sets not sent, the oldest of 11:20"]),
    ],
)
def test_ten_minutes_of_holding_a_set_are_told(ward, unsent, oldest_minutes, said):
    heard(ward, unsent=unsent, oldest=oldest_minutes)
    assert tablets.troubles(ward, now=NOW) == said


@pytest.mark.parametrize(
    ("minutes_ago", "unsent", "said"),
    [
        (10, 0, []),
        (10.1, 0, ["Tablet A3F2 not heard of since 11:49; it may hold sets"]),
        (60, 3, ["Tablet A3F2 not heard of since 11:00, then with 3 sets not sent"]),
        (719, 0, ["Tablet A3F2 not heard of since 00:01; it may hold sets"]),
        (720, 0, []),
    ],
)
def test_silence_on_duty_is_news_until_the_tablet_is_forgotten(ward, minutes_ago, unsent, said):
    heard(ward, minutes_ago=minutes_ago, unsent=unsent, oldest=minutes_ago if unsent else None)
    assert tablets.troubles(ward, now=NOW) == said


def test_a_tablet_that_said_it_rests_may_be_silent(ward):
    heard(ward, minutes_ago=60, on_duty=False)
    assert tablets.troubles(ward, now=NOW) == []


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, []),
        (60, []),
        (61, ["Tablet A3F2: its clock is 61 s ahead"]),
        (-60, []),
        (-180, ["Tablet A3F2: its clock is 3 min behind"]),
    ],
)
def test_a_clock_off_by_more_than_a_minute_is_told(ward, seconds, said):
    heard(ward, clock=seconds)
    assert tablets.troubles(ward, now=NOW) == said


def test_what_was_held_goes_with_the_next_word(ward):
    heard(ward, minutes_ago=20, unsent=2, oldest=30)
    heard(ward)
    assert tablets.troubles(ward, now=NOW) == []
    assert TabletReport.objects.count() == 1


def test_a_clock_ahead_cannot_make_a_set_younger_than_its_report(ward):
    heard(ward, minutes_ago=9, unsent=1, oldest=-30)
    assert tablets.troubles(ward, now=NOW) == []
    heard(ward, minutes_ago=10, unsent=1, oldest=-30)
    later = NOW + timedelta(minutes=0.5)
    assert tablets.troubles(ward, now=later) != []


def test_each_ward_hears_of_its_own_tablets_and_asks_once(ward, django_assert_num_queries):
    other = a_ward()
    for number in range(3):
        heard(other, unsent=1, oldest=20, tablet=uuid.UUID(int=number))
    assert tablets.troubles(ward, now=NOW) == []
    with django_assert_num_queries(1):
        assert len(tablets.troubles(other, now=NOW)) == 3
