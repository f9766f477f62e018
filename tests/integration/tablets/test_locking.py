"""A locked tablet is a tablet on which nobody is signed in: pages, data and interface refuse."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from tablets import session
from tablets.session import ACTIVE_COOKIE
from tests.factories.ward import NOW, PASSWORD
from vitals.models import ObservationSet

LIST = timedelta(seconds=session.LIST_IDLE_SECONDS + session.GRACE_SECONDS)
ENTRY = timedelta(seconds=session.ENTRY_IDLE_SECONDS + session.GRACE_SECONDS)
SECOND = timedelta(seconds=1)


@pytest.fixture
def held(tablet, ada):
    """The tablet in Ada's hands."""
    tablet.sign_in(ada)
    assert tablet.opens()
    return tablet


def test_the_idle_times_are_those_of_the_ward():
    assert (session.ENTRY_IDLE_SECONDS, session.LIST_IDLE_SECONDS) == (60, 300)
    assert session.NAMES_HIDDEN_SECONDS == 30


@pytest.mark.parametrize(
    "path", ["/", "/patients/", "/alerts/", "/pin/", "/devices/", "/sign-out/"]
)
def test_a_locked_tablet_shows_no_page(held, path):
    assert held.lock().status_code == 204
    answer = held.client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/switch/?next=")


def test_a_locked_tablet_takes_no_form(held, patient):
    held.lock()
    answer = held.client.post(f"/patients/{patient.pk}/chart/", {"temperature_celsius": "36.9"})
    assert answer["Location"] == "/switch/"
    assert not ObservationSet.objects.exists()


def test_a_locked_tablet_answers_no_data_and_no_interface(held, patient, ward):
    for path in (f"/wards/{ward.code}/board.json", f"/patients/{patient.pk}/timeline.json"):
        assert held.client.get(path).status_code in (200, 304)
    assert held.client.get(f"/api/v1/observations/?patient={patient.pk}").status_code == 200
    held.lock()
    for path in (f"/wards/{ward.code}/board.json", f"/patients/{patient.pk}/timeline.json"):
        answer = held.client.get(path)
        assert answer.status_code == 401
        assert answer.json()["errors"][0]["field"] == "session"
    for answer in (
        held.client.get(f"/api/v1/observations/?patient={patient.pk}"),
        held.client.post("/api/v1/observations/", {}, content_type="application/json"),
    ):
        assert answer.status_code == 401


def test_what_a_script_asks_of_a_locked_tablet_is_refused_and_not_led_on(held):
    held.lock()
    for path in ("/patients/", "/still-here/"):
        answer = held.client.post(path, headers={"Sec-Fetch-Mode": "cors"})
        assert answer.status_code == 401


def test_whether_alerts_go_out_is_answered_all_the_same(held):
    held.lock()
    assert held.client.get("/alerting.json").json().keys() == {"ok", "message"}


def test_the_lock_lies_with_the_server_and_not_in_the_page(held, ada):
    held.lock()
    stored = Session.objects.get(pk=held.client.cookies[settings.SESSION_COOKIE_NAME].value)
    assert stored.get_decoded()["crs_locked"] is True
    held.switch(ada)
    assert held.opens()


def test_the_key_in_the_bar_locks_without_scripts_and_leads_back(held, ada):
    answer = held.client.post("/lock/", {"next": "/patients/"})
    assert answer["Location"] == "/switch/?next=%2Fpatients%2F"
    assert not held.opens()
    page = held.client.get(answer["Location"])
    # Six digits are enough: whose tablet it was is chosen.
    assert [person["is_chosen"] for person in page.context["people"]] == [True]
    assert page.context["next"] == "/patients/"


def test_asking_who_is_there_lets_the_tablet_go(held):
    page = held.client.get("/switch/")
    assert "data-owner" not in page.content.decode()
    assert not held.opens()


def test_a_password_unlocks_too(held, ada):
    held.lock()
    assert held.client.get("/sign-in/").status_code == 200
    held.sign_in(ada)
    assert held.opens()


