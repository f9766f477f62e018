"""A corrected set takes back the alerts that only its wrong values had raised."""

import pytest

from alerts import acknowledging
from alerts.models import Alert
from charting import chart, stays
from staff.models import Role
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    GRADE_3,
    NOW,
    WELL,
    a_patient,
    a_person,
    a_ward,
    an_entry,
    chart_set,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def patient(ward):
    return a_patient(ward)


def correct(charted, values):
    return chart.correct_observations(
        wrong_id=charted.observations.pk,
        entry=an_entry(values, taken_at=charted.observations.taken_at),
        corrected_by=a_person(),
        reason="typing",
        now=NOW,
    )


def without(values, name):
    return {field: value for field, value in values.items() if field != name}


@pytest.mark.parametrize("wrong", [FEVER, GRADE_2, GRADE_3])
def test_a_typing_error_leaves_no_alert_behind(wrong, patient):
    charted = chart_set(patient, wrong, minutes_ago=5)
    assert Alert.objects.not_closed().exists()
    correct(charted, WELL)
    assert {alert.closed_as for alert in Alert.objects.all()} == {"source_corrected"}


@pytest.mark.parametrize(
    "missing",
    [
        "temperature_celsius", "systolic_mmhg", "spo2_percent", "oxygen_device",
        "heart_rate_bpm", "respirations_per_minute",
    ],
)  # fmt: skip
def test_a_replacement_that_leaves_something_out_ends_nothing(missing, patient):
    charted = chart_set(patient, GRADE_3, minutes_ago=5)
    correct(charted, without(WELL, missing))
    assert Alert.objects.not_closed().filter(rule="A04").exists()


def test_what_is_still_true_of_the_replacement_stays(patient):
    charted = chart_set(patient, GRADE_3, minutes_ago=5)
    correct(charted, GRADE_2)
    assert Alert.objects.not_closed().get(family="crs_grade").state == "open"


def test_what_is_still_true_of_an_old_replacement_stays_too(patient):
    charted = chart_set(patient, GRADE_3, minutes_ago=300)
    chart_set(patient, WELL, minutes_ago=5)
    correct(charted, GRADE_3 | {"heart_rate_bpm": 81})
    assert Alert.objects.not_closed().filter(rule="A04").exists()


def test_an_old_typing_error_is_taken_back_as_well(patient):
    charted = chart_set(patient, GRADE_3, minutes_ago=300)
    chart_set(patient, WELL, minutes_ago=5)
    correct(charted, WELL)
    assert Alert.objects.get(rule="A04").closed_as == "source_corrected"


def test_whoever_has_it_keeps_it(ward, patient):
    charted = chart_set(patient, GRADE_3, minutes_ago=5)
    alert = Alert.objects.get(rule="A04")
    charge = a_person(Role.CHARGE_NURSE, ward)
    acknowledging.acknowledge(alert, by=charge, at=NOW, eta_minutes=0, version_seen=1)
    correct(charted, WELL)
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by) == ("acknowledged", charge)


def test_worry_is_no_value_and_is_not_corrected_away(patient):
    charted = chart_set(patient, WELL | {"worried": True}, minutes_ago=5)
    correct(charted, WELL)
    assert Alert.objects.not_closed().filter(family="hemodynamic").exists()


def test_an_alert_follows_its_patient_to_another_ward(ward, patient):
    chart_set(patient, GRADE_2)
    new = a_ward()
    stays.move(patient.stays.get(), ward=new, bed=None, by=None, now=NOW)
    assert Alert.objects.not_closed().filter(ward=new).exists()
    stays.discharge(patient.stays.get(), at=NOW, by=None, now=NOW)
    assert Alert.objects.not_closed().filter(ward=new).exists()
