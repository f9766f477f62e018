"""Correcting a neuro check: what rested on the wrong one follows, what others support stays."""

import uuid
from datetime import timedelta

import pytest

from alerts.models import Alert, ClosedAs
from audit.models import AuditEntry
from charting.entry import EntryRefusedError
from charting.models import PatientState
from charting.neuro import record_neuro_check
from charting.neuro_correction import RightCheck, correct_neuro_check
from grading.models import Assessment
from tests.factories.ward import NOW, WELL, a_patient, a_person, a_ward, chart_set
from vitals.models import NeuroAssessment

pytestmark = pytest.mark.django_db
CLEAR = {"consciousness": "alert", "seizure": "none", "motor_weakness": False}
WRITTEN = [[10, 20, 30, 40]]


def minutes(count):
    return timedelta(minutes=count)


def check(patient, *, minutes_ago=0, now=NOW, **findings):
    at = now - minutes(minutes_ago)
    return record_neuro_check(
        patient_id=patient.pk, client_id=uuid.uuid4(), taken_at=at, recorded_by=a_person(),
        now=at, findings=findings,
    )  # fmt: skip


def correct(wrong, *, reason="typed wrongly", at=None, client_id=None, **findings):
    right = RightCheck(at or wrong.taken_at, findings) if findings else None
    return correct_neuro_check(
        wrong_id=wrong.pk, client_id=client_id or uuid.uuid4(), right=right, reason=reason,
        corrected_by=a_person(), now=NOW,
    )  # fmt: skip


@pytest.fixture
def patient():
    patient = a_patient(a_ward())
    chart_set(patient, WELL, minutes_ago=180)
    return patient


def due_of(patient):
    return PatientState.objects.get(pk=patient.pk).patient.due_set


def test_a_wrong_score_stops_counting_and_its_alert_and_series_end(patient):
    check(patient, minutes_ago=120, ice_score=10, is_baseline=True, **CLEAR)
    wrong, _ = check(patient, minutes_ago=10, ice_score=8, **CLEAR)
    alert = Alert.objects.get()
    assert (alert.rule, due_of(patient).neuro_interval_minutes) == ("A16", 30)
    right, assessment = correct(wrong, ice_score=10, **CLEAR)
    assert (right.supersedes, right.reason, assessment.grade) == (wrong, "typed wrongly", 0)
    alert.refresh_from_db()
    assert alert.closed_as == ClosedAs.SOURCE_CORRECTED
    assert PatientState.objects.get(pk=patient.pk).latest_icans == assessment
    assert due_of(patient).neuro_interval_minutes == 480
    assert due_of(patient).neuro_due_at == wrong.taken_at + minutes(480)
    assert list(NeuroAssessment.objects.in_force().values_list("ice_score", flat=True)) == [10, 10]
    assert AuditEntry.objects.get(action="neuro.corrected").detail["corrects"] == wrong.pk


def test_a_score_that_was_worse_than_charted_raises_what_it_asks_for(patient):
    check(patient, minutes_ago=120, ice_score=10, is_baseline=True, **CLEAR)
    wrong, _ = check(patient, minutes_ago=10, ice_score=10, **CLEAR)
    assert not Alert.objects.exists()
    _, assessment = correct(wrong, ice_score=6, **CLEAR)
    assert assessment.grade == 2
    assert Alert.objects.get().rule == "A17"
    assert due_of(patient).neuro_series_left == 4


@pytest.mark.parametrize("findings", [{"consciousness": "alert"}, {"unable_reason": "asleep"}])
def test_a_replacement_that_says_less_ends_no_alert(patient, findings):
    wrong, _ = check(patient, minutes_ago=10, ice_score=8, **CLEAR)
    correct(wrong, **findings)
    assert Alert.objects.get().state == "open"


