"""A correction is one set, not two: what it replaces does not count beside it."""

import pytest

from alerts.models import Alert
from charting import chart
from tests.factories.ward import (
    GRADE_2,
    NOW,
    WELL,
    a_patient,
    a_person,
    a_ward,
    an_entry,
    chart_set,
)

pytestmark = pytest.mark.django_db


def test_a_corrected_set_below_grade_2_is_not_two_sets_below_it():
    patient = a_patient(a_ward())
    for minutes in (60, 50):  # seen twice, so that it rests on no single reading
        chart_set(patient, GRADE_2, minutes_ago=minutes)
    wrong = chart_set(patient, WELL, minutes_ago=20).observations

    def correct(heart_rate_bpm):
        chart.correct_observations(
            wrong_id=wrong.pk,
            entry=an_entry(WELL | {"heart_rate_bpm": heart_rate_bpm}, taken_at=wrong.taken_at),
            corrected_by=a_person(),
            reason="typing slip",
            now=NOW,
        )

    correct(84)
    assert Alert.objects.not_closed().filter(patient=patient, family="crs_grade").exists()
    chart_set(patient, WELL)
    assert not Alert.objects.not_closed().filter(patient=patient, family="crs_grade").exists()
