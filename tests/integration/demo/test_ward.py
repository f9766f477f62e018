"""The demo ward: what the seed command leaves, and how the simulator goes on."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from itertools import groupby
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, transaction
from django.db.models.functions import Least
from django.utils import timezone

from alerts import overdue
from alerts.models import Alert, DueSet, Notification
from audit.models import AuditEntry
from audit.trail import verify
from charting import state
from charting.models import PatientState
from demo import accounts, places, seed, simulator
from demo.management.commands import simulate_ward
from demo.telling import Teller
from grading.models import Assessment
from patients.models import Infusion, Patient, Stay, Treatment
from patients.windows import WindowState, window_status
from staff.models import Bed, User, Ward
from staff.permissions import can_see_patients
from vitals.models import LabResult, NeuroAssessment, ObservationSet
from vitals.schedule import DueState, overdue_state

CRS = "astct-crs"
FACTS = (
    *(Ward, Bed, User, Patient, Stay, Infusion, Treatment, ObservationSet, Assessment),
    *(LabResult, NeuroAssessment, Alert, Notification, DueSet, AuditEntry),
)


@pytest.fixture(scope="module")
def filled_at(django_db_setup, django_db_blocker):
    """Fill the ward once for this file, and take it back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        now = timezone.now()
        seed.fill(now=now)
        yield now
        transaction.set_rollback(True)


@pytest.fixture
def ward(filled_at, db):
    return filled_at


@pytest.fixture
def chance():
    return random.Random(11)


def patient(mrn):
    return Patient.objects.get(mrn=mrn)


def now_of(mrn):
    return PatientState.objects.get(patient__mrn=mrn)


def peak_of(patient_id):
    rows = Assessment.objects.filter(patient_id=patient_id, scale=CRS).in_force()
    return max((row.at_least for row in rows), default=None)


def counts():
    return {model.__name__: model.objects.count() for model in FACTS}


# --- Who is there --------------------------------------------------------------------------------


def test_every_patient_is_synthetic_and_says_so_in_number_and_diagnosis(ward):
    for each in Patient.objects.all():
        assert each.is_synthetic
        assert each.family_name in places.FAMILY_NAMES.values()
        assert each.mrn.startswith("DEMO-")
        assert each.diagnosis.endswith("(invented)")


def test_every_account_is_a_role_and_not_a_person(ward):
    for username, password, words in accounts.ACCOUNTS:
        user = User.objects.get(username=username)
        assert user.display_name().endswith("(demo)")
        assert user.email.endswith("@demo.example")
        assert user.check_password(password)
        assert words


def test_a_nurse_sees_the_own_ward_alone(ward):
    nurse = User.objects.get(username="nurse")
    seen = {each.code: can_see_patients(nurse, each) for each in Ward.objects.all()}
    assert seen == {"7b": True, "4a": False}


def test_the_administrator_administers_and_sees_no_patient(ward):
    admin = User.objects.get(username="admin")
    assert admin.is_superuser
    assert admin.is_staff
    assert not can_see_patients(admin, Ward.objects.get(code="7b"))


def test_two_wards_are_filled(ward):
    here = Stay.objects.filter(discharged_at=None)
    assert here.filter(ward__code="7b").count() == 12
    assert here.filter(ward__code="4a").count() == 2
    assert Bed.objects.filter(ward__code="7b").count() == 14
    assert all(stay.bed is not None for stay in here)


# --- What the board shows ------------------------------------------------------------------------


def test_every_grade_from_0_to_4_is_on_the_board_now(ward):
    grades = set(PatientState.objects.values_list("latest_assessment__grade", flat=True))
    assert grades >= {0, 1, 2, 3, 4}


