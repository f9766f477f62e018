"""What a shift came to: due sets, answers, overrides with reasons, corrections, rota gaps."""

import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts import shift, snooze
from alerts.models import AnsweredDue, DueSet, RotaRole, SnoozeReason
from alerts.policy import Severity
from charting import orders, undoing
from charting.confirming import confirm_grade
from grading.confirming import Word
from staff.models import Role
from tests.factories.alerts import an_alert, answered, on_call
from tests.factories.ward import FEVER, NOW, WELL, a_patient, a_person, a_ward, chart_set

pytestmark = pytest.mark.django_db
LONDON, MINUTE = ZoneInfo("Europe/London"), timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def ward():
    return a_ward(code="7b", name="Ward 7B")


@pytest.fixture
def patient(ward):
    return a_patient(ward)


def report(ward, *, now=NOW, back=0):
    return shift.report(ward, shift.span_of(now, zone=ward.zone, back=back), now=now)


def answer(patient, ward, *, minutes_ago, lost=0, interval=60):
    due_at = NOW - minutes_ago * MINUTE
    AnsweredDue.objects.create(
        patient=patient, ward=ward, due_at=due_at, interval_minutes=interval,
        answered_at=due_at + 5 * MINUTE, lost=lost,
    )  # fmt: skip


# --- Which shift -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "back", "start", "end"),
    [
        ("2026-03-10 12:00", 0, "10 07", "10 19"),
        ("2026-03-10 07:00", 0, "10 07", "10 19"),
        ("2026-03-10 06:59", 0, "09 19", "10 07"),
        ("2026-03-10 19:00", 0, "10 19", "11 07"),
        ("2026-03-10 12:00", 1, "09 19", "10 07"),
        ("2026-03-10 03:00", 1, "09 07", "09 19"),
    ],
)
def test_a_shift_begins_and_ends_on_the_wards_clock(at, back, start, end):
    moment = datetime.fromisoformat(at).replace(tzinfo=LONDON)
    span = shift.span_of(moment, zone=LONDON, back=back)
    assert (f"{span.start:%d %H}", f"{span.end:%d %H}") == (start, end)


def test_the_night_in_which_the_clocks_change_is_a_shift_of_eleven_hours():
    span = shift.span_of(datetime(2026, 3, 29, 3, tzinfo=LONDON), zone=LONDON)
    assert span.end.astimezone(UTC) - span.start.astimezone(UTC) == 11 * HOUR


# --- Sets --------------------------------------------------------------------------------------


def test_sets_are_kept_or_lost_by_the_hour_they_were_due(ward, patient):
    answer(patient, ward, minutes_ago=30)
    answer(patient, ward, minutes_ago=90, lost=2)  # due 10:30, and again 11:30
    answer(patient, ward, minutes_ago=6 * 60)  # the shift before
    found = report(ward)
    assert (found.compliance.kept, found.compliance.due) == (1, 3)
    assert {f"{at:%H:%M}": count for at, count in found.lost_by_hour.items()} == {
        "10:00": 1, "11:00": 1,
    }  # fmt: skip


def test_a_set_that_has_not_come_yet_counts_once_its_grace_is_over(ward, patient):
    chart_set(patient, WELL, minutes_ago=4 * 60 + 31)
    assert report(ward).compliance.due == 1
    assert report(ward).compliance.kept == 0
    assert report(ward, now=NOW - 2 * MINUTE).compliance.due == 0


def test_nobody_is_asked_for_who_is_off_the_ward(ward, patient):
    chart_set(patient, WELL, minutes_ago=5 * 60)
    DueSet.objects.update(paused_since=NOW - HOUR, paused_until=NOW + HOUR)
    assert report(ward).compliance.due == 0


def test_no_set_due_is_no_percent_and_not_nought(ward, patient):
    assert report(ward).compliance.percent is None


def test_the_shift_before_does_not_count_what_is_late_now(ward, patient):
    chart_set(patient, WELL, minutes_ago=5 * 60)
    assert report(ward, back=1).compliance.due == 0


# --- Alerts ------------------------------------------------------------------------------------


