"""History graded again: the old stays, the new supersedes it, and nobody is told."""

from datetime import timedelta
from decimal import Decimal

import pytest

from alerts.models import Alert, AlertEvent, DueSet, Notification
from audit import trail
from audit.models import AuditEntry
from charting import chart, state
from charting.models import PatientState
from charting.regrading import Asked, look, regrade_patient
from grading.models import Assessment
from grading.rules.crs_astct import DEFAULT_POLICY, SCALE, CrsPolicy
from patients.models import Patient
from staff.models import Role
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    GRADE_3,
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

LATER = NOW + timedelta(days=1)
ON_VASOPRESSIN = FEVER | {"hypotension": True, "vasopressin": True}
COOL = {"temperature_celsius": Decimal("36.9")}
AT_2 = Asked(policy=CrsPolicy(vasopressin_alone_grade=2), now=LATER)
AS_NOW = Asked(policy=DEFAULT_POLICY, now=LATER)
NEW_NAME = "astct-crs-2019/1+P1=2"


@pytest.fixture
def ward():
    ward = a_ward()
    a_person(Role.CHARGE_NURSE, ward)
    return ward


@pytest.fixture
def patient(ward):
    """Four sets, of which the second is graded for vasopressin alone."""
    patient = a_patient(ward)
    off = {"vasopressin": False}
    for hours, values in ((8, FEVER), (6, ON_VASOPRESSIN), (4, GRADE_3 | off), (2, FEVER | off)):
        chart_set(patient, values, minutes_ago=60 * hours)
    return patient


def grades(patient):
    rows = Assessment.objects.filter(patient=patient, scale=SCALE).in_force().order_by("taken_at")
    return [row.grade for row in rows]


def stored(model):
    return list(model.objects.order_by("pk").values())


def test_exactly_the_sets_on_vasopressin_alone_move(patient):
    assert grades(patient) == [1, 3, 3, 1]
    again = regrade_patient(patient.pk, asked=AT_2)
    assert grades(patient) == [1, 2, 3, 1]
    assert [each.grade_moves for each in again.differences] == [False, True, False, False]
    moved = [each for each in again.differences if each.answer_moves]
    assert [(each.old.grade, each.new.grade) for each in moved] == [(3, 2)]
    assert {row.ruleset for row in Assessment.objects.filter(scale=SCALE).in_force()} == {NEW_NAME}


def test_the_old_rows_stay_as_they_were_and_each_new_one_says_what_it_replaces_and_why(patient):
    before = stored(Assessment)
    regrade_patient(patient.pk, asked=AT_2)
    after = stored(Assessment)
    assert after[: len(before)] == before
    fresh = after[len(before) :]
    replaced = [row["id"] for row in before if row["scale"] == SCALE]
    assert [row["supersedes_id"] for row in fresh] == replaced
    assert {row["reason"] for row in fresh} == {"regrade: astct-crs-2019/1 with P1=2"}
    assert {row["assessed_at"] for row in fresh} == {LATER}


def test_a_second_run_changes_nothing_and_leaves_no_trace(patient):
    regrade_patient(patient.pk, asked=AT_2)
    rows, entries = stored(Assessment), stored(AuditEntry)
    again = regrade_patient(patient.pk, asked=AT_2)
    assert (again.sets, again.differences) == (4, ())
    assert (stored(Assessment), stored(AuditEntry)) == (rows, entries)


def test_back_to_the_edition_of_the_door_ends_where_it_began(patient):
    def said():
        rows = Assessment.objects.filter(scale=SCALE).in_force().order_by("taken_at")
        return list(rows.values("observation_set", "grade", "because", "flags", "course"))

    before = said()
    regrade_patient(patient.pk, asked=AT_2)
    assert said() != before
    regrade_patient(patient.pk, asked=AS_NOW)
    assert said() == before


def test_nobody_is_told_and_nothing_falls_due(patient):
    told = (Alert, AlertEvent, Notification, DueSet)
    before = [stored(model) for model in told]
    assert all(before), "the test needs an alert, a notification and a due time"
    regrade_patient(patient.pk, asked=AT_2)
    assert [stored(model) for model in told] == before


