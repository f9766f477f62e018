"""Symptoms by body system: what the check stores, and what the summary says and does not say."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from charting import results
from charting.models import PatientState
from charting.symptoms import Report, record_symptoms
from grading.symptoms import questions_of
from screens import organ_summary, symptom_form
from staff.models import Role
from tests.factories.ward import GRADE_2, NOW, a_person, chart_set
from vitals.models import SymptomReport
from vitals.symptoms import SYMPTOMS, BodySystem, lines_of

pytestmark = pytest.mark.django_db
AT = "2026-03-10T11:30"  # in London, half an hour ago


@pytest.fixture
def nurses(nurse, signed_in):
    return signed_in(nurse)


def say(patient, code, *, present=True, hours_ago=1, **more):
    record_symptoms(
        patient_id=patient.pk, client_id=uuid.uuid4(), recorded_by=None, now=NOW, source="nurse",
        reports=[
            Report(code, is_present=present, taken_at=NOW - timedelta(hours=hours_ago), **more)
        ],
    )  # fmt: skip


def lab(patient, loinc, value, unit, low, high, *, hours_ago=1):
    return results.record_lab(
        patient_id=patient.pk, recorded_by=a_person(), now=NOW, source="nurse",
        entry=results.LabEntry(
            client_id=uuid.uuid4(), loinc=loinc, display="", value=Decimal(str(value)), unit=unit,
            taken_at=NOW - timedelta(hours=hours_ago),
            reference_low=Decimal(str(low)) if low is not None else None,
            reference_high=Decimal(str(high)) if high is not None else None,
        ),
    )  # fmt: skip


def system(patient, code):
    state = PatientState.objects.select_related("patient", "ward").get(pk=patient.pk)
    return next(row for row in organ_summary.systems(state, now=NOW) if row["code"] == code)


def send(client, patient, **typed):
    return client.post(
        f"/patients/{patient.pk}/body-systems/check/",
        {"client_id": str(uuid.uuid4()), "taken_at": AT, **typed},
    )


def test_a_patient_with_nothing_recorded_is_unknown_and_everything_is_not_asked(patient, nurses):
    page = nurses.get(f"/patients/{patient.pk}/body-systems/")
    assert page.status_code == 200
    for shown, which in zip(page.context["systems"], BodySystem, strict=True):
        assert shown["worst"]["value"] is None
        assert shown["worst_words"] == "Nothing recorded in the last 24 h"
        assert set(lines_of(which)) <= set(shown["not_asked"])


def test_the_worst_grade_of_the_last_day_leads_and_older_ones_are_dimmed(patient):
    say(patient, "fatigue", grade=3, hours_ago=25)
    say(patient, "chills", grade=2)
    general = system(patient, "general")
    assert general["worst"]["value"] == 2
    assert [(row["words"], row["is_old"]) for row in general["findings"]] == [
        ("Chills", False),
        ("Fatigue", True),
    ]
    assert general["findings"][1]["age"] == "1 d 1 h ago"


@pytest.mark.parametrize(("hours_ago", "shown"), [(7 * 24 - 1, True), (7 * 24, False)])
def test_what_is_older_than_a_week_is_left_out(patient, hours_ago, shown):
    say(patient, "chills", grade=2, hours_ago=hours_ago)
    assert bool(system(patient, "general")["findings"]) is shown


def test_one_absent_symptom_is_no_grade_zero_for_a_body_system(patient):
    say(patient, "cough", present=False)
    lungs = system(patient, "lungs")
    assert lungs["worst"]["value"] is None
    assert lungs["worst_words"] == "Nothing found in 24 h, not everything asked"
    for code in ("shortness_of_breath", "decreased_lung_function", "reduced_oxygen"):
        say(patient, code, present=False)
    assert system(patient, "lungs")["worst"]["value"] == 0
    assert system(patient, "lungs")["not_asked"] == []


def test_a_symptom_that_nobody_graded_keeps_the_body_system_open(patient):
    say(patient, "cough", grade=1)
    say(patient, "shortness_of_breath")
    lungs = system(patient, "lungs")
    assert (lungs["worst"]["value"], lungs["worst"]["at_least"]) == (None, 1)
    assert "not graded yet" in {row["detail"] for row in lungs["findings"]}


def test_a_newer_report_takes_the_place_of_the_older_one(patient):
    say(patient, "chills", grade=3, hours_ago=5)
    say(patient, "chills", present=False)
    general = system(patient, "general")
    assert general["findings"] == []
    assert [row["words"] for row in general["absent"]] == ["Chills"]


def test_headache_stands_in_both_of_its_body_systems(patient):
    say(patient, "headache", grade=2)
    assert {system(patient, code)["worst"]["value"] for code in ("general", "brain")} == {2}


def test_laboratory_grades_stand_with_their_line_and_missing_limits_are_said(patient):
    lab(patient, "2951-2", 118, "mmol/L", 135, 145)
    lab(patient, "2823-3", 4, "mmol/L", None, None)
    lab(patient, "2276-4", 9000, "ng/mL", 15, 300)
    lab(patient, "777-3", 200, "10*9/L", 150, 400)
    other = system(patient, "other")
    (sodium,) = other["findings"]
    assert (sodium["words"], sodium["line"]) == ("Hyponatremia", "Change in electrolytes")
    quiet = {row["words"]: row["detail"] for row in other["quiet"]}
    assert "no CTCAE term" in quiet["Ferritin"]
    assert "grade 0" in quiet["Platelets"]
    assert "limit reported" in quiet["Potassium"]
    assert other["worst"]["value"] is None
    assert other["worst"]["at_least"] == 4


def test_the_crs_grade_stands_beside_and_is_not_changed(patient, nurses):
    chart_set(patient, GRADE_2, minutes_ago=30)
    say(patient, "low_blood_pressure", grade=4)
    page = nurses.get(f"/patients/{patient.pk}/body-systems/").content.decode()
    assert "They stand beside the CRS grade (now: Grade 2) and never change it." in page
    assert PatientState.objects.get(pk=patient.pk).latest_assessment.grade == 2


def test_the_check_stores_present_absent_and_leaves_the_rest_unasked(patient, nurses):
    answer = send(
        nurses, patient,
        **{"state-chills": "present", "grade-chills": "2", "from-chills": "crs",
           "state-rash": "absent", "state-cough": ""},
    )  # fmt: skip
    assert (answer.status_code, answer.url) == (302, f"/patients/{patient.pk}/body-systems/")
    chills = SymptomReport.objects.get(symptom="chills")
    assert (chills.is_present, chills.grade, chills.attribution) == (True, 2, "crs")
    assert not SymptomReport.objects.get(symptom="rash").is_present
    assert SymptomReport.objects.count() == 2


def test_an_absent_line_is_absent_in_every_kind_and_a_present_one_names_its_kind(patient, nurses):
    send(nurses, patient, **{"state-atrial_fibrillation": "absent"})
    assert SymptomReport.objects.filter(is_present=False).count() == 3
    open_line = send(nurses, patient, **{"state-atrial_fibrillation": "present"})
    assert open_line.status_code == 400
    assert "Say which it is" in open_line.content.decode()
    send(nurses, patient, **{"state-atrial_fibrillation": "present",
                             "grade-ventricular_arrhythmia": "4"})  # fmt: skip
    found = SymptomReport.objects.get(is_present=True)
    assert (found.symptom, found.grade) == ("ventricular_arrhythmia", 4)


def test_a_measured_value_grades_and_one_that_contradicts_the_pick_is_refused(patient, nurses):
    number = "number-rash-body_surface_percent"
    typed = {"state-rash": "present", "grade-rash": "3", number: "5"}
    send(nurses, patient, **(typed | {"grade-rash": "ungraded"}))
    assert SymptomReport.objects.get().findings == {"body_surface_percent": "5"}
    fever = {
        "state-fever": "present",
        "grade-fever": "3",
        "number-fever-temperature_celsius": "38.5",
        "number-fever-hours_above_40": "0",
    }
    page = send(nurses, patient, **fever)
    assert page.status_code == 400
    assert "Grade 3 was picked, what was recorded gives grade 1" in page.content.decode()
    assert 'value="38.5"' in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Nothing was answered"),
        ({"state-chills": "present", "taken_at": "soon"}, "Must be a date and a time"),
        ({"state-chills": "maybe"}, "Must be not asked, absent or present"),
        ({"state-chills": "present", "grade-chills": "9"}, "Must be one of the grades shown"),
        ({"state-rash": "present", "number-rash-body_surface_percent": "5,5"}, "decimal point"),
    ],
)
def test_what_cannot_be_read_is_refused_in_place_and_nothing_is_stored(
    patient, nurses, typed, words
):
    page = send(nurses, patient, **typed)
    assert page.status_code == 400
    assert words in page.content.decode()
    assert not SymptomReport.objects.exists()


def test_a_double_tap_is_one_check(patient, nurses):
    name = str(uuid.uuid4())
    for _ in range(2):
        send(nurses, patient, **{"state-chills": "absent", "client_id": name})
    assert SymptomReport.objects.count() == 1


def test_every_symptom_is_asked_once_on_the_page(patient, nurses):
    page = nurses.get(f"/patients/{patient.pk}/body-systems/check/")
    asked = [
        kind["code"]
        for group in page.context["groups"]
        for line in group["lines"]
        for kind in line["kinds"]
    ]
    assert sorted(asked) == sorted(SYMPTOMS)


@pytest.mark.parametrize("where", ["", "check/"])
def test_a_patient_of_another_ward_is_nobody(elsewhere, nurses, where):
    assert nurses.get(f"/patients/{elsewhere.pk}/body-systems/{where}").status_code == 404


def test_every_number_that_a_term_is_graded_from_has_words():
    for each in SYMPTOMS.values():
        for question in questions_of(each.term):
            assert not question.is_number or question.name in symptom_form.NUMBER_WORDS


def test_who_only_sends_data_has_no_page_of_a_patient(ward, patient, signed_in):
    sender = a_person(Role.INTEGRATION, ward)
    page = signed_in(sender).get(f"/patients/{patient.pk}/body-systems/check/")
    assert page.status_code in (403, 404)
