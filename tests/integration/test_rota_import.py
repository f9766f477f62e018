"""A rota from a file: each slot once, repeats written out, bad lines named and left out."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from alerts import rota, rota_csv, rota_ical, rota_import, rota_plan
from alerts.models import RotaRole, RotaSlot, RotaSource
from alerts.rota_lines import HORIZON, LineRefusedError, People, role_of
from audit.models import AuditEntry
from staff.models import Role
from tests.factories.ward import NOW, a_person, a_ward

pytestmark = pytest.mark.django_db

NIGHTS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//rota//EN
BEGIN:VEVENT
UID:nights@rota
DTSTART;TZID=Europe/London:20260309T193000
DTEND;TZID=Europe/London:20260310T073000
RRULE:FREQ=DAILY;COUNT=90
CATEGORIES:charge_nurse
ATTENDEE:mailto:{person}
CONTACT:bleep 221
END:VEVENT
{more}END:VCALENDAR
"""


@pytest.fixture
def ward():
    return a_ward(code="7b")


@pytest.fixture
def person():
    return a_person(Role.CHARGE_NURSE)


@pytest.fixture
def backup():
    return a_person(Role.CHARGE_NURSE)


def load_ical(ward, text, *, now=NOW, **more):
    lines = rota_ical.read(text, people=People.known(), zone=ward.zone, now=now)
    return rota_import.store(lines, ward=ward, by=None, now=now, **more)


def load_csv(ward, text, **more):
    lines = rota_csv.read(text.splitlines(), people=People.known(), zone=ward.zone)
    return rota_import.store(lines, ward=ward, by=None, now=NOW, **more)


def standing(ward):
    return RotaSlot.objects.standing().filter(ward=ward)


# --- iCalendar ------------------------------------------------------------------------------------


def test_a_repeated_event_is_written_out_for_sixty_days(ward, person):
    report = load_ical(ward, NIGHTS.format(person=person.email, more=""))
    assert report.faults == []
    assert report.added == standing(ward).count()
    first, last = standing(ward).first(), standing(ward).last()
    assert (first.person, first.phone, first.role) == (person, "bleep 221", "charge_nurse")
    assert last.starts_at <= NOW + HORIZON < last.starts_at + timedelta(days=1)
    (holder,) = rota.holders(
        ward=ward, role=RotaRole.CHARGE_NURSE, patient_id=None, at=NOW.replace(hour=23)
    )
    assert holder.user == person


def test_a_night_keeps_its_hours_on_the_wards_clock_when_the_clocks_change(ward, person):
    load_ical(ward, NIGHTS.format(person=person.email, more=""))
    starts = {each.starts_at.astimezone(ward.zone).strftime("%H:%M") for each in standing(ward)}
    assert starts == {"19:30"}
    assert {each.starts_at.hour for each in standing(ward)} == {18, 19}  # in UTC, both


def test_the_same_file_twice_changes_nothing(ward, person):
    text = NIGHTS.format(person=person.email, more="")
    first = load_ical(ward, text)
    entries = AuditEntry.objects.count()
    again = load_ical(ward, text)
    assert (again.unchanged, again.added, again.changed, again.cancelled) == (first.added, 0, 0, 0)
    assert AuditEntry.objects.count() == entries


def test_an_occurrence_that_moved_or_was_taken_out_follows(ward, person):
    text = NIGHTS.format(person=person.email, more="")
    before = load_ical(ward, text)
    moved = (
        "BEGIN:VEVENT\nUID:nights@rota\nRECURRENCE-ID;TZID=Europe/London:20260311T193000\n"
        "DTSTART;TZID=Europe/London:20260311T203000\nDTEND;TZID=Europe/London:20260312T073000\n"
        f"CATEGORIES:charge_nurse\nATTENDEE:mailto:{person.email}\nEND:VEVENT\n"
    )
    out = "COUNT=90\nEXDATE;TZID=Europe/London:20260313T193000"
    after = load_ical(ward, NIGHTS.format(person=person.email, more=moved).replace("COUNT=90", out))
    assert (after.changed, after.cancelled, after.added) == (1, 1, 0)
    assert after.unchanged == before.added - 2
    assert standing(ward).filter(starts_at=datetime(2026, 3, 11, 20, 30, tzinfo=UTC)).exists()
    assert RotaSlot.objects.filter(ward=ward, cancelled_at__isnull=False).count() == 2


