"""A clinician's word on a computed grade: kept beside it, and in force until it is overtaken."""

import uuid

import pytest

from alerts.models import Alert
from audit.models import AuditEntry
from charting import confirming, explaining, state
from charting.chart import ConflictError, NotInForceError, correct_observations
from charting.confirming import SamePersonError
from charting.entry import EntryRefusedError
from charting.models import PatientState
from grading.confirming import Word
from grading.models import Assessment, Confirmation
from staff.models import Role
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    GRADE_3,
    GRADE_4,
    NOW,
    a_patient,
    a_person,
    a_ward,
    an_entry,
    chart_set,
)

pytestmark = pytest.mark.django_db
SEPSIS = Word("rejected", None, "infection", "")


def say(graded, word, *, by=None, client_id=None):
    return confirming.confirm_grade(
        assessment_id=graded.pk,
        client_id=client_id or uuid.uuid4(),
        word=word,
        by=by or a_person(Role.ONCOLOGIST),
        now=NOW,
    )


def agree(said, by):
    return confirming.second(confirmation_id=said.pk, client_id=uuid.uuid4(), by=by, now=NOW)


def standing(patient):
    return PatientState.objects.get(pk=patient.pk).latest_confirmation


def fields_refused(graded, word):
    with pytest.raises(EntryRefusedError) as refused:
        say(graded, word)
    return [error.field for error in refused.value.errors]


def test_a_confirmed_grade_stands_beside_the_computed_one():
    patient = a_patient(a_ward())
    graded = chart_set(patient, GRADE_2).assessment
    said = say(graded, Word("confirmed", 2))
    assert standing(patient) == said
    assert Assessment.objects.get(pk=graded.pk).grade == 2
    entry = AuditEntry.objects.get(action="grade.confirmed")
    assert entry.detail == {"decision": "confirmed", "grade": 2, "cause": ""}


def test_a_changed_grade_needs_its_reason():
    graded = chart_set(a_patient(a_ward()), FEVER).assessment
    assert fields_refused(graded, Word("changed", 2)) == ["note"]
    said = say(graded, Word("changed", 2, note="Pressure is 30 below the baseline"))
    assert (said.grade, said.assessment.grade) == (2, 1)


def test_a_rejected_grade_needs_its_cause_and_no_grade():
    graded = chart_set(a_patient(a_ward()), GRADE_2).assessment
    assert fields_refused(graded, Word("rejected")) == ["cause"]
    assert fields_refused(graded, Word("rejected", 1, "infection")) == ["grade"]
    assert fields_refused(graded, Word("rejected", None, "other")) == ["note"]
    assert say(graded, SEPSIS).grade is None


@pytest.mark.parametrize(
    ("word", "field"),
    [
        (Word("confirmed"), "grade"),
        (Word("confirmed", 6), "grade"),
        (Word("confirmed", -1), "grade"),
        (Word("confirmed", 1), "grade"),
        (Word("changed", 2, note="the same"), "grade"),
        (Word("confirmed", 2, "infection"), "cause"),
    ],
)
def test_a_word_that_says_too_little_or_too_much_is_refused(word, field):
    graded = chart_set(a_patient(a_ward()), GRADE_2).assessment
    assert fields_refused(graded, word) == [field]
    assert not Confirmation.objects.exists()


def test_a_grade_known_only_from_below_is_confirmed_from_its_bound_up():
    charted = chart_set(a_patient(a_ward()), {"temperature_celsius": FEVER["temperature_celsius"]})
    assert (charted.assessment.grade, charted.assessment.at_least) == (None, 1)
    assert fields_refused(charted.assessment, Word("confirmed", 0)) == ["grade"]
    assert say(charted.assessment, Word("confirmed", 2)).grade == 2


def test_one_person_alone_does_not_take_grade_3_down():
    patient = a_patient(a_ward())
    graded = chart_set(patient, GRADE_3).assessment
    first = a_person(Role.ONCOLOGIST)
    said = say(graded, Word("changed", 2, note="pressor for anesthesia"), by=first)
    assert said.waits_for_second
    assert standing(patient) is None
    with pytest.raises(SamePersonError):
        agree(said, first)
    agreed = agree(said, a_person(Role.CHARGE_NURSE))
    assert not agreed.waits_for_second
    assert standing(patient) == agreed
    assert (agreed.recorded_by, agreed.supersedes) == (first, said)
    with pytest.raises(NotInForceError):
        agree(said, a_person(Role.ONCOLOGIST))


