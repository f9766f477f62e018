"""A mail that was accepted and came back has told nobody: the next are called, and pages say so."""

import json
import logging
from datetime import timedelta

import pytest

from alerts import canary, delivery, escalation, health, pulse, returns
from alerts.bounce_mailbox import Mailbox
from alerts.models import Alert, AlertEvent, Bulletin, Notification, Returned, Topic
from alerts.policy import Rule, Severity
from screens import alert_story
from staff.models import Role
from tests.factories.alerting import an_alert
from tests.factories.bounces import exchange, exim, itself, postfix
from tests.factories.ward import NOW, a_person, a_ward
from tests.plugins.scripted_imap import PASSWORD

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ward():
    return a_ward(code="7b", fallback_email="desk@example.org")


@pytest.fixture
def charge(ward):
    return a_person(Role.CHARGE_NURSE, ward)


@pytest.fixture
def sent(ward, charge, scripted_imap):
    """A P1 of which the charge nurse was mailed, as the mail server accepted it."""
    alert = an_alert(ward, rule=Rule.A08)
    Notification.objects.exclude(recipient=charge).delete()
    delivery.deliver_due(now=NOW)
    return Notification.objects.get(alert=alert)


def words(reasons):
    return [reason.words for reason in reasons]


def kinds(alert):
    return list(alert.events.order_by("seq").values_list("kind", flat=True))


def all_turn(now):
    for name in (pulse.SENDER, pulse.SWEEP, pulse.BOUNCES):
        pulse.beat(name, now=now)


# --- Bounces ------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [postfix, exchange, exim])
def test_a_bounce_calls_the_next_on_the_ladder_at_once(sent, scripted_imap, form):
    scripted_imap.put(form(sent.message_id))
    later = NOW + 2 * MINUTE
    assert returns.visit(now=later) == 1
    row = Notification.objects.get(pk=sent.pk)
    assert row.sent_at is None
    assert row.failed_at == later
    assert row.last_error.startswith("bounced 5.1.1")
    alert = Alert.objects.get(pk=sent.alert_id)
    assert alert.next_step_at == later
    assert escalation.step_due(later) == 1
    assert Alert.objects.get(pk=alert.pk).rung == 1
    assert kinds(alert) == ["raised", "bounced", "escalated"]
    kept = Returned.objects.get()
    assert (kept.said, kept.notification, kept.accepted_at) == ("failed", sent, sent.sent_at)


def test_a_bounce_is_told_elsewhere_and_on_every_page(sent, scripted_imap, charge):
    scripted_imap.put(postfix(sent.message_id))
    all_turn(NOW + MINUTE)
    assert health.judge(NOW + MINUTE).ok
    returns.visit(now=NOW + MINUTE)
    told = Bulletin.objects.filter(topic=Topic.MAIL_REFUSED)
    assert [row.mailbox for row in told] == ["desk@example.org"]
    judged = health.judge(NOW + MINUTE)
    assert words(judged.reasons) == ["An address was refused for good: tell the person yourself"]
    (said,) = [
        line["words"]
        for line in alert_story.story(sent.alert, now=NOW)
        if "came back" in line["words"]
    ]
    assert said == "The mail to the bedside nurse came back: nobody was told by it"


def test_the_same_letter_counts_once_however_often_it_is_read(sent, scripted_imap):
    for _ in range(2):
        scripted_imap.put(postfix(sent.message_id))
    assert returns.visit(now=NOW + MINUTE) == 2
    scripted_imap.seen.clear()
    assert returns.visit(now=NOW + 2 * MINUTE) == 2
    assert Returned.objects.count() == 1
    assert kinds(sent.alert).count("bounced") == 1
    assert Bulletin.objects.filter(topic=Topic.MAIL_REFUSED).count() == 1


def test_what_was_read_is_marked_and_not_read_again(sent, scripted_imap):
    uid = scripted_imap.put(postfix(sent.message_id))
    assert returns.visit(now=NOW + MINUTE) == 1
    assert scripted_imap.seen == {uid}
    assert returns.visit(now=NOW + 2 * MINUTE) == 0


def test_a_bounce_of_an_answered_alert_calls_nobody(sent, scripted_imap):
    Alert.objects.filter(pk=sent.alert_id).update(state="closed", closed_at=NOW, next_step_at=None)
    scripted_imap.put(postfix(sent.message_id))
    returns.visit(now=NOW + MINUTE)
    assert Alert.objects.get(pk=sent.alert_id).next_step_at is None
    assert Notification.objects.get(pk=sent.pk).failed_at is not None


def test_a_bounce_of_an_earlier_rung_hurries_nobody(sent, scripted_imap):
    escalation.step_due(NOW + 3 * MINUTE)
    before = Alert.objects.get(pk=sent.alert_id)
    assert before.rung == 1
    scripted_imap.put(postfix(sent.message_id))
    returns.visit(now=NOW + 4 * MINUTE)
    assert Alert.objects.get(pk=sent.alert_id).next_step_at == before.next_step_at


def test_a_delay_is_shown_and_calls_nobody(sent, scripted_imap):
    scripted_imap.put(postfix(sent.message_id, action="delayed", status="4.4.1"))
    all_turn(NOW + MINUTE)
    returns.visit(now=NOW + MINUTE)
    assert Notification.objects.get(pk=sent.pk).sent_at is not None
    assert kinds(sent.alert) == ["raised"]
    judged = health.judge(NOW + MINUTE)
    assert judged.ok
    assert words(judged.degraded) == ["A mail server is holding back a message"]


