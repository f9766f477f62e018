"""Does the page say in time that alerts do not go out, and is it quiet while they do?"""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail

from alerts import (
    canary,
    delivery,
    digests,
    escalation,
    health,
    mailer,
    pulse,
    rota_plan,
    snooze,
    sweep,
    system,
)
from alerts.models import (
    Alert,
    Bulletin,
    Channel,
    DueSet,
    Heartbeat,
    Notification,
    RotaRole,
    RotaSlot,
    SnoozeReason,
)
from alerts.policy import Family, Rule, Severity
from staff.models import Role
from tests.factories.alerting import an_alert
from tests.factories.ward import NOW, WELL, a_patient, a_person, a_ward, chart_set

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def ward():
    return a_ward(code="7b", fallback_email="desk@example.org")


@pytest.fixture
def charge(ward):
    return a_person(Role.CHARGE_NURSE, ward)


def all_turn(now=NOW):
    for name in (pulse.SENDER, pulse.SWEEP):
        pulse.beat(name, now=now)


def reasons(now=NOW):
    return "; ".join(str(reason) for reason in health.judge(now).reasons)


# --- Loops --------------------------------------------------------------------------------------


@pytest.mark.parametrize("silent", [pulse.SENDER, pulse.SWEEP])
@pytest.mark.parametrize(("seconds", "ok"), [(60, True), (61, False)])
def test_a_loop_that_is_silent_for_more_than_a_minute_shows(silent, seconds, ok):
    all_turn()
    Heartbeat.objects.exclude(name=silent).update(at=NOW + seconds * SECOND)
    judged = health.judge(NOW + seconds * SECOND)
    assert (judged.ok, judged.is_running) == (ok, ok)


def test_the_page_says_since_when_on_the_wards_clock():
    summer = NOW.replace(month=7)
    all_turn(summer - 5 * MINUTE)
    assert health.judge(summer).headline(LONDON).startswith("ALERTS NOT RUNNING since 12:55.")
    tomorrow = health.judge(summer + timedelta(days=1)).headline(LONDON)
    assert tomorrow.startswith("ALERTS NOT RUNNING since 10 Jul 12:55.")


def test_before_anything_has_run_the_page_says_so():
    assert health.judge(NOW).headline(LONDON).startswith("ALERTS NOT RUNNING.")


@pytest.mark.parametrize("step", [-2 * HOUR, 2 * HOUR])
def test_a_step_of_the_clock_neither_hides_the_dead_nor_buries_the_living(monkeypatch, step):
    seconds = iter([0.0] * 2 + [5.0] * 2 + [70.0] * 2)
    monkeypatch.setattr(health, "_witness", pulse.Witness(lambda: next(seconds)))
    monkeypatch.setattr(health, "_late", lambda now: [])
    all_turn()
    assert health.judge(NOW).ok
    all_turn()  # they turn, and write the time before the step
    assert health.judge(NOW + step).ok
    assert not health.judge(NOW + step).is_running  # 65 s later they have not turned again


@pytest.mark.parametrize(
    ("has_broker", "degraded"),
    [(False, []), (True, ["Celery's beat has not worked yet; alerts go out some seconds later"])],
)
def test_without_celery_alerts_are_slower_and_no_more(settings, has_broker, degraded):
    settings.CRS_HAS_BROKER = has_broker
    all_turn()
    judged = health.judge(NOW)
    assert judged.ok
    assert [str(each) for each in judged.degraded] == degraded


@pytest.mark.parametrize(("minutes", "slower"), [(2, False), (3, True)])
def test_beat_and_worker_that_fell_silent_are_said_to_be_slower(minutes, slower):
    pulse.beat(pulse.CELERY_BEAT, now=NOW - minutes * MINUTE)
    pulse.beat(pulse.worker_name("celery@ward"), now=NOW - minutes * MINUTE)
    all_turn()
    judged = health.judge(NOW)
    assert judged.ok
    assert len(judged.degraded) == (2 if slower else 0)


def test_a_worker_that_was_taken_away_is_forgotten():
    pulse.beat(pulse.worker_name("celery@old"), now=NOW - timedelta(days=2))
    all_turn()
    assert health.judge(NOW).degraded == ()


def test_the_answer_names_what_is_slower(client, settings):
    settings.CRS_HAS_BROKER = True
    with time_machine.travel(NOW, tick=False):
        all_turn()
        answer = client.get("/health/alerting")
    assert answer.status_code == 200
    assert answer.json()["ok"] is True
    assert "Celery" in answer.json()["degraded"][0]