@pytest.mark.parametrize(
    ("mrn", "grade_now", "peak"),
    [
        ("DEMO-001", 0, 2),  # recovered after tocilizumab
        ("DEMO-002", 4, 4),  # ventilated
        ("DEMO-003", 3, 3),  # high-flow oxygen
        ("DEMO-004", 2, 2),  # pressure answered by a bolus
        ("DEMO-005", 1, 1),  # fever
        ("DEMO-009", 2, 2),  # toddler on a cannula
        ("DEMO-011", 0, 1),  # day 24
    ],
)
def test_each_course_stands_where_its_story_says(ward, mrn, grade_now, peak):
    latest = now_of(mrn).latest_assessment
    assert latest.grade == grade_now
    assert peak_of(latest.patient_id) == peak


def test_the_gravest_patient_had_two_vasopressors_at_once(ward):
    sets = ObservationSet.objects.for_patient(patient("DEMO-002").pk)
    assert any(len(each.vasopressors or ()) == 2 for each in sets)


def test_masked_fever_is_grade_3_below_38_degrees(ward):
    here = now_of("DEMO-006")
    assert here.latest_set.temperature_celsius < Decimal("38.0")
    assert here.latest_set.vasopressors == ["norepinephrine"]
    assert here.latest_assessment.grade == 3


def test_neurotoxicity_shows_beside_a_crs_grade_of_0(ward):
    here = now_of("DEMO-007")
    checks = NeuroAssessment.objects.filter(patient_id=here.pk).order_by("taken_at")
    scores = list(checks.values_list("ice_score", flat=True))
    # Routine checks in between find what the last one found.
    assert [score for score, _ in groupby(scores)] == [10, 6, 5, 3]
    assert here.latest_icans.grade == 2
    assert here.latest_assessment.grade == 0
    given = set(Treatment.objects.filter(patient_id=here.pk).values_list("code", flat=True))
    assert {"dexamethasone", "levetiracetam"} <= given


def test_a_child_has_a_dose_by_body_surface(ward):
    (dose,) = patient("DEMO-008").infusions.all()
    assert (dose.therapy, dose.kind, dose.dose_unit) == ("blina-rr", "cycle_1_start", "ug/m2/d")


def test_somebody_was_just_admitted_and_nothing_is_charted(ward):
    here = now_of("DEMO-012")
    assert here.latest_set is None
    assert here.latest_assessment is None
    assert not DueSet.objects.filter(pk=here.pk).exists()


def test_an_incomplete_set_is_not_graded_as_if_it_were_normal(ward):
    latest = now_of("DEMO-014").latest_assessment
    assert latest.grade is None
    assert latest.at_least == 1
    assert "hypotension_present" in latest.missing


def test_one_patient_is_overdue_and_most_are_not(ward):
    states = {
        due.patient.mrn: overdue_state(
            now=ward, due_at=due.due_at, interval_minutes=due.interval_minutes
        )
        for due in DueSet.objects.select_related("patient")
    }
    assert states["DEMO-013"] is DueState.OVERDUE
    late = [mrn for mrn, at in states.items() if at in (DueState.OVERDUE, DueState.MISSED)]
    assert late == ["DEMO-013"]


def test_no_neuro_check_and_no_panel_is_late(ward):
    for due in DueSet.objects.all():
        assert not due.is_neuro_late(ward), due
        assert not due.are_labs_late(ward), due


def test_silence_has_one_patient_to_tell_of(ward):
    with transaction.atomic():
        assert overdue.raise_overdue(now=ward) == 1
        late = Alert.objects.filter(family="obs_overdue", state="open")
        assert [alert.patient.mrn for alert in late] == ["DEMO-013"]
        transaction.set_rollback(True)


def test_routine_checks_are_few_and_only_of_the_last_hours(ward):
    names = {
        Teller(bed.script, bed.stay.patient_id, bed.origin, None).name("neuro", neuro.at)
        for bed in simulator._occupied()
        for neuro in bed.script.neuro
    }
    routine = NeuroAssessment.objects.exclude(client_id__in=names)
    assert 20 < routine.count() < 80
    assert routine.earliest("taken_at").taken_at > ward - timedelta(hours=10, minutes=1)
    assert not routine.filter(is_baseline=True).exists()
    assert set(routine.values_list("seizure", flat=True)) == {"none"}


