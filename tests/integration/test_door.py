"""The one door: stored, graded, alerted and audited together, once."""

import threading
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from alerts.models import Alert, AlertEvent, DueSet, Notification
from audit import trail
from charting import chart, state
from charting.chart import ConflictError
from charting.models import PatientState
from grading.models import Assessment
from patients.models import Patient
from staff.models import Role
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    GRADE_3,
    GRADE_4,
    NOW,
    WELL,
    a_patient,
    a_person,
    a_ward,
    an_entry,
    chart_set,
    give,
)
from vitals.models import ObservationSet

pytestmark = pytest.mark.django_db


def crs_in_force():
    return Assessment.objects.filter(scale="astct-crs").in_force()


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def patient(ward):
    return a_patient(ward)


@pytest.mark.parametrize(
    ("values", "grade"), [(WELL, 0), (FEVER, 1), (GRADE_2, 2), (GRADE_3, 3), (GRADE_4, 4)]
)
def test_a_charted_set_is_graded(patient, values, grade):
    charted = chart_set(patient, values)
    assert charted.is_new
    assert charted.assessment.grade == charted.assessment.at_least == grade
    assert charted.assessment.ruleset == "astct-crs-2019/1"
    assert charted.assessment.missing == []


def test_a_systolic_pressure_below_the_limit_is_presumed_hypotension_and_says_so(patient):
    charted = chart_set(patient, GRADE_2)
    assert any("presumed" in flag for flag in charted.assessment.flags)
    assert charted.assessment.because[0]["inputs"] == ["systolic 84 mmHg, below 90 for this age"]


@pytest.mark.parametrize(("systolic", "grade"), [(81, 2), (82, 1), (83, 1)])
def test_the_limit_follows_the_childs_age(ward, systolic, grade):
    child = a_patient(ward, birth_date=(NOW - timedelta(days=6 * 365 + 30)).date())
    values = FEVER | {"systolic_mmhg": systolic, "diastolic_mmhg": 50}
    assert chart_set(child, values).assessment.grade == grade  # 70 + 2 x 6 = 82 mmHg


def test_a_clinicians_no_outweighs_the_limit(patient):
    assert chart_set(patient, GRADE_2 | {"hypotension": False}).assessment.grade == 1


def test_what_is_not_recorded_is_named_and_never_normal(patient):
    charted = chart_set(patient, {"temperature_celsius": Decimal("38.6")})
    assert charted.assessment.grade is None
    assert charted.assessment.at_least == 1
    assert "oxygen_device" in charted.assessment.missing
    assert "vasopressors" in charted.assessment.missing


def test_the_same_entry_twice_is_stored_once(patient):
    nurse, entry = a_person(), an_entry(GRADE_2, taken_at=NOW)
    first = chart.chart_observations(patient_id=patient.pk, entry=entry, charted_by=nurse, now=NOW)
    again = chart.chart_observations(
        patient_id=patient.pk, entry=entry, charted_by=nurse, now=NOW + timedelta(minutes=3)
    )
    assert (first.is_new, again.is_new) == (True, False)
    assert again.observations.pk == first.observations.pk
    assert again.assessment.pk == first.assessment.pk
    assert ObservationSet.objects.count() == 1
    assert Alert.objects.get().count == 1


def test_the_same_id_for_another_entry_is_refused(patient):
    nurse, client_id = a_person(), uuid.uuid4()
    chart.chart_observations(
        patient_id=patient.pk,
        entry=an_entry(WELL, taken_at=NOW, client_id=client_id),
        charted_by=nurse,
        now=NOW,
    )
    with pytest.raises(ConflictError):
        chart.chart_observations(
            patient_id=patient.pk,
            entry=an_entry(FEVER, taken_at=NOW, client_id=client_id),
            charted_by=nurse,
            now=NOW,
        )
    assert ObservationSet.objects.count() == 1


def test_the_same_id_for_another_patient_is_refused(ward, patient):
    other, entry = a_patient(ward), an_entry(WELL, taken_at=NOW)
    nurse = a_person()
    chart.chart_observations(patient_id=patient.pk, entry=entry, charted_by=nurse, now=NOW)
    with pytest.raises(ConflictError):
        chart.chart_observations(patient_id=other.pk, entry=entry, charted_by=nurse, now=NOW)


def test_an_unknown_patient_is_refused(db):
    with pytest.raises(Patient.DoesNotExist):
        chart.chart_observations(
            patient_id=999_999, entry=an_entry(WELL, taken_at=NOW), charted_by=a_person(), now=NOW
        )


