"""How often a ward is interrupted: once an episode, once a step, and not at every fever."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from alerts.models import Alert, AlertEvent
from charting import results
from charting.results import LabEntry
from staff.models import Role
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    NOW,
    SOFT_GRADE_2,
    WELL,
    a_patient,
    a_person,
    a_ward,
    chart_set,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ward():
    ward = a_ward()
    a_person(Role.CHARGE_NURSE, ward)
    return ward


@pytest.fixture
def nurse(ward):
    return a_person(Role.NURSE, ward)


def neutrophils(patient, *, at, by, value="2.0"):
    entry = LabEntry(uuid.uuid4(), "751-8", "Neutrophils", at, value=Decimal(value), unit="10*9/L")
    results.record_lab(patient_id=patient.pk, entry=entry, recorded_by=by, now=at, source="nurse")


def interruptions(since, until):
    """How often people were told of something urgent, or told again."""
    told = AlertEvent.objects.filter(
        kind__in=("raised", "worsened", "confirmed"), at__gte=since, at__lt=until
    )
    return sum(event.detail.get("severity") in {"P1", "P2"} for event in told)


@pytest.mark.slow
def test_a_day_on_a_ward_of_24_with_5_febrile_patients_interrupts_three_times(ward, nurse):
    """Three have been febrile since yesterday, one begins today, one goes on to grade 2."""
    patients = [a_patient(ward) for _ in range(24)]
    febrile, well = patients[:5], patients[5:]
    yesterday, today = NOW - 24 * HOUR, NOW
    for patient in febrile:
        neutrophils(patient, at=yesterday, by=nurse)
    for patient in febrile[:4]:
        chart_set(patient, FEVER, now=today - 2 * HOUR, by=nurse)
    for patient in well:
        for hours in range(0, 24, 4):
            chart_set(patient, WELL, now=today + hours * HOUR, by=nurse)
    curve = ("38.2", "38.6", "39.1", "38.9", "38.4", "38.1")
    for hours in range(0, 24, 2):
        for number, patient in enumerate(febrile):
            celsius = Decimal(curve[(hours // 2 + number) % len(curve)])
            worse = GRADE_2 if patient is febrile[0] and hours >= 12 else FEVER
            values = worse | {"temperature_celsius": celsius, "heart_rate_bpm": 112}
            chart_set(patient, values, now=today + hours * HOUR, by=nurse)
    assert Alert.objects.not_closed().filter(family="fever").count() == 4
    assert 2 <= interruptions(today, today + 24 * HOUR) <= 3


def test_six_febrile_sets_in_a_row_are_one_alert_told_once(ward, nurse):
    patient = a_patient(ward)
    neutrophils(patient, at=NOW - 12 * HOUR, by=nurse)
    for hours in range(6):
        chart_set(patient, FEVER, now=NOW + 2 * hours * HOUR, by=nurse)
    alert = Alert.objects.get()
    assert (alert.rule, alert.severity, alert.count) == ("A01", "P2", 6)
    assert interruptions(NOW, NOW + 24 * HOUR) == 1


def test_a_soft_pressure_is_told_to_the_charge_nurse_and_urgent_once_confirmed(ward, nurse):
    patient = a_patient(ward)
    neutrophils(patient, at=NOW - 12 * HOUR, by=nurse)
    chart_set(patient, SOFT_GRADE_2, now=NOW, by=nurse)
    alert = Alert.objects.get()
    assert (alert.rule, alert.severity, alert.is_provisional) == ("A03", "P2", True)
    chart_set(patient, SOFT_GRADE_2, now=NOW + 4 * MINUTE, by=nurse)
    alert.refresh_from_db()
    assert (alert.severity, alert.is_provisional) == ("P2", True)
    chart_set(patient, SOFT_GRADE_2, now=NOW + 6 * MINUTE, by=nurse)
    alert.refresh_from_db()
    assert (alert.severity, alert.is_provisional, alert.count) == ("P1", False, 3)


def test_a_normal_second_reading_ends_it_and_the_fever_is_told(ward, nurse):
    patient = a_patient(ward)
    neutrophils(patient, at=NOW - 12 * HOUR, by=nurse)
    chart_set(patient, SOFT_GRADE_2, now=NOW, by=nurse)
    chart_set(patient, FEVER, now=NOW + 6 * MINUTE, by=nurse)
    grade = Alert.objects.get(family="crs_grade")
    assert (grade.state, grade.closed_reason) == ("closed", "the second reading was normal")
    assert Alert.objects.not_closed().get().rule == "A01"


def test_what_a_grade_includes_points_at_it(ward, nurse):
    patient = a_patient(ward)
    chart_set(patient, FEVER, now=NOW, by=nurse)
    chart_set(patient, GRADE_2, now=NOW + 30 * MINUTE, by=nurse)
    fever = Alert.objects.get(family="fever")
    assert (fever.closed_as, fever.absorbed_by) == (
        "absorbed", Alert.objects.get(family="crs_grade")
    )  # fmt: skip


@pytest.mark.parametrize(
    "action",
    [
        {"fluid_bolus_ml": 500},
        {"hypotension": True},
        {"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": Decimal(2)},
        {"vasopressors": ["norepinephrine"]},
        {"systolic_mmhg": 79},
        {"mean_arterial_mmhg": 54},
    ],
)
def test_what_somebody_did_or_judged_is_urgent_at_once(ward, nurse, action):
    chart_set(a_patient(ward), SOFT_GRADE_2 | action, by=nurse)
    alert = Alert.objects.get(family="crs_grade")
    assert (alert.severity, alert.is_provisional) == ("P1", False)
    assert not Alert.objects.exclude(family="crs_grade").exists()


def test_an_old_abnormal_set_entered_after_normal_ones_leaves_a_note(ward, nurse):
    patient = a_patient(ward)
    chart_set(patient, WELL, minutes_ago=30, by=nurse)
    chart_set(patient, WELL | {"systolic_mmhg": 70, "diastolic_mmhg": 40}, minutes_ago=90, by=nurse)
    alert = Alert.objects.get()
    assert (alert.rule, alert.severity) == ("A45", "P4")


def test_a_young_abnormal_set_entered_after_a_normal_one_is_told(ward, nurse):
    patient = a_patient(ward)
    chart_set(patient, WELL, minutes_ago=30, by=nurse)
    chart_set(patient, WELL | {"systolic_mmhg": 70, "diastolic_mmhg": 40}, minutes_ago=59, by=nurse)
    alert = Alert.objects.get()
    assert (alert.rule, alert.severity) == ("A08", "P1")


def test_a_set_entered_a_day_late_pages_nobody(ward, nurse):
    chart_set(a_patient(ward), GRADE_2, minutes_ago=24 * 60 + 1, by=nurse)
    assert not Alert.objects.exists()


def test_worry_pressed_while_pressure_is_low_stays_until_a_person_closes_it(ward, nurse):
    patient = a_patient(ward)
    low = WELL | {"systolic_mmhg": 70, "diastolic_mmhg": 40}
    chart_set(patient, low, now=NOW, by=nurse)
    chart_set(patient, low | {"worried": True}, now=NOW + 10 * MINUTE, by=nurse)
    for minutes in (60, 120, 180):
        chart_set(patient, WELL, now=NOW + minutes * MINUTE, by=nurse)
    assert Alert.objects.not_closed().get().family == "hemodynamic"


def test_without_worry_two_normal_sets_end_it(ward, nurse):
    patient = a_patient(ward)
    chart_set(patient, WELL | {"systolic_mmhg": 70, "diastolic_mmhg": 40}, now=NOW, by=nurse)
    chart_set(patient, WELL, now=NOW + 30 * MINUTE, by=nurse)
    assert Alert.objects.not_closed().exists()
    chart_set(patient, WELL, now=NOW + 60 * MINUTE, by=nurse)
    assert Alert.objects.get().closed_reason == "two normal sets in a row"


def test_a_fever_that_comes_back_within_a_week_is_named(ward, nurse):
    patient = a_patient(ward)
    chart_set(patient, FEVER, now=NOW, by=nurse)
    for hours in (4, 20, 29):
        chart_set(patient, WELL, now=NOW + hours * HOUR, by=nurse)
    assert not Alert.objects.not_closed().exists()
    chart_set(patient, FEVER, now=NOW + 72 * HOUR, by=nurse)
    assert Alert.objects.not_closed().get().rule == "A05"


def test_a_fever_long_after_the_last_is_a_first_one(ward, nurse):
    patient = a_patient(ward)
    chart_set(patient, FEVER, now=NOW, by=nurse)
    for hours in (4, 20, 29):
        chart_set(patient, WELL, now=NOW + hours * HOUR, by=nurse)
    chart_set(patient, FEVER, now=NOW + (29 + 7 * 24) * HOUR + MINUTE, by=nurse)
    assert Alert.objects.not_closed().get().rule == "A01"


def test_a_baseline_is_the_median_of_three_sets_before_the_dose(ward, nurse):
    patient = a_patient(ward, infused_at=NOW - 48 * HOUR)
    for hours, systolic in ((60, 118), (56, 120), (52, 150)):
        chart_set(patient, WELL | {"systolic_mmhg": systolic}, now=NOW - hours * HOUR, by=nurse)
    chart_set(patient, WELL | {"systolic_mmhg": 96}, now=NOW, by=nurse)
    assert not Alert.objects.exists()
    chart_set(patient, WELL | {"systolic_mmhg": 95}, now=NOW + 5 * MINUTE, by=nurse)
    assert Alert.objects.get().rule == "A08"  # below 80 % of 120 and below 100


def test_two_sets_are_no_baseline(ward, nurse):
    patient = a_patient(ward, infused_at=NOW - 48 * HOUR)
    for hours in (60, 56):
        chart_set(patient, WELL, now=NOW - hours * HOUR, by=nurse)
    chart_set(patient, WELL | {"systolic_mmhg": 95}, now=NOW, by=nurse)
    assert not Alert.objects.exists()


def test_an_alert_names_the_edition_that_raised_it(ward, nurse):
    chart_set(a_patient(ward), FEVER, by=nurse)
    assert Alert.objects.get().rulebook.startswith("alerts-1/")
