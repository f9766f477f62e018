"""A repeat of what is stored is answered as stored, even by a clock that was set back since."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from staff.models import ApiToken, Role
from tests.factories.ward import NOW, a_patient, a_person, a_ward
from vitals.models import ObservationSet

pytestmark = pytest.mark.django_db
URL = "/api/v1/observations/"
BACK = NOW - timedelta(hours=1)
CLIENT_ID = "7f0c2c5e-6a1b-4f0e-9d55-2f1a3c8e9b10"


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def post(ward, time_machine):
    _, secret = ApiToken.issue(a_person(Role.INTEGRATION, ward), label="gateway")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")

    def post_it(body, *, at, url=URL):
        time_machine.move_to(at, tick=False)
        return client.post(url, body, format="json")

    return post_it


@pytest.fixture
def body(ward):
    return {
        "client_id": CLIENT_ID,
        "patient": a_patient(ward).mrn,
        "taken_at": NOW.isoformat(),
        "temperature_celsius": 36.9,
    }


def test_a_repeat_after_the_clock_was_set_back_is_answered_as_stored(post, body):
    first = post(body, at=NOW)
    again = post(body, at=BACK)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]
    assert ObservationSet.objects.count() == 1


def test_a_repeat_with_other_content_is_still_a_conflict(post, body):
    post(body, at=NOW)
    assert post(body | {"temperature_celsius": 38.9}, at=BACK).status_code == 409


def test_what_is_not_stored_may_not_be_in_the_future(post, body):
    refused = post(body, at=BACK)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["message"] == "is in the future"
    assert not ObservationSet.objects.exists()