def test_alerts_are_counted_by_priority_with_the_median_wait(ward):
    nurse = a_person(Role.NURSE, ward)
    for minutes in (2, 4, 10):
        alert = an_alert(a_patient(ward), ward)
        answered(alert, nurse, at=NOW + minutes * MINUTE)
    an_alert(a_patient(ward), ward, Severity.P2)
    rows = {row.severity: row for row in report(ward, now=NOW + HOUR).answers}
    p1, p2 = rows["P1"], rows["P2"]
    assert (p1.raised, p1.answered, p1.open, p1.median_minutes) == (3, 3, 0, 4.0)
    assert (p2.raised, p2.answered, p2.open, p2.median_minutes) == (1, 0, 1, None)


def test_alerts_of_another_ward_or_shift_are_not_counted(ward):
    elsewhere = a_ward()
    an_alert(a_patient(elsewhere), elsewhere)
    an_alert(a_patient(ward), ward, now=NOW - 6 * HOUR)
    assert sum(row.raised for row in report(ward).answers) == 0


# --- What people decided -----------------------------------------------------------------------


def test_overrides_stand_with_their_reason_and_who_decided(ward, patient):
    charge = a_person(Role.CHARGE_NURSE, ward)
    charted = chart_set(patient, FEVER, minutes_ago=10)
    confirm_grade(
        assessment_id=charted.assessment.pk, client_id=uuid.uuid4(),
        word=Word("rejected", None, "infection"), by=charge, now=NOW,
    )  # fmt: skip
    orders.go_off_ward(
        patient_id=patient.pk, client_id=uuid.uuid4(), why="imaging", back_at=NOW + HOUR,
        accompanied_by="a nurse", recorded_by=charge, now=NOW + MINUTE,
    )  # fmt: skip
    alert = an_alert(a_patient(ward), ward, Severity.P3)
    snooze.snooze(
        alert,
        by=charge,
        at=NOW + 2 * MINUTE,
        minutes=60,
        reason=SnoozeReason.DEVICE_FAULT,
        version_seen=1,
    )
    found = [
        (act.what, act.reason, act.by) for act in report(ward, now=NOW + HOUR).overrides
    ]  # fmt: skip
    name = charge.display_name()
    assert found == [
        ("Computed grade 1 rejected", "Infection", name),
        ("Off the ward", "Imaging", name),
        ("P3 put off", "Device fault", name),
    ]


def test_a_grade_that_was_confirmed_overrides_nothing(ward, patient):
    charted = chart_set(patient, FEVER, minutes_ago=10)
    confirm_grade(
        assessment_id=charted.assessment.pk, client_id=uuid.uuid4(), word=Word("confirmed", 1),
        by=a_person(Role.ONCOLOGIST, ward), now=NOW,
    )  # fmt: skip
    assert report(ward, now=NOW + MINUTE).overrides == []


def test_what_was_taken_back_is_a_correction_with_its_reason(ward, patient):
    nurse = a_person(Role.NURSE, ward)
    charted = chart_set(patient, FEVER, minutes_ago=1, by=nurse)
    undone = undoing.undo(set_id=charted.observations.pk, by=nurse, now=NOW + MINUTE / 6)
    (act,) = report(ward, now=NOW + MINUTE).corrections
    assert (act.what, act.mrn, act.by) == ("Set taken back", patient.mrn, nurse.display_name())
    assert act.reason == undone.reason != ""


def test_gaps_are_those_of_the_shift_so_far(ward, patient):
    on_call(ward, RotaRole.CHARGE_NURSE, RotaRole.ONCOLOGY_FELLOW)
    (gap,) = report(ward).gaps
    assert gap.role == RotaRole.ONCOLOGY_ATTENDING
    assert (gap.starts_at.hour, gap.ends_at) == (7, NOW)


def test_a_full_ward_costs_as_many_queries_as_one_bed(ward, django_assert_num_queries):
    for beds in (1, 11):
        for _ in range(beds):
            chart_set(a_patient(ward), FEVER, minutes_ago=300)
        with django_assert_num_queries(12):
            report(ward)
