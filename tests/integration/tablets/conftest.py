"""A ward with a registered tablet, two nurses with PINs, and a ward next door; it is noon."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from staff.models import Device, Role, User, Ward
from tablets import pins, registering
from tablets.registering import COOKIE
from tests.factories.ward import NOW, PASSWORD, a_patient, a_person, a_ward

PINS = {"ada": "483719", "bea": "903174"}


class Tablet:
    """A registered device with its browser, and what fingers do on it."""

    def __init__(self, device: Device, cookie: str, *, checks_csrf: bool = False) -> None:
        self.device = device
        self.client = Client(enforce_csrf_checks=checks_csrf)
        self.client.cookies[COOKIE] = cookie

    def sign_in(self, user: User, password: str = PASSWORD) -> Any:
        """Give name and password."""
        content = {"username": user.username, "password": password}
        return self.client.post("/sign-in/", content)

    def switch(self, user: User, pin: str = "", **more: Any) -> Any:
        """Tap a name and six digits; the page's script asks for JSON."""
        content = {"person": user.pk, "pin": pin or PINS[user.first_name], **more}
        return self.client.post("/switch/", content, headers={"Accept": "application/json"})

    def lock(self) -> Any:
        """Let the page say that nobody touched it."""
        return self.client.post("/lock/", headers={"Accept": "application/json"})

    def opens(self, path: str = "/patients/") -> bool:
        """Whether a page is shown, and not the lock."""
        answer = self.client.get(path)
        assert answer.status_code == 200 or answer["Location"].startswith(("/switch/", "/sign-in/"))
        return answer.status_code == 200


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch):
    # Slow by design; no test here is about guessing a stolen table.
    monkeypatch.setattr(pins.PinHasher, "time_cost", 1)
    monkeypatch.setattr(pins.PinHasher, "memory_cost", 64)


@pytest.fixture
def now(time_machine) -> datetime:
    time_machine.move_to(NOW, tick=False)
    return NOW


@pytest.fixture
def ward(db, now) -> Ward:
    return a_ward(code="7b", name="Ward 7B")


@pytest.fixture
def next_door(db, now) -> Ward:
    return a_ward(code="9c", name="Ward 9C")


@pytest.fixture
def charge(ward) -> User:
    return a_person(Role.CHARGE_NURSE, ward)


@pytest.fixture
def ada(ward) -> User:
    return _with_pin(ward, "ada")


@pytest.fixture
def bea(ward) -> User:
    return _with_pin(ward, "bea")


@pytest.fixture
def patient(ward):
    return a_patient(ward)


@pytest.fixture
def a_tablet(charge) -> Callable[..., Tablet]:
    """Register another tablet."""

    def register(ward: Ward, name: str = "Bay 1", **more: Any) -> Tablet:
        return Tablet(*registering.register(name=name, ward=ward, by=charge, now=NOW), **more)

    return register


@pytest.fixture
def tablet(a_tablet: Callable[..., Tablet], ward: Ward) -> Tablet:
    return a_tablet(ward)


def _with_pin(ward: Ward, name: str) -> User:
    person = a_person(Role.NURSE, ward, first_name=name)
    pins.choose(person, PINS[name], now=NOW)
    return person
