"""Who looked at my record: every line is true, none is missing, and nobody else may read it."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audit import reading, trail
from audit.models import AuditEntry
from charting import stays
from screens.access_report import words
from staff.models import Role
from tests.factories.ward import FEVER, NOW, a_patient, a_person, a_ward, chart_set
from tests.integration.audit.test_reads import browser_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def ward(time_machine):
    time_machine.move_to(NOW, tick=False)
    return a_ward()


@pytest.fixture
def patient(ward):
    return a_patient(ward)


@pytest.fixture
def officer(db):
    return browser_of(a_person(Role.SAFETY_OFFICER, first_name="Sam", last_name="Officer"))


def url(patient, kind=""):
    return f"/patients/{patient.pk}/access{kind or '/'}"


def lines(client, patient, **asked):
    answer = client.get(f"/api/v1/patients/{patient.pk}/access/", asked)
    assert answer.status_code == 200, answer.content
    return [(each["name"], each["what"], each["times"]) for each in answer.json()["lines"]]


def test_a_look_a_list_and_a_set_are_lines_of_their_own(ward, patient, officer):
    nurse = a_person(Role.NURSE, ward, first_name="Ann", last_name="A")
    client = browser_of(nurse)
    client.get(f"/patients/{patient.pk}/timeline/")
    client.get(f"/wards/{ward.code}/board/")
    client.get("/patients/")
    chart_set(patient, FEVER, by=nurse)
    found = lines(officer, patient)
    for what in (
        "Looked at the timeline",
        "Saw it in a list of the ward",
        "Saw it in a list of their wards",
        words.WROTE,
    ):
        assert ("Ann A", what, 1) in found


def test_the_same_purpose_on_one_day_is_one_line_and_says_how_often(ward, patient, officer):
    nurse = a_person(Role.NURSE, ward, first_name="Ann", last_name="A")
    for _ in range(3):
        reading.forget()
        browser_of(nurse).get(f"/patients/{patient.pk}/timeline/")
    assert ("Ann A", "Looked at the timeline", 3) in lines(officer, patient)


def test_a_list_of_a_ward_counts_only_while_the_patient_is_there(
    ward, patient, officer, time_machine
):
    nurse = a_person(Role.NURSE, ward, first_name="Ann", last_name="A")
    other = a_ward()
    browser_of(nurse).get(f"/wards/{ward.code}/board/")
    stays.move(patient.stays.get(), ward=other, bed=None, by=None, now=NOW + timedelta(minutes=5))
    time_machine.move_to(NOW + timedelta(minutes=6), tick=False)
    late = a_person(Role.NURSE, ward, first_name="Late", last_name="L")
    browser_of(late).get(f"/wards/{ward.code}/board/")
    names = {name for name, what, _ in lines(officer, patient) if "list" in what}
    assert names == {"Ann A"}


def test_one_number_is_not_found_in_another(ward, officer):
    nurse = a_person(Role.NURSE, ward)
    for pk, expected in ((5, 1), (15, 0), (51, 0), (1, 0)):
        if pk == 5:
            look = reading.of_patients("compare", {5, 151}, openings={})
            reading.put_on_record(look, by=nurse, now=NOW)
        from audit import about

        assert about.patient(pk, []).count() == expected


def test_break_glass_is_marked(ward, patient, officer):
    class Opening:
        pk = 7

    nurse = a_person(Role.NURSE, first_name="Eve", last_name="E")
    look = reading.of_patients("x/timeline", {patient.pk}, openings={patient.pk: Opening})
    reading.put_on_record(look, by=nurse, now=NOW)
    answer = officer.get(url(patient))
    assert b'<b class="audit__glass">break-glass</b>' in answer.content
    assert AuditEntry.objects.latest("pk").pk
    rows = list(csv.reader(io.StringIO(officer.get(url(patient, ".csv")).content.decode())))
    assert [row[4] for row in rows if row[-1] == "yes"] == ["Eve E"]


def test_the_paper_is_on_record_and_names_the_patient(patient, officer):
    answer = officer.get(url(patient, ".pdf"))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert AuditEntry.objects.filter(
        action="access_report.printed", scope=f"patient:{patient.pk}"
    ).exists()


def test_only_roles_are_told_where_names_are_not(ward, patient, officer, settings):
    nurse = a_person(Role.NURSE, ward, first_name="Ann", last_name="A")
    browser_of(nurse).get(f"/patients/{patient.pk}/timeline/")
    settings.CRS_ACCESS_REPORT_NAMES = False
    page = officer.get(url(patient)).content.decode()
    assert "Ann A" not in page
    assert "Nurse" in page


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        ("2026-03-10", "2026-03-10", True),
        ("2026-03-09", "2026-03-11", True),
        ("2026-03-11", "2026-03-11", False),
        ("2026-03-01", "2026-03-09", False),
        ("2026-03-12", "2026-03-09", False),
    ],
)
def test_a_span_holds_both_its_days(since, until, found, ward, patient, time_machine):
    nurse = a_person(Role.NURSE, ward, first_name="Ann", last_name="A")
    browser_of(nurse).get(f"/patients/{patient.pk}/timeline/")
    time_machine.move_to(NOW + 3 * DAY, tick=False)
    officer = browser_of(a_person(Role.SAFETY_OFFICER))
    names = {name for name, _, _ in lines(officer, patient, since=since, until=until)}
    assert ("Ann A" in names) is found


@pytest.mark.parametrize(
    "role",
    [Role.NURSE, Role.CHARGE_NURSE, Role.ONCOLOGIST, Role.KIOSK, Role.INTEGRATION, Role.PHARMACIST],
)
def test_nobody_else_reads_who_looked(role, ward, patient):
    client = browser_of(a_person(role, ward))
    for kind in ("", ".pdf", ".csv"):
        assert client.get(url(patient, kind)).status_code in (403, 404)
    assert client.get("/audit/").status_code in (403, 404)
    assert client.get(f"/api/v1/patients/{patient.pk}/access/").status_code in (403, 404)
    assert client.get("/api/v1/audit/").status_code in (403, 404)


def test_a_cell_is_no_formula(ward, patient, officer):
    nurse = a_person(Role.NURSE, ward, first_name="=cmd()", last_name="")
    browser_of(nurse).get(f"/patients/{patient.pk}/timeline/")
    assert ",'=cmd()," in officer.get(url(patient, ".csv")).content.decode()


# --- The search -------------------------------------------------------------------------------


def found(client, **asked):
    answer = client.post("/audit/", asked)
    assert answer.status_code == 200
    return [(row["who"], row["action"]) for row in answer.context["rows"]]


def test_the_trail_is_searched_by_person_patient_action_and_day(ward, patient, officer):
    nurse = a_person(Role.NURSE, ward)
    name = nurse.username
    browser_of(nurse).get(f"/patients/{patient.pk}/timeline/")
    chart_set(patient, FEVER, by=nurse)
    read, wrote = (name, "chart.read"), (name, "observations.charted")
    assert {read, wrote} <= set(found(officer, person=name))
    assert {read, wrote} <= set(found(officer, patient=patient.mrn))
    assert found(officer, person=name, action="chart.read") == [read]
    assert found(officer, person=name, action="observations.") == [wrote]
    assert found(officer, person=name, since="2026-03-11") == []
    assert {read, wrote} <= set(found(officer, person=name, until="2026-03-10"))
    assert found(officer, patient="nobody") == []
    assert found(officer, person="nobody") == []


def test_looking_a_patient_up_in_the_trail_is_a_look(patient, officer):
    before = AuditEntry.objects.latest("pk").pk
    found(officer, patient=patient.mrn)
    entry = AuditEntry.objects.get(action=reading.CHART, pk__gt=before)
    assert (entry.subject, entry.detail["surface"]) == (f"patient:{patient.pk}", "audit")


def test_pages_follow_each_other_and_lose_nothing(officer):
    for n in range(120):
        trail.record(action="tested", actor=None, scope="x", subject=f"set:{n}", at=NOW)
    seen: list[Any] = []
    before: dict[str, Any] = {}
    for _ in range(3):
        answer = officer.post("/audit/", {"action": "tested", **before})
        seen += [row["subject"] for row in answer.context["rows"]]
        before = {"before": answer.context["older"]}
    assert seen == [f"set:{n}" for n in reversed(range(120))]
    assert before == {"before": None}
    api = officer.get("/api/v1/audit/", {"action": "tested", "limit": 50}).json()
    assert [row["subject"] for row in api["entries"]] == seen[:50]
    again = officer.get(f"/api/v1/audit/{api['next']}").json()
    assert [row["subject"] for row in again["entries"]] == seen[50:100]


def test_nothing_of_the_search_stands_in_an_address(officer):
    page = officer.get("/audit/").content.decode()
    assert '<form class="card audit__form" method="post" action="/audit/"' in page


def test_a_stranger_is_led_to_the_way_in(patient):
    assert Client().get(url(patient)).status_code == 302
