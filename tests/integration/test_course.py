"""A course as it is known: its episodes, and scores from the newest values with their units."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from rest_framework.test import APIClient

from charting import chart, course, results, stays
from charting.models import PatientState
from patients.models import Stay
from staff.models import ApiToken, Role
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    NOW,
    WELL,
    a_patient,
    a_person,
    a_ward,
    an_entry,
    chart_set,
)
from vitals.vocabulary import Source

pytestmark = pytest.mark.django_db
# Token or session, person, wards, the state; then the grades and the labs.
API_QUERIES = 6
DAY = 24 * 60
LDH, CREATININE, CREATININE_SI, CRP, PLATELETS = "2532-0", "2160-0", "14682-9", "1988-5", "777-3"
NEUTROPHILS, HEMOGLOBIN, LEUKOCYTES, FERRITIN = "751-8", "718-7", "6690-2", "2276-4"
TRIGLYCERIDE, FIBRINOGEN, AST, PT, DIMER = "2571-8", "3255-7", "1920-8", "5902-2", "48065-7"


@pytest.fixture
def now(time_machine):
    time_machine.move_to(NOW, tick=False)
    return NOW


@pytest.fixture
def ward(now):
    return a_ward()


@pytest.fixture
def patient(ward):
    return a_patient(ward)


@pytest.fixture
def api(ward):
    _, secret = ApiToken.issue(a_person(Role.CHARGE_NURSE, ward), label="board")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def lab(patient, loinc, value, unit, *, hours_ago, comparator="", high=None):
    return results.record_lab(
        patient_id=patient.pk,
        entry=results.LabEntry(
            uuid.uuid4(), loinc, "", NOW - timedelta(hours=hours_ago), Decimal(value),
            unit=unit, comparator=comparator, reference_high=high and Decimal(high),
        ),
        recorded_by=a_person(),
        now=NOW,
        source=Source.NURSE,
    )  # fmt: skip


def easix_labs(patient, *, hours_ago=2):
    # 420 x 1.4 / 56 = 10.5;  420 x 12 / 56 = 90;  420 / 56 = 7.5
    lab(patient, LDH, 420, "U/L", hours_ago=hours_ago)
    lab(patient, CREATININE, "1.4", "mg/dL", hours_ago=hours_ago)
    lab(patient, CRP, 120, "mg/L", hours_ago=hours_ago)
    lab(patient, PLATELETS, 56, "10*9/L", hours_ago=hours_ago)


def baseline_labs(patient, *, hours_ago):
    # 1 + 0 + 1 + 1 + 0 = 3
    lab(patient, PLATELETS, 120, "10*9/L", hours_ago=hours_ago)
    lab(patient, NEUTROPHILS, 3, "10*9/L", hours_ago=hours_ago)
    lab(patient, HEMOGLOBIN, 80, "g/L", hours_ago=hours_ago)
    lab(patient, CRP, 30, "mg/L", hours_ago=hours_ago)
    lab(patient, FERRITIN, 300, "ng/mL", hours_ago=hours_ago)


def two_episodes(patient):
    chart_set(patient, GRADE_2, minutes_ago=4 * DAY)
    chart_set(patient, WELL, minutes_ago=4 * DAY - 120)
    chart_set(patient, WELL, minutes_ago=3 * DAY - 120)
    chart_set(patient, FEVER, minutes_ago=60)


def state_of(patient):
    return PatientState.objects.select_related("ward").get(pk=patient.pk)


def known(patient):
    return course.report(state_of(patient), now=NOW)


def scores(patient):
    return {score.name: score for score in known(patient).scores}


def test_the_episodes_are_read_from_the_grades_in_force(patient):
    two_episodes(patient)
    first, second = course.episodes_of(state_of(patient))
    assert first.onset_at == NOW - timedelta(days=4)
    assert (first.onset_day, first.onset_hours) == (1, 24)
    assert first.peak.at_least == 2
    assert first.signs_gone_at == NOW - timedelta(days=4, hours=-2)
    assert first.resolved_at == NOW - timedelta(days=3, hours=-2)
    assert first.fever == timedelta(hours=2)
    assert (second.number, second.recurrence_of, second.grade) == (2, 1, 1)
    assert second.resolved_at is None


def test_a_corrected_set_takes_its_episode_with_it(patient):
    wrong = chart_set(patient, FEVER, minutes_ago=60).observations
    assert len(course.episodes_of(state_of(patient))) == 1
    chart.correct_observations(
        wrong_id=wrong.pk,
        entry=an_entry(WELL, taken_at=wrong.taken_at),
        corrected_by=a_person(),
        reason="typing",
        now=NOW,
    )
    assert course.episodes_of(state_of(patient)) == []


def test_fever_of_another_cause_is_told_apart(patient):
    chart_set(patient, FEVER, minutes_ago=180)
    chart_set(patient, FEVER | {"fever_attributed_elsewhere": True}, minutes_ago=60)
    chart_set(patient, WELL, minutes_ago=0)
    (only,) = course.episodes_of(state_of(patient))
    assert only.fever == timedelta(hours=2)


@pytest.mark.parametrize("sets", [1, 30])
def test_a_long_course_costs_two_queries_like_a_short_one(sets, patient, django_assert_num_queries):
    for number in range(sets):
        chart_set(patient, FEVER, minutes_ago=600 - number)
    for _ in range(sets):
        easix_labs(patient)
    state = state_of(patient)
    with django_assert_num_queries(1):
        course.episodes_of(state)
    with django_assert_num_queries(2):
        course.report(state, now=NOW)


def test_each_value_comes_in_by_its_unit(patient):
    easix_labs(patient)
    found = scores(patient)
    assert (found["easix"].value, found["m-easix"].value, found["s-easix"].value) == (
        Decimal("10.5"), 90, Decimal("7.5"),
    )  # fmt: skip
    lab(patient, CREATININE_SI, "123.788", "umol/L", hours_ago=1)
    assert scores(patient)["easix"].value == Decimal("10.5")


def test_the_newest_value_in_force_counts_and_its_age_is_known(patient):
    easix_labs(patient, hours_ago=33)
    lab(patient, LDH, 840, "U/L", hours_ago=2)
    found = scores(patient)["s-easix"]
    assert found.value == 15  # 840 / 56
    assert found.apart == timedelta(hours=31)
    assert {part.name: part.used[0].taken_at for part in found.parts} == {
        "ldh": NOW - timedelta(hours=2), "platelets": NOW - timedelta(hours=33),
    }  # fmt: skip


def test_a_bound_makes_the_item_unknown_even_when_a_number_came_before_it(patient):
    easix_labs(patient, hours_ago=5)
    lab(patient, PLATELETS, 10, "10*9/L", hours_ago=1, comparator="<")
    found = scores(patient)["s-easix"]
    assert (found.value, found.missing) == (None, ("platelets",))
    assert found.refused == ("Platelets <10 x10^9/L is a bound, not a value",)


def test_a_creatinine_that_is_micromoles_under_another_name_is_refused(patient):
    easix_labs(patient)
    lab(patient, CREATININE, "59", "mg/dL", hours_ago=1)
    assert scores(patient)["easix"].value is None
    assert "check the unit" in scores(patient)["easix"].refused[0]


def test_hematotox_takes_the_last_values_before_the_first_dose(patient):
    # The dose was 120 hours ago.
    baseline_labs(patient, hours_ago=150)
    easix_labs(patient)
    found = scores(patient)["car-hematotox"]
    assert (found.value, found.reading) == (3, "high risk by its cut-off (2 or more)")
    assert max(found.times) == NOW - timedelta(hours=150)


def test_hematotox_takes_nothing_from_after_the_dose(patient):
    baseline_labs(patient, hours_ago=119)
    found = scores(patient)["car-hematotox"]
    assert (found.value, len(found.missing)) == (None, 5)


def test_before_any_dose_every_value_is_from_before_it(ward):
    waiting = a_patient(ward, infused_at=None)
    baseline_labs(waiting, hours_ago=3)
    assert scores(waiting)["car-hematotox"].value == 3


def test_a_bispecific_has_no_score_of_car_t_cells(ward):
    other = a_patient(ward, therapy="teclistamab", kind="step_1")
    assert "car-hematotox" not in scores(other)


def test_hscore_says_what_is_missing_and_shows_what_is_known(patient):
    chart_set(patient, FEVER | {"temperature_celsius": Decimal("38.4")}, minutes_ago=360)
    chart_set(patient, {"heart_rate_bpm": 90}, minutes_ago=5)  # the temperature is too old for it
    for loinc, value, unit in (
        (HEMOGLOBIN, "8.1", "g/dL"), (LEUKOCYTES, "1.2", "10*9/L"), (PLATELETS, 40, "10*9/L"),
        (FERRITIN, 9000, "ng/mL"), (TRIGLYCERIDE, "132.855", "mg/dL"), (FIBRINOGEN, 250, "mg/dL"),
        (AST, 30, "U/L"),
    ):  # fmt: skip
        lab(patient, loinc, value, unit, hours_ago=3)
    found = scores(patient)["hscore"]
    assert found.value is None
    assert found.missing == (
        "known_immunosuppression", "hepatomegaly", "splenomegaly", "hemophagocytosis",
    )  # fmt: skip
    assert found.parts[1].used[0].said == "Temperature 38.4 °C"
    assert {part.name: part.points for part in found.parts} == {
        "cytopenias": 34, "temperature": 33, "ferritin": 50, "triglyceride": 44,
        "fibrinogen": 30, "ast": 19,
    }  # fmt: skip


def test_dic_asks_for_the_tiers_and_measures_prothrombin_above_its_own_limit(patient):
    chart_set(patient, FEVER, minutes_ago=60)
    lab(patient, PT, 18, "s", hours_ago=3, high="13.5")
    lab(patient, DIMER, 4000, "ng/mL{FEU}", hours_ago=3)
    found = scores(patient)["isth-dic"]
    assert found.missing == ("platelets", "d_dimer_tiers", "fibrinogen")
    (part,) = found.parts
    assert (part.points, part.used[0].said) == (
        1, "Prothrombin time above its upper limit 4.5 s",
    )  # fmt: skip


def test_with_the_tiers_of_the_laboratory_dic_is_scored(patient, settings):
    settings.CRS_D_DIMER_TIERS = ("ng/mL{FEU}", Decimal(600), Decimal(4000))
    chart_set(patient, FEVER, minutes_ago=60)
    lab(patient, PT, 18, "s", hours_ago=3, high="13.5")
    lab(patient, DIMER, 4000, "ng/mL{FEU}", hours_ago=3)
    lab(patient, PLATELETS, 49, "10*9/L", hours_ago=3)
    lab(patient, FIBRINOGEN, 100, "mg/dL", hours_ago=3)
    found = scores(patient)["isth-dic"]
    # 2 + 3 + 1 + 0
    assert (found.value, found.reading) == (6, "compatible with overt DIC (5 or more)")


@pytest.mark.parametrize("recorded", [True, False])
def test_a_prothrombin_time_without_its_limit_or_not_measured_is_missing(recorded, patient):
    if recorded:
        lab(patient, PT, 18, "s", hours_ago=3)
    found = scores(patient)["isth-dic"]
    assert "pt_prolongation" in found.missing
    assert "underlying_disorder" in found.missing


def test_an_empty_course_has_scores_that_say_what_they_need(patient):
    empty = known(patient)
    assert (empty.episodes, empty.flags) == ((), ())
    assert all(score.value is None and score.missing for score in empty.scores)


def test_late_fever_with_the_picture_is_a_flag_and_changes_no_grade(patient):
    two_episodes(patient)
    for hours_ago, ferritin, platelets, fibrinogen in ((80, 2000, 150, 300), (1, 90000, 30, 90)):
        lab(patient, FERRITIN, ferritin, "ng/mL", hours_ago=hours_ago)
        lab(patient, PLATELETS, platelets, "10*9/L", hours_ago=hours_ago)
        lab(patient, FIBRINOGEN, fibrinogen, "mg/dL", hours_ago=hours_ago)
    found = known(patient)
    assert found.flags[0].startswith("HLH-like picture: review")
    assert found.episodes[-1].grade == 1


# --- Over HTTP ---------------------------------------------------------------------------------


def test_the_course_is_answered_in_plain_json(api, patient):
    two_episodes(patient)
    easix_labs(patient)
    body = api.get(f"/api/v1/patients/{patient.pk}/course/").json()
    assert body["patient"] == patient.pk
    first, second = body["episodes"]
    assert first["peak"] == {"grade": 2, "at_least": 2, "at": "2026-03-06T12:00:00Z"}
    assert (first["lasted_days"], first["fever_hours"], first["onset_hours"]) == (0.08, 2.0, 24.0)
    assert (second["recurrence_of"], second["resolved_at"]) == (1, None)
    easix = body["scores"][0]
    assert (easix["name"], easix["value"], easix["missing"]) == ("easix", 10.5, [])
    assert easix["hours_apart"] == 0
    assert easix["parts"][1]["used"] == [
        {"said": "Creatinine 1.4 mg/dL", "taken_at": "2026-03-10T10:00:00Z", "age_hours": 2.0}
    ]
    assert "not an alarm" in easix["caution"]
    assert len(body["flags"]) == 1
    assert "not ruled out" in body["flags"][0]


def test_a_peak_that_is_not_known_and_a_missing_dose_are_null(api, ward):
    other = a_patient(ward, infused_at=None)
    chart_set(other, {"temperature_celsius": Decimal(39)}, minutes_ago=30)
    (only,) = api.get(f"/api/v1/patients/{other.pk}/course/").json()["episodes"]
    assert only["peak"]["grade"] is None
    assert (only["peak"]["at_least"], only["not_fully_graded"]) == (1, 1)
    assert (only["onset_day"], only["onset_hours"]) == (None, None)


def test_an_empty_course_is_answered_without_a_single_value(api, patient):
    scores_of = api.get(f"/api/v1/patients/{patient.pk}/course/").json()["scores"]
    assert all(each["value"] is None and each["hours_apart"] is None for each in scores_of)


@pytest.mark.parametrize("sets", [1, 20])
def test_asking_costs_a_constant_number_of_queries(sets, api, patient, django_assert_num_queries):
    for number in range(sets):
        chart_set(patient, FEVER, minutes_ago=600 - number)
    api.get(f"/api/v1/patients/{patient.pk}/course/")
    with django_assert_num_queries(API_QUERIES):
        assert api.get(f"/api/v1/patients/{patient.pk}/course/").status_code == 200


def test_a_patient_of_another_ward_does_not_exist(api, now):
    elsewhere = a_patient(a_ward())
    for number in (elsewhere.pk, 999_999):
        assert api.get(f"/api/v1/patients/{number}/course/").status_code == 404
    assert Client().get(f"/api/v1/patients/{elsewhere.pk}/course/").status_code == 401


@pytest.mark.parametrize("role", [Role.INTEGRATION, Role.ADMINISTRATOR])
def test_who_only_sends_or_administers_sees_no_course(role, ward, patient):
    _, secret = ApiToken.issue(a_person(role, ward), label="gateway")
    answer = APIClient().get(
        f"/api/v1/patients/{patient.pk}/course/", HTTP_AUTHORIZATION=f"Bearer {secret}"
    )
    assert answer.status_code == 404


def test_the_course_of_one_who_left_ends_with_the_last_set(patient):
    chart_set(patient, FEVER, minutes_ago=60)
    stays.discharge(Stay.objects.get(patient=patient), at=NOW, by=None, now=NOW)
    (only,) = course.report(state_of(patient), now=NOW + timedelta(days=90)).episodes
    assert (only.resolved_at, only.lasted) == (None, timedelta(0))
