"""A result, a neuro check, a dose and the clock raise and end alerts through the one door."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from alerts import services
from alerts.models import Alert
from charting import alerting, doses, neuro, results
from charting.results import LabEntry
from patients.models import BodyWeight
from staff.models import Role
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    NOW,
    WELL,
    a_patient,
    a_person,
    a_ward,
    an_infusion,
    chart_set,
    give,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
_LOINC = {
    "crp": ("1988-5", "mg/L"), "ferritin": ("2276-4", "ng/mL"), "lactate": ("32693-4", "mmol/L"),
    "fibrinogen": ("3255-7", "g/L"), "alt": ("1742-6", "U/L"), "platelets": ("777-3", "10*9/L"),
    "creatinine": ("2160-0", "mg/dL"), "sodium": ("2951-2", "mmol/L"),
}  # fmt: skip


@pytest.fixture
def ward():
    ward = a_ward()
    a_person(Role.CHARGE_NURSE, ward)
    return ward


@pytest.fixture
def patient(ward):
    return a_patient(ward)


def report(patient, analyte, value, *, now=NOW, hours_ago=0, **more):
    loinc, unit = _LOINC[analyte]
    at = now - hours_ago * HOUR
    entry = LabEntry(uuid.uuid4(), loinc, analyte, at, value=Decimal(value), unit=unit, **more)
    results.record_lab(
        patient_id=patient.pk, entry=entry, recorded_by=a_person(), now=now, source="nurse"
    )


def check(patient, *, now=NOW, hours_ago=0, **findings):
    neuro.record_neuro_check(
        patient_id=patient.pk,
        client_id=uuid.uuid4(),
        taken_at=now - hours_ago * HOUR,
        recorded_by=a_person(),
        now=now,
        findings=findings,
    )


def told():
    return sorted(f"{a.rule} {a.severity}" for a in Alert.objects.not_closed())


# --- Laboratory --------------------------------------------------------------------------------


def test_a_result_raises_an_alert_and_two_falls_end_it(patient):
    report(patient, "crp", "150", now=NOW)
    assert told() == ["A20 P3"]
    report(patient, "crp", "120", now=NOW + 24 * HOUR)
    assert told() == ["A20 P3"]
    report(patient, "crp", "90", now=NOW + 48 * HOUR)
    assert told() == []


def test_a_result_speaks_for_itself_and_not_again_for_the_others(patient):
    report(patient, "crp", "150")
    for analyte, value in (("sodium", "140"), ("lactate", "1.0"), ("ferritin", "300")):
        report(patient, analyte, value)
    assert Alert.objects.get().count == 1


def test_ferritin_that_doubled_with_low_fibrinogen_is_to_be_reviewed(patient):
    report(patient, "ferritin", "600", hours_ago=20)
    report(patient, "ferritin", "1300")
    assert told() == ["A21 P3"]
    report(patient, "fibrinogen", "1.2")
    assert told() == ["A21 P2", "A22 P3"]


@pytest.mark.parametrize(("reference_high", "expected"), [(Decimal(100), []), (None, ["A23 P3"])])
def test_the_laboratorys_own_limit_is_the_one_that_counts(patient, reference_high, expected):
    report(patient, "alt", "300", reference_high=reference_high)
    assert told() == expected


def test_creatinine_is_held_to_the_value_before_the_dose(patient):
    report(patient, "creatinine", "1.4", now=NOW - HOUR)
    assert told() == []
    report(patient, "creatinine", "0.8", now=NOW, hours_ago=6 * 24)  # before the dose of 5 days ago
    report(patient, "creatinine", "1.2", now=NOW + HOUR)
    assert told() == ["A23 P3"]


def test_few_platelets_are_urgent_with_a_lower_neuro_score(patient):
    report(patient, "platelets", "15")
    assert told() == []
    check(patient, ice_score=8)
    report(patient, "platelets", "14", now=NOW + HOUR)
    assert told() == ["A16 P2", "A23 P1"]


def test_a_result_of_the_day_before_yesterday_pages_nobody(patient):
    report(patient, "lactate", "5", hours_ago=24.1)
    assert told() == []
    report(patient, "lactate", "5", hours_ago=24)
    assert told() == ["A23 P1"]


# --- Neuro checks ------------------------------------------------------------------------------


def test_a_lower_score_is_told_and_ends_after_two_checks_at_baseline(patient):
    check(patient, hours_ago=8, ice_score=10, is_baseline=True)
    check(patient, hours_ago=4, ice_score=9)
    assert told() == ["A16 P2"]
    check(patient, hours_ago=2, ice_score=10)
    assert told() == ["A16 P2"]
    check(patient, ice_score=10)
    assert told() == []


def test_a_seizure_after_a_low_score_is_told_again(patient):
    check(patient, hours_ago=1, ice_score=5)
    assert told() == ["A17 P1"]
    version = Alert.objects.get().version
    check(patient, ice_score=5, seizure="brief_resolved")
    alert = Alert.objects.get()
    assert (alert.rule, alert.version > version) == ("A18", True)


def test_a_check_entered_after_a_newer_one_ends_nothing(patient):
    check(patient, hours_ago=6, ice_score=10, is_baseline=True)
    check(patient, hours_ago=1, ice_score=9)
    check(patient, hours_ago=2, ice_score=10)
    assert told() == ["A16 P2"]


# --- Doses -------------------------------------------------------------------------------------


def test_a_third_dose_in_a_day_is_told_once_and_its_stop_is_no_dose(patient):
    for minutes_ago in (960, 480):
        give(patient, "tocilizumab", minutes_ago=minutes_ago)
    assert told() == []
    running = give(patient, "tocilizumab", minutes_ago=60)
    assert told() == ["A25 P2"]
    doses.stop_treatment(running, stopped_at=NOW, recorded_by=a_person(), now=NOW)
    assert Alert.objects.get().count == 1


@pytest.mark.parametrize("code", ["siltuximab", "dexamethasone", "paracetamol"])
def test_other_drugs_are_not_counted(patient, code):
    for minutes_ago in (960, 480, 60):
        give(patient, code, minutes_ago=minutes_ago)
    assert told() == []


# --- The clock ---------------------------------------------------------------------------------


def wait(patient, hours):
    return alerting.evaluate_clock(patient.pk, now=NOW + hours * HOUR)


def test_a_fever_that_lasts_a_day_and_then_three_is_told_twice(patient):
    for hours in range(0, 80, 6):
        chart_set(patient, FEVER, now=NOW + hours * HOUR)
        wait(patient, hours)
        grade = Alert.objects.filter(family="crs_grade").first()
        severity = grade.severity if grade else None
        assert severity == (None if hours < 24 else "P3" if hours < 72 else "P2")
    assert Alert.objects.get(family="crs_grade").count == 2


def test_looking_at_the_clock_twice_changes_nothing(patient):
    for hours in (0, 12, 24):
        chart_set(patient, FEVER, now=NOW + hours * HOUR)
    assert len(wait(patient, 25)) == 1
    assert wait(patient, 25) == wait(patient, 26) == ()
    assert Alert.objects.get(family="crs_grade").count == 1


def test_what_a_person_closed_is_not_raised_again_for_the_same_reason(patient):
    for hours in (0, 12, 24):
        chart_set(patient, FEVER, now=NOW + hours * HOUR)
    ((raised),) = wait(patient, 25)
    services.close(raised.alert, reason="known", at=NOW + 26 * HOUR, by=a_person())
    assert wait(patient, 27) == ()


@pytest.mark.parametrize(("hours", "expected"), [(7.9, []), (8.1, ["A24 P3"]), (24.1, ["A07 P2"])])
def test_a_dose_without_a_lower_grade_is_told_in_time(patient, hours, expected):
    chart_set(patient, GRADE_2, now=NOW)
    give(patient, "tocilizumab", minutes_ago=0)
    wait(patient, hours)
    timing = Alert.objects.not_closed().filter(family="drug_timing")
    assert [f"{a.rule} {a.severity}" for a in timing] == expected


def test_a_lower_grade_ends_the_wait_for_it(patient):
    chart_set(patient, GRADE_2, now=NOW)
    give(patient, "tocilizumab", minutes_ago=0)
    wait(patient, 9)
    chart_set(patient, FEVER, now=NOW + 10 * HOUR)
    wait(patient, 10)
    assert Alert.objects.get(family="drug_timing").closed_reason == "the grade fell"


def test_a_stopped_pump_is_told_and_a_restart_ends_it(ward):
    patient = a_patient(ward, infused_at=None)
    started = NOW - 30 * HOUR
    doses.record_infusion(
        patient_id=patient.pk, therapy="blina-rr", kind="cycle_1_start", started_at=started,
        stopped_at=NOW, recorded_by=a_person(Role.ONCOLOGIST), now=NOW,
    )  # fmt: skip
    assert [f"{r.alert.rule} {r.alert.severity}" for r in wait(patient, 1)] == ["A27 P3"]
    assert [f"{r.alert.rule} {r.alert.severity}" for r in wait(patient, 4)] == ["A27 P2"]
    an_infusion(
        patient, therapy="blina-rr", kind="restart_after_interruption",
        started_at=NOW + 4.5 * HOUR,
    )  # fmt: skip
    wait(patient, 5)
    assert Alert.objects.get(rule="A27").closed_reason == "a restart was recorded"


def test_a_missing_baseline_is_told_on_the_first_day_and_ends_when_entered(ward):
    patient = a_patient(ward, infused_at=NOW)
    assert "A36" in {raised.alert.rule for raised in wait(patient, 1)}
    assert "A36" not in {raised.alert.rule for raised in wait(patient, 2)}
    BodyWeight.objects.create(
        patient=patient, weight_kg=70, measured_at=NOW, recorded_at=NOW, recorded_by=a_person()
    )
    wait(patient, 3)
    assert "A36 P3" in told()  # a weight alone is not all of it
    wait(patient, 24)
    assert "A36 P3" in told()  # past the day nobody is told, and what stands stays


def test_a_window_that_opens_tomorrow_is_announced_for_a_day(ward):
    patient = a_patient(ward, infused_at=NOW)  # tisagenlecleucel: days 1 to 14
    wait(patient, 2)
    assert "A35 P4" in told()
    wait(patient, 50)
    assert "A35 P4" not in told()


def test_a_patient_on_no_ward_is_not_looked_at():
    patient = a_patient(None, infused_at=NOW)
    assert wait(patient, 2) == ()


def test_worry_of_a_carer_is_told_with_its_own_words(patient):
    chart_set(patient, WELL | {"carer_worried": True})
    alert = Alert.objects.get()
    assert (alert.rule, alert.severity) == ("A15", "P2")
    assert "carer" in alert.words


# --- Words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "rule", "words"),
    [
        # a product of days 3 to 14, watched for 30
        (1, "A33", "fever before the expected window: consider infection first"),
        (2, "A33", "fever before the expected window: consider infection first"),
        (3, "A01", "first fever inside a high-risk window"),
        (14, "A01", "first fever inside a high-risk window"),
        (15, "A33", "fever outside the expected window: consider infection first"),
        (30, "A33", "fever outside the expected window: consider infection first"),
        (31, "A34", "fever after the time of monitoring"),
        (60, "A34", "fever after the time of monitoring"),
    ],
)
def test_a_fever_is_told_on_every_day_and_worded_by_its_window(ward, day, rule, words):
    given_at = NOW - timedelta(days=day)
    patient = a_patient(ward, therapy="generic-t-cell", infused_at=given_at)
    chart_set(patient, FEVER)
    alert = Alert.objects.get()
    assert (alert.rule, alert.words) == (rule, words)


def test_the_words_follow_the_window_and_not_the_first_alert(ward):
    infused_at = NOW - timedelta(days=2)
    patient = a_patient(ward, therapy="generic-t-cell", infused_at=infused_at)
    chart_set(patient, FEVER, now=NOW)
    assert "before" in Alert.objects.get().words
    chart_set(patient, FEVER, now=NOW + 24 * HOUR)
    alert = Alert.objects.get()
    assert (alert.rule, alert.severity) == ("A01", "P1")  # no count in 48 h: sepsis until known
    assert "before" not in alert.words


@pytest.mark.parametrize(("minutes", "late"), [(60, False), (61, True)])
def test_a_set_that_is_the_newest_and_entered_late_says_so(patient, minutes, late):
    chart_set(patient, FEVER, minutes_ago=minutes)
    assert Alert.objects.get().words.endswith("(entered late)") is late


def test_correcting_a_dose_by_two_days_closes_the_window_and_keeps_the_answer(ward):
    """Days are counted again, the alert is re-worded, and what was answered stays answered."""
    charge = a_person(Role.CHARGE_NURSE, ward)
    patient = a_patient(ward, infused_at=NOW - timedelta(days=14))  # the last day of 1 to 14
    chart_set(patient, FEVER, minutes_ago=30)
    alert = Alert.objects.get()
    services.acknowledge(alert, by=charge, at=NOW, eta_minutes=0, version_seen=alert.version)
    dose = patient.infusions.get()
    doses.record_infusion(
        patient_id=patient.pk, therapy="tisa-cel", kind="infusion",
        started_at=dose.started_at - timedelta(days=2), recorded_by=charge, now=NOW,
        supersedes=dose, reason="wrong day",
    )  # fmt: skip
    chart_set(patient, FEVER)
    alert.refresh_from_db()
    assert (alert.rule, alert.state, alert.count) == ("A33", "acknowledged", 2)
    services.close(alert, reason="known", at=NOW, by=charge)
    chart_set(patient, FEVER, now=NOW + HOUR)
    assert Alert.objects.not_closed().get().rule == "A33"
