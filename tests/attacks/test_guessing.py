"""Guessing ends: by one name, by many, from many places, and through a proxy."""

import itertools
import json
import re
import uuid
from ipaddress import ip_network

import pytest
from axes.models import AccessAttempt
from django.conf import settings as product
from django.test import Client
from rest_framework.test import APIClient

from crs_monitor import pace
from staff.models import ApiToken, Role, User
from tests.factories.ward import NOW, PASSWORD, a_patient, a_person, a_ward
from tests.integration.test_api_gates import body

pytestmark = pytest.mark.django_db
PROXY, CALLER, GUESSER = "10.9.0.1", "203.0.113.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def _pace(settings):
    settings.CRS_KEEPS_PACE = True


@pytest.fixture
def nurse():
    return a_person(Role.NURSE, a_ward())


def tries(name, password, *, address=CALLER, client=None, **headers):
    """Try to sign in, as a new browser unless given one; return the answer, and if it let in."""
    caller = client or Client()
    answer = caller.post(
        "/sign-in/", {"username": name, "password": password}, REMOTE_ADDR=address, **headers
    )
    return answer, "_auth_user_id" in caller.session


def test_a_spray_over_names_from_one_address_ends(nurse, monkeypatch):
    monkeypatch.setattr(pace, "MOST_GUESSES", 10)
    for number in range(10):
        assert tries(f"somebody{number}", "Spring2026!", address=GUESSER)[0].status_code == 200
    refused, is_in = tries(nurse.username, PASSWORD, address=GUESSER)
    assert (refused.status_code, is_in) == (429, False)
    assert int(refused["Retry-After"]) > 0
    assert tries(nurse.username, PASSWORD)[1]


def test_guesses_at_one_name_from_many_addresses_end(nurse, monkeypatch):
    monkeypatch.setattr(pace, "MOST_GUESSES", 10)
    for number in range(10):
        tries(nurse.username, "a guess", address=f"198.51.100.{number}")
    assert tries(nurse.username, PASSWORD, address="192.0.2.1")[0].status_code == 429
    other = a_person(Role.NURSE)
    assert tries(other.username, PASSWORD, address="192.0.2.1")[1]


def test_one_guess_fewer_shuts_nobody_out(nurse, monkeypatch):
    monkeypatch.setattr(pace, "MOST_GUESSES", 10)
    for number in range(9):
        tries(nurse.username, "a guess", address=f"198.51.100.{number}")
    assert tries(nurse.username, PASSWORD, address="192.0.2.1")[1]