def test_nobody_scores_a_patient_who_is_sedated(ward):
    checks = NeuroAssessment.objects.filter(patient__mrn="DEMO-002").order_by("taken_at")
    lately = checks.filter(taken_at__gt=ward - timedelta(hours=10))
    assert set(lately.values_list("ice_score", "unable_reason")) == {(None, "sedated")}
    assert now_of("DEMO-002").latest_icans.grade is None


@pytest.mark.parametrize(
    ("mrn", "expected"),
    [
        ("DEMO-011", WindowState.MONITORING),
        ("DEMO-008", WindowState.HIGH_RISK),
        ("DEMO-014", WindowState.HIGH_RISK),
        ("DEMO-012", WindowState.NONE),
    ],
)
def test_risk_windows_stand_in_different_places(ward, mrn, expected):
    doses = state.doses_of(now_of(mrn))
    assert window_status(doses, at=ward, zone=places.TIME_ZONE).state is expected


def test_fresh_alerts_wait_and_older_ones_are_answered(ward):
    waiting = Alert.objects.filter(state="open", severity__in=["P1", "P2"])
    fresh = {alert.patient.mrn for alert in waiting}
    # Until the afternoon the ferritin of DEMO-002 has just passed its next limit.
    # The last one has a dose planned while there is CRS.
    assert fresh - {"DEMO-002"} == {"DEMO-004", "DEMO-005", "DEMO-014"}
    told = [alert.events.latest("seq").at for alert in waiting]
    assert all(ward - at < timedelta(minutes=30) for at in told)
    assert Alert.objects.filter(state="acknowledged").exists()


# --- Through the door ----------------------------------------------------------------------------


def test_every_set_has_a_grade_in_force(ward):
    graded = Assessment.objects.filter(scale=CRS).in_force()
    assert graded.count() == ObservationSet.objects.count() > 800


def test_everything_is_marked_as_made_by_the_simulator(ward):
    for model in (ObservationSet, LabResult, NeuroAssessment):
        assert set(model.objects.values_list("source", flat=True)) == {"simulator"}


def test_the_trail_of_the_demo_holds(ward):
    assert verify() == []


def test_the_kept_state_is_what_the_facts_say(ward):
    for kept in PatientState.objects.select_related("patient"):
        assert state.differs(kept, state.rebuild(kept.patient)) == []


def test_seeding_again_changes_nothing(ward):
    before = counts()
    out = StringIO()
    call_command("seed_demo_ward", stdout=out)
    assert counts() == before
    assert "0 invented patients admitted, 14 were there" in out.getvalue()


# --- And it goes on ------------------------------------------------------------------------------


def test_one_step_charts_exactly_one_more_set(ward):
    before = ObservationSet.objects.count()
    call_command("simulate_ward", "--once")
    assert ObservationSet.objects.count() == before + 1
    assert ObservationSet.objects.latest("pk").source == "simulator"


def test_whoever_has_been_due_longest_is_charted_first(ward, chance):
    first = Least("due_at", "neuro_due_at")
    longest = DueSet.objects.exclude(neuro_due_at=None).order_by(first)[0]
    with mock.patch.object(simulator, "_may_be_charted", lambda bed, *_, **__: bed.script.phases):
        step = simulator.step(now=ward + timedelta(hours=3), chance=chance)
    assert step == simulator.Step(longest.pk, more_are_due=True)


def test_whose_turn_it_is_to_be_late_is_left_until_overdue(ward):
    (left,) = (bed for bed in simulator._occupied() if bed.script.person.mrn == "DEMO-002")
    late = simulator._due_at(left) + simulator._LEFT_LATE_FOR
    for now, expected in ((late - timedelta(seconds=1), False), (late, True)):
        # Alone on the ward, it is always this patient's turn.
        assert simulator._may_be_charted(left, [left], now=now, speed=1.0) is expected


