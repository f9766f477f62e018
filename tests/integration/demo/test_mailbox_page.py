"""The mailbox page shows what was delivered, to whoever is signed in."""

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from alerts.delivery import deliver_due
from alerts.models import Alert, Notification
from alerts.policy import Family, Rule, Severity
from patients.models import Patient
from staff.models import Role, User, Ward

ADDRESS = "/demo/mailbox/"


@pytest.fixture
def kept_mail(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mailbox")
    settings.STORAGES = django_settings.STORAGES


@pytest.fixture
def charge(db):
    return User.objects.create_user("charge", "charge@demo.example", "x", role=Role.CHARGE_NURSE)


@pytest.fixture
def alert(charge):
    now = timezone.now()
    ward = Ward.objects.create(code="7b", name="7B", phone="ext. 1")
    patient = Patient.objects.create(mrn="DEMO-X", family_name="Synthetic", is_synthetic=True)
    alert = Alert.objects.create(
        patient=patient,
        ward=ward,
        family=Family.FEVER,
        rule=Rule.A01,
        severity=Severity.P1,
        step=1,
        raised_at=now,
        last_seen_at=now,
        respond_by=now,
    )
    Notification.objects.create(
        alert=alert, step=1, recipient=charge, created_at=now, due_at=now, message_id="<1@x>"
    )
    return alert


def test_the_mailbox_asks_for_a_sign_in(client, kept_mail):
    assert client.get(ADDRESS).headers["Location"].startswith("/sign-in/")


def test_an_empty_mailbox_says_so(client, kept_mail, charge):
    client.force_login(charge)
    assert "No message yet" in client.get(ADDRESS).content.decode()


def test_a_delivered_message_is_shown_with_a_link_to_its_alert(client, kept_mail, charge, alert):
    assert deliver_due(now=timezone.now()) == 1
    client.force_login(charge)
    page = client.get(ADDRESS).content.decode()
    assert f'<a href="/alerts/{alert.code}/">' in page
    assert f"[P1] 7B - CRS alert {alert.code}" in page
    assert "charge@demo.example" in page
    assert "High importance" in page


def test_no_message_names_the_patient(client, kept_mail, charge, alert):
    deliver_due(now=timezone.now())
    client.force_login(charge)
    page = client.get(ADDRESS).content.decode()
    assert "DEMO-X" not in page
    assert "Synthetic," not in page


def test_what_a_message_says_is_text_and_never_markup(client, kept_mail, charge, alert):
    Ward.objects.update(name="<b>7B</b>")
    deliver_due(now=timezone.now())
    client.force_login(charge)
    page = client.get(ADDRESS).content.decode()
    assert "&lt;b&gt;7B&lt;/b&gt;" in page
    assert "<b>7B</b>" not in page


def test_with_a_mail_server_nothing_is_kept_here(client, settings, charge):
    settings.EMAIL_FILE_PATH = None
    client.force_login(charge)
    assert "not kept here" in client.get(ADDRESS).content.decode()


def test_nothing_can_be_sent_to_the_mailbox(client, kept_mail, charge):
    client.force_login(charge)
    assert client.post(ADDRESS).status_code == 405
