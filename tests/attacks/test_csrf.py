"""Another site cannot make a signed-in browser write here: every address is walked."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from staff.models import ApiToken, Role
from tests.factories.ward import NOW, a_patient, a_person, a_ward
from tests.integration.test_api_gates import body
from tests.integration.test_headers import ALL, with_words

pytestmark = pytest.mark.django_db
BACKEND = "staff.backends.OpenAccountBackend"
SETS = "/api/v1/observations/"
# Believe no cookie, so none can be abused: what comes from a tablet's queue carries its
# author's own leave, and the others only say what the program is.
BELIEVE_NO_COOKIE = {"tablet/queued.json", "tablet/discarded.json", "fhir/metadata"}
NOWHERE = "fhir/<path:rest>"  # answers 404 to everything, and asks who it is of nobody
READS_CSV_ALONE = "api/v1/imports/"  # where JSON is as little read as a form elsewhere
WALKED = [route for route in ALL if route not in {*BELIEVE_NO_COOKIE, NOWHERE}]


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def visitor():
    """A signed-in browser whose cookies another site can ride on."""
    found = Client(enforce_csrf_checks=True)
    found.force_login(a_person(Role.CHARGE_NURSE, a_ward()), BACKEND)
    return found


@pytest.mark.parametrize(
    ("kind", "sent", "refusals"),
    [
        # What another site's page can send by itself. REST does not even read a form.
        ("application/x-www-form-urlencoded", "a=1", {403, 415}),
        ("text/plain", "{}", {403, 415}),
        # What it would need leave for.
        ("application/json", "{}", {403}),
    ],
)
def test_a_post_without_the_forms_token_is_refused_everywhere(visitor, kind, sent, refusals):
    told = {
        route: visitor.post("/" + with_words(route), sent, content_type=kind).status_code
        for route in WALKED
    }
    if told[READS_CSV_ALONE] == 415:  # unread, so what it does read is sent as well
        told[READS_CSV_ALONE] = visitor.post(
            f"/{READS_CSV_ALONE}", "mrn,time", content_type="text/csv"
        ).status_code
    assert {k: v for k, v in told.items() if v not in refusals} == {}


def test_no_other_method_goes_around_it(visitor):
    told = {
        (method, route): getattr(visitor, method)("/" + with_words(route), "{}").status_code
        for method in ("put", "patch", "delete")
        for route in WALKED
    }
    assert set(told.values()) == {403}, {k: v for k, v in told.items() if v != 403}


@pytest.mark.parametrize("route", sorted(BELIEVE_NO_COOKIE))
def test_what_is_exempt_does_the_same_without_a_session(visitor, route):
    address = "/" + with_words(route)
    sent = {"data": "{}", "content_type": "application/json"}
    assert visitor.post(address, **sent).status_code == Client().post(address, **sent).status_code


def test_the_token_of_another_form_is_refused(visitor):
    visitor.get("/patients/")
    answer = visitor.post("/lock/", {"csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403


def test_another_sites_origin_is_refused_even_with_the_token(visitor):
    visitor.get("/pin/")
    token = visitor.cookies["csrftoken"].value
    post = {"csrfmiddlewaretoken": token}
    evil = visitor.post("/sign-out/", post, HTTP_ORIGIN="https://evil.example")
    own = visitor.post("/sign-out/", post, HTTP_ORIGIN="http://testserver")
    assert (evil.status_code, own.status_code) == (403, 302)


def test_a_get_writes_nothing_and_ends_no_session(visitor):
    assert visitor.get("/sign-out/").status_code == 405
    assert visitor.get("/patients/").status_code == 200


def test_a_program_with_its_own_token_needs_none_of_the_forms():
    ward = a_ward()
    _, secret = ApiToken.issue(a_person(Role.NURSE, ward), label="gateway")
    program = APIClient(enforce_csrf_checks=True)
    program.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}", HTTP_ORIGIN="https://evil.example")
    assert program.post(SETS, body(a_patient(ward))).status_code == 201


def test_no_answer_lets_another_site_read_it(visitor):
    answer = visitor.get("/patients/", HTTP_ORIGIN="https://evil.example")
    assert not [name for name in answer.headers if name.startswith("Access-Control")]
