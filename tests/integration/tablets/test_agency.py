"""An agency account lasts twelve hours to the minute, and names who answers for it."""

from datetime import timedelta

import pytest
from django.test import Client

from audit.models import AuditEntry
from staff.models import Role, ShiftSignIn, User
from tests.factories.ward import NOW, a_person

BACKEND = "staff.backends.OpenAccountBackend"
TWELVE_HOURS = timedelta(hours=12)
SECOND = timedelta(seconds=1)
NAMES = {"first_name": "Ines", "last_name": "Agency"}


def browser_of(user) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@pytest.fixture
def slip(ward, charge):
    """What the charge nurse printed."""
    answer = browser_of(charge).post(f"/wards/{ward.code}/agency/", NAMES)
    return answer.context["slip"]


@pytest.fixture
def ines(slip):
    return User.objects.get(username=slip["username"])


def sign_in(client, slip):
    client.post("/sign-in/", {"username": slip["username"], "password": slip["code"]})
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("role", [Role.NURSE, Role.ONCOLOGIST, Role.ADMINISTRATOR])
def test_only_a_charge_nurse_opens_one(ward, role):
    answer = browser_of(a_person(role, ward)).post(f"/wards/{ward.code}/agency/", NAMES)
    assert answer.status_code == 404
    assert not User.objects.filter(opened_by__isnull=False).exists()


def test_no_charge_nurse_opens_one_next_door(next_door, charge):
    answer = browser_of(charge).post(f"/wards/{next_door.code}/agency/", NAMES)
    assert answer.status_code == 404


def test_it_is_a_nurses_account_on_one_ward_for_twelve_hours(ward, charge, ines):
    assert (ines.role, list(ines.wards.all())) == (Role.NURSE, [ward])
    assert (ines.expires_at, ines.opened_by) == (NOW + TWELVE_HOURS, charge)
    assert ines.display_name() == "Ines Agency"
    entry = AuditEntry.objects.get(action="agency.opened")
    assert (entry.actor, entry.subject) == (charge, f"user:{ines.pk}")


def test_its_code_is_shown_once_and_kept_nowhere(ward, charge, slip, ines):
    assert len(slip["code"].replace("-", "")) == 16
    again = browser_of(charge).get(f"/wards/{ward.code}/agency/").content.decode()
    assert slip["username"] in again
    assert slip["code"] not in again
    assert slip["code"] not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(
    ("later", "is_open"), [(TWELVE_HOURS - SECOND, True), (TWELVE_HOURS, False)]
)
def test_it_signs_in_until_its_end_and_not_at_it(client, slip, time_machine, later, is_open):
    time_machine.move_to(NOW + later, tick=False)
    assert sign_in(client, slip) is is_open


@pytest.mark.parametrize(("later", "status"), [(TWELVE_HOURS - SECOND, 200), (TWELVE_HOURS, 302)])
def test_a_session_of_it_ends_with_it(client, slip, time_machine, later, status):
    time_machine.move_to(NOW + timedelta(hours=6), tick=False)
    assert sign_in(client, slip)
    time_machine.move_to(NOW + later, tick=False)
    assert client.get("/patients/").status_code == status


def test_its_shift_on_a_tablet_ends_with_it(tablet, slip, ines, time_machine):
    time_machine.move_to(NOW + timedelta(hours=6), tick=False)
    assert sign_in(tablet.client, slip)
    assert ShiftSignIn.objects.get().expires_at == ines.expires_at
    (person,) = tablet.client.get("/switch/").context["people"]
    assert (person["name"], person["role"]) == ("Ines Agency", "Agency nurse")
    time_machine.move_to(NOW + TWELVE_HOURS, tick=False)
    assert tablet.client.get("/switch/").context["people"] == []


def test_what_it_does_is_its_own_and_its_openers(client, slip, ines, charge, patient):
    assert sign_in(client, slip)
    form = client.get(f"/patients/{patient.pk}/chart/").context
    client.post(
        f"/patients/{patient.pk}/chart/",
        {
            "client_id": form["client_id"],
            "taken_at": form["taken_at"]["value"],
            "temperature_celsius": "36.9",
        },
    )
    entry = AuditEntry.objects.get(action="observations.charted")
    assert entry.actor == ines
    assert entry.detail["agency_opened_by"] == charge.pk


def test_the_charge_nurse_ends_it_before_its_time(client, ward, charge, slip, ines):
    assert sign_in(client, slip)
    answer = browser_of(charge).post(f"/wards/{ward.code}/agency/", {"close": ines.username})
    assert answer.status_code == 302
    assert client.get("/patients/").status_code == 302
    assert not sign_in(Client(), slip)
    assert AuditEntry.objects.get(action="agency.closed").actor == charge


def test_nobody_ends_an_ordinary_account_that_way(ward, charge, ada):
    answer = browser_of(charge).post(f"/wards/{ward.code}/agency/", {"close": ada.username})
    assert answer.status_code == 404
    ada.refresh_from_db()
    assert ada.is_active


def test_a_name_is_needed(ward, charge):
    answer = browser_of(charge).post(f"/wards/{ward.code}/agency/", {"first_name": "Ines"})
    assert answer.status_code == 400
    assert not User.objects.filter(opened_by__isnull=False).exists()
