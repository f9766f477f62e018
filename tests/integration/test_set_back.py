"""A clock that is set back makes nobody wait longer: ladder, snooze and answer."""

from datetime import timedelta

import pytest

from alerts import escalation, pulse, set_back, snooze
from alerts.models import Alert, SnoozeReason
from alerts.policy import Family, Rule, Severity
from alerts.set_back import LEAST, Watch
from staff.models import Role
from tests.factories.alerting import an_alert
from tests.factories.alerts import answered
from tests.factories.ward import NOW, a_person, a_ward

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class Steady:
    """Seconds that no clock moves."""

    def __init__(self):
        self.seconds = 500.0

    def monotonic(self):
        return self.seconds


@pytest.fixture
def steady(monkeypatch):
    steady = Steady()
    monkeypatch.setattr(set_back, "time", steady)
    return steady


@pytest.fixture
def ward():
    return a_ward(fallback_email="desk@example.org")


def waits_until():
    return Alert.objects.get().next_step_at


@pytest.mark.parametrize(
    ("stepped", "moves"),
    [(-LEAST, True), (-LEAST + SECOND, False), (timedelta(0), False), (HOUR, False)],
)
def test_a_ladder_waits_no_longer_than_it_was_to(ward, steady, stepped, moves):
    an_alert(ward, Severity.P1)
    before, watch = waits_until(), Watch()
    assert watch(now=NOW) == 0
    steady.seconds += 2
    assert watch(now=NOW + 2 * SECOND + stepped) == moves
    assert waits_until() - before == (stepped if moves else timedelta(0))


def test_of_two_processes_one_acts_and_a_second_step_is_another(ward, steady):
    an_alert(ward, Severity.P1)
    before, first, second = waits_until(), Watch(), Watch()
    for watch in (first, second):
        watch(now=NOW)
    steady.seconds += 2
    assert first(now=NOW - HOUR + 2 * SECOND) == 1
    steady.seconds += 1
    assert second(now=NOW - HOUR + 3 * SECOND) == 0
    assert waits_until() == before - HOUR
    steady.seconds += 60
    assert second(now=NOW - 2 * HOUR + 63 * SECOND) == 1
    steady.seconds += 1
    assert first(now=NOW - 2 * HOUR + 64 * SECOND) == 0
    assert waits_until() == before - 2 * HOUR


def test_a_process_that_has_just_begun_asks_the_last_sweep(ward, steady):
    an_alert(ward, Severity.P1)
    pulse.beat(pulse.SWEEP, now=NOW)
    assert Watch()(now=NOW - HOUR) == 1
    assert Watch()(now=NOW - HOUR + SECOND) == 0


def test_a_process_that_has_just_begun_asks_whichever_loop_turned_last(ward, steady):
    an_alert(ward, Severity.P1)
    before = waits_until()
    pulse.beat(pulse.SWEEP, now=NOW - 120 * SECOND)
    pulse.beat(pulse.SENDER, now=NOW)
    assert Watch()(now=NOW - HOUR) == 1
    assert before - waits_until() == HOUR


def test_without_any_sweep_before_nothing_is_moved(ward, steady):
    an_alert(ward, Severity.P1)
    assert Watch()(now=NOW - HOUR) == 0


def test_what_was_put_off_wakes_in_its_time(ward, steady):
    charge, watch = a_person(Role.CHARGE_NURSE, ward), Watch()
    alert = an_alert(ward, Severity.P2, rule=Rule.A33, family=Family.FEVER)
    watch(now=NOW)
    snooze.snooze(alert, by=charge, at=NOW, minutes=10, reason=SnoozeReason.KNOWN, version_seen=1)
    steady.seconds += 60
    watch(now=NOW - HOUR + MINUTE)
    assert escalation.step_due(NOW - HOUR + 9 * MINUTE) == 0
    assert escalation.step_due(NOW - HOUR + 10 * MINUTE) == 1
    assert Alert.objects.get().state == "open"


def test_an_answer_holds_no_longer_and_what_is_over_stays_so(ward, steady):
    watch, alert = Watch(), an_alert(ward, Severity.P1)
    watch(now=NOW)
    answered(alert, a_person(Role.CHARGE_NURSE, ward), eta_minutes=5)
    Alert.objects.create(
        patient=alert.patient, family="fever", rule="A33", severity="P2", step=1, raised_at=NOW,
        last_seen_at=NOW, respond_by=NOW, state="closed", closed_at=NOW,
    )  # fmt: skip
    assert watch(now=NOW - HOUR) == 1
    alert.refresh_from_db()
    assert alert.next_step_at == NOW - HOUR + 20 * MINUTE
