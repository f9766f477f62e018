"""Delivery: to whoever is on call when it is sent, gravest first, merged in a storm, never lost."""

import json
import logging
from collections import Counter
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from alerts import delivery, escalation, mailer, merging, services
from alerts.models import Alert, Notification, RotaRole, RotaSlot
from alerts.policy import Condition, Family, Rule, Severity
from crs_monitor.logs import LineFormatter
from staff.models import Role
from tests.factories.alerting import an_alert, deliver_until_quiet
from tests.factories.ward import NOW, a_patient, a_person, a_ward

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ward():
    return a_ward(name="7B", phone="ext. 4417")


@pytest.fixture
def charge(ward):
    return a_person(Role.CHARGE_NURSE, ward)


def on_call(ward, role, person, *, start=NOW - timedelta(hours=6), end=NOW + timedelta(hours=6)):
    return RotaSlot.objects.create(
        ward=ward, role=role, person=person, starts_at=start, ends_at=end, recorded_at=NOW
    )


def told():
    return [message.to[0] for message in mail.outbox]


# --- Whose it is when it is sent -----------------------------------------------------------------


def test_a_message_goes_to_who_holds_the_role_when_it_is_sent(ward):
    early, late = a_person(), a_person()
    on_call(ward, RotaRole.CHARGE_NURSE, early, end=NOW)
    on_call(ward, RotaRole.CHARGE_NURSE, late, start=NOW + MINUTE)
    an_alert(ward, Severity.P2, now=NOW - MINUTE)
    assert set(Notification.objects.values_list("recipient", flat=True)) == {early.pk}
    delivery.deliver_due(now=NOW + 20 * MINUTE)  # past the overlap of the changeover
    assert told() == [late.email]
    dropped = Notification.objects.get(recipient=early)
    assert (dropped.sent_at, dropped.last_error) == (None, "no longer on call")
    assert dropped.dropped_at is not None


def test_within_the_changeover_both_are_told(ward):
    early, late = a_person(), a_person()
    on_call(ward, RotaRole.CHARGE_NURSE, early, end=NOW)
    on_call(ward, RotaRole.CHARGE_NURSE, late, start=NOW)
    an_alert(ward, Severity.P2)
    delivery.deliver_due(now=NOW + 14 * MINUTE)
    assert set(told()) == {early.email, late.email}


def test_who_left_is_told_when_nobody_came(ward):
    leaving = a_person()
    slot = on_call(ward, RotaRole.CHARGE_NURSE, leaving)
    an_alert(ward, Severity.P2)
    RotaSlot.objects.filter(pk=slot.pk).update(cancelled_at=NOW)
    delivery.deliver_due(now=NOW)
    assert told() == [leaving.email]


def test_a_swap_tells_the_new_holder_once_per_rung(ward, charge):
    new = a_person()
    an_alert(ward, Severity.P2)
    on_call(ward, RotaRole.CHARGE_NURSE, new)
    deliver_until_quiet()
    assert told() == [new.email]
    assert Notification.objects.filter(recipient=new, rung=0).count() == 1


def test_somebody_without_an_address_is_never_silently_nobody(ward, charge):
    alert = an_alert(ward, Severity.P2)
    Notification.objects.update(role="")  # nobody to ask whose it is
    type(charge).objects.update(email="")
    delivery.deliver_due(now=NOW)
    row = Notification.objects.get()
    assert row.failed_at is not None
    assert row.last_error == "NoAddressError"
    alert.refresh_from_db()
    assert alert.next_step_at == row.failed_at


# --- In which order, and what is left out -------------------------------------------------------


def test_a_later_message_to_the_same_person_makes_the_earlier_one_superfluous(ward, charge):
    alert = an_alert(ward, Severity.P1)
    escalation.step_due(now=alert.next_step_at)
    assert Notification.objects.filter(recipient=charge).count() == 2
    delivery.deliver_due(now=alert.next_step_at)
    assert told() == [charge.email]
    first = Notification.objects.get(recipient=charge, rung=0)
    assert first.last_error == "a later message says more"


def test_the_gravest_goes_first(ward, charge):
    for severity in (Severity.P2, Severity.P2, Severity.P1, Severity.P2):
        an_alert(ward, severity)
    delivery.deliver_due(now=NOW)
    assert "[P1]" in mail.outbox[0].subject