def test_an_alert_that_another_check_asks_for_as_well_stays(patient):
    check(patient, minutes_ago=60, ice_score=8, **CLEAR)
    wrong, _ = check(patient, minutes_ago=10, ice_score=8, **CLEAR)
    correct(wrong, ice_score=10, **CLEAR)
    assert Alert.objects.get().state == "open"


def test_an_alert_that_somebody_took_stays_theirs(patient):
    wrong, _ = check(patient, minutes_ago=10, ice_score=8, **CLEAR)
    Alert.objects.update(state="acknowledged", acknowledged_by=a_person(), acknowledged_at=NOW)
    correct(wrong, ice_score=10, **CLEAR)
    assert Alert.objects.get().state == "acknowledged"


def test_a_withdrawn_check_leaves_the_one_before_as_the_newest(patient):
    _, before = check(patient, minutes_ago=120, ice_score=10, **CLEAR)
    wrong, _ = check(patient, minutes_ago=10, ice_score=5, **CLEAR)
    row, withdrawal = correct(wrong, reason="another patient's check")
    assert (row.withdrawn, withdrawal.withdrawn) == (True, True)
    assert PatientState.objects.get(pk=patient.pk).latest_icans == before
    assert Alert.objects.get().closed_as == ClosedAs.SOURCE_CORRECTED
    assert due_of(patient).neuro_last_at == NOW - minutes(120)
    assert due_of(patient).icans_at_least == 0


def test_the_only_check_withdrawn_is_due_as_if_it_had_never_been(patient):
    wrong, _ = check(patient, minutes_ago=10, ice_score=10, **CLEAR)
    correct(wrong, reason="another patient's check")
    assert PatientState.objects.get(pk=patient.pk).latest_icans is None
    assert due_of(patient).neuro_last_at is None
    assert due_of(patient).neuro_due_at == NOW + minutes(480 - 180)


@pytest.mark.parametrize(("reason", "field"), [("", "reason"), ("  ", "reason")])
def test_a_correction_says_why(patient, reason, field):
    wrong, _ = check(patient, ice_score=8, **CLEAR)
    with pytest.raises(EntryRefusedError) as refused:
        correct(wrong, reason=reason, ice_score=10)
    assert [error.field for error in refused.value.errors] == [field]


def test_what_was_corrected_is_not_corrected_again_but_its_replacement_is(patient):
    wrong, _ = check(patient, ice_score=8, **CLEAR)
    name = uuid.uuid4()
    right, _ = correct(wrong, client_id=name, ice_score=9, **CLEAR)
    again, _ = correct(wrong, client_id=name, ice_score=9, **CLEAR)
    assert again == right
    with pytest.raises(EntryRefusedError):
        correct(wrong, ice_score=10, **CLEAR)
    _, assessment = correct(right, ice_score=10, **CLEAR)
    assert assessment.grade == 0
    assert Assessment.objects.filter(scale="astct-icans").in_force().get() == assessment


def test_a_withdrawal_is_not_corrected(patient):
    wrong, _ = check(patient, ice_score=8, **CLEAR)
    row, _ = correct(wrong)
    with pytest.raises(EntryRefusedError):
        correct(row, ice_score=10, **CLEAR)


def test_the_handwriting_and_what_was_asked_stay_with_the_corrected_check(patient):
    asked = {"objects": ["cup", "key", "pen"], "command": "Close your eyes"}
    wrong, _ = check(patient, ice_score=8, asked=asked, handwriting=WRITTEN, **CLEAR)
    right, _ = correct(wrong, ice_score=9, **CLEAR)
    assert (right.handwriting.strokes, right.asked) == (WRITTEN, asked)
    anew, _ = correct(right, ice_score=9, handwriting=[[1, 1]], **CLEAR)
    assert anew.handwriting.strokes == [[1, 1]]


