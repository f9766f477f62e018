"""Two at once: of two people one wins, and neither the ladder nor a worsening slips past."""

import threading
import time

import pytest
from django.db import connection

from alerts import escalation, services
from alerts.models import Alert, AlertEvent, Notification
from alerts.policy import Family
from alerts.services import StaleAlertError
from audit import trail
from staff.models import Role
from tests.factories.alerts import MINUTE, a_condition, an_alert, raise_it
from tests.factories.ward import NOW, a_patient, a_person, a_ward

pytestmark = pytest.mark.django_db(transaction=True)
# Enough that a check before an act would be caught, few enough for every run.
ROUNDS = 40
_LONGEST_SECONDS = 2.5


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def people(ward):
    return [a_person(Role.CHARGE_NURSE, ward) for _ in range(2)]


def at_once(*acts):
    """Run these at the same moment; return what came of each, an error as itself."""
    gate, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
            connection.ensure_connection()
            gate.wait()
            outcomes[place] = act()
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def rounds(patient, ward):
    """A fresh alert a round, as many as fit into the time."""
    until = time.monotonic() + _LONGEST_SECONDS
    for number in range(ROUNDS):
        if time.monotonic() > until and number >= 10:
            return
        alert = an_alert(patient, ward)
        yield alert
        services.close(alert, reason="next round", at=NOW)


def press(alert, person, *, version=1):
    return lambda: services.acknowledge(
        Alert.objects.get(pk=alert.pk), by=person, at=NOW, eta_minutes=0, version_seen=version
    )


def kinds(alert):
    rows = AlertEvent.objects.filter(alert=alert).order_by("seq")
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    return [row.kind for row in rows]


def unexpected(outcomes):
    return [
        each
        for each in outcomes
        if isinstance(each, Exception) and not isinstance(each, StaleAlertError)
    ]


def test_of_two_who_acknowledge_one_wins(ward, people):
    for alert in rounds(a_patient(ward), ward):
        outcomes = at_once(*(press(alert, person) for person in people))
        assert unexpected(outcomes) == []
        winners = [each.acknowledged_by for each in outcomes if isinstance(each, Alert)]
        alert.refresh_from_db()
        assert winners == [alert.acknowledged_by]
        assert kinds(alert).count("acknowledged") == 1
    assert trail.verify() == []


def test_an_escalation_in_the_same_second_refuses_nobody(ward, people):
    due = NOW + 3 * MINUTE
    for alert in rounds(a_patient(ward), ward):
        outcomes = at_once(press(alert, people[0]), lambda: escalation.step_due(due))
        assert unexpected(outcomes) == []
        alert.refresh_from_db()
        assert (alert.state, alert.acknowledged_by) == ("acknowledged", people[0])
        assert outcomes[1] == kinds(alert).count("escalated") == alert.rung
        assert alert.next_step_at == NOW + 15 * MINUTE


def test_nobody_acknowledges_a_grade_they_have_not_seen(ward, people):
    patient = a_patient(ward)
    for alert in rounds(patient, ward):
        worse = a_condition(step=3)
        outcomes = at_once(
            press(alert, people[0]),
            lambda worse=worse: raise_it(patient, ward, worse, now=NOW),
        )
        assert unexpected(outcomes) == []
        alert.refresh_from_db()
        assert (alert.state, alert.acknowledged_by, alert.step) == ("open", None, 3)
        assert kinds(alert)[-1] == "worsened"


def test_two_sweeps_climb_one_rung(ward, people):
    due = NOW + 3 * MINUTE
    for alert in rounds(a_patient(ward), ward):
        outcomes = at_once(*(lambda: escalation.step_due(due) for _ in range(2)))
        assert sorted(outcomes) == [0, 1]
        alert.refresh_from_db()
        assert alert.rung == kinds(alert).count("escalated") == 1
        assert Notification.objects.filter(alert=alert, rung=1).count() == len(people)


def test_two_who_raise_the_same_leave_one_alert(ward, people):
    patient = a_patient(ward)
    standing = an_alert(patient, ward)
    for _ in range(ROUNDS // 2):
        outcomes = at_once(*(lambda: raise_it(patient, ward, a_condition()) for _ in range(2)))
        assert unexpected(outcomes) == []
    standing.refresh_from_db()
    assert standing.count == 1 + 2 * (ROUNDS // 2)
    assert Alert.objects.not_closed().get(family=Family.CRS_GRADE) == standing


def test_closing_and_acknowledging_end_in_one_story(ward, people):
    for alert in rounds(a_patient(ward), ward):
        outcomes = at_once(
            press(alert, people[0]),
            lambda alert=alert: services.close(alert, reason="treated", at=NOW, by=people[1]),
        )
        assert unexpected(outcomes) == []
        alert.refresh_from_db()
        assert alert.state == "closed"
        assert kinds(alert)[-1] == "closed"