def test_a_message_that_always_fails_holds_up_no_other(ward, charge, monkeypatch):
    poison = an_alert(ward, Severity.P1)
    others = [an_alert(ward, Severity.P1) for _ in range(9)]
    honest = mailer.hand_over

    def hand_over(message):
        if poison.code in message.subject:
            raise ValueError("always")
        honest(message)

    monkeypatch.setattr(mailer, "hand_over", hand_over)
    now = NOW
    for _ in range(5):
        delivery.deliver_due(now=now)
        now += 10 * MINUTE
    assert len(mail.outbox) == len(others)
    row = Notification.objects.get(alert=poison)
    assert (row.sent_at, row.attempts, row.last_error) == (None, 5, "ValueError")


def test_retries_are_spread_and_never_end(ward, charge, monkeypatch):
    an_alert(ward, Severity.P1)
    monkeypatch.setattr(mailer, "hand_over", lambda _message: (_ for _ in ()).throw(OSError))
    waits = {}
    for chance in (0.0, 0.999):
        monkeypatch.setattr(delivery, "chance", lambda chance=chance: chance)
        Notification.objects.update(attempts=2, due_at=NOW, lease_until=None)
        delivery.deliver_due(now=NOW)
        waits[chance] = (Notification.objects.get().due_at - NOW).total_seconds()
    assert 4 <= waits[0.0] < 4.5  # half of two to the power of three
    assert 7.9 <= waits[0.999] < 8.5


# --- A storm ------------------------------------------------------------------------------------


def test_a_storm_on_fifty_problems_is_at_most_one_mail_each_and_the_p1_come_first(ward, charge):
    patients = [a_patient(ward) for _ in range(50)]
    for index in range(1000):
        patient = patients[index % 50]
        severity = Severity.P1 if index % 50 == 37 else Severity.P2
        services.raise_or_update(
            Condition(Rule.A08, Family.HEMODYNAMIC, severity, 1),
            patient_id=patient.pk,
            ward=ward,
            now=NOW,
            existing=services.open_alerts(patient.pk).get(Family.HEMODYNAMIC),
        )
    assert Alert.objects.count() == 50
    deliver_until_quiet()
    counts = Counter(told())
    assert max(counts.values()) <= 50
    assert sum(counts.values()) <= 10  # six singly, the P1, and the rest in a few
    assert mail.outbox[0].subject.startswith("[P1]")
    assert not Notification.objects.all().unsent().exists()


def test_the_seventh_mail_within_ten_minutes_is_one_about_all_that_wait(ward, charge):
    for _ in range(12):
        an_alert(ward, Severity.P2)
    delivery.deliver_due(now=NOW)
    assert len(mail.outbox) == merging.MOST_SINGLE
    waiting = Notification.objects.all().unsent()
    assert waiting.count() == 6
    assert {row.attempts for row in waiting} == {0}  # waiting is no attempt
    delivery.deliver_due(now=NOW + merging.APART - timedelta(seconds=1))
    assert len(mail.outbox) == merging.MOST_SINGLE
    delivery.deliver_due(now=NOW + merging.APART + timedelta(seconds=1))
    assert len(mail.outbox) == merging.MOST_SINGLE + 1
    merged = mail.outbox[-1]
    assert "6 CRS alerts" in merged.subject
    assert len(merged.body) <= 600
    codes = Alert.objects.filter(notifications__in=Notification.objects.all()).values_list("code")
    assert sum(code in merged.body for (code,) in codes) == 6


def test_a_p1_is_never_merged(ward, charge):
    for _ in range(12):
        an_alert(ward, Severity.P1)
    delivery.deliver_due(now=NOW)
    assert len(mail.outbox) == 12


def test_a_merged_mail_that_fails_leaves_every_message_owed(ward, charge, monkeypatch):
    for _ in range(9):
        an_alert(ward, Severity.P2)
    delivery.deliver_due(now=NOW)
    with monkeypatch.context() as broken:
        broken.setattr(mailer, "hand_over", lambda _message: (_ for _ in ()).throw(OSError))
        delivery.deliver_due(now=NOW + 3 * MINUTE)
    assert Notification.objects.all().unsent().count() == 3
    deliver_until_quiet(start=NOW + 4 * MINUTE)
    assert len(mail.outbox) == 7


# --- Follow-ups ---------------------------------------------------------------------------------


def test_the_others_hear_by_role_and_time_that_somebody_took_it(ward, charge):
    fellow = a_person(Role.ONCOLOGIST, ward, first_name="Wren", last_name="Canary")
    alert = an_alert(ward, Severity.P1)
    delivery.deliver_due(now=NOW)
    first = {message.to[0]: message.extra_headers["Message-ID"] for message in mail.outbox}
    services.acknowledge(
        alert, by=fellow, at=NOW + 2 * MINUTE, eta_minutes=5, version_seen=alert.version
    )
    mail.outbox.clear()
    delivery.deliver_due(now=NOW + 3 * MINUTE)
    (follow_up,) = mail.outbox
    assert follow_up.to == [charge.email]
    assert "Acknowledged by: oncologist 12:02, at the bedside in 5 min." in follow_up.body
    assert "Canary" not in follow_up.body + follow_up.subject
    assert follow_up.extra_headers["In-Reply-To"] == first[charge.email]
    assert follow_up.extra_headers["Message-ID"] != first[charge.email]