def test_a_baseline_that_was_wrong_grades_later_capd_again_and_judges_the_newest():
    child = a_patient(a_ward(), birth_date=(NOW - timedelta(days=5 * 366)).date())
    chart_set(child, WELL, minutes_ago=180)
    wrong, _ = check(child, minutes_ago=120, capd_score=8, is_baseline=True, **CLEAR)
    later, before = check(child, minutes_ago=20, capd_score=8, **CLEAR)
    assert before.grade == 0
    assert not Alert.objects.exists()
    correct(wrong, capd_score=4, is_baseline=True, **CLEAR)
    after = later.assessments.in_force().get()
    assert (after.at_least, after.supersedes, after.reason) == (1, before, "typed wrongly")
    assert PatientState.objects.get(pk=child.pk).latest_icans == after
    assert Alert.objects.get().rule == "A19"  # 4 over the baseline


def test_a_baseline_charted_afterwards_excuses_what_is_no_worse():
    child = a_patient(a_ward(), birth_date=(NOW - timedelta(days=5 * 366)).date())
    later, before = check(child, minutes_ago=20, capd_score=6, **CLEAR)
    assert before.at_least == 1
    record_neuro_check(
        patient_id=child.pk, client_id=uuid.uuid4(), taken_at=NOW - minutes(300),
        recorded_by=a_person(), now=NOW, findings={"capd_score": 6, "is_baseline": True} | CLEAR,
    )  # fmt: skip
    after = later.assessments.in_force().get()
    assert (after.grade, after.supersedes) == (0, before)
    assert PatientState.objects.get(pk=child.pk).latest_icans == after


def test_a_drop_within_one_grade_starts_the_series_anew(patient):
    waits = []
    for ago, score in ((170, 10), (160, 9), (130, 9), (100, 8), (70, 8)):
        check(patient, minutes_ago=ago, ice_score=score, **CLEAR)
        waits.append(due_of(patient).neuro_series_left)
    assert waits == [0, 4, 3, 4, 3]


def test_a_check_put_off_keeps_the_due_time_and_the_pace(patient):
    check(patient, minutes_ago=100, ice_score=8, **CLEAR)
    before = due_of(patient).neuro_due_at
    check(patient, minutes_ago=80, unable_reason="asleep")
    assert due_of(patient).neuro_due_at == before
    check(patient, minutes_ago=60, unable_reason="sedated")
    assert (due_of(patient).icans_at_least, due_of(patient).neuro_series_left) == (1, 3)


def test_who_cannot_be_woken_for_the_score_is_an_emergency_without_another_word(patient):
    _, assessment = check(patient, unable_reason="unarousable")
    assert assessment.at_least == 4
    assert Alert.objects.get().rule == "A18"


@pytest.mark.parametrize("level", ["alert", "drowsy_awakens_spontaneously", "awakens_to_voice"])
def test_nobody_is_unarousable_and_awake(patient, level):
    with pytest.raises(EntryRefusedError) as refused:
        check(patient, unable_reason="unarousable", consciousness=level)
    assert [error.field for error in refused.value.errors] == ["unable_reason"]


@pytest.mark.parametrize("reason", ["intubated", "deaf", "asleep", "language_barrier"])
def test_a_score_that_was_not_possible_is_never_ten(patient, reason):
    stored, assessment = check(patient, unable_reason=reason, **CLEAR)
    assert stored.ice_score is None
    assert (assessment.grade, assessment.outcome) == (None, "not_assessable")


@pytest.mark.parametrize(("reason", "at_least"), [("sedated", 0), ("paralyzed", 0), ("asleep", 2)])
def test_a_sheet_that_drugs_broke_off_forces_no_grade(patient, reason, at_least):
    some = {"year": 0, "month": 0, "city": 0, "hospital": 0}
    _, assessment = check(patient, ice_items=some, unable_reason=reason)
    assert (assessment.grade, assessment.at_least) == (None, at_least)


@pytest.mark.parametrize("findings", [{"ice_score": 0}, {"motor_weakness": False}])
def test_no_and_zero_are_findings(patient, findings):
    stored, _ = check(patient, **findings)
    assert stored.pk
