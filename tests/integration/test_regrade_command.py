"""`manage.py regrade`: shows the differences, can be stopped, and refuses what it does not know."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from alerts.models import Alert, DueSet, Notification
from audit import trail
from audit.models import AuditEntry
from charting import regrading, state
from charting.models import PatientState
from grading.choices import EDITIONS, KNOWN
from grading.models import Assessment
from grading.rules.crs_astct import SCALE
from staff.models import Role
from tests.factories.ward import FEVER, GRADE_2, NOW, a_patient, a_person, a_ward, chart_set

pytestmark = pytest.mark.django_db

ON_VASOPRESSIN = FEVER | {"hypotension": True, "vasopressin": True}
CHOICE = "vasopressin_alone_grade=2"


@pytest.fixture
def patients():
    """Three patients on one ward, each with a set graded for vasopressin alone."""
    ward = a_ward()
    a_person(Role.CHARGE_NURSE, ward)
    patients = [a_patient(ward) for _ in range(3)]
    for patient in patients:
        chart_set(patient, FEVER, minutes_ago=90)
        chart_set(patient, ON_VASOPRESSIN, minutes_ago=30)
    return patients


def regrade(*words):
    out, err = StringIO(), StringIO()
    call_command("regrade", *words, stdout=out, stderr=err, no_color=True)
    return out.getvalue(), err.getvalue()


def stored(model):
    return list(model.objects.order_by("pk").values())


def everything():
    return [stored(model) for model in (Assessment, AuditEntry, PatientState, Alert, DueSet)]


def outcome():
    """What stands in the end, without the numbers and times that one run gives."""
    rows = Assessment.objects.filter(scale=SCALE).in_force().order_by("observation_set_id")
    said = list(
        rows.values(
            "observation_set", "supersedes", "grade", "at_least", "because", "missing", "flags",
            "ruleset", "course", "reason",
        )
    )  # fmt: skip
    told = list(AuditEntry.objects.values("scope", "seq", "action", "detail"))
    kept = list(PatientState.objects.order_by("pk").values("at_least_before", "at_least_since"))
    return said, told, kept


def test_every_difference_is_shown_and_summed_up(patients):
    out, err = regrade("--policy", CHOICE)
    grades = [
        row.grade
        for row in Assessment.objects.filter(scale=SCALE).in_force().order_by("observation_set_id")
    ]
    assert grades == [1, 2] * 3
    newest = PatientState.objects.get(pk=patients[0].pk).latest_set_id
    assert out.splitlines()[:3] == [
        f"patient {patients[0].pk}: 2 of 2 sets change",
        f"  2026-03-10 11:30 UTC, set {newest}: Grade 3 [astct-crs-2019/1]"
        " -> Grade 2 [astct-crs-2019/1+P1=2]",
        "  1 say the same as before, under astct-crs-2019/1+P1=2",
    ]
    assert "3 patients, 6 sets: 3 change their grade, 0 only what is said with it, 3 only" in out
    assert "no alert was raised, closed or sent, and no due time moved" in out
    progress = [f"patient {n} of 3 (id {each.pk})" for n, each in enumerate(patients, start=1)]
    assert [line.removeprefix("regrade: ") for line in err.splitlines()] == progress
    assert all(
        state.differs(PatientState.objects.get(pk=each.pk), state.rebuild(each)) == []
        for each in patients
    )
    assert trail.verify() == []


def test_a_dry_run_shows_the_same_and_writes_nothing(patients):
    before = everything()
    dry, _ = regrade("--policy", CHOICE, "--dry-run")
    assert everything() == before
    assert "Dry run: nothing was written." in dry
    wet, _ = regrade("--policy", CHOICE)
    assert dry.splitlines()[:-1] == wet.splitlines()[:-1]


def test_a_second_run_finds_nothing_left_to_change(patients):
    regrade("--policy", CHOICE)
    before = everything()
    out, _ = regrade("--policy", CHOICE)
    assert everything() == before
    assert out.startswith("3 patients, 6 sets: 0 change their grade")


@pytest.mark.parametrize("words", [(), ("--edition", EDITIONS[0])])
def test_the_current_edition_finds_what_the_door_graded_as_it_was(patients, words):
    before = everything()
    regrade(*words)
    assert everything() == before


@pytest.mark.parametrize(
    ("stop", "raised"), [(KeyboardInterrupt, SystemExit), (RuntimeError, RuntimeError)]
)
def test_what_was_stopped_half_way_ends_like_what_was_not(patients, monkeypatch, stop, raised):
    with transaction.atomic():
        regrade("--policy", CHOICE)
        uninterrupted = outcome()
        transaction.set_rollback(True)
    record = trail.record

    def stopped_in_the_second(**entry):
        if entry["scope"] == f"patient:{patients[1].pk}":
            raise stop
        return record(**entry)

    with monkeypatch.context() as patch:
        patch.setattr(trail, "record", stopped_in_the_second)
        with pytest.raises(raised):
            regrade("--policy", CHOICE)
    done = Assessment.objects.filter(reason__startswith="regrade").values_list("patient", flat=True)
    assert set(done) == {patients[0].pk}, "one patient is done, the second half-done one is not"
    regrade("--policy", CHOICE)
    assert outcome() == uninterrupted
    assert trail.verify() == []


def test_a_stop_says_how_far_it_came_and_that_it_can_go_on(patients, monkeypatch, capsys):
    act = regrading.regrade_patient

    def stopped_at_the_third(patient_id, *, asked):
        if patient_id == patients[2].pk:
            raise KeyboardInterrupt
        return act(patient_id, asked=asked)

    monkeypatch.setattr(
        "charting.management.commands.regrade.regrade_patient", stopped_at_the_third
    )
    with pytest.raises(SystemExit) as stopped:
        call_command("regrade", "--policy", CHOICE, no_color=True)
    assert stopped.value.code == 130
    said = capsys.readouterr()
    assert "stopped after 2 of 3 patients; the same command goes on" in said.err
    assert "2 patients, 4 sets: 2 change their grade" in said.out


def test_a_dry_run_that_was_stopped_promises_nothing(patients, monkeypatch):
    def stopped(patient_id, *, asked):
        raise KeyboardInterrupt

    monkeypatch.setattr("charting.management.commands.regrade.look", stopped)
    err = StringIO()
    with pytest.raises(SystemExit):
        call_command("regrade", "--dry-run", stdout=StringIO(), stderr=err, no_color=True)
    assert err.getvalue().splitlines()[-1] == "regrade: stopped after 0 of 3 patients"


def test_only_the_patients_asked_for(patients):
    regrade("--policy", CHOICE, "--patient", patients[2].mrn, patients[0].mrn)
    done = Assessment.objects.filter(reason__startswith="regrade").values_list("patient", flat=True)
    assert set(done) == {patients[0].pk, patients[2].pk}


def test_only_the_sets_since_a_day(patients):
    chart_set(patients[0], GRADE_2, minutes_ago=48 * 60)
    out, _ = regrade("--policy", CHOICE, "--since", f"{NOW.date():%Y-%m-%d}")
    assert "3 patients, 6 sets:" in out
    out, _ = regrade("--policy", CHOICE, "--since", f"{NOW.date() + timedelta(days=1):%Y-%m-%d}")
    assert "3 patients, 0 sets:" in out


def test_who_answers_for_it_stands_in_the_trail(patients):
    by = a_person(Role.ADMINISTRATOR)
    regrade("--policy", CHOICE, "--by", by.username)
    entries = AuditEntry.objects.filter(action="observations.regraded")
    assert [entry.actor for entry in entries] == [by] * 3


def test_nobody_is_notified(patients):
    told = (Notification, Alert, DueSet)
    before = [stored(model) for model in told]
    assert all(before), "the test needs a notification, an alert and a due time"
    regrade("--policy", CHOICE)
    assert [stored(model) for model in told] == before


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (["--policy", "vasopresin_alone_grade=2"], [*KNOWN]),
        (["--policy", "vasopressin_alone_grade=4"], ["2 to 3"]),
        (["--policy", CHOICE, "inotropes_count=perhaps"], ["yes or no"]),
        (["--edition", "astct-crs-2019/9"], [*EDITIONS]),
        (["--since", "10.3.2026"], ["such as 2026-03-10"]),
        (["--by", "nobody"], ["no user"]),
    ],
)
def test_what_is_not_known_is_refused_with_what_is_and_nothing_is_written(patients, words, known):
    before = everything()
    with pytest.raises(CommandError) as refused:
        regrade(*words)
    assert refused.value.returncode == 1
    assert everything() == before
    said = str(refused.value)
    assert all(name in said for name in known)
    assert said.endswith("Nothing was written.")


def test_an_unknown_patient_is_refused_and_no_other_is_named(patients):
    before = everything()
    with pytest.raises(CommandError) as refused:
        regrade("--policy", CHOICE, "--patient", patients[0].mrn, "NOBODY")
    said = str(refused.value)
    assert "There is no patient “NOBODY”" in said
    assert f"known of those asked for: {patients[0].mrn}." in said
    assert patients[1].mrn not in said
    assert everything() == before


def test_an_edition_and_a_choice_are_one_or_the_other(patients):
    with pytest.raises(CommandError, match="not allowed with"):
        regrade("--edition", EDITIONS[0], "--policy", CHOICE)
