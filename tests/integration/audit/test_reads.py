"""Whoever opens a chart is on record, by whatever door; what polls is so once in a while."""

import re
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alerts.models import Alert
from audit import reading, trail
from audit.middleware import SHOWS_NOBODY
from audit.models import AuditEntry
from staff.models import Role
from tests.factories import whole_ward
from tests.factories.ward import GRADE_3, NOW, a_patient, a_person, a_ward, chart_set
from tests.integration.test_headers import ALL

pytestmark = pytest.mark.django_db
BACKEND = "staff.backends.OpenAccountBackend"

# Addresses that answer 200 and show no patient; a new one must be named here, or leave an entry.
WITHOUT = {
    "": "leads on",
    "alerting.json": "whether alerts go out",
    "sign-in/": "the way in",
    "pin/": "a person's own PIN",
    "account/": "one's own sessions, password and second factor",
    "account/password/": "one's own password",
    "account/sessions/": "one's own sessions",
    "second-factor/set-up/": "one's own second factor",
    "break-glass/": "openings by their code, reason and end; opening leaves an entry itself",
    "devices/": "tablets",
    "reference/": "the rules, of nobody",
    "compare/": "asks for patients; with some it is a read, see below",
    "patients/scan/": "asks for a wristband; what it opens is a read",
    "service-worker.js": "the tablet's program",
    "app.webmanifest": "the tablet's program",
    "tablet/shell/": "a page without anybody, for when there is no network",
    "tablet/unsent/": "the same",
    "tablet/beat.json": "what the tablet says of itself",
    "interop/quarantine/": "codes of feeds that are not known",
    "interop/quarantine/group/": "codes of feeds that are not known",
    "import/": "files that were sent",
    "import/<uuid:job_id>/": "a look at rows of the file leaves an entry of the file",
    "import/<uuid:job_id>/progress.json": "how far it is",
    "api/v1/imports/<uuid:job_id>/": "counts and reasons",
    "api/v1/me/": "who asks",
    "api/schema/": "the interface",
    "demo/mailbox/": "mails, which name nobody",
    "fhir/metadata": "what the server does",
    "health/live": "health",
    "health/ready": "health",
    "health/alerting": "health",
}


@pytest.fixture
def everything(time_machine):
    """A ward with one of everything."""
    time_machine.move_to(NOW, tick=False)
    ward = a_ward()
    charge = a_person(Role.CHARGE_NURSE, ward)
    return ward, whole_ward.of(ward, charge)


@pytest.fixture
def here(time_machine):
    """A ward with one patient, who has an alert."""
    time_machine.move_to(NOW, tick=False)
    ward = a_ward()
    patient = a_patient(ward)
    chart_set(patient, GRADE_3)
    code = Alert.objects.not_closed().get().code
    return ward, {"patient_id": patient.pk, "mrn": patient.mrn, "alert": code}


def browser_of(person):
    client = Client(raise_request_exception=False)
    client.force_login(person, backend=BACKEND)
    return client


def address_of(route, found):
    def part(match):
        name = match[1]
        if name == "code" and "alerts/" in route.partition("<")[0]:
            name = "alert"
        words = {"kind": "treatment", "form": "4100", "ident": found["patient_id"]}
        if route.startswith("fhir/"):
            words["kind"] = "Patient"
        return str(words.get(name) or found.get(name) or "x")

    return "/" + re.sub(r"<\w+:(\w+)>", part, route)


def entries(person, after=0):
    rows = AuditEntry.objects.filter(actor=person, action__in=reading.ACTIONS, pk__gt=after)
    return list(rows.order_by("pk"))


def newest():
    return AuditEntry.objects.latest("pk").pk