def test_a_sweep_whose_step_fails_does_not_claim_to_have_turned(monkeypatch):
    def broken(*, now):
        raise RuntimeError

    monkeypatch.setattr(sweep, "_AT_EVERY_TURN", (broken,))
    sweep.sweep(now=NOW, name=pulse.SENDER)
    assert not Heartbeat.objects.exists()


# --- Messages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "seconds", "ok"),
    [("P1", 60, True), ("P1", 61, False), ("P2", 300, True), ("P2", 301, False)],
)
def test_a_message_that_waits_too_long_shows(ward, charge, severity, seconds, ok):
    an_alert(ward, Severity(severity))
    later = NOW + seconds * SECOND
    all_turn(later)
    judged = health.judge(later)
    assert judged.ok is ok
    assert judged.is_running  # the loops turn; it is the mail that waits


def test_a_message_seen_waiting_shows_although_the_clock_was_set_back(ward, charge, monkeypatch):
    seconds = iter([0.0] * 4 + [61.0] * 4)
    monkeypatch.setattr(health, "_witness", pulse.Witness(lambda: next(seconds)))
    an_alert(ward)
    all_turn()
    assert health.judge(NOW).ok
    all_turn(NOW - HOUR)
    assert "A message is waiting" in reasons(NOW - HOUR)


@pytest.mark.parametrize("step", [-2 * HOUR, -4 * MINUTE, 2 * HOUR])
def test_a_message_is_sent_whatever_the_clock_was_set_to(ward, charge, step):
    an_alert(ward)
    assert delivery.deliver_due(now=NOW + step) == 2  # the charge nurse, and the mailbox


@pytest.mark.parametrize(("attempts", "ok"), [(4, True), (5, False)])
def test_a_message_that_failed_five_times_shows(ward, charge, attempts, ok):
    an_alert(ward)
    Notification.objects.update(attempts=attempts)
    all_turn()
    assert health.judge(NOW).ok is ok


def test_an_alert_with_nobody_to_tell_shows():
    an_alert(a_ward())
    all_turn()
    assert "nobody to tell" in reasons()


def test_an_alert_that_wakes_when_nobody_is_left_to_tell_shows():
    ward = a_ward()
    nurse = a_person(Role.CHARGE_NURSE, ward)
    alert = an_alert(ward, Severity.P2, rule=Rule.A33, family=Family.FEVER)
    Notification.objects.update(sent_at=NOW)
    snooze.snooze(alert, by=nurse, at=NOW, minutes=10, reason=SnoozeReason.KNOWN, version_seen=1)
    type(nurse).objects.filter(pk=nurse.pk).update(is_active=False)
    assert escalation.step_due(NOW + 11 * MINUTE) == 1
    all_turn(NOW + 11 * MINUTE)
    assert "nobody to tell" in reasons(NOW + 11 * MINUTE)
    type(nurse).objects.filter(pk=nurse.pk).update(is_active=True)
    assert escalation.step_due(NOW + 22 * MINUTE) == 1  # the next rung finds somebody
    assert "nobody to tell" not in reasons(NOW + 22 * MINUTE)


# --- The canary ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hour", "starts"), [(6, 19), (7, 7), (18, 7), (19, 19), (23, 19), (0, 19)]
)
def test_a_shift_begins_at_seven_and_at_nineteen(hour, starts):
    start = canary.shift_start(NOW.replace(hour=hour, minute=30))
    assert start.hour == starts
    assert timedelta() <= NOW.replace(hour=hour, minute=30) - start < timedelta(hours=12)


def test_one_canary_flies_each_shift(settings):
    settings.CRS_CANARY_ADDRESS = "canary@example.org"
    assert canary.send_due(now=NOW)
    assert not canary.send_due(now=NOW + HOUR)
    assert canary.send_due(now=NOW + 12 * HOUR)
    delivery.deliver_due(now=NOW + 12 * HOUR)
    assert [message.to for message in mail.outbox] == [["canary@example.org"]] * 2


@pytest.mark.parametrize(
    ("minutes", "accepted", "ok"), [(30, False, True), (31, False, False), (31, True, True)]
)
def test_half_an_hour_into_a_shift_mail_must_have_been_accepted(settings, minutes, accepted, ok):
    settings.CRS_CANARY_ADDRESS = "canary@example.org"
    now = NOW.replace(hour=7, minute=0) + minutes * MINUTE
    canary.send_due(now=now)
    if accepted:
        delivery.deliver_due(now=now)
    all_turn(now)
    assert health.judge(now).ok is ok


