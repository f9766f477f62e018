"""Every refusal of the interface has one shape, whatever was wrong and whoever noticed."""

import uuid

import pytest
from django.db import OperationalError
from django.test import Client
from rest_framework.test import APIClient

from charting import chart
from staff.models import ApiToken, Role
from tests.factories.ward import NOW, a_patient, a_person, a_ward
from tests.integration.test_api_gates import body, client_of

pytestmark = pytest.mark.django_db
SETS = "/api/v1/observations/"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def api(ward):
    return client_of(a_person(Role.NURSE, ward))


def the_problem(answer, status):
    """Return the problem after checking everything that all of them share."""
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said.keys() == {"type", "title", "status", "detail", "errors"}
    assert said["status"] == status
    assert said["type"].startswith("urn:crs-monitor:problem:")
    assert said["title"]
    assert said["errors"]
    for error in said["errors"]:
        assert error.keys() == {"field", "value", "message", "bound"}
        assert error["message"]
    return said


def test_what_is_wrong_is_named_with_its_value_and_its_bound(api, ward):
    said = the_problem(api.post(SETS, body(a_patient(ward), spo2_percent=140)), 400)
    (error,) = said["errors"]
    assert (error["field"], error["value"]) == ("spo2_percent", 140)
    assert error["bound"] == {"low": 30.0, "high": 100.0, "unit": "%"}
    assert said["detail"].startswith("spo2_percent: ")


def test_an_unknown_field_is_refused_by_its_name(api, ward):
    said = the_problem(api.post(SETS, body(a_patient(ward), temprature=38)), 400)
    assert [error["field"] for error in said["errors"]] == ["temprature"]


def test_a_repeated_key_is_refused_by_its_name(api):
    text = '{"heart_rate_bpm": 80, "heart_rate_bpm": 180}'
    said = the_problem(api.post(SETS, text, content_type="application/json"), 400)
    assert "repeated key heart_rate_bpm" in said["detail"]


def test_nobody_is_asked_to_sign_in():
    answer = APIClient().get("/api/v1/patients/")
    the_problem(answer, 401)
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_session_without_its_form_token_is_refused(ward):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(a_person(Role.NURSE, ward), "staff.backends.OpenAccountBackend")
    the_problem(browser.post(SETS, {}, content_type="application/json"), 403)


def test_another_wards_patient_is_like_none(api):
    other = a_patient(a_ward())
    assert the_problem(api.get(f"/api/v1/patients/{other.pk}/"), 404) == the_problem(
        api.get("/api/v1/patients/999999999/"), 404
    )


def test_an_address_that_does_not_exist_says_so_in_the_same_shape(api):
    the_problem(api.get("/api/v1/no-such-thing/"), 404)


def test_a_method_that_does_not_exist(api):
    answer = api.delete(SETS)
    the_problem(answer, 405)
    assert "POST" in answer["Allow"]


def test_an_answer_that_cannot_be_given(api):
    the_problem(api.get("/api/v1/patients/", HTTP_ACCEPT="text/html"), 406)


def test_the_same_key_with_another_body(api, ward):
    sent = body(a_patient(ward))
    assert api.post(SETS, sent).status_code == 201
    said = the_problem(api.post(SETS, sent | {"heart_rate_bpm": 90}), 409)
    assert said["type"].endswith(":other-body")


def test_a_body_that_is_too_long(api):
    text = '{"note": "' + "x" * 70_000 + '"}'
    the_problem(api.post(SETS, text, content_type="application/json"), 413)


def test_a_body_that_is_no_json(api):
    the_problem(api.post(SETS, "<set/>", content_type="application/xml"), 415)


def test_a_database_that_does_not_answer_says_when_to_come_again(api, ward, monkeypatch):
    def fail(**_):
        raise OperationalError("gone")

    monkeypatch.setattr(chart, "chart_observations", fail)
    answer = api.post(SETS, body(a_patient(ward)))
    the_problem(answer, 503)
    assert answer["Retry-After"] == "2"


def test_a_fault_of_ours_has_the_shape_and_says_nothing_of_the_inside(ward, monkeypatch):
    def fail(**_):
        raise ZeroDivisionError("what is inside")

    monkeypatch.setattr(chart, "chart_observations", fail)
    _, secret = ApiToken.issue(a_person(Role.NURSE, ward), label="gateway")
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    said = the_problem(client.post(SETS, body(a_patient(ward))), 500)
    assert "inside" not in str(said)


def test_too_many_requests_are_told_when_to_come_again(api, monkeypatch):
    monkeypatch.setattr("staff.pace.most_per_minute", lambda: 2)
    codes = [api.get("/api/v1/patients/").status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    answer = api.get("/api/v1/patients/")
    the_problem(answer, 429)
    assert 0 < int(answer["Retry-After"]) <= 60


@pytest.mark.parametrize("digits", [40, 5000])
def test_a_number_beyond_all_bounds_is_refused(api, ward, digits):
    sent = f'{{"client_id": "{uuid.uuid4()}", "heart_rate_bpm": {"9" * digits}}}'
    the_problem(api.post(SETS, sent, content_type="application/json"), 400)
