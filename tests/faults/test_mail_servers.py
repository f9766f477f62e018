"""Whatever a mail server does: nothing is lost, nothing hangs, a repeat carries the same name."""

import time
from datetime import timedelta

import pytest

from alerts import delivery, health, mailer
from alerts.models import Alert, Bulletin, Notification
from staff.models import Role
from tests.factories.alerting import an_alert, deliver_until_quiet
from tests.factories.ward import NOW, a_person, a_ward
from tests.plugins import scripted_smtp as smtp
from tests.plugins.scripted_smtp import answering
from tests.plugins.servers import free_port

pytestmark = pytest.mark.django_db
DEADLINE_SECONDS = 1.2  # of 25; everything else is scaled with it


@pytest.fixture(autouse=True)
def _shorter(monkeypatch):
    monkeypatch.setattr(mailer, "DEADLINE_SECONDS", DEADLINE_SECONDS)
    monkeypatch.setattr(mailer, "_GOODBYE_SECONDS", 0.2)


@pytest.fixture
def ward():
    return a_ward(fallback_email="desk@example.org")


@pytest.fixture
def charge(ward):
    return a_person(Role.CHARGE_NURSE, ward)


@pytest.fixture
def alert(ward, charge):
    an_alert(ward)
    Notification.objects.exclude(recipient=charge).delete()
    return Alert.objects.get()


PASSES = {
    "421 at the greeting": answering(GREETING="421 busy"),
    "450 at the recipient": answering(RCPT="450 later"),
    "451 at the recipient": answering(RCPT="451 greylisted"),
    "452 at the recipient": answering(RCPT="452 full"),
    "451 at the sender": answering(MAIL="451 later"),
    "550 at the sender": answering(MAIL="550 not you"),
    "silent": smtp.silent,
    "dripping": smtp.dripping,
    "cut before the answer": smtp.cut_before_data,
}


@pytest.mark.parametrize("fault", PASSES)
def test_what_passes_is_waited_out_and_mailed_once(scripted_smtp, alert, fault):
    scripted_smtp.scripts = [PASSES[fault]] * 3
    began = time.monotonic()
    deliver_until_quiet()
    assert time.monotonic() - began < 3 * (DEADLINE_SECONDS + 0.5) + 1
    row = Notification.objects.get()
    assert (row.attempts, row.last_error) == (4, "")
    assert row.sent_at is not None
    assert [each["Message-ID"] for each in scripted_smtp.messages] == [row.message_id]


AMBIGUOUS = {
    "kept, and cut before saying so": smtp.cut_after_data,
    "kept, and slower than we wait": smtp.slow_to_accept(DEADLINE_SECONDS + 0.4),
}


@pytest.mark.parametrize("fault", AMBIGUOUS)
def test_an_acceptance_we_never_heard_costs_one_more_mail_under_the_same_name(
    scripted_smtp, alert, fault
):
    scripted_smtp.scripts = [AMBIGUOUS[fault]] * 2
    deliver_until_quiet()
    time.sleep(0.6)  # what was slow is kept in the end
    row = Notification.objects.get()
    ids = [each["Message-ID"] for each in scripted_smtp.messages]
    assert ids == [row.message_id] * 3  # two that we did not hear of, and the one we did


@pytest.mark.parametrize(
    "fault", [smtp.slow_to_accept(DEADLINE_SECONDS * 0.8), smtp.silent_goodbye]
)
def test_a_slow_acceptance_and_a_rude_goodbye_cost_nothing(scripted_smtp, alert, fault):
    # 20 of 25 seconds; a time-out of 10 would send it again and again.
    scripted_smtp.scripts = [fault]
    assert delivery.deliver_due(now=NOW) == 1
    assert len(scripted_smtp.messages) == 1


def test_a_server_that_drips_its_acceptance_holds_a_sender_no_longer_than_the_deadline(
    scripted_smtp, alert
):
    scripted_smtp.scripts = [smtp.dripping_at_the_end]
    began = time.monotonic()
    assert delivery.deliver_due(now=NOW) == 0
    assert DEADLINE_SECONDS <= time.monotonic() - began < DEADLINE_SECONDS + 0.5
    assert Notification.objects.get().last_error == "DeadlineError"