def test_looking_writes_nothing_and_sees_what_would_change(patient):
    written = (Assessment, AuditEntry, PatientState, Alert, DueSet, Notification, ObservationSet)
    before = [stored(model) for model in written]
    seen = look(patient.pk, asked=AT_2)
    assert [stored(model) for model in written] == before
    done = regrade_patient(patient.pk, asked=AT_2)
    assert [(each.old.pk, each.changed) for each in seen.differences] == [
        (each.old.pk, each.changed) for each in done.differences
    ]


def test_the_state_follows_and_knows_since_when_a_grade_stands(ward):
    patient = a_patient(ward)
    on_fluid = GRADE_2 | {"fluid_bolus_ml": 500}
    for hours, values in ((8, FEVER), (6, on_fluid), (4, ON_VASOPRESSIN), (2, ON_VASOPRESSIN)):
        chart_set(patient, values, minutes_ago=60 * hours)
    regrade_patient(patient.pk, asked=AT_2)
    kept = PatientState.objects.get(pk=patient.pk)
    assert (kept.latest_assessment.at_least, kept.at_least_before) == (2, 2)
    assert kept.latest_assessment.ruleset == NEW_NAME
    assert kept.at_least_since == NOW - timedelta(hours=6)
    assert state.differs(kept, state.rebuild(patient)) == []


def test_the_state_of_a_patient_with_one_set_follows(ward):
    patient = a_patient(ward)
    chart_set(patient, ON_VASOPRESSIN, minutes_ago=30)
    regrade_patient(patient.pk, asked=AT_2)
    kept = PatientState.objects.get(pk=patient.pk)
    assert (kept.latest_assessment.at_least, kept.at_least_before) == (2, None)
    assert state.differs(kept, state.rebuild(patient)) == []


def test_the_trail_says_who_by_which_choices_and_holds(patient):
    by = a_person(Role.ADMINISTRATOR)
    regrade_patient(patient.pk, asked=Asked(policy=AT_2.policy, now=LATER, by=by))
    entry = AuditEntry.objects.get(action="observations.regraded")
    assert (entry.actor, entry.at, entry.scope) == (by, LATER, f"patient:{patient.pk}")
    assert entry.detail == {
        "sets": 4,
        "ruleset": NEW_NAME,
        "choices": {"vasopressin_alone_grade": 2},
        "since": None,
    }
    assert trail.verify() == []


def test_what_the_door_graded_in_any_order_is_graded_the_same_again(ward):
    patient = a_patient(ward)
    chart_set(patient, WELL, minutes_ago=3000)
    wrong = chart_set(patient, GRADE_2, minutes_ago=2500)
    chart_set(patient, {"temperature_celsius": Decimal("38.0556")}, minutes_ago=1900)
    chart_set(patient, GRADE_3 | COOL, minutes_ago=1400)
    give(patient, "tocilizumab", minutes_ago=1800)
    give(patient, "norepinephrine", minutes_ago=1300)
    chart_set(patient, {"systolic_mmhg": 88}, minutes_ago=1000)
    chart_set(patient, FEVER, minutes_ago=2400)  # entered late
    chart.correct_observations(
        wrong_id=wrong.observations.pk,
        entry=an_entry(FEVER, taken_at=NOW - timedelta(minutes=2450)),
        corrected_by=a_person(),
        reason="typing",
        now=NOW,
    )
    chart_set(patient, WELL, minutes_ago=10)
    before = stored(Assessment)
    again = regrade_patient(patient.pk, asked=AS_NOW)
    assert again.sets == ObservationSet.objects.in_force().count()
    assert again.differences == ()
    assert stored(Assessment) == before


def test_only_what_a_mended_birthday_moves_is_written(ward):
    """And a set that answers the same, but after another course, is written with it."""
    patient = a_patient(ward)
    low = WELL | {"systolic_mmhg": 84, "diastolic_mmhg": 50}
    for hours, values in ((50, FEVER), (30, low), (20, WELL)):
        chart_set(patient, values, minutes_ago=60 * hours)
    assert grades(patient) == [1, 2, 0]
    # At 6 years hypotension is presumed below 82 mmHg, not below 90.
    Patient.objects.update(birth_date=(NOW - timedelta(days=6 * 365 + 30)).date())
    again = regrade_patient(patient.pk, asked=AS_NOW)
    assert grades(patient) == [1, 0, 0]
    first, last = again.differences
    assert first.grade_moves
    assert last.changed == ("course",)
    assert not last.answer_moves
    assert regrade_patient(patient.pk, asked=AS_NOW).differences == ()