def test_rejecting_grade_3_needs_two_people_and_raising_it_needs_one():
    patient = a_patient(a_ward())
    graded = chart_set(patient, GRADE_3).assessment
    assert say(graded, SEPSIS).waits_for_second
    assert not say(graded, Word("changed", 4, note="second pressor is being hung")).waits_for_second
    assert standing(patient).grade == 4


def test_grade_2_is_taken_down_by_one_person():
    patient = a_patient(a_ward())
    graded = chart_set(patient, GRADE_2).assessment
    say(graded, Word("changed", 1, note="cuff too large"))
    assert standing(patient).grade == 1


def test_a_word_stands_until_a_set_forces_a_higher_grade():
    patient = a_patient(a_ward())
    said = say(chart_set(patient, GRADE_2, minutes_ago=90).assessment, Word("changed", 1, note="x"))
    chart_set(patient, GRADE_2, minutes_ago=60)
    assert standing(patient) == said
    chart_set(patient, GRADE_3, minutes_ago=30)
    assert standing(patient) is None
    assert Confirmation.objects.filter(pk=said.pk).exists()


def test_a_word_on_an_earlier_set_that_the_newest_outgrew_does_not_count():
    patient = a_patient(a_ward())
    earlier = chart_set(patient, FEVER, minutes_ago=60).assessment
    chart_set(patient, GRADE_4)
    say(earlier, Word("confirmed", 1))
    assert standing(patient) is None


def test_the_same_client_id_answers_what_is_stored_and_another_word_is_refused():
    graded = chart_set(a_patient(a_ward()), GRADE_2).assessment
    key = uuid.uuid4()
    first = say(graded, Word("confirmed", 2), client_id=key)
    assert say(graded, Word("confirmed", 2), client_id=key) == first
    with pytest.raises(ConflictError):
        say(graded, SEPSIS, client_id=key)
    assert Confirmation.objects.count() == 1


def test_a_grade_that_was_graded_again_takes_no_word():
    patient = a_patient(a_ward())
    charted = chart_set(patient, GRADE_2, minutes_ago=10)
    correct_observations(
        wrong_id=charted.observations.pk,
        entry=an_entry(FEVER, taken_at=charted.observations.taken_at),
        corrected_by=a_person(),
        reason="cuff slipped",
        now=NOW,
    )
    with pytest.raises(NotInForceError):
        say(charted.assessment, Word("confirmed", 2))


def crs_alert(patient):
    return Alert.objects.filter(patient=patient, family="crs_grade").first()


def test_a_clinicians_higher_grade_pages_at_once():
    ward = a_ward()
    a_person(Role.CHARGE_NURSE, ward)
    patient = a_patient(ward)
    graded = chart_set(patient, FEVER).assessment
    assert crs_alert(patient) is None
    say(graded, Word("changed", 3, note="norepinephrine is being hung"))
    alert = crs_alert(patient)
    assert (alert.rule, alert.severity, alert.step) == ("A04", "P1", 3)
    assert alert.notifications.exists()


def test_a_difference_is_listed_and_a_lower_word_ends_no_alert():
    patient = a_patient(a_ward())
    graded = chart_set(patient, FEVER).assessment
    say(graded, Word("changed", 0, note="fever after a transfusion"))
    assert (crs_alert(patient).rule, crs_alert(patient).severity) == ("A39", "P4")
    graver = a_patient(a_ward())
    say(chart_set(graver, GRADE_2 | {"hypotension": True}).assessment, Word("changed", 1, note="x"))
    assert (crs_alert(graver).rule, crs_alert(graver).state) == ("A03", "open")


def test_a_grade_of_death_pages_nobody():
    patient = a_patient(a_ward())
    graded = chart_set(patient, FEVER).assessment
    say(graded, Word("changed", 5, note="died of it"))
    assert crs_alert(patient) is None
    assert standing(patient).grade == 5


