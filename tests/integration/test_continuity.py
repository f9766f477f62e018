"""Papers for a downtime: whole or not at all, one writer, never silently old."""

import os
import stat
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from alerts import bulletins, continuity, rota, sweep, system, ward_notes
from alerts.models import Bulletin, Heartbeat, NurseAssignment, RotaRole, Topic
from screens import tasks
from screens.continuity import writing
from staff.models import Role
from tests.factories.alerts import an_alert, on_call
from tests.factories.paper import pages_of, text_of
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    NOW,
    WELL,
    a_patient,
    a_person,
    a_ward,
    chart_set,
    give,
)  # fmt: skip

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Killed(BaseException):
    """The process is gone: nothing after this runs."""


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.CRS_CONTINUITY_DIR = tmp_path / "not yet there" / "packs"
    return settings.CRS_CONTINUITY_DIR


@pytest.fixture
def ward():
    return a_ward(code="7b", name="7B", fallback_email="desk@example.org")


@pytest.fixture
def patient(ward):
    return a_patient(ward, bed="12", family_name="Bell", given_name="Ada")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def fail(*args, **kwargs):
    raise OSError(28, "No space left on device")


def killed(*args, **kwargs):
    raise Killed


# --- What is in it -----------------------------------------------------------------------------


def test_a_pack_has_each_patients_last_day_and_a_blank_chart_behind_it(ward, patient):
    chart_set(patient, WELL, minutes_ago=25 * 60)
    chart_set(patient, FEVER, minutes_ago=20 * 60)
    chart_set(patient, GRADE_2, minutes_ago=5)
    give(patient, "tocilizumab", minutes_ago=60)
    pages = [" ".join(page.split()) for page in pages_of(writing.write(ward, now=NOW).read_bytes())]
    cover, mine, chart, *spare = pages
    assert "Whom to call" in cover
    assert "12 Bell, Ada" in cover
    for words in (
        "Bed 12 · Bell, Ada · MRN", "CRS grade 2", "Kymriah", "High-risk window", "Set due",
        "Given in the last 24 h: Tocilizumab 10 Mar 11:00", "10 Mar 11:55 2 38.6 84/50 80 16 98",
        "9 Mar 16:00 1 38.6",
    ):  # fmt: skip
        assert words in mine, words
    assert "9 Mar 11:00" not in mine
    assert "Bed 12 · Bell, Ada" in chart
    assert "Grade 4: Multiple vasopressors" in chart
    assert "Grade 1: Fever of 38.0 °C or above." in chart
    assert len(spare) == 2
    assert all("Name ___" in page for page in spare)


def test_it_names_who_is_called_and_what_stands(ward, patient):
    people = on_call(ward, RotaRole.CHARGE_NURSE)
    an_alert(patient, ward)
    text = text_of(writing.write(ward, now=NOW).read_bytes())
    holder = rota.by_role(ward, at=NOW)[RotaRole.CHARGE_NURSE][0]
    assert holder.user == people[RotaRole.CHARGE_NURSE]
    assert f"Charge nurse: {holder.user.display_name()}" in text
    assert "ICU outreach: team mailbox" in text
    assert "nobody has answered" in text


def test_a_patient_without_a_set_is_in_it_and_says_so(ward, patient):
    text = text_of(writing.write(ward, now=NOW).read_bytes())
    assert "CRS: not recorded" in text
    assert "No set in the last 24 hours." in text


def test_who_is_measured_often_has_the_newest_sets_and_the_rest_is_said(ward, patient):
    for minutes in range(44):
        chart_set(patient, WELL, minutes_ago=minutes * 10 + 1)
    text = text_of(writing.write(ward, now=NOW).read_bytes())
    assert text.count("36.8 120/70") == 40
    assert "4 older ones are not printed" in text


def test_thirty_patients_cost_as_many_queries_as_two(ward, django_assert_num_queries):
    for beds in (2, 28):
        for _ in range(beds):
            person = a_patient(ward)
            chart_set(person, FEVER, minutes_ago=60)
            NurseAssignment.objects.create(patient=person, nurse=a_person(), starts_at=NOW)
        writing.write(ward, now=NOW)
        with django_assert_num_queries(11):
            writing.write(ward, now=NOW)


# --- On the disk -------------------------------------------------------------------------------


