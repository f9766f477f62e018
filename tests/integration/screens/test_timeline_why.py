"""“Why?” on the timeline, and what somebody has seen of it before."""

import uuid
from datetime import timedelta

import pytest

from charting import confirming, looking
from charting.models import ChartLook
from grading.confirming import Word
from grading.models import Assessment
from screens.timeline import reading
from screens.timeline.figure import figure
from staff.models import Role
from tests.factories.ward import FEVER, GRADE_2, NOW, WELL, a_person, chart_set, check_neuro

pytestmark = pytest.mark.django_db


@pytest.fixture
def graded(patient):
    chart_set(patient, FEVER, minutes_ago=60)
    temperature_alone_is_older = {k: v for k, v in GRADE_2.items() if k != "temperature_celsius"}
    return chart_set(patient, temperature_alone_is_older).assessment


def why(client, patient, assessment):
    return client.get(f"/patients/{patient.pk}/timeline/why/{assessment.pk}/")


def test_o2_i_see_why_a_grade_was_computed(patient, graded, nurses):
    told = why(nurses, patient, graded).json()
    assert told["grade"]["short"] == "2"
    assert "fluid" in " ".join(row["words"] for row in told["because"]) or told["because"]
    by_label = {row["label"]: row for row in told["readings"]}
    assert by_label["Systolic pressure"]["value"] == "84 mmHg"
    assert by_label["Systolic pressure"]["at"] == "12:00"
    assert by_label["Temperature"]["carried"] is True
    assert (by_label["Temperature"]["at"], by_label["Temperature"]["age"]) == ("11:00", "1 h")
    assert told["ruleset"] == graded.ruleset
    assert told["links"][0]["href"] == f"/patients/{patient.pk}/sets/{graded.observation_set_id}/"


def test_the_ribbon_leads_there(patient, graded):
    drawn = figure(reading.read(patient.state, now=NOW + timedelta(hours=1)))
    (computed,) = [each for each in drawn["data"] if each["name"] == "Computed"]
    assert f"why/{graded.pk}" in computed["customdata"]


def test_the_same_answer_comes_when_it_is_asked_again(patient, graded, nurses):
    assert why(nurses, patient, graded).content == why(nurses, patient, graded).content


def test_a_neuro_checks_grade_has_its_reasons_too(patient, nurses):
    check_neuro(patient, ice_score=8, consciousness="alert", seizure="none")
    icans = Assessment.objects.get(scale="astct-icans")
    told = why(nurses, patient, icans).json()
    assert told["links"][0]["label"] == "The whole check"


def test_o3_a_clinicians_word_is_told_and_drawn_and_the_computed_grade_stays(
    patient, graded, nurses, ward
):
    said = Word("changed", 1, "", "one low reading")
    by = a_person(Role.ONCOLOGIST, ward)
    confirming.confirm_grade(
        assessment_id=graded.pk, client_id=uuid.uuid4(), word=said, by=by, now=NOW
    )
    told = why(nurses, patient, graded).json()
    assert told["said"][0]["words"].startswith("Changed: grade 1, by ")
    assert told["grade"]["short"] == "2"
    drawn = figure(reading.read(patient.state, now=NOW + timedelta(hours=1)))
    labels = {each["name"]: each["text"] for each in drawn["data"] if each["type"] == "bar"}
    assert labels["Clinician"] == ["1"]
    assert "2" in labels["Computed"]


def test_a_grade_of_another_patient_is_not_there(patient, elsewhere, graded, nurses):
    other = chart_set(elsewhere, GRADE_2).assessment
    assert why(nurses, patient, other).status_code == 404
    assert why(nurses, elsewhere, other).status_code == 404


# --- Since I last looked -----------------------------------------------------------------------


def look(user, patient, minutes):
    return looking.look(user=user, patient_id=patient.pk, now=NOW + timedelta(minutes=minutes))


def test_a_look_begins_anew_after_half_an_hour_and_not_before(patient, nurse):
    assert look(nurse, patient, 0) is None
    assert look(nurse, patient, 30) is None
    # The last page of that look was opened at minute 30.
    assert look(nurse, patient, 60) is None
    assert look(nurse, patient, 91) == NOW + timedelta(minutes=60)
    assert look(nurse, patient, 95) == NOW + timedelta(minutes=60)


def test_everybody_has_a_look_of_their_own(patient, nurse, elsewhere):
    look(nurse, patient, 0)
    assert look(a_person(), patient, 100) is None
    assert look(nurse, elsewhere, 100) is None
    assert look(nurse, patient, 100) == NOW


def test_opening_the_page_is_a_look_and_asking_for_news_is_none(
    patient, nurses, time_machine, django_assert_num_queries
):
    chart_set(patient, WELL)
    time_machine.move_to(NOW, tick=False)
    nurses.get(f"/patients/{patient.pk}/timeline/")
    time_machine.move_to(NOW + timedelta(hours=2), tick=False)
    nurses.get(f"/patients/{patient.pk}/timeline.json")
    assert ChartLook.objects.get().looked_at == NOW
    page = nurses.get(f"/patients/{patient.pk}/timeline/")
    assert page.context["since"] == {"at": "2026-03-10T12:00:00", "label": "12:00"}
    assert b'data-since="2026-03-10T12:00:00"' in page.content
    assert ChartLook.objects.get().looked_at == NOW + timedelta(hours=2)