def test_an_hour_on_the_ward_brings_what_the_scripts_foresee(ward, chance):
    # Whose turn it is to be late changes with the hour of the day: here it is nobody's.
    on_time = mock.patch.object(simulator, "_LEFT_LATE_FOR", timedelta(days=-1))
    with mock.patch("alerts.wake.after_commit"), on_time:
        for minutes in range(2, 90, 2):
            simulator.step(now=ward + timedelta(minutes=minutes), chance=chance)
    assert now_of("DEMO-004").latest_assessment.at_least == 3
    running = Treatment.objects.filter(patient__mrn="DEMO-004").running(
        ward + timedelta(minutes=90)
    )
    assert "norepinephrine" in running.values_list("code", flat=True)
    pressors = Treatment.objects.filter(patient__mrn="DEMO-004", code="norepinephrine")
    assert pressors.count() == 1
    assert verify() == []


@pytest.mark.parametrize(("hours", "more"), [(2.9, 0), (3.1, 1)])
def test_a_neuro_check_is_repeated_eight_hours_after_the_last(ward, chance, hours, more):
    # The last check of this patient was five hours before the ward was filled.
    (bed,) = (bed for bed in simulator._occupied() if bed.script.person.mrn == "DEMO-001")
    checks = NeuroAssessment.objects.filter(patient_id=bed.stay.patient_id)
    before = checks.count()
    later = bed.origin + timedelta(hours=hours)
    simulator._go_on(bed, now=later, hour=hours, chance=chance)
    assert checks.count() == before + more
    assert not checks.latest("taken_at").is_baseline


def test_an_afternoon_on_the_ward_leaves_no_neuro_check_late(ward, chance):
    with (
        mock.patch("alerts.wake.after_commit"),
        mock.patch.object(simulator, "_LEFT_LATE_FOR", timedelta(0)),
    ):
        for minutes in range(1, 150):
            simulator.step(now=ward + timedelta(minutes=minutes), chance=chance)
    now = ward + timedelta(minutes=150)
    assert [due.patient.mrn for due in DueSet.objects.all() if due.is_neuro_late(now)] == []


def test_a_pressor_that_the_script_ends_is_stopped_once(ward, chance):
    with mock.patch("alerts.wake.after_commit"):
        for _ in range(2):
            for bed in simulator._occupied():
                if bed.script.person.mrn == "DEMO-002":
                    later = timezone.now() + timedelta(hours=9.5)
                    simulator._go_on(bed, now=later, hour=9.4, chance=chance)
    rows = Treatment.objects.filter(patient__mrn="DEMO-002", code="norepinephrine")
    assert rows.count() == 2
    assert rows.in_force().get().stopped_at is not None


def test_a_speed_that_stands_still_is_refused():
    with pytest.raises(CommandError, match="above 0"):
        call_command("simulate_ward", "--once", "--speed", "0")


def test_an_empty_ward_is_waited_on(db, chance, django_db_blocker):
    with mock.patch.object(simulator, "_occupied", return_value=[]):
        step = simulator.step(now=timezone.now(), chance=chance)
    assert step == simulator.Step(None, more_are_due=False)


def test_a_broken_database_does_not_end_the_ward(chance):
    with (
        mock.patch.object(simulator, "step", side_effect=OperationalError("gone")),
        mock.patch("demo.management.commands.simulate_ward.close_old_connections"),
        mock.patch("django.db.connections.close_all") as closed,
    ):
        done = simulate_ward._try_step(now=timezone.now(), chance=chance, speed=1.0)
    assert done is None
    closed.assert_called_once_with()


def test_in_the_night_the_clocks_change_the_ward_stands_the_same(db):
    seed.fill(now=datetime(2026, 3, 29, 2, 30, tzinfo=UTC))
    due = DueSet.objects.get(patient__mrn="DEMO-014")
    full = ObservationSet.objects.filter(patient_id=due.pk, systolic_mmhg__isnull=False)
    assert due.due_at == full.latest("taken_at").taken_at + timedelta(hours=2)
    assert {1, 2, 3, 4} <= set(
        PatientState.objects.values_list("latest_assessment__grade", flat=True)
    )