def test_only_the_program_itself_may_read_it(ward, patient, folder):
    path = writing.write(ward, now=NOW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert names(folder) == ["7b_20260310T1200Z.pdf"]


def test_a_writer_killed_before_the_name_leaves_the_old_pack_whole(
    ward, patient, folder, monkeypatch
):
    old = writing.write(ward, now=NOW)
    before = old.read_bytes()
    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(Killed):
        writing.write(ward, now=NOW + 15 * MINUTE)
    monkeypatch.undo()
    assert old.read_bytes() == before
    assert writing.packs_of(ward) == [old]
    newer = writing.write(ward, now=NOW + 16 * MINUTE)
    assert writing.packs_of(ward) == [old, newer]


def test_what_a_killed_writer_left_is_taken_away_later(ward, patient, folder, time_machine):
    writing.write(ward, now=NOW)
    left, fresh = (folder / f".7b_2026031{n}T0900Z.1.part" for n in (0, 1))
    for path, hours in ((left, 2), (fresh, 0)):
        path.write_bytes(b"half")
        at = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(path, (at, at))
    writing.write(ward, now=NOW + MINUTE)
    assert not left.exists()
    assert fresh.exists()


@pytest.mark.parametrize("call", ["replace", "fsync", "open"])
def test_a_full_disk_keeps_the_old_pack_and_leaves_nothing_half(
    call, ward, patient, folder, monkeypatch
):
    old = writing.write(ward, now=NOW)
    monkeypatch.setattr(os, call, fail)
    assert writing.write_due(now=NOW + 15 * MINUTE) == 0
    monkeypatch.undo()
    assert names(folder) == [old.name]


def test_packs_older_than_a_day_go_and_other_files_stay(ward, patient, folder):
    writing.write(ward, now=NOW)
    (folder / "7b_notes.pdf").write_text("mine")
    (folder / "7b_2_20260101T0000Z.pdf").write_text("another ward's")
    writing.write(ward, now=NOW + timedelta(hours=24))
    assert "7b_20260310T1200Z.pdf" in names(folder)
    writing.write(ward, now=NOW + timedelta(hours=24, minutes=1))
    assert names(folder) == [
        "7b_20260311T1200Z.pdf", "7b_20260311T1201Z.pdf", "7b_2_20260101T0000Z.pdf",
        "7b_notes.pdf",
    ]  # fmt: skip


# --- Who writes it, and when -------------------------------------------------------------------


def test_it_is_written_every_15_minutes_for_wards_where_somebody_is(ward, patient, folder):
    a_ward(code="empty")
    written = [minute for minute in range(31) if writing.write_due(now=NOW + minute * MINUTE)]
    assert written == [0, 15, 30]
    assert {name.split("_")[0] for name in names(folder)} == {"7b"}


def test_of_two_loops_one_writes(ward, patient):
    assert continuity.claim(ward, now=NOW)
    assert not continuity.claim(ward, now=NOW)
    assert writing.write_due(now=NOW) == 0


def test_of_two_that_saw_the_same_row_one_wins(ward, patient, monkeypatch):
    writing.write(ward, now=NOW)
    later = NOW + 20 * MINUTE
    continuity.claim(ward, now=NOW, anyway=True)
    seen = continuity._row("packing:", ward, now=later)
    monkeypatch.setattr(
        continuity, "_row",
        lambda kind, *args, **own: seen if kind == "packing:" else _row(kind, *args, **own),
    )  # fmt: skip
    assert [continuity.claim(ward, now=later) for _ in range(2)] == [True, False]


_row = continuity._row


def test_a_writer_that_died_is_followed_by_another(ward, patient):
    writing.write_due(now=NOW)
    due = NOW + 15 * MINUTE
    assert continuity.claim(ward, now=due)  # and dies
    assert not continuity.claim(ward, now=due + MINUTE)
    assert continuity.claim(ward, now=due + 2 * MINUTE)


def test_a_clock_that_was_set_back_holds_nobody_up(ward, patient):
    assert continuity.claim(ward, now=NOW + timedelta(hours=5))
    assert continuity.claim(ward, now=NOW)


def test_celery_and_the_sender_both_write_it(ward, patient, folder, time_machine):
    time_machine.move_to(NOW, tick=False)
    assert writing.write_due in sweep.ASIDE
    tasks.write_continuity_packs()
    assert names(folder) == ["7b_20260310T1200Z.pdf"]


def test_the_sender_goes_on_when_the_papers_fail(capsys):
    from alerts.management.commands.deliver_alerts import Aside

    calls = []

    def step(*, now):
        calls.append(now)
        raise RuntimeError("a fault in a paper")

    turn = Aside(step)
    turn(NOW)
    turn(NOW)
    assert calls == [NOW]  # once a minute, and no exception came out


# --- The command -------------------------------------------------------------------------------


def test_the_command_writes_now_however_fresh_the_last_one_is(
    ward, patient, folder, capsys, time_machine
):
    writing.write_due(now=NOW)
    time_machine.move_to(NOW + MINUTE, tick=False)
    call_command("write_continuity_pack", "--ward", "7b")
    assert len(names(folder)) == 2
    assert str(folder) in capsys.readouterr().out


def test_the_command_ends_with_an_error_for_no_ward_and_a_full_disk(ward, patient, monkeypatch):
    with pytest.raises(CommandError, match="no ward 9z"):
        call_command("write_continuity_pack", "--ward", "9z")
    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(CommandError, match="No space left"):
        call_command("write_continuity_pack")


# --- When it is old ----------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "is_old"), [(30, False), (31, True)])
def test_more_than_30_minutes_without_a_pack_is_said(minutes, is_old, ward, patient):
    writing.write(ward, now=NOW)
    continuity.claim(ward, now=NOW)
    writing.write_due(now=NOW)
    later = NOW + minutes * MINUTE
    Heartbeat.objects.filter(name__startswith="pack:").update(at=NOW)
    notes = [str(note) for note in ward_notes.of_ward(ward, now=later)]
    assert notes == (["7B: continuity pack not written since 12:00"] if is_old else [])


def test_a_pack_that_was_never_written_is_said_from_when_it_was_wanted(ward, patient, monkeypatch):
    monkeypatch.setattr(os, "replace", fail)
    for minute in range(32):
        writing.write_due(now=NOW + minute * MINUTE)
    notes = [str(note) for note in ward_notes.of_ward(ward, now=NOW + 31 * MINUTE)]
    assert notes == ["7B: continuity pack not written since 12:00"]


def test_health_tells_of_it_and_alerts_are_still_well(client, ward, patient, time_machine):
    time_machine.move_to(NOW + 31 * MINUTE, tick=False)
    assert continuity.claim(ward, now=NOW)
    chart_set(patient, WELL)
    told = client.get("/health/alerting").json()
    assert "7B: continuity pack not written since 12:00" in told["degraded"]
    assert not [reason for reason in told["reasons"] if "continuity" in reason]


def test_the_charge_nurse_sees_it_on_every_page(client, ward, patient, time_machine):
    time_machine.move_to(NOW + 31 * MINUTE, tick=False)
    continuity.claim(ward, now=NOW)
    client.force_login(
        a_person(Role.CHARGE_NURSE, ward), backend="staff.backends.OpenAccountBackend"
    )
    page = client.get("/alerts/").content.decode()
    assert "7B: continuity pack not written since 12:00" in page


def test_a_ward_where_nobody_is_needs_no_paper(ward, patient):
    from charting import stays

    continuity.claim(ward, now=NOW)
    stays.discharge(patient.stays.get(), at=NOW, by=None, now=NOW)
    assert ward_notes.of_ward(ward, now=NOW + 60 * MINUTE) == []
    assert list(continuity.stale_wards(now=NOW + 60 * MINUTE)) == []


def test_a_bulletin_says_it_once_each_shift_and_nothing_once_it_is_mended(ward, patient):
    continuity.claim(ward, now=NOW)
    later = NOW + 31 * MINUTE
    assert system.tell_of_old_packs(now=later) == 1
    assert system.tell_of_old_packs(now=later + MINUTE) == 0
    row = Bulletin.objects.get(topic=Topic.OLD_PACK)
    mail = bulletins.compose(row, now=later)
    assert "Continuity pack not written since Tue 10 Mar 12:00 GMT" in mail.body
    assert "Bell" not in mail.body
    writing.write(ward, now=later)
    assert bulletins.compose(row, now=later) is None
