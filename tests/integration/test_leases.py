"""A clock that was set ahead ends no lease: what somebody is handing over goes out once."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from alerts.leases import LEAST, Watch
from alerts.models import LEASE, Notification
from alerts.policy import Severity
from staff.models import Role
from tests.factories.alerting import an_alert
from tests.factories.ward import a_person, a_ward

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def seconds(monkeypatch):
    passed = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: passed[0])
    return passed


def trusts(watch, seconds, *, after, ahead=timedelta(0)):
    seconds[0] += after
    at = START + timedelta(seconds=seconds[0] - 1000.0) + ahead
    return watch.trusts(now=at)


def test_a_process_that_has_only_begun_takes_over(seconds):
    assert trusts(Watch(), seconds, after=0)


@pytest.mark.parametrize(
    ("ahead", "expected"), [(LEAST - timedelta(seconds=1), True), (LEAST, False)]
)
def test_a_step_ahead_is_doubted_from_its_bound_on(seconds, ahead, expected):
    watch = Watch()
    assert trusts(watch, seconds, after=0)
    assert trusts(watch, seconds, after=60, ahead=ahead) is expected


def test_a_clock_that_only_goes_on_or_back_ends_leases_as_ever(seconds):
    watch = Watch()
    assert trusts(watch, seconds, after=0)
    assert trusts(watch, seconds, after=3600)
    assert trusts(watch, seconds, after=1, ahead=-timedelta(hours=1))


def test_the_doubt_lasts_as_long_as_a_lease_and_no_longer(seconds):
    watch, hour = Watch(), timedelta(hours=1)
    assert trusts(watch, seconds, after=0)
    assert not trusts(watch, seconds, after=1, ahead=hour)
    assert not trusts(watch, seconds, after=LEASE.total_seconds() - 1, ahead=hour)
    assert trusts(watch, seconds, after=1, ahead=hour)


@pytest.mark.django_db
def test_in_doubt_what_somebody_holds_is_left_and_what_nobody_holds_is_taken():
    ward, before = a_ward(), START - timedelta(hours=1)
    for _ in range(2):
        a_person(Role.CHARGE_NURSE, ward)
    an_alert(ward, Severity.P2, now=before)
    held, free = Notification.objects.order_by("pk")[:2]
    Notification.objects.filter(pk=held.pk).update(lease_until=before, owner="another")
    claims = [
        Notification.objects.claim(pk, at=START, owner="me", takes_over=False)
        for pk in (held.pk, free.pk)
    ]
    assert claims == [False, True]
    assert Notification.objects.claim(held.pk, at=START, owner="me")