def test_without_a_canary_quiet_mail_is_no_alarm():
    all_turn()
    assert health.judge(NOW).ok


# --- Digests ------------------------------------------------------------------------------------


def digest_of(ward, *, local_hour, severity="P3", raised_minutes_before=70):
    now = NOW.replace(hour=local_hour)  # London is on UTC in March
    an_alert(
        ward,
        Severity(severity),
        rule=Rule.A20,
        family=Family.LAB_INFLAMMATION,
        now=now - raised_minutes_before * MINUTE,
    )
    return digests.write_due(now=now)


@pytest.mark.parametrize(("hour", "written"), [(5, 0), (6, 1), (12, 1), (21, 1), (22, 0), (23, 0)])
def test_a_p3_is_collected_each_hour_but_not_at_night(ward, charge, hour, written):
    assert digest_of(ward, local_hour=hour) == written


@pytest.mark.parametrize(("hour", "written"), [(6, 0), (7, 1), (15, 1)])
def test_a_p4_is_collected_in_the_morning(ward, charge, hour, written):
    assert digest_of(ward, local_hour=hour, severity="P4", raised_minutes_before=600) == written


def test_a_digest_names_codes_and_is_sent_once_an_hour(ward, charge):
    digest_of(ward, local_hour=12)
    assert digests.write_due(now=NOW + 30 * MINUTE) == 0
    delivery.deliver_due(now=NOW)
    (message,) = mail.outbox
    assert message.to == [charge.email]
    assert Alert.objects.get().code in message.body
    assert len(message.body) <= 600
    assert digests.write_due(now=NOW + HOUR) == 1


def test_a_digest_with_nothing_left_to_say_is_not_sent(ward, charge):
    digest_of(ward, local_hour=12)
    Alert.objects.update(severity="P2")
    delivery.deliver_due(now=NOW, channel=Channel.EMAIL)
    assert Bulletin.objects.get().last_error == "nothing left to say"


# --- Gaps in the rota (A40) -----------------------------------------------------------------------


@pytest.fixture
def watched(ward):
    chart_set(a_patient(ward), WELL)
    assert DueSet.objects.exists()
    return ward


def cover(ward, role, *, start, end):
    RotaSlot.objects.create(
        ward=ward, role=role, person=a_person(), starts_at=start, ends_at=end, recorded_at=NOW
    )


def test_a_gap_is_told_once_before_and_once_when_it_begins(watched):
    administrator = a_person(Role.ADMINISTRATOR)
    for role in rota_plan.NEEDED:
        end = NOW + (5 if role is RotaRole.ONCOLOGY_FELLOW else 60) * HOUR
        cover(watched, role, start=NOW - HOUR, end=end)
    for _ in range(2):
        system.tell_of_gaps(now=NOW)
    assert set(Bulletin.objects.values_list("topic", "role")) == {("rota_gap", "oncology_fellow")}
    delivery.deliver_due(now=NOW)
    assert {message.to[0] for message in mail.outbox} >= {administrator.email, "desk@example.org"}
    assert "nobody on call as oncology fellow" in mail.outbox[0].subject
    for minutes in (0, 1):
        system.tell_of_gaps(now=NOW + 5 * HOUR + minutes * MINUTE)
    begun = Bulletin.objects.filter(topic="rota_gap_now")
    assert begun.count() == Bulletin.objects.filter(topic="rota_gap").count()


def test_a_ward_that_keeps_no_rota_has_no_gap(watched):
    system.tell_of_gaps(now=NOW)
    assert not Bulletin.objects.exists()


def test_a_ward_without_patients_is_not_asked_for_a_rota(ward):
    cover(ward, RotaRole.CHARGE_NURSE, start=NOW, end=NOW + HOUR)
    system.tell_of_gaps(now=NOW)
    assert not Bulletin.objects.exists()


def test_a_bulletin_that_is_refused_is_told_to_nobody_else(ward, settings, monkeypatch):
    settings.CRS_CANARY_ADDRESS = "canary@example.org"
    canary.send_due(now=NOW)
    monkeypatch.setattr(mailer, "hand_over", lambda _message: (_ for _ in ()).throw(OSError))
    delivery.deliver_due(now=NOW)
    assert Bulletin.objects.get().attempts == 1