def test_what_the_guesser_writes_of_its_own_address_is_not_believed(nurse):
    for number in range(product.AXES_FAILURE_LIMIT):
        tries(nurse.username, "a guess", address=GUESSER, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
    assert {row.ip_address for row in AccessAttempt.objects.all()} == {GUESSER}
    assert not tries(nurse.username, PASSWORD, address=GUESSER)[1]


def test_behind_our_proxy_each_caller_is_somebody_else(nurse, settings):
    settings.CRS_PROXY_NETWORKS = (ip_network(PROXY),)
    for _ in range(product.AXES_FAILURE_LIMIT):
        tries(nurse.username, "a guess", address=PROXY, HTTP_X_FORWARDED_FOR=GUESSER)
    told = {"HTTP_X_FORWARDED_FOR": f"{CALLER}, {GUESSER}"}
    assert not tries(nurse.username, PASSWORD, address=PROXY, **told)[1], "spoofed, still GUESSER"
    assert tries(nurse.username, PASSWORD, address=PROXY, HTTP_X_FORWARDED_FOR=CALLER)[1]


def test_a_guesser_behind_the_proxy_cannot_shut_out_somebody_else_by_name(nurse, settings):
    settings.CRS_PROXY_NETWORKS = (ip_network(PROXY),)
    for _ in range(product.AXES_FAILURE_LIMIT):
        told = {"HTTP_X_FORWARDED_FOR": f"{CALLER}, {GUESSER}"}
        tries(nurse.username, "a guess", address=PROXY, **told)
    assert {row.ip_address for row in AccessAttempt.objects.all()} == {GUESSER}
    assert tries(nurse.username, PASSWORD, address=PROXY, HTTP_X_FORWARDED_FOR=CALLER)[1]


def test_a_name_that_exists_and_one_that_does_not_are_answered_alike(nurse):
    known, _ = tries(nurse.username, "a guess")
    unknown, _ = tries("nobody-of-this-name", "a guess")
    strip = re.compile(r'value="[^"]*"|nonce-\S+')
    assert known.status_code == unknown.status_code
    assert strip.sub("", known.content.decode()) == strip.sub("", unknown.content.decode())


def test_counts_are_rows_so_another_process_sees_them():
    from axes.handlers.proxy import AxesProxyHandler

    assert type(AxesProxyHandler.get_implementation()).__name__ == "AxesDatabaseHandler"


def test_a_made_up_token_is_refused_and_nothing_of_it_is_kept(caplog):
    ward = a_ward()
    a_patient(ward)
    token, secret = ApiToken.issue(a_person(Role.NURSE, ward), label="gateway")
    for guess in (secret[:-1], secret + "x", secret.upper(), "", "crs_" + "a" * 43, "a b", "\xe9"):
        caller = APIClient()
        caller.credentials(HTTP_AUTHORIZATION=f"Bearer {guess}")
        assert caller.get("/api/v1/patients/").status_code == 401
        assert not guess or guess not in caplog.text
    assert len(secret) >= 43, "256 bits: no pace makes them guessed"
    assert secret not in json.dumps([str(vars(token))])


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "/wards/{ward}/sheet.pdf"),
        ("get", "/wards/{ward}/alerts.csv"),
        ("post", "/wards/{ward}/export/"),
        ("post", "/import/"),
    ],
)
def test_what_costs_much_is_held_to_a_pace(method, address, settings):
    ward = a_ward()
    person = a_person(Role.CHARGE_NURSE, ward)
    caller = Client()
    caller.force_login(person, "staff.backends.OpenAccountBackend")
    asked = getattr(caller, method)
    route = address.format(ward=ward.code)
    most = next(each.most for each in pace.PACES if any(word in route for word in each.words))
    for number in itertools.count():
        answer = asked(route, HTTP_ACCEPT="text/html")
        if answer.status_code == 429:
            break
        assert number < most
    assert number == most
    assert 0 < int(answer["Retry-After"]) <= 60
    assert "Too often" in answer.content.decode()
    assert caller.get("/patients/").status_code == 200, "the rest goes on"


def test_everything_of_a_patient_is_held_to_a_pace_for_each_token(monkeypatch, time_machine):
    monkeypatch.setattr(pace, "PACES", (pace.Pace("x", 2, ("GET",), ("$everything",)),))
    time_machine.move_to(NOW, tick=False)
    ward = a_ward()
    patient = a_patient(ward)
    callers = []
    for _ in range(2):
        _, secret = ApiToken.issue(a_person(Role.ONCOLOGIST, ward), label="export")
        caller = APIClient()
        caller.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        callers.append(caller)
    first, second = callers
    address = "/fhir/Patient/1/$everything"
    told = [first.get(address).status_code for _ in range(3)]
    assert told[2] == 429
    assert 429 not in told[:2]
    assert first.get(address).json()["resourceType"] == "OperationOutcome"
    assert second.get(address).status_code != 429
    assert first.post("/api/v1/observations/", body(patient)).status_code == 201


def test_signing_in_changes_the_session_key_and_signing_out_ends_it(nurse):
    browser = Client()
    browser.get("/sign-in/")
    planted = browser.session
    planted["planted"] = str(uuid.uuid4())
    planted.save()
    browser.cookies["sessionid"] = str(planted.session_key)
    _, is_in = tries(nurse.username, PASSWORD, client=browser)
    assert is_in
    assert browser.session.session_key != planted.session_key
    stolen = browser.cookies["sessionid"].value
    assert browser.get("/patients/").status_code == 200
    browser.post("/sign-out/")
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert thief.get("/patients/").status_code == 302


def test_a_session_key_made_up_by_the_visitor_is_never_used(nurse):
    browser = Client()
    browser.cookies["sessionid"] = "a" * 32
    tries(nurse.username, PASSWORD, client=browser)
    assert browser.cookies["sessionid"].value != "a" * 32


def test_cookies_are_kept_from_scripts_and_other_sites(nurse):
    browser = Client()
    tries(nurse.username, PASSWORD, client=browser)
    cookie = browser.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert User.objects.get(pk=nurse.pk).is_active
