"""A set charted for the wrong patient: both charts end as if it had been right from the start."""

import uuid
from datetime import timedelta

import pytest

from alerts.models import Alert, DueSet
from audit import trail
from audit.models import AuditEntry
from charting import moving, state
from charting.chart import ConflictError, NotInForceError
from charting.entry import EntryRefusedError
from charting.models import PatientState
from grading.models import Assessment
from tests.factories.ward import FEVER, GRADE_2, NOW, WELL, a_patient, a_person, a_ward, chart_set
from vitals.models import ObservationSet

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def left(ward):
    return a_patient(ward)


@pytest.fixture
def right(ward):
    return a_patient(ward)


def move(wrong, to, **more):
    asked = {"client_id": uuid.uuid4(), "moved_by": a_person(), "reason": "Wrong patient"}
    asked |= {"now": NOW, "wrong_id": wrong.pk, "to_patient_id": to.pk} | more
    return moving.move_observations(**asked)


def grades(patient):
    rows = Assessment.objects.filter(patient=patient, scale="astct-crs").in_force()
    return list(rows.order_by("taken_at").values_list("taken_at", "grade", "at_least"))


def open_alerts(patient):
    return set(Alert.objects.filter(patient=patient).not_closed().values_list("rule", flat=True))


def test_both_charts_read_as_if_the_set_had_been_right_from_the_start(ward, left, right):
    chart_set(left, WELL, minutes_ago=240)
    wrong = chart_set(left, GRADE_2, minutes_ago=5).observations
    move(wrong, right)
    as_it_should_be, of_nobody = a_patient(ward), a_patient(ward)
    chart_set(as_it_should_be, GRADE_2, minutes_ago=5)
    chart_set(of_nobody, WELL, minutes_ago=240)
    for moved, expected in ((right, as_it_should_be), (left, of_nobody)):
        assert grades(moved) == grades(expected)
        assert open_alerts(moved) == open_alerts(expected)
        due, planned = DueSet.objects.get(pk=moved.pk), DueSet.objects.get(pk=expected.pk)
        assert (due.due_at, due.at_least) == (planned.due_at, planned.at_least)
        kept = PatientState.objects.get(pk=moved.pk)
        assert state.differs(kept, state.rebuild(moved)) == []


def test_the_alert_that_only_the_moved_set_had_raised_is_closed_as_corrected(left, right):
    wrong = chart_set(left, GRADE_2, minutes_ago=5).observations
    move(wrong, right)
    closed = Alert.objects.filter(patient=left)
    assert {alert.closed_as for alert in closed} == {"source_corrected"}
    assert Alert.objects.filter(patient=left).not_closed().count() == 0
    assert Alert.objects.filter(patient=right).not_closed().exists()


def test_an_alert_that_the_wrong_set_had_ended_is_raised_again(left, right):
    chart_set(left, FEVER, minutes_ago=60)
    chart_set(left, WELL, minutes_ago=50)
    wrong = chart_set(left, WELL, minutes_ago=5).observations
    before = open_alerts(left)
    move(wrong, right)
    assert open_alerts(left) >= before
    chart_set(right, WELL)
    assert open_alerts(right) == set()


def test_somebody_elses_worry_goes_with_the_set(left, right):
    wrong = chart_set(left, WELL | {"worried": True}, minutes_ago=5).observations
    move(wrong, right)
    assert open_alerts(left) == set()
    assert open_alerts(right) == {"A14"}


def test_a_chart_that_is_left_empty_says_so_and_is_due_now(left, right):
    wrong = chart_set(left, WELL, minutes_ago=5).observations
    move(wrong, right)
    kept = PatientState.objects.get(pk=left.pk)
    assert (kept.latest_set, kept.latest_assessment, kept.latest_taken_at) == (None, None, None)
    assert DueSet.objects.get(pk=left.pk).due_at == NOW


def test_somebody_elses_set_does_not_put_the_next_one_off(left, right):
    first = chart_set(left, WELL, minutes_ago=235).due.due_at
    wrong = chart_set(left, WELL, minutes_ago=5).observations
    assert DueSet.objects.get(pk=left.pk).due_at > first
    move(wrong, right)
    assert DueSet.objects.get(pk=left.pk).due_at == first


def test_sent_twice_it_moves_once(left, right):
    wrong = chart_set(left, FEVER, minutes_ago=5).observations
    key = uuid.uuid4()
    first, again = (move(wrong, right, client_id=key) for _ in range(2))
    assert (first.is_new, again.is_new) == (True, False)
    assert first.observations.pk == again.observations.pk
    assert ObservationSet.objects.in_force().count() == 1


def test_a_set_moves_once_and_never_to_where_it_is(ward, left, right):
    wrong = chart_set(left, FEVER, minutes_ago=5).observations
    with pytest.raises(EntryRefusedError):
        move(wrong, left)
    move(wrong, right)
    with pytest.raises(NotInForceError):
        move(wrong, a_patient(ward))


def test_the_same_key_for_another_set_is_refused(left, right):
    key = uuid.uuid4()
    first = chart_set(left, FEVER, minutes_ago=5).observations
    other = chart_set(left, WELL, minutes_ago=3).observations
    move(first, right, client_id=key)
    with pytest.raises(ConflictError):
        move(other, right, client_id=key)


def test_what_was_charted_moves_whole_and_nothing_is_deleted(left, right):
    values = FEVER | {"note": "left arm", "skipped": {"pain_score": "refused"}, "urine_ml": 200}
    wrong = chart_set(left, values, minutes_ago=5).observations
    moved = move(wrong, right).observations
    assert (moved.note, moved.skipped, moved.urine_ml) == ("left arm", values["skipped"], 200)
    assert (moved.taken_at, moved.charted_at) == (wrong.taken_at, wrong.charted_at)
    taken_back = ObservationSet.objects.get(supersedes=wrong)
    assert (taken_back.withdrawn, taken_back.correction_code) == (True, "wrong_patient")
    assert ObservationSet.objects.count() == 3


def test_both_trails_name_the_sets_and_no_person(left, right):
    wrong = chart_set(left, FEVER, minutes_ago=5).observations
    moved = move(wrong, right).observations
    away = AuditEntry.objects.get(action="observations.moved_away")
    here = AuditEntry.objects.get(action="observations.moved_here")
    assert (away.subject, away.detail["moved_to"]) == (f"set:{wrong.pk}", moved.pk)
    assert (here.subject, here.detail["moved_from"]) == (f"set:{moved.pk}", wrong.pk)
    assert trail.verify() == []


def test_a_set_of_yesterday_moves_and_tells_nobody(left, right):
    wrong = chart_set(left, GRADE_2, minutes_ago=25 * 60, now=NOW).observations
    move(wrong, right, now=NOW + timedelta(minutes=1))
    assert grades(left) == []
    assert not Alert.objects.filter(patient=right).exists()