def test_a_browser_that_is_no_tablet_has_no_lock(client, ada):
    client.post("/sign-in/", {"username": ada.username, "password": PASSWORD})
    assert client.post("/lock/").status_code == 404
    assert client.get("/patients/").status_code == 200


@pytest.mark.parametrize(("idle", "is_open"), [(LIST, True), (LIST + SECOND, False)])
def test_five_minutes_without_a_person_lock_a_list_even_without_scripts(
    held, time_machine, idle, is_open
):
    time_machine.move_to(NOW + idle, tick=False)
    assert held.opens() is is_open
    # And it stays so: the first answer has locked the session.
    assert held.opens() is is_open


@pytest.mark.parametrize(("idle", "is_open"), [(ENTRY, True), (ENTRY + SECOND, False)])
def test_a_minute_without_a_touch_locks_a_form(held, time_machine, idle, is_open):
    assert held.client.post("/still-here/", {"where": "entry"}).status_code == 204
    time_machine.move_to(NOW + idle, tick=False)
    assert held.opens() is is_open


def test_who_types_is_there(held, time_machine):
    for minute in range(10):
        time_machine.move_to(NOW + timedelta(minutes=minute), tick=False)
        held.client.post("/still-here/", {"where": "entry"})
    assert held.opens()


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/wards/7b/board.json", {}),
        ("/alerting.json", {}),
        ("/api/v1/observations/", {}),
        ("/patients/", {"Sec-Fetch-Mode": "cors"}),  # fetched by a script
    ],
)
def test_what_a_page_asks_by_itself_is_no_sign_of_life(held, time_machine, path, headers):
    for minute in (2, 4):
        time_machine.move_to(NOW + timedelta(minutes=minute), tick=False)
        held.client.get(path, headers=headers)
    time_machine.move_to(NOW + LIST + SECOND, tick=False)
    assert not held.opens()


@pytest.mark.parametrize("cookie", ["", "1:9999999999:300", "x"])
def test_a_sign_of_life_cannot_be_forged(held, cookie):
    held.client.cookies[ACTIVE_COOKIE] = cookie
    assert not held.opens()


def test_a_sign_of_life_of_another_is_none(held, bea):
    of_ada = held.client.cookies[ACTIVE_COOKIE].value
    held.sign_in(bea)
    held.client.cookies[ACTIVE_COOKIE] = of_ada
    assert not held.opens()


def test_a_clock_set_back_locks_rather_than_holding_open(held, time_machine):
    time_machine.move_to(NOW - timedelta(hours=1), tick=False)
    assert not held.opens()


def test_a_session_carried_to_another_browser_ends_there(held, client, a_tablet, ward):
    key = held.client.cookies[settings.SESSION_COOKIE_NAME].value
    for thief in (client, a_tablet(ward, "Bay 2").client):
        thief.cookies[settings.SESSION_COOKIE_NAME] = key
        thief.cookies[ACTIVE_COOKIE] = held.client.cookies[ACTIVE_COOKIE].value
        assert thief.get("/patients/").status_code == 302
        assert not held.opens()  # and with it the session itself
        return


def test_a_page_on_a_tablet_costs_one_query_more_and_elsewhere_none(
    held, client, ada, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.post("/sign-in/", {"username": ada.username, "password": PASSWORD})
    client.get("/patients/")
    with CaptureQueriesContext(
        connection,
    ) as elsewhere:
        client.get("/patients/")
    assert [row for row in elsewhere if "staff_device" in row["sql"]] == []
    with django_assert_num_queries(len(elsewhere) + 1):
        held.client.get("/patients/")


def test_before_anybody_signs_in_a_tablet_asks_who_is_there(tablet):
    assert tablet.client.get("/")["Location"] == "/switch/?next=%2F"
    page = tablet.client.get("/switch/")
    assert "Nobody on this ward" in page.content.decode()
    assert page["Cache-Control"] == "no-store, private"
