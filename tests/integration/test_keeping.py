"""Each due set is remembered as done in time or not, if somebody was asked for it."""

import uuid
from datetime import timedelta

import pytest

from alerts.models import AnsweredDue, DueSet
from charting import orders
from tests.factories.ward import FEVER, NOW, WELL, a_patient, a_person, a_ward, chart_set

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient():
    """Well, last charted four hours before noon: the next set is due at noon, and 30 min grace."""
    found = a_patient(a_ward())
    chart_set(found, WELL, minutes_ago=240)
    assert DueSet.objects.get().due_at == NOW
    return found


@pytest.mark.parametrize(
    ("late_minutes", "lost"),
    [(-119, 0), (0, 0), (30, 0), (31, 1), (240, 1), (269, 1), (270.02, 2), (520, 3)],
)
def test_a_set_is_in_time_until_its_grace_is_over(late_minutes, lost, patient):
    at = NOW + timedelta(minutes=late_minutes)
    chart_set(patient, WELL, now=at)
    (answer,) = AnsweredDue.objects.all()
    assert (answer.due_at, answer.interval_minutes, answer.answered_at) == (NOW, 240, at)
    assert answer.lost == lost


def test_a_set_more_than_half_an_interval_early_answers_nothing(patient):
    chart_set(patient, WELL, now=NOW - timedelta(minutes=121))
    assert not AnsweredDue.objects.exists()


def test_a_set_without_what_the_grade_needs_answers_nothing(patient):
    chart_set(patient, {"heart_rate_bpm": 80})
    assert not AnsweredDue.objects.exists()


def test_nobody_was_asked_while_the_patient_was_off_the_ward(patient):
    orders.go_off_ward(
        patient_id=patient.pk,
        client_id=uuid.uuid4(),
        why="imaging",
        back_at=NOW + timedelta(minutes=50),
        accompanied_by="porter",
        recorded_by=a_person(),
        now=NOW - timedelta(minutes=5),
    )
    chart_set(patient, WELL, now=NOW + timedelta(minutes=55))
    assert not AnsweredDue.objects.exists()


def test_the_first_set_and_one_charted_late_answer_nothing(patient):
    chart_set(patient, FEVER, minutes_ago=300)
    chart_set(a_patient(patient.stays.get().ward), WELL)
    assert not AnsweredDue.objects.exists()