def test_all_of_it_or_nothing(patient, monkeypatch):
    def broken(**_kwargs):
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(trail, "record", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        chart_set(patient, GRADE_4)
    assert not ObservationSet.objects.exists()
    assert not Assessment.objects.exists()
    assert not Alert.objects.exists()
    assert not Notification.objects.exists()


def test_fever_hidden_by_tocilizumab_does_not_hide_the_grade(patient):
    chart_set(patient, FEVER, minutes_ago=600)
    give(patient, "tocilizumab", minutes_ago=500)
    cool = GRADE_3 | {"temperature_celsius": Decimal("36.9")}
    charted = chart_set(patient, cool)
    assert charted.assessment.grade == 3


def test_premedication_before_any_fever_does_not_make_crs(patient):
    give(patient, "dexamethasone", minutes_ago=900)
    cool = GRADE_2 | {"temperature_celsius": Decimal("36.9")}
    charted = chart_set(patient, cool)
    assert charted.assessment.grade == 0
    assert any("masked" in flag.lower() for flag in charted.assessment.flags)


def test_a_vasopressor_runs_until_somebody_charts_otherwise(patient):
    chart_set(patient, GRADE_3, minutes_ago=300)
    silent = {k: v for k, v in FEVER.items() if k != "vasopressors"}
    assert chart_set(patient, silent, minutes_ago=10).assessment.grade == 3
    assert chart_set(patient, FEVER | {"vasopressors": []}).assessment.grade == 1


def test_starting_a_vasopressor_raises_the_grade_at_once(patient):
    chart_set(patient, GRADE_2, minutes_ago=10)
    give(patient, "norepinephrine", minutes_ago=2)
    current = PatientState.objects.get(pk=patient.pk)
    assert current.latest_assessment.at_least == 3
    give(patient, "epinephrine", minutes_ago=1)
    current.refresh_from_db()
    assert current.latest_assessment.at_least == 4
    assert Alert.objects.get(family="crs_grade").step == 4


def test_a_late_entry_grades_everything_after_it_again(patient):
    chart_set(patient, WELL, minutes_ago=240)
    cool = GRADE_2 | {"temperature_celsius": Decimal("36.9"), "hypotension": True}
    now_set = chart_set(patient, cool)
    assert now_set.assessment.grade == 0
    give(patient, "paracetamol", minutes_ago=100)
    late = chart_set(patient, FEVER, minutes_ago=120)
    assert late.assessment.grade == 1
    again = crs_in_force().get(observation_set=now_set.observations)
    assert again.grade == 2  # the fever of two hours ago makes it CRS
    assert again.supersedes is not None
    assert "late" in again.reason
    assert PatientState.objects.get(pk=patient.pk).latest_assessment == again


def test_shuffled_arrival_ends_like_sorted_arrival(ward):
    course = [WELL, FEVER, GRADE_2, GRADE_3 | {"temperature_celsius": Decimal("37.0")}, FEVER, WELL]
    in_order, shuffled = a_patient(ward), a_patient(ward)
    for index, values in enumerate(course):
        chart_set(in_order, values, minutes_ago=600 - 100 * index)
    for index in (3, 0, 5, 1, 4, 2):
        chart_set(shuffled, course[index], minutes_ago=600 - 100 * index)

    def grades(patient):
        rows = Assessment.objects.filter(patient=patient).in_force().order_by("taken_at", "scale")
        return [(row.taken_at, row.scale, row.grade, row.at_least, row.missing) for row in rows]

    assert grades(in_order) == grades(shuffled)


def test_a_correction_stands_and_the_original_stays(patient):
    wrong = chart_set(patient, GRADE_2, minutes_ago=30)
    right = an_entry(FEVER, taken_at=wrong.observations.taken_at)
    corrected = chart.correct_observations(
        wrong_id=wrong.observations.pk,
        entry=right,
        corrected_by=a_person(),
        reason="typing",
        now=NOW,
    )
    assert corrected.assessment.grade == 1
    assert list(ObservationSet.objects.in_force()) == [corrected.observations]
    assert ObservationSet.objects.count() == 2
    assert PatientState.objects.get(pk=patient.pk).latest_assessment == corrected.assessment
    assert list(crs_in_force()) == [corrected.assessment]
    of_sets = Assessment.objects.in_force().values_list("observation_set", flat=True)
    assert set(of_sets) == {corrected.observations.pk}


def test_a_set_is_corrected_once(patient):
    wrong = chart_set(patient, GRADE_2)
    for_correction = {
        "wrong_id": wrong.observations.pk,
        "corrected_by": a_person(),
        "reason": "typing",
        "now": NOW,
    }
    chart.correct_observations(entry=an_entry(FEVER, taken_at=NOW), **for_correction)
    with pytest.raises(chart.NotInForceError):
        chart.correct_observations(entry=an_entry(WELL, taken_at=NOW), **for_correction)


@pytest.mark.parametrize("values", [WELL, GRADE_4])
def test_the_kept_state_is_what_the_facts_say(patient, values):
    chart_set(patient, WELL, minutes_ago=90)
    chart_set(patient, values, minutes_ago=3)
    kept = PatientState.objects.get(pk=patient.pk)
    assert state.differs(kept, state.rebuild(patient)) == []


def test_a_repeated_grade_counts_up_and_tells_nobody_again(ward, patient):
    a_person(Role.CHARGE_NURSE, ward)
    for minutes in (50, 40, 30, 20, 10, 0):
        chart_set(patient, FEVER, minutes_ago=minutes)
    alert = Alert.objects.get()
    assert (alert.family, alert.rule, alert.count) == ("fever", "A01", 6)
    assert Notification.objects.count() == 1


def test_a_worse_grade_tells_again_even_when_acknowledged(ward, patient):
    from alerts import services

    charge = a_person(Role.CHARGE_NURSE, ward)
    chart_set(patient, GRADE_2, minutes_ago=20)
    alert = Alert.objects.get()
    services.acknowledge(alert, by=charge, at=NOW, eta_minutes=5, version_seen=alert.version)
    chart_set(patient, GRADE_3, minutes_ago=10)
    alert.refresh_from_db()
    assert (alert.state, alert.rule, alert.step) == ("open", "A04", 3)
    assert Notification.objects.filter(recipient=charge).count() == 2
    kinds = AlertEvent.objects.filter(alert=alert).values_list("kind", flat=True)
    assert list(kinds) == ["raised", "acknowledged", "worsened"]


def test_fever_outside_the_window_alerts_with_other_words(ward):
    early = a_patient(ward, therapy="generic-t-cell", infused_at=NOW - timedelta(days=1))
    chart_set(early, FEVER)
    alert = Alert.objects.get()
    assert alert.rule == "A33"
    assert "before the expected window" in alert.words


def test_a_patient_with_no_infusion_recorded_alerts_too(ward):
    chart_set(a_patient(ward, infused_at=None), FEVER)
    assert Alert.objects.get().rule == "A33"


def test_a_set_entered_a_day_late_is_graded_and_pages_nobody(patient):
    charted = chart_set(patient, GRADE_4, minutes_ago=24 * 60 + 1)
    assert charted.assessment.grade == 4
    assert not Alert.objects.exists()


@pytest.mark.parametrize(("values", "minutes"), [(WELL, 240), (FEVER, 30), (GRADE_2, 15)])
def test_the_next_set_is_due_by_the_grade(patient, values, minutes):
    charted = chart_set(patient, values)
    assert charted.due is not None
    assert charted.due.due_at == NOW + timedelta(minutes=minutes)


def test_a_partial_set_keeps_the_due_time(patient):
    before = chart_set(patient, WELL, minutes_ago=60).due
    chart_set(patient, {"heart_rate_bpm": 90})
    assert DueSet.objects.get(pk=patient.pk).due_at == before.due_at


def test_charting_leaves_a_trail_that_holds(patient):
    chart_set(patient, FEVER, minutes_ago=5)
    chart_set(patient, GRADE_2)
    assert trail.verify() == []


def test_charting_a_quiet_set_costs_a_known_number_of_queries(patient, django_assert_num_queries):
    nurse = a_person()
    chart_set(patient, WELL, minutes_ago=240, by=nurse)
    entry = an_entry(WELL, taken_at=NOW)
    with django_assert_num_queries(17):
        chart.chart_observations(patient_id=patient.pk, entry=entry, charted_by=nurse, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_many_nurses_at_once_all_count_and_one_alert_stands():
    """Each set is graded in the light of the one before, whoever had to wait."""
    patient, failures = a_patient(a_ward()), []
    chart_set(patient, FEVER, minutes_ago=60)
    give(patient, "tocilizumab", minutes_ago=50)
    cool = GRADE_3 | {"temperature_celsius": Decimal("36.9")}

    def chart_it(nurse, minutes):
        try:
            chart_set(patient, cool, minutes_ago=minutes, by=nurse)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=chart_it, args=(a_person(), 8 - minutes)) for minutes in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert ObservationSet.objects.count() == 9
    assert Alert.objects.not_closed().get().family == "crs_grade"
    rows = crs_in_force().filter(taken_at__gt=NOW - timedelta(minutes=10))
    assert {row.grade for row in rows} == {3}, "the fever before tocilizumab was forgotten"
    kept = PatientState.objects.get(pk=patient.pk)
    assert state.differs(kept, state.rebuild(patient)) == []
    assert trail.verify() == []


def test_due_times_are_real_minutes_on_the_night_the_clocks_change(ward):
    before = datetime(2026, 3, 28, 23, 30, tzinfo=ZoneInfo("Europe/London"))
    patient = a_patient(ward, infused_at=before - timedelta(days=5))
    charted = chart_set(patient, WELL, now=before)
    assert charted.due is not None
    assert charted.due.due_at == datetime(2026, 3, 29, 3, 30, tzinfo=UTC)


def test_a_flow_alone_is_about_the_device_charted_before(patient):
    on_cannula = FEVER | {"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": Decimal(4)}
    assert chart_set(patient, on_cannula, minutes_ago=20).assessment.grade == 2
    assert chart_set(patient, {"oxygen_flow_lpm": Decimal(8)}).assessment.grade == 3


def test_a_drug_event_leaves_a_charted_vasopressin_running(patient):
    chart_set(patient, GRADE_3 | {"vasopressin": True}, minutes_ago=20)
    give(patient, "epinephrine", minutes_ago=5)
    newest = ObservationSet.objects.in_force().latest("taken_at")
    assert newest.vasopressors == ["epinephrine", "norepinephrine"]
    assert newest.vasopressin is None