def test_a_bad_event_is_named_by_its_line_and_the_others_are_stored(ward, person):
    bad = (
        "BEGIN:VEVENT\nUID:bad@rota\nDTSTART:20260311T080000Z\nDTEND:20260311T200000Z\n"
        "CATEGORIES:chef\nATTENDEE:mailto:x@example.org\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:worse@rota\nDTSTART:tomorrow\nDTEND:20260311T200000Z\n"
        "CATEGORIES:charge_nurse\nATTENDEE:mailto:x@example.org\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:late@rota\nDTSTART:20260311T080000Z\nDTEND:20260311T070000Z\n"
        "CATEGORIES:charge_nurse\nATTENDEE:mailto:x@example.org\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:nobody@rota\nDTSTART:20260311T080000Z\nDTEND:20260311T090000Z\n"
        "SUMMARY:Charge nurse: gone\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:never@rota\nDTEND:20260311T090000Z\n"
        "SUMMARY:Charge nurse: gone\nEND:VEVENT\n"
    )
    report = load_ical(ward, NIGHTS.format(person=person.email, more=bad))
    assert [number for number, _ in sorted(report.faults)] == [13, 20, 27, 34, 40]
    assert report.added == standing(ward).count() > 50


def test_a_summary_names_role_and_person(ward, person):
    text = NIGHTS.format(person=person.email, more="")
    text = text.replace("CATEGORIES:charge_nurse\n", f"SUMMARY:Charge nurse: {person.username}\n")
    text = text.replace(f"ATTENDEE:mailto:{person.email}\n", "")
    assert load_ical(ward, text).faults == []
    assert set(standing(ward).values_list("person", flat=True)) == {person.pk}


def test_an_address_without_an_account_is_a_team(ward):
    load_ical(ward, NIGHTS.format(person="team@example.org", more=""))
    assert set(standing(ward).values_list("person", "mailbox")) == {(None, "team@example.org")}


@pytest.mark.parametrize("text", ["", "hello", "BEGIN:VCALENDAR\nEND:VEVENT\n"])
def test_what_is_no_calendar_is_said_to_be_none(ward, text):
    report = load_ical(ward, text)
    assert standing(ward).count() == 0
    assert report.added == 0


# --- CSV ------------------------------------------------------------------------------------------

HEAD = "role,start,end,person,mailbox,phone,backup\n"


