"""A mail server whose certificate has run out: nothing is sent in the clear, nothing is lost."""

import ssl
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller

from alerts import delivery, health
from alerts.models import Notification
from staff.models import Role
from tests.factories.alerting import an_alert
from tests.factories.ward import NOW, a_person, a_ward
from tests.plugins.certificates import certificate
from tests.plugins.servers import free_port

pytestmark = pytest.mark.django_db(transaction=True)


class Kept:
    """What the server took."""

    def __init__(self):
        self.messages = []
        self.begin = lambda since, until: None  # until the fixture knows how

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.messages.append(envelope.content)
        return "250 taken"


@pytest.fixture
def relay(tmp_path, settings, monkeypatch):
    """A server that wants TLS first; `begin(since, until)` starts it with such a certificate."""
    kept, running = Kept(), []

    def begin(since, until):
        cert, key = certificate(tmp_path / since, since=since, until=until)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))  # the hospital's own authority
        settings.EMAIL_PORT = free_port()
        server = Controller(
            kept,
            hostname="127.0.0.1",
            port=settings.EMAIL_PORT,
            tls_context=context,
            require_starttls=True,
        )
        server.start()
        running.append(server)

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 1
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = True, False
    kept.begin = begin
    yield kept
    for server in running:
        server.stop()


def test_mail_waits_for_a_certificate_that_is_good(relay):
    ward = a_ward()
    a_person(Role.CHARGE_NURSE, ward)
    an_alert(ward)
    relay.begin("20200101000000Z", "20200201000000Z")
    delivery.deliver_due(now=NOW)
    rows = Notification.objects.all()
    assert len(rows) > 0
    assert relay.messages == []
    assert {row.last_error for row in rows} == {"SSLCertVerificationError"}
    assert all(row.sent_at is None and row.failed_at is None for row in rows)
    assert not health.judge(NOW + timedelta(minutes=4)).ok

    relay.begin("20200101000000Z", "20400101000000Z")
    delivery.deliver_due(now=max(row.due_at for row in rows))
    assert len(relay.messages) == len(rows)
    assert not Notification.objects.filter(sent_at=None).exists()
