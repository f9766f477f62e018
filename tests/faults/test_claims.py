"""Two senders never hold the same message, however close they come to each other."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from alerts.models import Notification
from staff.models import Role
from tests.factories.ward import GRADE_3, a_patient, a_person, a_ward, chart_set

RACES = 60
SENDERS = 3


@pytest.fixture
def message(transactional_db):
    ward = a_ward()
    a_person(Role.CHARGE_NURSE, ward)
    chart_set(a_patient(ward), GRADE_3, now=timezone.now())
    return Notification.objects.get()


def test_of_senders_that_claim_at_once_one_wins(message):
    won: list[list[str]] = [[] for _ in range(RACES)]
    start = [threading.Barrier(SENDERS) for _ in range(RACES)]
    freed = [threading.Barrier(SENDERS) for _ in range(RACES)]

    def sender(name: str) -> None:
        for race in range(RACES):
            start[race].wait()
            if Notification.objects.claim(message.pk, at=timezone.now(), owner=name):
                won[race].append(name)
            if freed[race].wait() == 0:
                Notification.objects.filter(pk=message.pk).update(lease_until=None, owner="")
        connection.close()

    threads = [threading.Thread(target=sender, args=(f"sender-{n}",)) for n in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # A race may begin before the lease of the last one was taken away: then nobody wins.
    assert [winners for winners in won if len(winners) > 1] == []
    assert sum(map(len, won)) > RACES // 4


def test_what_was_answered_or_sent_cannot_be_claimed(message):
    now = timezone.now()
    Notification.objects.filter(pk=message.pk).update(sent_at=now)
    assert not Notification.objects.claim(message.pk, at=now, owner="late")
    Notification.objects.filter(pk=message.pk).update(sent_at=None)
    message.alert.state = "acknowledged"
    message.alert.acknowledged_by, message.alert.acknowledged_at = a_person(), now
    message.alert.save()
    assert not Notification.objects.claim(message.pk, at=now + timedelta(minutes=1), owner="late")
