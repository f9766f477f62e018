"""Everybody who could ask: each role on the patient's own ward, on another one, and on none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any, Final

from django.test import Client

from staff.models import ApiToken, Role, User, Ward
from staff.tokens import Scope
from tests.access.table import NOBODY, PLACES
from tests.factories.ward import NOW, a_person

BACKEND: Final = "staff.backends.OpenAccountBackend"
# The name of each in the table, and the role behind it.
ROLES: Final = {
    "nurse": Role.NURSE,
    "charge": Role.CHARGE_NURSE,
    "oncologist": Role.ONCOLOGIST,
    "pharmacist": Role.PHARMACIST,
    "safety": Role.SAFETY_OFFICER,
    "administrator": Role.ADMINISTRATOR,
    "kiosk": Role.KIOSK,
    "system": Role.INTEGRATION,  # another system, whose token has every scope
    "scopeless": Role.INTEGRATION,  # another system, whose token has none
    "ended": Role.NURSE,  # an account of an agency, whose shift is over
}
_BY_TOKEN: Final = {"system": list(Scope), "scopeless": []}


@dataclass(frozen=True, slots=True)
class Caller:
    """One who asks, signed in as it comes."""

    name: str
    client: Client
    headers: dict[str, Any]

    def ask(self, method: str, where: str, **sent: Any) -> Any:
        """Send one request as this caller, whose cookies stay as they were."""
        before: SimpleCookie = self.client.cookies.copy()  # type: ignore[assignment]
        try:
            return self.client.generic(method, where, **sent, **self.headers)
        finally:
            self.client.cookies = before


def everybody(own: Ward, other: Ward) -> Iterator[Caller]:
    """Sign everybody in; the names are such as `nurse@own`, and `nobody`."""
    yield Caller(NOBODY, Client(), {})
    for name, role in ROLES.items():
        for place, wards in zip(PLACES, ([own], [other], []), strict=True):
            yield _caller(f"{name}@{place}", name, a_person(role, *wards))


def _caller(known_as: str, name: str, person: User) -> Caller:
    client = Client()
    if name in _BY_TOKEN:
        _, secret = ApiToken.issue(person, label="matrix", scopes=_BY_TOKEN[name])
        return Caller(known_as, client, {"HTTP_AUTHORIZATION": f"Bearer {secret}"})
    if name == "administrator":
        User.objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
        person.refresh_from_db()
    client.force_login(person, backend=BACKEND)
    if name == "ended":
        User.objects.filter(pk=person.pk).update(expires_at=NOW - timedelta(seconds=1))
    return Caller(known_as, client, {})
