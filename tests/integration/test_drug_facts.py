"""O4: doses are recorded with their timing as facts, and never against a person's reason."""

import uuid
from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from audit.models import AuditEntry
from charting import drug_facts
from charting.models import PatientState
from grading.course import MAY_HIDE_FEVER_FOR
from patients.dose_facts import Beyond
from patients.models import Treatment
from tests.factories.ward import FEVER, NOW, WELL, a_patient, a_person, a_ward, chart_set, give

pytestmark = pytest.mark.django_db
MINUTES_OF_8_H = 480


@pytest.fixture
def ward(time_machine):
    time_machine.move_to(NOW, tick=False)
    return a_ward(code="7b")


@pytest.fixture
def patient(ward):
    return a_patient(ward)


@pytest.fixture
def api(ward):
    client = APIClient()
    client.force_authenticate(a_person("nurse", ward))
    return client


def sent(patient, **more):
    return {
        "client_id": str(uuid.uuid4()),
        "patient": patient.pk,
        "code": "tocilizumab",
        "started_at": NOW.isoformat(),
        "dose_value": 8,
        "dose_unit": "mg/kg",
    } | more


def post(api, patient, **more):
    return api.post("/api/v1/treatments/", sent(patient, **more), format="json")


def standing(patient, at=NOW):
    return drug_facts.standing(PatientState.objects.get(pk=patient.pk), at=at)


def test_o4_a_dose_at_7_h_30_is_stored_and_answered_with_its_facts(api, patient):
    give(patient, "tocilizumab", minutes_ago=450)
    answer = post(api, patient)
    assert answer.status_code == 201
    facts = answer.json()["facts"]
    assert facts["beyond"] == [Beyond.INTERVAL]
    assert facts["words"] == ["min interval 8 h: 7 h 30 min to another dose"]
    assert (facts["in_24_hours"], facts["most_in_24_hours"]) == (2, 3)
    assert facts["hours_to_nearest"] == 7.5


@pytest.mark.parametrize(
    ("minutes_ago", "status"), [(MINUTES_OF_8_H - 1, 409), (MINUTES_OF_8_H, 201)]
)
def test_a_caller_that_asks_a_person_is_held_to_the_reason(api, patient, minutes_ago, status):
    give(patient, "tocilizumab", minutes_ago=minutes_ago)
    answer = post(api, patient, beyond_reason="")
    assert answer.status_code == status
    if status == 409:
        assert answer.json()["errors"][0]["field"] == "beyond_reason"
        assert Treatment.objects.count() == 1


def test_a_reason_is_kept_with_the_dose_and_the_trail_says_that_there_is_one(api, patient):
    give(patient, "tocilizumab", minutes_ago=450)
    answer = post(api, patient, beyond_reason="deteriorating, agreed with the consultant")
    assert answer.status_code == 201
    row = Treatment.objects.get(pk=answer.json()["id"])
    assert row.beyond_reason == "deteriorating, agreed with the consultant"
    detail = AuditEntry.objects.get(subject=f"treatment:{row.pk}").detail
    assert (detail["beyond"], detail["says_why"]) == ([Beyond.INTERVAL], True)
    assert row.beyond_reason not in str(detail)


@pytest.mark.parametrize("reason", [" ", "\u2003"])
def test_a_blank_reason_is_none(api, patient, reason):
    give(patient, "tocilizumab", minutes_ago=450)
    assert post(api, patient, beyond_reason=reason).status_code == 409


def test_the_fourth_dose_in_24_h_and_the_fifth_of_the_course_are_outside(api, patient):
    for hours in (40, 20, 16, 8):
        give(patient, "tocilizumab", minutes_ago=hours * 60)
    facts = post(api, patient).json()["facts"]
    assert set(facts["beyond"]) == {Beyond.IN_24_HOURS, Beyond.IN_COURSE}


def test_a_dose_of_the_course_before_does_not_count(api, ward):
    again = a_patient(ward, infused_at=NOW - timedelta(days=2))
    give(again, "tocilizumab", minutes_ago=60 * 49)
    give(again, "tocilizumab", minutes_ago=60 * 47)
    assert post(api, again).json()["facts"]["in_course"] == 2


def test_a_repeat_of_the_same_dose_is_not_asked_about_itself(api, patient):
    body = sent(patient, beyond_reason="")
    first = api.post("/api/v1/treatments/", body, format="json")
    again = api.post("/api/v1/treatments/", body, format="json")
    assert first.json() == again.json()
    assert again.json()["facts"]["in_24_hours"] == 1


def test_what_is_not_counted_has_no_facts(api, patient):
    assert post(api, patient, code="paracetamol").json()["facts"] is None


def test_the_stop_of_a_dose_is_no_second_dose(api, patient):
    given = give(patient, "tocilizumab", minutes_ago=60)
    url = f"/api/v1/treatments/{given.pk}/stop/"
    answer = api.post(url, {"stopped_at": NOW.isoformat()}, format="json")
    assert answer.status_code == 201
    assert answer.json()["facts"]["in_24_hours"] == 1
    assert answer.json()["facts"]["beyond"] == []


def test_a_superseded_dose_no_longer_counts(patient):
    wrong = give(patient, "tocilizumab", minutes_ago=120)
    give(patient, "tocilizumab", minutes_ago=60, supersedes=wrong, reason="wrong hour")
    assert standing(patient).facts["tocilizumab"].in_24_hours == 1


def test_fever_is_waived_only_by_what_was_given_in_the_open_episode(patient):
    give(patient, "dexamethasone", minutes_ago=700)
    chart_set(patient, FEVER, minutes_ago=600)
    give(patient, "tocilizumab", minutes_ago=500)
    give(patient, "tocilizumab", minutes_ago=10)
    known = standing(patient)
    assert known.waived == (("tocilizumab", NOW - timedelta(minutes=500)),)
    assert known.may_hide == ()
    assert known.facts["tocilizumab"].in_episode == 2
    assert known.facts["dexamethasone"].in_episode == 0


@pytest.mark.parametrize(
    ("ago", "hides"),
    [(MAY_HIDE_FEVER_FOR, True), (MAY_HIDE_FEVER_FOR + timedelta(minutes=1), False)],
)
def test_without_an_episode_a_drug_may_hide_fever_for_three_days(patient, ago, hides):
    chart_set(patient, WELL, minutes_ago=30)
    give(patient, "paracetamol", minutes_ago=ago / timedelta(minutes=1))
    known = standing(patient)
    assert known.waived == ()
    assert bool(known.may_hide) is hides
    assert known.facts["tocilizumab"].in_episode is None


def test_the_facts_of_a_patient_cost_one_query(patient, django_assert_num_queries):
    for hours in range(1, 9):
        give(patient, "dexamethasone", minutes_ago=hours * 60)
    current = PatientState.objects.select_related("latest_assessment").get(pk=patient.pk)
    with django_assert_num_queries(1):
        drug_facts.standing(current, at=NOW)


def test_a_reason_cannot_be_written_over(patient):
    from django.db import IntegrityError, transaction

    row = give(patient, "tocilizumab", minutes_ago=10)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Treatment.objects.filter(pk=row.pk).update(beyond_reason="better words")