def test_every_address_that_shows_a_patient_leaves_an_entry(everything):
    ward, found = everything
    people = [a_person(role, ward) for role in (Role.CHARGE_NURSE, Role.ONCOLOGIST)]
    clients = {person: browser_of(person) for person in people}
    silent, answered = {}, set()
    for route in ALL:
        for person in people:
            reading.forget()
            before = newest()
            answer = clients[person].get(address_of(route, found))
            if answer.status_code != 200:
                continue
            answered.add(route)
            surface = reading.surface_of(route, {})
            if not entries(person, before) and surface not in SHOWS_NOBODY:
                silent[route] = answer["Content-Type"]
    assert silent.keys() - WITHOUT.keys() == set()
    named = {f"patients/<row:patient_id>/{rest}" for rest in ("timeline/", "chart/", "summary.pdf")}
    assert named <= answered
    assert len(answered) > 60
    assert trail.verify() == []


def test_a_read_says_who_whom_when_and_by_which_door(here):
    ward, found = here
    nurse = a_person(Role.NURSE, ward)
    browser_of(nurse).get(f"/patients/{found['patient_id']}/timeline/")
    (entry,) = entries(nurse)
    assert entry.action == reading.CHART
    assert entry.subject == f"patient:{found['patient_id']}"
    assert entry.scope == "reads:2026-03-10"
    assert entry.at == NOW
    assert entry.detail == {"surface": "patients/(patient_id)/timeline"}


def test_a_ward_is_one_entry_however_many_lie_there(here):
    ward, _ = here
    nurse = a_person(Role.NURSE, ward)
    browser_of(nurse).get(f"/wards/{ward.code}/board/")
    (entry,) = entries(nurse)
    assert (entry.action, entry.subject) == (reading.WARD, f"ward:{ward.code}")


def test_a_list_of_all_ones_wards_names_the_wards(here):
    ward, _ = here
    nurse = a_person(Role.NURSE, ward, a_ward())
    browser_of(nurse).get("/patients/")
    (entry,) = entries(nurse)
    wards = sorted(nurse.memberships.values_list("ward_id", flat=True))
    assert entry.action == reading.OWN_WARDS
    assert entry.detail["wards"] == f",{wards[0]},{wards[1]},"


def test_a_comparison_names_everybody_in_it(here):
    ward, found = here
    doctor = a_person(Role.ONCOLOGIST, ward)
    other = a_patient(ward)
    browser_of(doctor).get(f"/compare/?patients={found['patient_id']},{other.pk}")
    (entry,) = entries(doctor)
    assert entry.action == reading.SEVERAL
    assert set(entry.detail["patients"].strip(",").split(",")) == {
        str(found["patient_id"]),
        str(other.pk),
    }


def test_an_alert_is_a_look_at_its_patient(here):
    ward, found = here
    nurse = a_person(Role.NURSE, ward)
    browser_of(nurse).get(f"/alerts/{found['alert']}/")
    (entry,) = entries(nurse)
    assert entry.subject == f"patient:{found['patient_id']}"


def test_a_search_of_resources_names_whom_it_found_and_nobody_else(here):
    ward, found = here
    doctor = a_person(Role.ONCOLOGIST, ward)
    browser_of(doctor).get(f"/fhir/Patient?identifier={found['mrn']}")
    browser_of(doctor).get("/fhir/Patient?identifier=nobody")
    (entry,) = entries(doctor)
    assert (entry.action, entry.subject) == (reading.CHART, f"patient:{found['patient_id']}")
    assert entry.detail == {"surface": "fhir/Patient"}


def test_what_is_refused_was_not_read(here):
    _, found = here
    stranger = a_person(Role.NURSE, a_ward())
    answer = browser_of(stranger).get(f"/patients/{found['patient_id']}/timeline/")
    assert answer.status_code == 404
    assert entries(stranger) == []


def test_charting_is_no_look(here):
    ward, found = here
    nurse = a_person(Role.NURSE, ward)
    browser_of(nurse).post(f"/patients/{found['patient_id']}/chart/", {"temperature_celsius": "x"})
    assert entries(nurse) == []


# --- What asks again --------------------------------------------------------------------------


