"""Signing in leads each role to its work; signing out needs a button."""

import pytest
from django.test import Client

from staff.models import Role
from tests.factories.ward import PASSWORD, a_person, a_ward

pytestmark = pytest.mark.django_db


def sign_in(user, password=PASSWORD, to=""):
    client = Client()
    answer = client.post(f"/sign-in/{to}", {"username": user.get_username(), "password": password})
    return client, answer


@pytest.mark.parametrize(
    ("role", "start"),
    [
        (Role.NURSE, "/patients/"),
        (Role.CHARGE_NURSE, "/wards/7b/board/"),
        (Role.ONCOLOGIST, "/patients/"),
        (Role.ADMINISTRATOR, "/admin/"),
    ],
)
def test_each_role_starts_where_its_work_is(role, start, ward, next_door):
    client, answer = sign_in(a_person(role, ward, next_door))
    assert answer["Location"] == "/"
    assert client.get("/")["Location"] == start


def test_an_integration_has_no_pages(ward):
    client, _ = sign_in(a_person(Role.INTEGRATION, ward))
    assert client.get("/").status_code == 403


def test_a_charge_nurse_of_no_ward_still_has_a_start(db):
    client, _ = sign_in(a_person(Role.CHARGE_NURSE))
    assert client.get("/")["Location"] == "/patients/"
    assert "No patients on your wards" in client.get("/patients/").content.decode()


def test_a_wrong_password_says_so_and_not_which_part(nurse):
    client, answer = sign_in(nurse, "wrong")
    assert answer.status_code == 200
    assert "do not belong together" in answer.content.decode()
    assert client.get("/patients/").status_code == 302


def test_a_page_asked_for_before_signing_in_follows(nurse):
    assert sign_in(nurse, to="?next=/alerts/")[1]["Location"] == "/alerts/"


def test_an_address_elsewhere_is_not_followed(nurse):
    assert sign_in(nurse, to="?next=https://example.org/")[1]["Location"] == "/"


def test_signing_out_needs_a_post(nurse):
    client, _ = sign_in(nurse)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/patients/").status_code == 302


def test_the_navigation_names_ones_own_boards_alone(ward, next_door, nurses):
    a_ward(code="5a", name="Ward 5A")
    page = nurses.get("/patients/")
    links = [(item["label"], item["href"], item["current"]) for item in page.context["nav"]]
    assert links == [
        ("Patients", "/patients/", True),
        ("Ward 7B board", "/wards/7b/board/", False),
        ("Alerts", "/alerts/", False),
        ("Rota", "/wards/7b/rota/", False),
        ("Reference", "/reference/", False),
        ("Compare", "/compare/", False),
    ]
