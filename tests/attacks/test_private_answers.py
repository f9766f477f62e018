"""What is private is kept by no cache, framed by no page, and loaded by no other site."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from alerts.models import Alert
from staff.models import ApiToken, Role
from tests.factories.ward import GRADE_2, NOW, a_patient, a_person, a_ward, chart_set
from tests.integration.test_headers import ALL, OPEN, with_words

pytestmark = pytest.mark.django_db
BACKEND = "staff.backends.OpenAccountBackend"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def answers(ward):
    """A real answer of every address, asked by a person and by a program."""
    patient = a_patient(ward)
    charted = chart_set(patient, GRADE_2, by=a_person(Role.NURSE, ward))
    person = a_person(Role.CHARGE_NURSE, ward)
    browser = Client()
    browser.force_login(person, BACKEND)
    _, secret = ApiToken.issue(person, label="gateway")
    program = APIClient()
    program.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    words = {
        "<row:patient_id>": str(patient.pk),
        "<int:patient_id>": str(patient.pk),
        "<row:set_id>": str(charted.observations.pk),
        "<int:set_id>": str(charted.observations.pk),
        "alerts/<slug:code>": f"alerts/{Alert.objects.get().code}",
        "alerts/<str:code>": f"alerts/{Alert.objects.get().code}",
        "<slug:code>": ward.code,
        "<slug:kind>": "treatment",
    }
    found = {}
    for route in ALL:
        address = route
        for open_part, word in words.items():
            address = address.replace(open_part, word)
        caller = program if route.startswith(("api/", "fhir/")) else browser
        found[route] = caller.get("/" + with_words(address))
    return found


def test_no_private_answer_is_kept_by_a_cache(answers):
    kept = {
        route: answer.headers.get("Cache-Control", "")
        for route, answer in answers.items()
        if route not in OPEN and "no-store" not in answer.headers.get("Cache-Control", "")
    }
    assert kept == {}


def test_the_walk_sees_real_pages(answers):
    real = [route for route, answer in answers.items() if answer.status_code == 200]
    assert len(real) > len(ALL) // 3, "most others take posts alone"


def test_every_answer_shuts_other_sites_out(answers):
    wanted = {
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    for route, answer in answers.items():
        assert {name: answer.headers.get(name) for name in wanted} == wanted, route
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], route


def test_no_page_may_use_what_it_does_not_need(client):
    policy = client.get("/sign-in/")["Permissions-Policy"]
    for power in ("geolocation", "microphone", "payment", "usb", "display-capture"):
        assert f"{power}=()" in policy
    assert "camera=(self)" in policy
