"""C8: the hand-over sheets are ready, say what is recorded, and are read back as they stood."""

import time
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from alerts.models import HandoverReadBack, HandoverWords, NurseAssignment, RotaRole
from audit.models import AuditEntry
from staff.models import Role
from tests.factories.alerts import an_alert, answered, on_call
from tests.factories.paper import pages_of, text_of
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    NOW,
    WELL,
    a_patient,
    a_person,
    chart_set,
    check_neuro,
    give,
)  # fmt: skip

pytestmark = pytest.mark.django_db
# A hang guard; 24 sheets took 0.3 s when this was written, and a ward waits 5 s at most.
LONGEST_SECONDS = 30
# Session, user, ward, wards of the user; states, alerts, treatments, episodes, words,
# read-backs, nurses, two of the rota; the trail.
PDF_QUERIES = 16
PAGE_QUERIES = 20


@pytest.fixture
def url(patient):
    return f"/patients/{patient.pk}/handover/"


@pytest.fixture
def course(patient):
    chart_set(patient, WELL, minutes_ago=2000)
    chart_set(patient, FEVER, minutes_ago=600)
    give(patient, "tocilizumab", minutes_ago=500, dose_value=Decimal(8), dose_unit="mg/kg")
    give(patient, "dexamethasone", minutes_ago=490, dose_value=Decimal(10), dose_unit="mg")
    give(patient, "norepinephrine", minutes_ago=30)
    return chart_set(patient, GRADE_2, minutes_ago=5)


def page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer


def write(client, url, *, version=0, **words):
    return client.post(
        url, {"do": "write", "client_id": uuid.uuid4(), "version": version, **words}, follow=True
    )


def read_back(client, url, *, digest=None):
    digest = digest or page(client, url).context["sheet"].digest
    return client.post(
        url, {"do": "read_back", "client_id": uuid.uuid4(), "digest": digest}, follow=True
    )


def test_c8_the_sheet_is_filled_from_the_data(course, patient, ward, url, nurses):
    on_call(ward, RotaRole.ONCOLOGY_FELLOW)
    text = page(nurses, url).content.decode()
    for words in (
        "CRS grade 3 · computed 10 Mar 11:55", "ICANS: not recorded",
        "Since the set before: the same grade", "Kymriah (tisagenlecleucel), dose 5 Mar 12:00 · D5",
        "Episode 1: from 10 Mar 02:00, peak at least grade 3, not settled",
        "Tocilizumab: 1 recorded, 8 mg/kg 10 Mar 03:40",
        "Steroid: 1 recorded, Dexamethasone 10 mg 10 Mar 03:50",
        "Running: Norepinephrine since 10 Mar 11:30",
        "Last set · 10 Mar 11:55: T 38.6, BP 84/50, HR 80, RR 16, SpO₂ 98, Air, Alert",
        "Set due · 10 Mar", "nobody has answered", "If a vasopressor", "On call now.",
        "Not said by the giver", "No hand-over on record: everything is new.",
    ):  # fmt: skip
        assert words in text, words


def test_nothing_that_is_not_recorded_is_guessed(ward, nurses):
    nobody = a_patient(ward, infused_at=None, birth_date=None)
    text = page(nurses, f"/patients/{nobody.pk}/handover/").content.decode()
    for words in (
        "CRS: not recorded", "ICANS: not recorded", "trend not known", "No dose recorded",
        "No episode of CRS recorded", "Tocilizumab: none recorded", "Steroid: none recorded",
        "No set charted", "Next set: not planned", "age not known",
    ):  # fmt: skip
        assert words in text, words


def test_a_set_that_leaves_something_out_says_what(patient, url, nurses):
    chart_set(patient, {"heart_rate_bpm": 80}, minutes_ago=5)
    text = page(nurses, url).content.decode()
    assert "CRS grade not known: the last one is incomplete" in text
    assert "HR 80; not recorded: temperature, systolic pressure, respiratory rate, SpO₂" in text


