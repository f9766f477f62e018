"""After a restore the past is not sent; what is open is told anew, once, under a new Message-ID."""

from datetime import timedelta

import pytest
from django.core import mail

from alerts import delivery, restored, sweep
from alerts.events import Happened
from alerts.models import (
    Alert,
    AlertEvent,
    AlertState,
    Bulletin,
    Kind,
    Notification,
    RotaRole,
    RotaSlot,
    Topic,
)
from alerts.policy import Severity
from tests.factories.alerting import deliver_until_quiet
from tests.factories.alerts import an_alert, answered, on_call
from tests.factories.ward import NOW, a_patient, a_ward

pytestmark = pytest.mark.django_db
# The backup was taken at NOW, and restored a day and a half later.
LATER = NOW + timedelta(hours=36)


@pytest.fixture
def ward():
    ward = a_ward()
    on_call(ward, *RotaRole)
    RotaSlot.objects.filter(ward=ward).update(ends_at=LATER + timedelta(days=1))
    return ward


def restore(*, now=LATER):
    put_away, told = restored.put_away(now=now), restored.tell_again(now=now)
    return put_away, told


def unsent():
    return Notification.objects.filter(sent_at=None, dropped_at=None, failed_at=None)


def test_what_was_owed_about_an_open_alert_is_told_and_only_once(ward):
    alert = an_alert(a_patient(ward), ward)
    owed = unsent().count()
    assert owed
    restore()
    deliver_until_quiet(start=LATER)
    assert len(mail.outbox) == owed, "each person hears once, not once for then and once for now"
    assert not unsent().exists()
    assert Alert.objects.get(pk=alert.pk).state == AlertState.OPEN


def test_somebody_who_is_told_no_more_by_the_new_ladder_is_still_owed(ward):
    alert = an_alert(a_patient(ward), ward)
    delivery.deliver_due(now=NOW)
    sweep.derive(now=NOW + timedelta(hours=3))  # every rung was called, nothing was sent
    climbed = set(unsent().values_list("recipient", flat=True))
    assert Alert.objects.get(pk=alert.pk).rung > 0
    mail.outbox.clear()
    restore()
    deliver_until_quiet(start=LATER)
    told = Notification.objects.filter(sent_at__gte=LATER).values_list("recipient", flat=True)
    assert climbed <= set(told)


def test_that_somebody_took_an_alert_yesterday_is_no_longer_said(ward):
    alert = an_alert(a_patient(ward), ward)
    delivery.deliver_due(now=NOW)
    first = Notification.objects.filter(alert=alert, recipient__isnull=False).first().recipient
    answered(alert, first)
    assert unsent().filter(kind=Kind.FOLLOW_UP).exists()
    mail.outbox.clear()
    put_away, told = restore()
    assert (put_away > 0, told) == (True, 0)
    delivery.deliver_due(now=LATER)
    assert mail.outbox == []
    dropped = Notification.objects.filter(kind=Kind.FOLLOW_UP)
    assert set(dropped.values_list("last_error", flat=True)) == {"older than the restored backup"}


def test_bulletins_of_the_past_are_put_away():
    Bulletin.objects.create(
        topic=Topic.CANARY, key="canary", address="a@example.org", created_at=NOW, due_at=NOW
    )
    assert restore() == (1, 0)
    delivery.deliver_due(now=LATER)
    assert mail.outbox == []


def test_the_ladder_begins_anew_and_does_not_call_every_rung_at_once(ward):
    alert = an_alert(a_patient(ward), ward)
    deliver_until_quiet()
    restore()
    mail.outbox.clear()
    sweep.derive(now=LATER + timedelta(seconds=30))
    fresh = Alert.objects.get(pk=alert.pk)
    assert fresh.rung == 0
    assert fresh.next_step_at > LATER
    kinds = list(
        AlertEvent.objects.filter(alert=alert).order_by("seq").values_list("kind", flat=True)
    )
    assert kinds[-1] == Happened.RESTORED


def test_silence_after_the_restore_climbs_as_ever(ward):
    alert = an_alert(a_patient(ward), ward)
    restore()
    sweep.derive(now=Alert.objects.get(pk=alert.pk).next_step_at)
    assert Alert.objects.get(pk=alert.pk).rung == 1


def test_no_mail_carries_an_id_that_may_have_been_used_after_the_backup(ward):
    alert = an_alert(a_patient(ward), ward)
    deliver_until_quiet()
    # It goes on: told of worse, and of the next rung, after the backup was taken.
    Alert.objects.filter(pk=alert.pk).update(version=alert.version + 1)
    used = set(Notification.objects.values_list("message_id", flat=True))
    Alert.objects.filter(pk=alert.pk).update(version=alert.version)
    restore()
    fresh = set(unsent().values_list("message_id", flat=True))
    assert fresh
    assert fresh.isdisjoint(used)
    assert Alert.objects.get(pk=alert.pk).version == alert.version + restored.VERSIONS_APART


def test_what_is_closed_stays_silent(ward):
    alert = an_alert(a_patient(ward), ward)
    Alert.objects.filter(pk=alert.pk).update(state=AlertState.CLOSED, closed_at=NOW)
    put_away, told = restore()
    assert (put_away > 0, told) == (True, 0)
    delivery.deliver_due(now=LATER)
    assert mail.outbox == []


@pytest.mark.parametrize("severity", [Severity.P1, Severity.P2, Severity.P3, Severity.P4])
def test_an_alert_of_any_severity_survives_a_restore(ward, severity):
    alert = an_alert(a_patient(ward), ward, severity)
    assert restore()[1] == 1
    assert Alert.objects.get(pk=alert.pk).state == AlertState.OPEN