def test_the_state_row_is_rebuilt_with_the_same_word():
    patient = a_patient(a_ward())
    say(chart_set(patient, GRADE_2).assessment, Word("confirmed", 2))
    kept = PatientState.objects.get(pk=patient.pk)
    assert state.differs(kept, state.rebuild(patient)) == []


def test_the_explanation_names_readings_their_age_and_who_charted_them():
    patient, nurse = a_patient(a_ward()), a_person(first_name="Ada", last_name="Night")
    chart_set(patient, FEVER, minutes_ago=30, by=nurse)
    later = chart_set(patient, {"heart_rate_bpm": 120}, by=a_person())
    explained = explaining.explain(later.assessment)
    warm = next(row for row in explained.readings if row.field == "temperature_celsius")
    assert (warm.value, warm.carried, warm.charted_by) == ("38.6", True, "Ada Night")
    assert explained.assessment.ruleset


def test_the_grade_explains_itself_over_http_to_its_own_ward_only(client):
    ward = a_ward()
    graded = chart_set(a_patient(ward), GRADE_2).assessment
    path = f"/api/v1/assessments/{graded.pk}/"
    client.force_login(a_person(Role.ONCOLOGIST, ward))
    answer = client.get(path).json()
    assert (answer["grade"], answer["in_force"], answer["confirmations"]) == (2, True, [])
    assert {row["field"] for row in answer["readings"]} >= {"temperature_celsius", "systolic_mmhg"}
    assert all(row["age_minutes"] == 0 for row in answer["readings"])
    client.force_login(a_person(Role.ONCOLOGIST, a_ward()))
    assert client.get(path).status_code == 404


def test_a_word_over_http_and_its_second_person(client):
    ward = a_ward()
    graded = chart_set(a_patient(ward), GRADE_3).assessment
    path = f"/api/v1/assessments/{graded.pk}/confirmations/"
    body = {"client_id": str(uuid.uuid4()), "decision": "rejected", "cause": "infection"}
    client.force_login(a_person(Role.NURSE, ward))
    assert client.post(path, body, content_type="application/json").status_code == 404
    client.force_login(a_person(Role.ONCOLOGIST, ward))
    said = client.post(path, body, content_type="application/json")
    assert (said.status_code, said.json()["waits_for_second"]) == (201, True)
    second = f"/api/v1/confirmations/{said.json()['id']}/second/"
    agreed = {"client_id": str(uuid.uuid4())}
    assert client.post(second, agreed, content_type="application/json").status_code == 409
    client.force_login(a_person(Role.CHARGE_NURSE, ward))
    answer = client.post(second, agreed, content_type="application/json")
    assert (answer.status_code, answer.json()["waits_for_second"]) == (201, False)


def test_an_oncologist_changes_a_grade_on_the_page_and_sees_both(client):
    ward = a_ward()
    patient = a_patient(ward)
    charted = chart_set(patient, FEVER)
    oncologist = a_person(Role.ONCOLOGIST, ward)
    client.force_login(oncologist)
    path = f"/patients/{patient.pk}/grades/{charted.assessment.pk}/confirm/"
    key = str(uuid.uuid4())
    refused = client.post(path, {"client_id": key, "choice": "2", "note": ""})
    assert refused.status_code == 400
    assert "Note is required" in refused.content.decode()
    kept = client.post(path, {"client_id": key, "choice": "2", "note": "baseline 150"}, follow=True)
    page = kept.content.decode()
    assert "Clinician&#x27;s grade 2" in page
    assert "Recorded values meet ASTCT grade 1 criteria" in page


def test_a_nurse_reads_the_word_and_has_no_way_to_change_it(client):
    ward = a_ward()
    patient = a_patient(ward)
    charted = chart_set(patient, FEVER)
    say(charted.assessment, Word("confirmed", 1))
    client.force_login(a_person(Role.NURSE, ward))
    page = client.get(f"/patients/{patient.pk}/sets/{charted.observations.pk}/").content.decode()
    assert "Grade 1 confirmed" in page
    assert "Confirm, change or reject" not in page
    path = f"/patients/{patient.pk}/grades/{charted.assessment.pk}/confirm/"
    assert client.get(path).status_code == 404