def test_the_giver_adds_words_that_stand_with_name_and_time(url, nurse, nurses):
    write(nurses, url, illness="watcher", summary="Lives  alone", actions="Call the wife")
    text = page(nurses, url).content.decode()
    assert "<b>Watcher</b>" in text
    assert "Lives alone" in text
    assert f"{nurse.display_name()}, 10 Mar 12:00" in text
    assert HandoverWords.objects.get().summary == "Lives alone"


def test_whose_words_were_overtaken_reads_the_others_and_keeps_their_own(url, nurses):
    write(nurses, url, summary="first")
    answer = write(nurses, url, summary="second", version=0)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "first" in text
    assert "second" in text
    assert HandoverWords.objects.count() == 1


def test_read_back_keeps_the_sheet_as_it_was_read(course, url, nurse, nurses):
    shown = page(nurses, url).context["sheet"]
    answer = read_back(nurses, url)
    assert "Read back." in answer.content.decode()
    row = HandoverReadBack.objects.get()
    assert (row.by, row.lines) == (nurse, shown.lines())
    assert f"read back by {nurse.display_name()}" in page(nurses, url).content.decode()


def test_a_sheet_that_changed_while_it_was_read_is_read_again(course, patient, url, nurses):
    digest = page(nurses, url).context["sheet"].digest
    chart_set(patient, FEVER, minutes_ago=1)
    answer = read_back(nurses, url, digest=digest)
    assert answer.status_code == 409
    assert "changed while you read" in answer.content.decode()
    assert not HandoverReadBack.objects.exists()


def test_what_is_new_since_the_last_hand_over_is_bold(patient, url, nurses, time_machine):
    chart_set(patient, FEVER, minutes_ago=30)
    read_back(nurses, url)
    assert "tag--new" not in page(nurses, url).content.decode()
    time_machine.move_to(NOW + timedelta(minutes=10), tick=False)
    chart_set(patient, GRADE_2, now=NOW + timedelta(minutes=10))
    text = page(nurses, url).content.decode()
    assert "<b>CRS grade 2 · computed 10 Mar 12:10</b>" in text
    assert "<b>Tocilizumab: none recorded</b>" not in text


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"do": "write"}, {"do": "read_back", "client_id": "x"},
        {"do": "write", "client_id": str(uuid.uuid4()), "version": "one"},
        {"do": "write", "client_id": str(uuid.uuid4()), "version": "0", "illness": "fine"},
    ],
)  # fmt: skip
def test_what_no_form_sends_writes_nothing(sent, url, nurses):
    assert nurses.post(url, sent).status_code == 400
    assert not HandoverWords.objects.exists()
    assert not HandoverReadBack.objects.exists()


def test_a_markup_in_the_words_is_text(url, nurses):
    write(nurses, url, summary="<script>x</script> & <b>")
    assert "&lt;script&gt;x" in page(nurses, url).content.decode()
    assert "<script>x</script> & <b>" in text_of(nurses.get(url[:-1] + ".pdf").content)


# --- The ward ----------------------------------------------------------------------------------


def test_the_ward_shows_every_sheet_by_bed_with_its_nurse(ward, nurse, nurses):
    for bed in ("03", "01", "02"):
        person = a_patient(ward, bed=bed, family_name=f"Bed{bed}")
    NurseAssignment.objects.create(patient=person, nurse=nurse, starts_at=NOW - timedelta(hours=1))
    answer = page(nurses, f"/wards/{ward.code}/handover/")
    assert [each["sheet"].who.bed for each in answer.context["sheets"]] == ["01", "02", "03"]
    assert f"Nurse {nurse.display_name()}" in answer.content.decode()


