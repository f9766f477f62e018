"""Undo for a minute: what the set alone had caused goes with it, and everything stays on record."""

from datetime import timedelta

import pytest
from django.test import Client

from alerts.models import Alert, ClosedAs
from audit import trail
from audit.models import AuditEntry
from charting import chart, undoing
from charting.models import PatientState
from charting.undoing import TooLateError
from grading.models import Assessment
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
from vitals.models import ObservationSet

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def patient(ward):
    return a_patient(ward)


@pytest.fixture
def nurse(ward):
    return a_person("nurse", ward)


def undo(charted, nurse, *, after_seconds=0):
    now = NOW + timedelta(seconds=after_seconds)
    return undoing.undo(set_id=charted.observations.pk, by=nurse, now=now)


def test_the_chart_reads_as_before_and_the_set_stays(patient, nurse):
    before = chart_set(patient, WELL, minutes_ago=60)
    wrong = chart_set(patient, GRADE_2, by=nurse)
    undo(wrong, nurse, after_seconds=59)
    state = PatientState.objects.get(pk=patient.pk)
    assert state.latest_set_id == before.observations.pk
    assert state.latest_assessment.grade == 0
    in_force = Assessment.objects.filter(patient=patient, scale="astct-crs").in_force()
    assert [row.observation_set_id for row in in_force] == [before.observations.pk]
    stored = ObservationSet.objects.get(pk=wrong.observations.pk)
    assert stored.systolic_mmhg == GRADE_2["systolic_mmhg"]
    assert stored.superseded_by.withdrawn
    assert AuditEntry.objects.filter(action="observations.undone", actor=nurse).count() == 1
    assert not trail.verify()


def test_an_alert_from_it_ends_as_corrected(patient, nurse):
    undo(chart_set(patient, GRADE_2, by=nurse), nurse)
    assert set(Alert.objects.values_list("closed_as", flat=True)) == {ClosedAs.SOURCE_CORRECTED}


def test_an_alert_that_stood_before_stays(patient, nurse):
    chart_set(patient, GRADE_2, minutes_ago=10)
    standing = set(Alert.objects.not_closed().values_list("pk", flat=True))
    undo(chart_set(patient, WELL, by=nurse), nurse)
    assert set(Alert.objects.not_closed().values_list("pk", flat=True)) == standing


def test_asked_twice_it_is_done_once(patient, nurse):
    wrong = chart_set(patient, FEVER, by=nurse)
    assert undo(wrong, nurse).pk == undo(wrong, nurse, after_seconds=300).pk


def test_the_minute_ends(patient, nurse):
    wrong = chart_set(patient, FEVER, by=nurse)
    with pytest.raises(TooLateError, match="is over"):
        undo(wrong, nurse, after_seconds=60)
    assert ObservationSet.objects.in_force().count() == 1


def test_nobody_takes_back_anothers_set(patient, ward, nurse):
    wrong = chart_set(patient, FEVER, by=nurse)
    with pytest.raises(TooLateError):
        undo(wrong, a_person("nurse", ward))


def test_a_correction_is_not_taken_back(patient, nurse):
    first = chart_set(patient, FEVER, by=nurse)
    second = chart.correct_observations(
        wrong_id=first.observations.pk,
        entry=an_entry(WELL, taken_at=NOW),
        corrected_by=nurse,
        reason="Typing error",
        now=NOW,
    )
    with pytest.raises(TooLateError, match="corrected in the meantime"):
        undo(first, nurse)
    with pytest.raises(TooLateError):
        undo(second, nurse)


def test_the_page_offers_it_for_a_minute_to_whoever_charted(patient, nurse, ward, time_machine):
    time_machine.move_to(NOW, tick=False)
    wrong = chart_set(patient, FEVER, by=nurse)
    page = f"/patients/{patient.pk}/sets/{wrong.observations.pk}/"
    assert _client(nurse).get(page).context["undo_seconds"] == 60
    assert _client(a_person("nurse", ward)).get(page).context["undo_seconds"] == 0
    time_machine.move_to(NOW + timedelta(seconds=60), tick=False)
    assert _client(nurse).get(page).context["undo_seconds"] == 0
    assert _client(nurse).post(f"{page}undo/").url == page, "too late leads back to the set"


def test_after_it_the_form_is_empty_and_the_set_says_what_became_of_it(
    patient, nurse, time_machine
):
    time_machine.move_to(NOW, tick=False)
    wrong = chart_set(patient, FEVER, by=nurse)
    page = f"/patients/{patient.pk}/sets/{wrong.observations.pk}/"
    client = _client(nurse)
    assert client.post(f"{page}undo/").url == f"/patients/{patient.pk}/chart/"
    assert "Taken back at once" in client.get(page).content.decode()
    assert client.get(f"/patients/{patient.pk}/timeline/").status_code == 200


def test_another_ward_cannot_undo(patient, nurse):
    wrong = chart_set(patient, FEVER, by=nurse)
    stranger = _client(a_person("nurse", a_ward()))
    page = f"/patients/{patient.pk}/sets/{wrong.observations.pk}/undo/"
    assert stranger.post(page).status_code == 404
    assert ObservationSet.objects.in_force().count() == 1


def _client(user):
    client = Client()
    client.force_login(user, backend="staff.backends.OpenAccountBackend")
    return client
