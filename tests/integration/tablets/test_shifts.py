"""A full sign-in on a ward's tablet begins a shift; for twelve hours a PIN is enough there."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from audit.models import AuditEntry
from staff.models import Role, ShiftSignIn
from tablets import shifts
from tests.factories.ward import NOW, PASSWORD, a_person

TWELVE_HOURS = timedelta(hours=12)
SECOND = timedelta(seconds=1)


def test_a_sign_in_with_name_and_password_begins_a_shift(tablet, ada):
    tablet.sign_in(ada)
    shift = ShiftSignIn.objects.get()
    assert (shift.user, shift.ward, shift.device) == (ada, tablet.device.ward, tablet.device)
    assert shift.expires_at - shift.started_at == TWELVE_HOURS
    entry = AuditEntry.objects.get(action="shift.started")
    assert (entry.actor, entry.detail) == (ada, {"device": tablet.device.pk})
    tablet.device.refresh_from_db()
    assert tablet.device.last_seen_at == NOW


def test_an_ordinary_browser_begins_none_and_stays_as_it_was(client, ada):
    client.post("/sign-in/", {"username": ada.username, "password": PASSWORD})
    assert client.get("/patients/").status_code == 200
    assert not ShiftSignIn.objects.exists()
    # Idle for hours, and still signed in: an ordinary session has its ordinary end.
    assert client.get("/patients/").context["tablet"] is None


@pytest.mark.parametrize(
    ("later", "is_open"), [(TWELVE_HOURS - SECOND, True), (TWELVE_HOURS, False)]
)
def test_a_pin_works_until_the_twelve_hours_are_over(tablet, ada, time_machine, later, is_open):
    tablet.sign_in(ada)
    time_machine.move_to(NOW + later, tick=False)
    assert (tablet.switch(ada).status_code == 200) is is_open


def test_a_session_that_is_used_all_the_time_ends_with_the_shift(tablet, ada, time_machine):
    tablet.sign_in(ada)
    for minutes in range(4, 720, 4):
        time_machine.move_to(NOW + timedelta(minutes=minutes), tick=False)
        assert tablet.opens()
    time_machine.move_to(NOW + TWELVE_HOURS, tick=False)
    assert not tablet.opens()
    assert "_auth_user_id" not in tablet.client.session


def test_a_pin_works_on_the_other_tablets_of_the_ward_and_on_no_other_wards(
    tablet, a_tablet, ward, next_door, ada
):
    tablet.sign_in(ada)
    beside = a_tablet(ward, "Bay 2")
    assert beside.switch(ada).status_code == 200
    assert beside.opens()
    away = a_tablet(next_door, "Bay 3")
    assert away.switch(ada).status_code == 403
    assert not away.opens()


def test_no_pin_works_in_a_browser_that_is_no_tablet(tablet, ada):
    tablet.sign_in(ada)
    desktop = Client()
    answer = desktop.post("/switch/", {"person": ada.pk, "pin": "483719"})
    assert answer["Location"].startswith(settings.LOGIN_URL)
    assert "_auth_user_id" not in desktop.session


def test_signing_out_ends_the_shift_on_every_tablet_of_the_ward(tablet, a_tablet, ward, ada):
    tablet.sign_in(ada)
    answer = tablet.client.post("/sign-out/")
    assert answer["Location"] == "/switch/"
    assert a_tablet(ward, "Bay 2").switch(ada).status_code == 403
    assert tablet.switch(ada).status_code == 403
    assert AuditEntry.objects.filter(action="shift.ended", actor=ada).count() == 1


def test_signing_in_again_begins_the_shift_anew_and_leaves_one(tablet, ada, ward, time_machine):
    tablet.sign_in(ada)
    time_machine.move_to(NOW + timedelta(hours=6), tick=False)
    tablet.client.post("/lock/")
    tablet.sign_in(ada)
    (shift,) = shifts.of_ward(ward, now=NOW + timedelta(hours=6))
    assert shift.expires_at == NOW + timedelta(hours=18)


def test_the_names_are_those_on_shift_on_this_ward_and_no_others(
    tablet, a_tablet, next_door, ada, bea
):
    elsewhere = a_person(Role.NURSE, next_door, first_name="Zoe")
    a_tablet(next_door, "Bay 9").sign_in(elsewhere)
    for person in (bea, ada):
        tablet.sign_in(person)
    people = tablet.client.get("/switch/").context["people"]
    assert [person["name"] for person in people] == ["ada", "bea"]


def test_who_left_the_ward_or_was_closed_is_on_shift_no_more(tablet, ada, bea, charge):
    for person in (ada, bea):
        tablet.sign_in(person)
    tablet.lock()
    ada.memberships.all().delete()
    bea.is_active = False
    bea.save()
    assert tablet.switch(ada).status_code == 403
    assert tablet.switch(bea).status_code == 403


def test_an_administrator_signs_in_on_a_tablet_without_a_shift(tablet, db):
    admin = a_person(Role.ADMINISTRATOR)
    assert tablet.sign_in(admin)["Location"] == "/"
    assert tablet.opens("/devices/")
    assert not ShiftSignIn.objects.exists()


def test_who_has_no_pin_is_asked_to_choose_one_and_may_decline(tablet, ward):
    person = a_person(Role.NURSE, ward)
    answer = tablet.sign_in(person)
    assert answer["Location"] == "/pin/?next=%2F"
    assert "Not now" in tablet.client.get(answer["Location"]).content.decode()
    assert tablet.opens()
    tablet.lock()
    assert "no PIN yet" in tablet.switch(person, "483719").json()["error"]
