"""Where somebody is signed in is listed, can be ended, and begins under a new key each time."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from identity import sessions
from identity.browsers import words_for
from staff.models import Role
from tablets import registering
from tests.factories.ward import NOW, PASSWORD, a_person
from tests.integration.identity.conftest import acts, sign_in

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:139.0) Gecko/20100101 Firefox/139.0"
IPAD = "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604.1"


def is_in(client):
    return client.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (IPAD, "Safari on iPad"),
        ("Mozilla/5.0 (X11; Linux) Chrome/120 Safari/537.36 Edg/120", "Edge on Linux"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8", "unknown browser"),
        ("", "unknown browser"),
    ],
)
def test_a_browser_is_named_in_words(agent, words):
    assert words_for(agent) == words


def test_the_page_names_each_and_says_which_is_this_one(nurse):
    here, _ = sign_in(nurse, HTTP_USER_AGENT=FIREFOX)
    sign_in(nurse, HTTP_USER_AGENT=IPAD, address="10.0.0.7")
    rows = here.get("/account/sessions/").context["rows"]
    assert [(row["browser"], row["is_this"]) for row in rows] == [
        ("Safari on iPad", False),
        ("Firefox on Windows", True),
    ]
    assert rows[0]["address"] == "10.0.0.7"


def test_a_session_on_a_tablet_carries_the_tablets_name(nurse, ward, administrator):
    device, cookie = registering.register(
        name="Bay 3", ward=ward, by=administrator, now=timezone.now()
    )
    tablet = Client()
    tablet.cookies[registering.COOKIE] = cookie
    tablet.post("/sign-in/", {"username": nurse.username, "password": PASSWORD})
    [place] = sessions.of(nurse, now=timezone.now())
    assert place.tablet == device.name


def test_when_it_was_last_used_is_known_to_ten_minutes(nurse, time_machine):
    time_machine.move_to(NOW, tick=False)
    client, _ = sign_in(nurse)
    # The first page renews the session, and then one page in ten minutes.
    for minutes, seen in [(1, 1), (10, 1), (11, 11), (20, 11)]:
        time_machine.move_to(NOW + timedelta(minutes=minutes), tick=False)
        is_in(client)
        [place] = sessions.of(nurse, now=timezone.now())
        assert place.began_at == NOW
        assert place.seen_at - NOW == timedelta(minutes=seen)


def test_one_ends_another_of_ones_own_at_once_and_on_record(nurse):
    here, _ = sign_in(nurse)
    lost, _ = sign_in(nurse)
    other = next(
        row for row in sessions.of(nurse, now=timezone.now()) if row.number and not row.is_this
    )
    here.post("/account/sessions/", {"end": other.number})
    assert [is_in(here), is_in(lost)].count(True) == 1
    assert acts("session.ended")[0].actor == nurse


def test_all_the_others_end_and_this_one_stays(nurse):
    here, _ = sign_in(nurse)
    others = [sign_in(nurse)[0] for _ in range(2)]
    here.post("/account/sessions/", {"others": "1"})
    assert is_in(here)
    assert not any(is_in(each) for each in others)


def test_nobody_ends_a_colleagues(nurse, ward):
    colleague = a_person(Role.NURSE, ward)
    theirs, _ = sign_in(colleague)
    [place] = sessions.of(colleague, now=timezone.now())
    mine, _ = sign_in(nurse)
    mine.post("/account/sessions/", {"end": place.number})
    assert is_in(theirs)


def test_an_administrator_ends_one_or_all_of_somebodys(nurse, administrator):
    theirs = [sign_in(nurse)[0] for _ in range(3)]
    admin, _ = sign_in(administrator)
    newest = sessions.of(nurse, now=timezone.now())[0]
    admin.post(f"/people/{nurse.pk}/", {"do": "end", "number": newest.number})
    assert [is_in(each) for each in theirs] == [True, True, False]
    admin.post(f"/people/{nurse.pk}/", {"do": "end"})
    assert [is_in(each) for each in theirs] == [False] * 3
    assert {entry.actor for entry in acts("session.ended")} == {administrator}


def test_who_signs_out_is_off_the_list(nurse):
    client, _ = sign_in(nurse)
    assert len(sessions.of(nurse, now=timezone.now())) == 1
    client.post("/sign-out/")
    assert sessions.of(nurse, now=timezone.now()) == []
    assert acts("session.signed_out")[0].actor == nurse


# --- Fixation ------------------------------------------------------------------------------------


def test_a_key_that_was_planted_before_is_worth_nothing_after(nurse):
    planted = Client()
    planted.get("/sign-in/?next=/alerts/")
    session = planted.session
    session["anything"] = 1
    session.save()
    key = session.session_key or ""
    victim = Client()
    victim.cookies[django_settings.SESSION_COOKIE_NAME] = key
    victim.post("/sign-in/", {"username": nurse.username, "password": PASSWORD})
    assert victim.session.session_key != key
    thief = Client()
    thief.cookies[django_settings.SESSION_COOKIE_NAME] = key
    assert not is_in(thief)
    assert is_in(victim)


def test_a_key_nobody_gave_out_is_not_taken(nurse):
    victim = Client()
    victim.cookies[django_settings.SESSION_COOKIE_NAME] = "a" * 32
    victim.post("/sign-in/", {"username": nurse.username, "password": PASSWORD})
    assert victim.session.session_key != "a" * 32


def test_the_key_is_another_after_each_full_sign_in(nurse, ward, administrator):
    _, cookie = registering.register(name="Bay", ward=ward, by=administrator, now=timezone.now())
    tablet = Client()
    tablet.cookies[registering.COOKIE] = cookie
    keys = set()
    for _ in range(3):
        tablet.post("/sign-in/", {"username": nurse.username, "password": PASSWORD})
        keys.add(tablet.session.session_key)
    assert len(keys) == 3
    assert len(sessions.of(nurse, now=timezone.now())) == 1


# --- Twelve hours --------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "lives"), [(12 * 60 - 1, True), (12 * 60, False)])
def test_a_busy_session_ends_twelve_hours_after_its_sign_in(nurse, time_machine, minutes, lives):
    time_machine.move_to(NOW, tick=False)
    client, _ = sign_in(nurse)
    time_machine.move_to(NOW + timedelta(hours=6), tick=False)
    assert is_in(client)
    time_machine.move_to(NOW + timedelta(minutes=minutes), tick=False)
    assert is_in(client) is lives


def test_a_wall_display_stays_signed_in_while_it_asks(ward, time_machine):
    time_machine.move_to(NOW, tick=False)
    wall, _ = sign_in(a_person(Role.KIOSK, ward))
    for hours in (10, 20, 30):
        time_machine.move_to(NOW + timedelta(hours=hours), tick=False)
        assert wall.get("/wards/7b/wall.json").status_code == 200