def test_a_merged_mail_that_bounces_has_told_of_none_of_its_alerts(ward, charge, scripted_imap):
    alerts = [an_alert(ward, Severity.P2, rule=Rule.A08) for _ in range(3)]
    rows = Notification.objects.filter(alert__in=alerts, recipient=charge)
    rows.update(sent_at=NOW)
    other = an_alert(ward, Severity.P2, rule=Rule.A08)
    Notification.objects.filter(alert=other).update(sent_at=NOW + MINUTE)
    name = rows.order_by("pk").first().message_id.replace("<alert-", "<alerts-")
    scripted_imap.put(postfix(name))
    returns.visit(now=NOW + 2 * MINUTE)
    assert rows.filter(failed_at=None).count() == 0
    assert AlertEvent.objects.filter(kind="bounced").count() == 3


@pytest.mark.parametrize(
    "letter",
    [
        postfix("<somebody-else@example.org>"),
        itself("<newsletter@example.org>"),
        b"\xff\x00 no mail at all",
        "Content-Type: multipart/report; boundary=\n\n--\n",
    ],
)
def test_what_is_about_no_message_of_ours_changes_nothing(sent, scripted_imap, letter):
    uid = scripted_imap.put(letter)
    returns.visit(now=NOW + MINUTE)
    assert Returned.objects.count() == 0
    assert Notification.objects.get(pk=sent.pk).sent_at is not None
    assert scripted_imap.seen == {uid}


def test_our_own_alert_in_the_mailbox_is_no_bounce(sent, scripted_imap):
    scripted_imap.put(itself(sent.message_id))
    returns.visit(now=NOW + MINUTE)
    assert Returned.objects.count() == 0


# --- The canary ---------------------------------------------------------------------------------


@pytest.fixture
def canary_sent(settings, ward, scripted_imap):
    settings.CRS_CANARY_ADDRESS = "canary@example.org"
    canary.send_due(now=NOW)
    delivery.deliver_due(now=NOW)
    return Bulletin.objects.get(topic=Topic.CANARY)


def test_a_canary_that_came_back_is_remembered(canary_sent, scripted_imap):
    scripted_imap.put(itself(canary_sent.message_id))
    returns.visit(now=NOW + MINUTE)
    assert canary_sent.returned.get().said == "arrived"
    all_turn(NOW + 16 * MINUTE)
    assert health.judge(NOW + 16 * MINUTE).ok


@pytest.mark.parametrize(("minutes", "ok"), [(14, True), (16, False)])
def test_a_canary_that_does_not_come_back_is_said(canary_sent, minutes, ok):
    now = NOW + minutes * MINUTE
    all_turn(now)
    judged = health.judge(now)
    assert judged.ok is ok
    assert words(judged.reasons) == ([] if ok else ["The canary that was sent has not come back"])


def test_without_a_mailbox_nobody_waits_for_the_canary(canary_sent, settings):
    settings.CRS_BOUNCES = None
    all_turn(NOW + 16 * MINUTE)
    assert health.judge(NOW + 16 * MINUTE).ok


def test_a_canary_that_bounced_is_no_proof(canary_sent, scripted_imap):
    scripted_imap.put(postfix(canary_sent.message_id))
    returns.visit(now=NOW + MINUTE)
    assert canary.last_accepted() is None
    all_turn(NOW + 16 * MINUTE)
    judged = health.judge(NOW + 16 * MINUTE)
    assert "The canary that was sent has not come back" in words(judged.reasons)
    assert words(judged.degraded) == ["A mail about no single alert came back"]


# --- A mailbox that cannot be read --------------------------------------------------------------


@pytest.fixture
def _hurried(monkeypatch):
    monkeypatch.setattr(returns, "Mailbox", lambda account: Mailbox(account, seconds=1.0))


@pytest.mark.usefixtures("_hurried")
@pytest.mark.parametrize(
    "mood", ["no-login", "no-folder", "nonsense", "cut", "silent", "drip", "away"]
)
def test_a_mailbox_that_cannot_be_read_is_shown_and_stops_nothing(
    sent, scripted_imap, caplog, mood
):
    scripted_imap.put(postfix(sent.message_id))
    if mood == "away":
        scripted_imap.shutdown()
        scripted_imap.server_close()
    scripted_imap.mood = mood
    later = NOW + 6 * MINUTE
    with caplog.at_level(logging.DEBUG):
        assert returns.visit(now=later) == 0
    assert not Returned.objects.exists()
    for name in (pulse.SENDER, pulse.SWEEP):
        pulse.beat(name, now=later)
    assert "The bounce mailbox cannot be read" in words(health.judge(later).degraded)
    told = json.dumps([record.__dict__ for record in caplog.records], default=str)
    for secret in (PASSWORD, "gone@hospital.example", "127.0.0.1", "AUTHENTICATIONFAILED"):
        assert secret not in told


@pytest.mark.parametrize(("minutes", "shown"), [(4, False), (6, True)])
def test_a_mailbox_counts_as_unread_after_five_minutes(scripted_imap, minutes, shown):
    returns.visit(now=NOW)
    now = NOW + minutes * MINUTE
    for name in (pulse.SENDER, pulse.SWEEP):
        pulse.beat(name, now=now)
    assert ("The bounce mailbox cannot be read" in words(health.judge(now).degraded)) is shown


def test_the_letter_itself_is_in_no_log(sent, scripted_imap, caplog):
    scripted_imap.put(postfix(sent.message_id))
    with caplog.at_level(logging.DEBUG):
        returns.visit(now=NOW + MINUTE)
    told = json.dumps([record.__dict__ for record in caplog.records], default=str)
    assert "bounces.read" in told
    for secret in (sent.message_id, "gone@hospital.example", "Undelivered", PASSWORD):
        assert secret not in told