def test_a_port_nobody_listens_on_is_waited_out(scripted_smtp, alert, settings):
    settings.EMAIL_PORT = free_port()
    assert delivery.deliver_due(now=NOW) == 0
    assert Notification.objects.get().last_error == "ConnectionRefusedError"
    settings.EMAIL_PORT = scripted_smtp.port
    deliver_until_quiet()
    assert len(scripted_smtp.messages) == 1


def test_a_wrong_password_is_waited_out(scripted_smtp, alert, settings):
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = "crs"
    scripted_smtp.scripts = [smtp.refusing_the_password]
    assert delivery.deliver_due(now=NOW) == 0
    assert Notification.objects.get().last_error == "SMTPAuthenticationError 535"
    settings.EMAIL_HOST_USER = ""
    deliver_until_quiet()
    assert len(scripted_smtp.messages) == 1


def test_an_outage_of_four_hours_loses_nothing_and_never_waits_more_than_five_minutes(
    scripted_smtp, alert, settings
):
    settings.EMAIL_PORT = free_port()
    now, waits = NOW, []
    while now < NOW + timedelta(hours=4):
        delivery.deliver_due(now=now)
        row = Notification.objects.get()
        waits.append(row.due_at - now)
        now = row.due_at
    assert max(waits) <= timedelta(minutes=5)
    assert 48 < len(waits) < 110
    assert not health.judge(now).ok
    settings.EMAIL_PORT = scripted_smtp.port
    assert delivery.deliver_due(now=now) == 1


def test_a_recipient_the_server_will_never_take_calls_the_next_rung_at_once(
    scripted_smtp, alert, charge
):
    scripted_smtp.scripts = [answering(RCPT="550 no such person")]
    assert alert.next_step_at > NOW
    delivery.deliver_due(now=NOW)
    row = Notification.objects.get()
    assert row.failed_at is not None
    assert row.last_error == "SMTPRecipientsRefused 550"
    alert.refresh_from_db()
    assert alert.next_step_at == row.failed_at
    told = Bulletin.objects.get()
    assert (told.topic, told.address) == ("mail_refused", "desk@example.org")
    assert any("refused for good" in str(reason) for reason in health.judge(NOW).reasons)


def test_a_recipient_refused_after_others_were_called_has_them_called_no_sooner(
    scripted_smtp, alert
):
    later = NOW + timedelta(minutes=14)
    Alert.objects.filter(pk=alert.pk).update(rung=alert.rung + 1, next_step_at=later)
    scripted_smtp.scripts = [answering(RCPT="550 no such person")]
    delivery.deliver_due(now=NOW)
    assert Notification.objects.get().failed_at is not None
    alert.refresh_from_db()
    assert alert.next_step_at == later


def test_a_refused_recipient_makes_no_doubt_a_certainty(scripted_smtp, alert):
    later = NOW + timedelta(minutes=10)
    Alert.objects.filter(pk=alert.pk).update(is_provisional=True, next_step_at=later)
    scripted_smtp.scripts = [answering(RCPT="550 no such person")]
    delivery.deliver_due(now=NOW)
    alert.refresh_from_db()
    assert (alert.is_provisional, alert.next_step_at) == (True, later)


def test_a_refused_recipient_stops_nobody_else(scripted_smtp, ward, charge):
    other = a_person(Role.ONCOLOGIST, ward)
    an_alert(ward)
    scripted_smtp.scripts = [answering(RCPT="550 no such person")]
    delivery.deliver_due(now=NOW)
    refused = Notification.objects.get(failed_at__isnull=False)
    assert refused.recipient == charge
    others = Notification.objects.exclude(pk=refused.pk)
    assert other in {row.recipient for row in others}
    assert not others.filter(sent_at=None).exists()


def test_what_was_accepted_and_never_seen_is_escalated(scripted_smtp, alert):
    """The server says yes and drops it: only an answer by a person counts."""
    from alerts import escalation

    delivery.deliver_due(now=NOW)
    escalation.step_due(now=alert.next_step_at)
    assert Notification.objects.filter(rung=1).exists()