def test_an_unknown_that_no_longer_matters_is_not_asked_for(ward):
    patient = a_patient(ward)
    on_oxygen = {name: FEVER[name] for name in ("temperature_celsius", "systolic_mmhg")}
    on_oxygen |= {"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": Decimal(2)}
    assert "vasopressin" in chart_set(patient, on_oxygen).assessment.missing
    (difference,) = regrade_patient(patient.pk, asked=AT_2).differences
    assert (difference.grade_moves, difference.answer_moves) == (False, True)
    assert "vasopressin" not in difference.new.missing
    assert "vasopressors" in difference.new.missing


def test_a_longer_waiver_is_followed_through_the_episode(ward):
    patient = a_patient(ward)
    low = WELL | {"hypotension": True}
    for hours, values in ((50, FEVER), (25, low), (1, low)):
        chart_set(patient, values, minutes_ago=60 * hours)
    assert grades(patient) == [1, 0, 0]
    assert (
        Assessment.objects.filter(scale=SCALE).in_force().latest("taken_at").course["episode"]
        is None
    )
    asked = Asked(policy=CrsPolicy(fever_waiver_hours=48), now=LATER)
    regrade_patient(patient.pk, asked=asked)
    assert grades(patient) == [1, 2, 0]
    # Grade 0 has not stood for 24 h now, so the next set still belongs to the episode.
    assert (
        Assessment.objects.filter(scale=SCALE).in_force().latest("taken_at").course["episode"]
        is not None
    )
    assert regrade_patient(patient.pk, asked=asked).differences == ()


@pytest.mark.parametrize(("minutes", "moves"), [(21 * 60, True), (21 * 60 + 1, False)])
def test_a_day_begins_at_midnight_on_the_wards_clock(minutes, moves):
    patient = a_patient(a_ward(time_zone="Asia/Tokyo"))  # 15:00 UTC
    chart_set(patient, ON_VASOPRESSIN, minutes_ago=minutes)
    asked = Asked(policy=AT_2.policy, now=LATER, since=NOW.date())
    assert bool(look(patient.pk, asked=asked).differences) is moves
    assert bool(regrade_patient(patient.pk, asked=asked).differences) is moves
    assert grades(patient) == [2 if moves else 3]


def test_sets_before_the_day_keep_their_grade_and_still_count(ward):
    patient = a_patient(ward)
    chart_set(patient, ON_VASOPRESSIN, minutes_ago=13 * 60)  # 23:00 the day before
    chart_set(patient, FEVER, minutes_ago=11 * 60)  # nobody charted that it stopped
    assert grades(patient) == [3, 3]
    asked = Asked(policy=AT_2.policy, now=LATER, since=NOW.date())
    assert len(regrade_patient(patient.pk, asked=asked).differences) == 1
    assert grades(patient) == [3, 2]
    assert state.differs(PatientState.objects.get(), state.rebuild(patient)) == []


def test_another_patient_is_left_alone(ward, patient):
    other = a_patient(ward)
    chart_set(other, ON_VASOPRESSIN, minutes_ago=30)
    regrade_patient(patient.pk, asked=AT_2)
    assert grades(other) == [3]


def test_the_door_goes_on_with_its_own_choices(patient):
    regrade_patient(patient.pk, asked=AT_2)
    charted = chart_set(patient, ON_VASOPRESSIN)
    assert (charted.assessment.grade, charted.assessment.ruleset) == (3, "astct-crs-2019/1")
    assert state.differs(PatientState.objects.get(), state.rebuild(patient)) == []


def test_a_patient_without_sets_has_nothing_to_grade(ward):
    assert regrade_patient(a_patient(ward).pk, asked=AT_2).sets == 0


def test_an_unknown_patient_is_refused():
    for act in (look, regrade_patient):
        with pytest.raises(Patient.DoesNotExist):
            act(999_999, asked=AT_2)