@pytest.mark.parametrize("polled", ["wards/{code}/board.json", "patients/{pk}/timeline.json"])
def test_what_polls_is_one_look_for_ten_minutes(here, polled, monkeypatch):
    ward, found = here
    nurse = a_person(Role.NURSE, ward)
    client = browser_of(nurse)
    address = "/" + polled.format(code=ward.code, pk=found["patient_id"])
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    for turn in range(10):
        clock[0] = turn * 5.0
        assert client.get(address).status_code == 200
    assert len(entries(nurse)) == 1
    clock[0] = 599.9
    client.get(address)
    assert len(entries(nurse)) == 1
    clock[0] = 600.0
    client.get(address)
    assert len(entries(nurse)) == 2


def test_the_page_and_what_it_asks_of_itself_are_one_look(here):
    ward, _ = here
    nurse = a_person(Role.NURSE, ward)
    client = browser_of(nurse)
    client.get(f"/wards/{ward.code}/board/")
    client.get(f"/wards/{ward.code}/board.json")
    assert [entry.detail["surface"] for entry in entries(nurse)] == ["wards/(code)/board"]


def test_an_answer_that_says_nothing_is_new_is_a_look_as_well(here):
    ward, found = here
    nurse = a_person(Role.NURSE, ward)
    client = browser_of(nurse)
    address = f"/patients/{found['patient_id']}/timeline.json"
    first = client.get(address)
    reading.forget()
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert len(entries(nurse)) == 2


def test_somebody_else_and_another_page_are_other_looks(here):
    ward, found = here
    one, two = a_person(Role.NURSE, ward), a_person(Role.NURSE, ward)
    for person in (one, two):
        client = browser_of(person)
        client.get(f"/patients/{found['patient_id']}/timeline/")
        client.get(f"/patients/{found['patient_id']}/course/")
    assert [len(entries(person)) for person in (one, two)] == [2, 2]


def test_the_memory_of_looks_has_an_end(monkeypatch):
    monkeypatch.setattr(reading, "MOST_REMEMBERED", 3)
    memory = reading._Memory()
    for number in range(5):
        memory.keep((number,))
    assert [memory.is_news((number,)) for number in range(5)] == [True, True, False, False, False]


def test_a_look_costs_three_queries_once_the_day_has_begun(here):
    ward, found = here
    nurse = a_person(Role.NURSE, ward)
    client = browser_of(nurse)
    address = f"/patients/{found['patient_id']}/course/"
    client.get(address)
    with CaptureQueriesContext(connection) as remembered:
        client.get(address)
    reading.forget()
    with CaptureQueriesContext(connection) as written:
        client.get(address)
    assert len(written) - len(remembered) == 3


def test_a_trail_that_cannot_be_written_keeps_nobody_from_a_chart(here, monkeypatch, caplog):
    def refuse(**_):
        raise OperationalError("no room")

    ward, found = here
    nurse = a_person(Role.NURSE, ward)
    monkeypatch.setattr(trail, "record", refuse)
    answer = browser_of(nurse).get(f"/patients/{found['patient_id']}/course/")
    assert answer.status_code == 200
    assert "audit.look_not_written" in caplog.text


def test_a_wall_names_nobody_and_leaves_nothing(here):
    ward, _ = here
    wall = a_person(Role.KIOSK, ward)
    assert browser_of(wall).get(f"/wards/{ward.code}/wall/").status_code == 200
    assert entries(wall) == []


def test_a_day_is_a_chain_of_its_own(here, time_machine):
    ward, found = here
    nurse = a_person(Role.NURSE, ward)
    client = browser_of(nurse)
    client.get(f"/patients/{found['patient_id']}/course/")
    time_machine.move_to(NOW + timedelta(hours=11, minutes=59), tick=False)
    reading.forget()
    browser_of(nurse).get(f"/patients/{found['patient_id']}/course/")
    time_machine.move_to(NOW + timedelta(hours=12), tick=False)
    reading.forget()
    browser_of(nurse).get(f"/patients/{found['patient_id']}/course/")
    scopes = [entry.scope for entry in entries(nurse)]
    assert scopes == ["reads:2026-03-10", "reads:2026-03-10", "reads:2026-03-11"]
    assert trail.verify() == []
