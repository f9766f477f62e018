"""People with and without a second factor, where one is required."""

from collections.abc import Callable

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.utils import timezone

from audit.models import AuditEntry
from identity import setting_up
from staff.models import Role, User, Ward
from tests.factories.ward import PASSWORD, a_person, a_ward

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_of(secret: str = SECRET, *, half_minutes: int = 1) -> str:
    """A code of the app, by default the next one: the one of now was used to set it up."""
    step = int(timezone.now().timestamp()) // 30 + half_minutes
    return str(totp.format_hotp_value(totp.hotp_value(secret, step)))


def with_app(person: User) -> User:
    """Give somebody an app, and recovery codes."""
    setting_up.add_app(person, secret=SECRET, code=code_of(half_minutes=0), now=timezone.now())
    return person


def spare_codes_of(person: User) -> list[str]:
    """The recovery codes that were shown."""
    return list(RecoveryCodes.activate(person).get_unused_codes())


def sign_in(person: User, *, address: str = "127.0.0.1", password: str = PASSWORD, **more):
    """Sign in by name and password in a browser of its own."""
    client = Client(REMOTE_ADDR=address, **more)
    answer = client.post("/sign-in/", {"username": person.username, "password": password})
    return client, answer


def acts(*names: str) -> list[AuditEntry]:
    """What stands in the trail under these names, or under all."""
    rows = AuditEntry.objects.filter(scope="staff").order_by("seq")
    return list(rows.filter(action__in=names) if names else rows)


@pytest.fixture
def required(settings) -> None:
    """Not the demo: who needs a second factor has to have one."""
    settings.CRS_REQUIRES_SECOND_FACTOR = True


@pytest.fixture
def ward(db) -> Ward:
    return a_ward(code="7b", name="Ward 7B")


@pytest.fixture
def nurse(ward) -> User:
    return a_person(Role.NURSE, ward)


@pytest.fixture
def administrator(db) -> User:
    return a_person(Role.ADMINISTRATOR, is_staff=True, is_superuser=True)


@pytest.fixture
def signed_in() -> Callable[..., Client]:
    return lambda person, **more: sign_in(person, **more)[0]
