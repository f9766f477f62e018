"""Pages: signed, once per step and rung, retried until a 2xx, and without the patient."""

import base64
import hashlib
import hmac
import time
from datetime import timedelta

import pytest

from alerts import delivery, escalation, health, mailer, message, pulse, services, webhook
from alerts.models import Channel, Notification
from alerts.policy import Rule, Severity
from crs_monitor.checks import pages_are_signed
from staff.models import Role
from tests.factories.alerting import an_alert
from tests.factories.ward import NOW, a_patient, a_person, a_ward
from tests.plugins.servers import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shorter(monkeypatch):
    monkeypatch.setattr(mailer, "DEADLINE_SECONDS", 1.0)


@pytest.fixture
def ward():
    return a_ward(code="7b")


@pytest.fixture
def alert(ward):
    return an_alert(ward)


def page(now=NOW):
    webhook.owe(now=now)
    return delivery.deliver_due(now=now, channel=Channel.WEBHOOK)


def the_page():
    return Notification.objects.get(channel=Channel.WEBHOOK)


def is_genuine(headers, body, *, secret, at, window_seconds=300):
    """What a receiver does, written down a second time."""
    if abs(int(headers["webhook-timestamp"]) - at.timestamp()) > window_seconds:
        return False
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(headers["webhook-signature"], f"v1,{digest}")


def test_a_page_says_where_to_look_and_by_when(paging_server, alert):
    assert page() == 1
    (said,) = paging_server.said
    assert said == {
        "type": "alert.raised",
        "alert": alert.code,
        "severity": "P1",
        "rung": 0,
        "ward": "7b",
        "respond_by": "2026-03-10T12:05:00+00:00",
        "link": message.link_to(alert),
        "disclaimer": "Decision support, not a primary alarm.",
    }
    assert the_page().sent_at is not None


@pytest.mark.parametrize(
    ("secret", "key"),
    [
        ("a secret of the tests, long enough", b"a secret of the tests, long enough"),
        (
            "whsec_" + base64.b64encode(b"twenty-four bytes of key").decode(),
            b"twenty-four bytes of key",
        ),
    ],
)
def test_a_page_is_signed_and_cannot_be_replayed(paging_server, alert, settings, secret, key):
    settings.CRS_PAGING_SECRET = secret
    page()
    ((headers, body),) = paging_server.pages
    assert is_genuine(headers, body, secret=key, at=NOW)
    assert not is_genuine(headers, body + b" ", secret=key, at=NOW)
    assert not is_genuine(headers, body, secret=b"another", at=NOW)
    later = NOW + timedelta(seconds=webhook.REPLAY_WINDOW_SECONDS + 1)
    assert not is_genuine(headers, body, secret=key, at=later)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (500, "PagingRefusedError 500"),
        (404, "PagingRefusedError 404"),
        (302, "PagingRefusedError 302"),
        ("nonsense", "ConnectionError"),
        ("hang", "DeadlineError"),
        ("drip", "DeadlineError"),
    ],
)
def test_what_is_not_2xx_is_tried_again_under_the_same_id(paging_server, alert, answer, error):
    paging_server.answers = [answer]
    began = time.monotonic()
    assert page() == 0
    assert time.monotonic() - began < 1.7
    row = the_page()
    assert row.last_error == error
    assert row.due_at > NOW
    assert page(row.due_at) == 1
    ids = [headers["webhook-id"] for headers, _ in paging_server.pages]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_a_paging_system_that_is_away_is_waited_out(paging_server, alert, settings):
    settings.CRS_PAGING_URL = f"http://127.0.0.1:{free_port()}/"
    assert page() == 0
    assert the_page().last_error == "ConnectionRefusedError"
    settings.CRS_PAGING_URL = paging_server.url
    assert page(the_page().due_at) == 1


def test_each_rung_is_paged_once(paging_server, alert):
    page()
    page(NOW + timedelta(seconds=5))
    escalation.step_due(now=alert.next_step_at)
    page(alert.next_step_at)
    assert [said["rung"] for said in paging_server.said] == [0, 1]


def test_who_was_paged_hears_once_to_stand_down(paging_server, ward, alert):
    charge = a_person(Role.CHARGE_NURSE, ward)
    page()
    services.acknowledge(alert, by=charge, at=NOW, eta_minutes=5, version_seen=alert.version)
    page(NOW + timedelta(seconds=5))
    page(NOW + timedelta(seconds=10))
    assert [said["type"] for said in paging_server.said] == ["alert.raised", "alert.acknowledged"]


@pytest.mark.parametrize(("severity", "pages"), [("P1", 1), ("P2", 1), ("P3", 0), ("P4", 0)])
def test_only_what_calls_somebody_is_paged(paging_server, ward, severity, pages):
    an_alert(ward, Severity(severity))
    page()
    assert len(paging_server.pages) == pages


def test_an_alert_that_nobody_could_be_mailed_about_is_paged(paging_server, alert):
    assert not Notification.objects.exists()
    assert page() == 1


def test_without_an_address_nothing_is_paged(alert, settings):
    assert settings.CRS_PAGING_URL == ""
    assert webhook.owe(now=NOW) == 0


def test_a_paging_system_that_hangs_delays_no_mail(paging_server, ward):
    a_person(Role.CHARGE_NURSE, ward)
    an_alert(ward)
    webhook.owe(now=NOW)
    paging_server.answers = ["hang"]
    began = time.monotonic()
    assert delivery.deliver_due(now=NOW, channel=Channel.EMAIL) == 1
    assert time.monotonic() - began < 0.9


@pytest.mark.parametrize("rule", Rule)
def test_no_page_of_any_rule_holds_anything_of_the_patient(paging_server, ward, rule):
    patient = a_patient(
        ward, family_name="Canaryson", given_name="Wrenifer", mrn="MRN-9182736", bed="Q77"
    )
    an_alert(ward, rule=rule, patient=patient)
    page()
    ((headers, body),) = paging_server.pages
    text = body.decode() + str(headers)
    secrets = ("Canaryson", "Wrenifer", "9182736", "Q77", "1980", "tisa", "Kymriah")
    assert [secret for secret in secrets if secret in text] == []


@pytest.mark.parametrize(("turned", "ok"), [(True, True), (False, False)])
def test_where_pages_are_owed_their_loop_must_turn(paging_server, turned, ok):
    for name in (pulse.SENDER, pulse.SWEEP, *([pulse.PAGING] if turned else [])):
        pulse.beat(name, now=NOW)
    assert health.judge(NOW).ok is ok


@pytest.mark.parametrize(("length", "refused"), [(0, True), (23, True), (24, False)])
def test_an_address_without_a_secret_is_refused(settings, length, refused):
    settings.CRS_PAGING_URL = "https://paging.hospital.example"
    settings.CRS_PAGING_SECRET = "x" * length
    assert bool(pages_are_signed(None)) is refused
