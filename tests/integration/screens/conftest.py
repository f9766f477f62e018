"""One ward at noon, its people signed in, and a ward next door."""

from collections.abc import Callable

import pytest
from django.test import Client

from patients.models import Patient
from staff.models import Role, User, Ward
from tests.factories.ward import NOW, a_patient, a_person, a_ward

BACKEND = "staff.backends.OpenAccountBackend"
SignedIn = Callable[[User], Client]


@pytest.fixture
def now(time_machine):
    time_machine.move_to(NOW, tick=False)
    return NOW


@pytest.fixture
def ward(now) -> Ward:
    return a_ward(code="7b", name="Ward 7B")


@pytest.fixture
def next_door(now) -> Ward:
    return a_ward(code="9c", name="Ward 9C")


@pytest.fixture
def patient(ward) -> Patient:
    return a_patient(ward, bed="12", family_name="Bell", given_name="Ada")


@pytest.fixture
def elsewhere(next_door) -> Patient:
    return a_patient(next_door, family_name="Secret")


@pytest.fixture
def signed_in() -> SignedIn:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend=BACKEND)
        return client

    return sign_in


@pytest.fixture
def nurse(ward) -> User:
    return a_person(Role.NURSE, ward)


@pytest.fixture
def charge_nurse(ward) -> User:
    return a_person(Role.CHARGE_NURSE, ward)


@pytest.fixture
def oncologist(ward) -> User:
    return a_person(Role.ONCOLOGIST, ward)


@pytest.fixture
def nurses(nurse: User, signed_in: SignedIn) -> Client:
    """The browser of a nurse of the ward."""
    return signed_in(nurse)
