"""C7: that alerting stopped shows on every page; that it came back, and when, is on record."""

from datetime import timedelta

import pytest

from alerts import pulse
from alerts.models import Heartbeat
from audit.models import AuditEntry
from tests.factories.ward import NOW

pytestmark = pytest.mark.django_db


def recovered():
    rows = AuditEntry.objects.filter(action="alerting.recovered")
    return [(row.subject, row.detail["silent_seconds"]) for row in rows.order_by("pk")]


@pytest.mark.parametrize("name", [pulse.SENDER, pulse.SWEEP, pulse.PAGING])
@pytest.mark.parametrize(("silent", "told"), [(60, []), (61, [61]), (7200, [7200])])
def test_the_first_turn_after_a_silence_is_on_record_with_how_long_it_was(name, silent, told):
    pulse.beat(name, now=NOW)
    later = NOW + timedelta(seconds=silent)
    pulse.beat(name, now=later)
    pulse.beat(name, now=later + timedelta(seconds=2))
    assert recovered() == [(f"loop:{name}", seconds) for seconds in told]
    assert Heartbeat.objects.get(name=name).counter == 3


def test_the_very_first_turn_recovers_from_nothing():
    pulse.beat(pulse.SWEEP, now=NOW)
    assert recovered() == []


def test_a_worker_of_celery_only_makes_alerts_sooner():
    name = pulse.worker_name("celery@one")
    pulse.beat(name, now=NOW)
    pulse.beat(name, now=NOW + timedelta(hours=1))
    assert recovered() == []


def test_an_ordinary_turn_costs_one_statement(django_assert_num_queries):
    pulse.beat(pulse.SWEEP, now=NOW)
    with django_assert_num_queries(1):
        pulse.beat(pulse.SWEEP, now=NOW + timedelta(seconds=2))


def test_a_clock_that_was_set_back_is_no_silence():
    pulse.beat(pulse.SWEEP, now=NOW)
    pulse.beat(pulse.SWEEP, now=NOW - timedelta(hours=1))
    assert recovered() == []