def test_a_line_is_read_on_the_wards_clock(ward, person, backup):
    summer = "2026-07-01T07:30,2026-07-01T19:30"
    report = load_csv(
        ward, f"{HEAD}Oncology fellow,{summer},{person.username},,2210,{backup.email}\n"
    )
    assert str(report).startswith("1 added")
    slot = standing(ward).get()
    assert (slot.role, slot.person, slot.phone, slot.backup) == (
        "oncology_fellow", person, "2210", backup,
    )  # fmt: skip
    assert slot.starts_at == datetime(2026, 7, 1, 6, 30, tzinfo=UTC)
    assert slot.source == RotaSource.IMPORT


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("chef,2026-03-11T07:30,2026-03-11T19:30,{p},,,", "is no role"),
        ("charge_nurse,tomorrow,2026-03-11T19:30,{p},,,", "is no time"),
        ("charge_nurse,2026-03-11T19:30,2026-03-11T19:30,{p},,,", "ends after it starts"),
        ("charge_nurse,2026-03-11T07:30,2026-03-26T07:30,{p},,,", "at most 14 days"),
        ("charge_nurse,2026-03-11T07:30,2026-03-11T19:30,ghost,,,", "nobody has"),
        ("charge_nurse,2026-03-11T07:30,2026-03-11T19:30,,,,", "Name a person or a mailbox"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_stored(ward, person, line, words):
    good = f"charge_nurse,2026-03-12T07:30,2026-03-12T19:30,{person.username},,,\n"
    report = load_csv(ward, HEAD + line.format(p=person.username) + "\n" + good)
    ((number, said),) = report.faults
    assert number == 2
    assert words in said
    assert report.added == standing(ward).count() == 1


def test_the_same_slot_twice_in_a_file_is_said(ward, person):
    line = f"charge_nurse,2026-03-12T07:30,2026-03-12T19:30,{person.username},,,\n"
    report = load_csv(ward, HEAD + line + line)
    assert report.faults == [(3, "says the same slot twice")]


def test_columns_that_are_not_known_are_refused(ward):
    assert load_csv(ward, "who,when\na,b\n").faults[0][0] == 1


def test_a_rehearsal_stores_nothing(ward, person):
    line = f"charge_nurse,2026-03-12T07:30,2026-03-12T19:30,{person.username},,,\n"
    report = load_csv(ward, HEAD + line, is_rehearsal=True)
    assert report.added == 1
    assert not RotaSlot.objects.exists()
    assert not AuditEntry.objects.filter(action="rota.added").exists()


@pytest.mark.parametrize("text", ["charge_nurse", "Charge nurse", "CHARGE-NURSE ", "charge  nurse"])
def test_a_role_is_understood_by_code_or_name(text):
    assert role_of(text) is RotaRole.CHARGE_NURSE


def test_an_unknown_role_is_told_the_known_ones():
    with pytest.raises(LineRefusedError, match="oncology_fellow"):
        role_of("fellow")


# --- A file and a person -------------------------------------------------------------------------


def test_what_a_person_swapped_is_not_undone_by_a_file(ward, person):
    text = NIGHTS.format(person=person.email, more="")
    load_ical(ward, text)
    other, charge = a_person(Role.CHARGE_NURSE), a_person(Role.CHARGE_NURSE, ward)
    tomorrow = standing(ward).filter(starts_at__gt=NOW).first()
    swapped = rota_plan.swap(tomorrow, to=other, by=charge, now=NOW)
    report = load_ical(ward, text)
    assert report.kept == 1
    assert standing(ward).get(pk=swapped.pk).person == other
    entry = AuditEntry.objects.get(action="rota.swapped")
    assert (entry.actor, entry.detail["before"]) == (charge, tomorrow.pk)


def test_a_swap_in_the_middle_of_a_slot_keeps_what_is_past(ward, person):
    slot = rota_plan.add(
        ward,
        rota_plan.NewSlot(
            RotaRole.CHARGE_NURSE, NOW - timedelta(hours=2), NOW + timedelta(hours=2), person
        ),
        by=None,
        now=NOW - timedelta(hours=3),
    )
    other = a_person(Role.CHARGE_NURSE)
    rota_plan.swap(slot, to=other, by=a_person(), now=NOW)
    past, rest = standing(ward)
    assert (past.person, past.ends_at) == (person, NOW)
    assert (rest.person, rest.starts_at, rest.ends_at) == (other, NOW, NOW + timedelta(hours=2))


# --- The command ---------------------------------------------------------------------------------


def test_the_command_imports_and_fails_when_a_line_is_left_out(ward, person, tmp_path, capsys):
    file = tmp_path / "rota.csv"
    line = f"charge_nurse,2026-03-12T07:30,2026-03-12T19:30,{person.username},,,\n"
    file.write_text(HEAD + line, encoding="utf-8-sig")
    with time_machine.travel(NOW, tick=False):
        call_command("import_rota", "7b", str(file), "--dry-run")
        assert not RotaSlot.objects.exists()
        call_command("import_rota", "7b", str(file))
        assert standing(ward).count() == 1
        file.write_text(HEAD + line + "chef,,,,,,\n")
        with pytest.raises(CommandError):
            call_command("import_rota", "7b", str(file))
    assert "line 3: “chef” is no role" in capsys.readouterr().err


@pytest.mark.parametrize(("ward_code", "name"), [("9z", "rota.csv"), ("7b", "rota.txt")])
def test_the_command_refuses_what_it_does_not_know(ward, tmp_path, ward_code, name):
    file = tmp_path / name
    file.write_text("x")
    with pytest.raises(CommandError):
        call_command("import_rota", ward_code, str(file))