def test_open_alerts_stand_on_the_sheet_until_somebody_has_them(ward, patient, nurses):
    alert = answered(an_alert(patient, ward), a_person(Role.ONCOLOGIST, ward))
    text = page(nurses, f"/wards/{ward.code}/handover/").content.decode()
    assert f"{alert.acknowledged_by.display_name()} has it" in text
    assert f'value="{alert.code}:{alert.version}"' in text


def test_thirty_beds_cost_as_many_queries_as_two(ward, nurses, django_assert_num_queries):
    for beds in (2, 28):
        for _ in range(beds):
            person = a_patient(ward)
            chart_set(person, FEVER, minutes_ago=60)
            check_neuro(person, minutes_ago=30, ice_score=10, consciousness="alert")
            give(person, "tocilizumab", minutes_ago=20)
            write(nurses, f"/patients/{person.pk}/handover/", summary="x")
            read_back(nurses, f"/patients/{person.pk}/handover/")
        nurses.get(f"/wards/{ward.code}/handover.pdf")  # the first opens the trail of the ward
        with django_assert_num_queries(PAGE_QUERIES):
            nurses.get(f"/wards/{ward.code}/handover/")
        with django_assert_num_queries(PDF_QUERIES):
            nurses.get(f"/wards/{ward.code}/handover.pdf")


def test_c8_the_print_for_24_beds_is_ready_in_time(ward, nurses):
    for _ in range(24):
        chart_set(a_patient(ward), FEVER, minutes_ago=60)
    began = time.monotonic()
    pdf = page(nurses, f"/wards/{ward.code}/handover.pdf").content
    assert time.monotonic() - began < LONGEST_SECONDS
    assert text_of(pdf).count("Illness severity") == 24


def test_the_ward_fits_one_page_without_names_or_numbers(ward, nurses):
    for number in range(30):
        person = a_patient(ward, bed=f"{number:02}", family_name=f"Surname{number}")
        chart_set(person, GRADE_2, minutes_ago=5)
        words = "watch the pressure, call the wife, look at the drain " * 4
        write(nurses, f"/patients/{person.pk}/handover/", illness="watcher", summary=words)
    pages = pages_of(page(nurses, f"/wards/{ward.code}/sheet.pdf").content)
    assert len(pages) == 1
    for words in ("Shred after use", "Printed 10 Mar 2026 12:00 GMT", "SG", "2 11:55", "Watcher"):
        assert words in pages[0], words
    assert "Surname" not in pages[0]
    assert "MRN" not in pages[0]


def test_each_paper_is_in_the_trail(patient, ward, nurse, nurses):
    for where in (
        f"/patients/{patient.pk}/handover.pdf", f"/wards/{ward.code}/handover.pdf",
        f"/wards/{ward.code}/sheet.pdf",
    ):  # fmt: skip
        page(nurses, where)
    printed = AuditEntry.objects.filter(action__endswith="printed", actor=nurse)
    assert sorted(printed.values_list("action", "subject")) == [
        ("handover.printed", f"patient:{patient.pk}"), ("handover.printed", f"ward:{ward.pk}"),
        ("ward_sheet.printed", f"ward:{ward.pk}"),
    ]  # fmt: skip


@pytest.mark.parametrize("ending", ["", ".pdf"])
def test_another_wards_patients_are_not_handed_over_here(ending, elsewhere, next_door, nurses):
    slash = "" if ending else "/"
    for where in (f"/patients/{elsewhere.pk}", f"/wards/{next_door.code}"):
        assert nurses.get(f"{where}/handover{ending}{slash}").status_code == 404
    assert nurses.get(f"/wards/{next_door.code}/sheet.pdf").status_code == 404
    assert nurses.post(f"/patients/{elsewhere.pk}/handover/", {}).status_code == 404


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.INTEGRATION])
def test_who_treats_nobody_hands_over_nobody(role, ward, url, signed_in):
    client = signed_in(a_person(role, ward))
    for where in (url, f"{url[:-1]}.pdf", f"/wards/{ward.code}/sheet.pdf"):
        assert client.get(where).status_code == 404