def test_a_follow_up_on_an_alert_that_is_open_again_is_not_sent(ward, charge):
    fellow = a_person(Role.ONCOLOGIST, ward)
    alert = an_alert(ward, Severity.P1)
    delivery.deliver_due(now=NOW)
    services.acknowledge(alert, by=fellow, at=NOW, eta_minutes=0, version_seen=alert.version)
    Alert.objects.update(state="open", acknowledged_by=None, acknowledged_at=None)
    mail.outbox.clear()
    delivery.deliver_due(now=NOW + MINUTE)
    assert mail.outbox == []
    assert Notification.objects.get(kind="follow_up").dropped_at is not None


# --- What a message says --------------------------------------------------------------------------


@pytest.mark.parametrize("rule", Rule)
def test_no_message_of_any_rule_holds_anything_of_the_patient(rule, settings, caplog):
    settings.CRS_BASE_URL = "https://crs.hospital.example"
    ward = a_ward(name="Hematology and stem cell transplantation 7B", phone="extension 4417")
    charge = a_person(Role.CHARGE_NURSE, ward)
    fellow = a_person(Role.ONCOLOGIST, ward)
    patient = a_patient(
        ward, family_name="Canaryson", given_name="Wrenifer", mrn="MRN-9182736", bed="Q77"
    )
    caplog.set_level(logging.DEBUG)
    caplog.handler.setFormatter(LineFormatter())
    alert = an_alert(ward, Severity.P1, rule=rule, patient=patient)
    delivery.deliver_due(now=NOW)
    services.acknowledge(alert, by=fellow, at=NOW, eta_minutes=5, version_seen=alert.version)
    delivery.deliver_due(now=NOW)
    assert {message.to[0] for message in mail.outbox} == {charge.email, fellow.email}
    texts = [message.subject + message.body + str(message.alternatives) for message in mail.outbox]
    texts.append(caplog.text)
    secrets = ("Canaryson", "Wrenifer", "9182736", "Q77", "1980", "tisa", "Kymriah", "CAR-T")
    for text in texts:
        assert [secret for secret in secrets if secret in text] == []
    for message in mail.outbox:
        assert len(message.body) <= 600, message.body
        assert "Not for use as the sole basis for a decision" in message.body
        assert isinstance(message, EmailMultiAlternatives)
        assert "<img" not in str(message.alternatives)


def test_the_first_mail_says_all_that_the_reader_needs(ward, charge, settings):
    settings.CRS_BASE_URL = "https://crs.hospital.example"
    alert = an_alert(ward, Severity.P1)
    delivery.deliver_due(now=NOW)
    (message,) = mail.outbox
    assert message.subject == f"[P1] 7B - CRS alert {alert.code} - respond by 12:05"
    for line in (
        "Priority: P1",
        "Ward: 7B",
        "Raised: 12:00 (10 Mar, GMT)",
        "Reply needed by: 12:05",
        "Next if unanswered: oncology attending at 12:05",  # outreach was called at once
        f"https://crs.hospital.example/alerts/{alert.code}/",
        "No access? Call the ward charge nurse, ext. 4417.",
    ):
        assert line in message.body.splitlines()
    assert message.extra_headers["Importance"] == "high"
    assert message.extra_headers["X-Auto-Response-Suppress"] == "All"
    assert isinstance(message, EmailMultiAlternatives)
    assert [kind for _, kind in message.alternatives] == ["text/html"]


def test_a_wards_name_cannot_put_a_line_into_the_subject(charge, ward):
    type(ward).objects.update(name="7B\nBcc: all@example.org")
    an_alert(ward, Severity.P1)
    assert delivery.deliver_due(now=NOW) == 1
    assert "\n" not in mail.outbox[0].subject


def test_a_log_line_names_ids_alone(ward, charge, caplog):
    caplog.set_level(logging.INFO)
    an_alert(ward, Severity.P1)
    delivery.deliver_due(now=NOW)
    record = next(each for each in caplog.records if each.getMessage() == "notification.sent")
    line = json.loads(LineFormatter().format(record))
    assert line["notification"] == Notification.objects.get().pk
    assert charge.email not in str(line)
