"""C9: the wall display names nobody, and its account opens nothing else."""

import json
from datetime import timedelta

import pytest
from django.urls import get_resolver

from crs_monitor.sessions import RENEWED_AT
from staff.models import BoardLabel, Role, Ward
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    NOW,
    WELL,
    a_patient,
    a_person,
    chart_set,
    check_neuro,
)
from tests.integration.test_headers import OPEN, addresses, with_words

pytestmark = pytest.mark.django_db
WALL, DATA = "/wards/7b/wall/", "/wards/7b/wall.json"
# What the account of a wall may ask for.
OURS = {"", "sign-out/", "wards/<slug:code>/wall/", "wards/<slug:code>/wall.json"}
# Session, user, wards of the user, the ward; states, alerts, nurses, treatments, counts, plans;
# beds;
# three of alerting.
QUERIES = 14


@pytest.fixture
def kiosk(ward, signed_in):
    return signed_in(a_person(Role.KIOSK, ward))


@pytest.fixture
def patient(ward):
    found = a_patient(
        ward, bed="12", family_name="Bell", given_name="Ada", mrn="MRN-SECRET-7",
        therapy="tisa-cel",
    )  # fmt: skip
    chart_set(found, GRADE_2)
    check_neuro(found, ice_score=9, consciousness="alert")
    return found


@pytest.mark.parametrize("label", BoardLabel.values)
def test_c09_the_wall_shows_a_bed_and_a_neutral_chip_and_names_nobody(label, patient, kiosk):
    Ward.objects.update(board_label=label)
    page, data = kiosk.get(WALL), kiosk.get(DATA)
    (tile,) = data.json()["tiles"]
    assert (tile["bed"], tile["chip"], tile["grade"]["short"]) == ("12", "CT-D5", "2")
    for secret in ("Bell", "Ada", "MRN", "Kymriah", "tisagen", "tisa-cel", "/patients/", "86"):
        assert secret not in data.content.decode(), secret
        if secret != "86":
            assert secret not in page.content.decode(), secret


def test_c09_a_wall_holds_no_more_than_it_shows(patient, kiosk):
    (tile,) = kiosk.get(DATA).json()["tiles"]
    assert tile.keys() == {
        "bed_id", "bed", "chip", "grade", "icans", "trend", "due", "set_at", "opens_today",
        "alerts",
    }  # fmt: skip
    assert tile["alerts"][0].keys() == {"severity", "state", "raised_at"}


def test_c09_everything_else_does_not_exist_for_its_account(patient, kiosk, ward):
    routes = [
        route for route in addresses(get_resolver().url_patterns)
        if not set("^$?\\") & set(route) and not route.startswith("admin/")
    ]  # fmt: skip
    assert len(routes) > 60
    known = {"<slug:code>": "7b", "<row:patient_id>": str(patient.pk)}
    for route in routes:
        if route in OURS | {"sign-in/"} or route.startswith("health/"):
            continue
        url = "/" + route
        for part, word in known.items():
            url = url.replace(part, word)
        for method in ("get", "post"):
            answer = getattr(kiosk, method)(with_words(url))
            assert answer.status_code in {403, 404}, (method, url, answer.status_code)
            assert b"Bell" not in answer.content


def test_c09_what_is_open_to_strangers_is_known(kiosk):
    assert {"sign-in/", "health/live", "health/ready", "health/alerting"} <= OPEN


def test_c09_the_admin_is_closed_to_it(kiosk):
    assert kiosk.get("/admin/").status_code in {403, 404}
    assert kiosk.get("/admin/patients/").status_code in {403, 404}


def test_c09_its_start_page_is_its_wall_and_another_wards_wall_is_not(kiosk, next_door, signed_in):
    answer = kiosk.get("/")
    assert (answer.status_code, answer["Location"]) == (302, WALL)
    assert kiosk.get("/wards/9c/wall/").status_code == 404
    assert kiosk.get("/wards/9c/wall.json").status_code == 404
    assert signed_in(a_person(Role.KIOSK)).get("/").status_code == 403


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.NURSE, 200), (Role.CHARGE_NURSE, 200), (Role.ONCOLOGIST, 200),
     (Role.ADMINISTRATOR, 404), (Role.INTEGRATION, 404)],
)  # fmt: skip
def test_staff_of_the_ward_see_its_wall(role, status, patient, ward, signed_in):
    assert signed_in(a_person(role, ward)).get(WALL).status_code == status


def test_a_wall_stays_signed_in_by_asking(patient, kiosk, time_machine):
    first = kiosk.get(DATA)
    renewed = kiosk.session[RENEWED_AT]
    assert first.status_code == 200
    for hours in range(1, 40):
        time_machine.move_to(NOW + timedelta(hours=hours), tick=False)
        assert kiosk.get(DATA).status_code == 200, hours
    assert kiosk.session[RENEWED_AT] > renewed


def test_a_nurses_board_does_not(patient, nurses, time_machine):
    for hours in range(1, 40):
        time_machine.move_to(NOW + timedelta(hours=hours), tick=False)
        status = nurses.get("/wards/7b/board.json").status_code
    assert status == 302


@pytest.mark.parametrize(
    ("clock", "night"),
    [("21:59", False), ("22:00", True), ("03:00", True), ("05:59", True), ("06:00", False),
     ("12:00", False)],
)  # fmt: skip
def test_it_dims_from_22_to_6_on_the_wards_clock(clock, night, ward, signed_in, time_machine):
    Ward.objects.update(time_zone="America/New_York")  # five hours behind UTC in this January
    hour, minute = map(int, clock.split(":"))
    at = NOW.replace(month=1, hour=0, minute=0) + timedelta(hours=hour + 5, minutes=minute)
    time_machine.move_to(at, tick=False)
    wall = signed_in(a_person(Role.KIOSK, ward)).get(DATA).json()
    assert (wall["generated_label"][:5], wall["is_night"]) == (clock, night)


def test_nothing_new_is_answered_without_a_body(patient, kiosk, time_machine):
    etag = kiosk.get(DATA)["ETag"]
    time_machine.move_to(NOW + timedelta(minutes=5), tick=False)
    again = kiosk.get(DATA, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    chart_set(patient, FEVER, now=NOW + timedelta(minutes=5))
    assert kiosk.get(DATA, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("beds", [2, 30])
def test_a_wall_costs_as_many_queries_for_thirty_beds_as_for_two(
    beds, ward, kiosk, django_assert_num_queries
):
    for bed in range(beds):
        chart_set(a_patient(ward, bed=f"{bed:02}"), WELL)
    kiosk.get(DATA)
    with django_assert_num_queries(QUERIES):
        assert len(json.loads(kiosk.get(DATA).content)["tiles"]) == beds
