"""Every address is asked by everybody: who is not in the table is refused, and learns no name."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
import time_machine
from django.db import transaction

from interop.fhir.capability import INTERACTIONS
from tests.access import cast, table, things
from tests.access.cast import Caller
from tests.access.sent import Bodies
from tests.factories.ward import NOW, a_ward

pytestmark = pytest.mark.django_db

_ADMIN: Final = "admin/"
_REFUSED: Final = frozenset({401, 403, 404, 405})
_WAYS_IN: Final = ("/sign-in/", "/second-factor/", "/admin/login/")
# Who would be let in if anybody were, for a method that the table does not name.
_STRONGEST: Final = frozenset(
    {"nobody", "charge@own", "oncologist@own", "administrator@own", "system@own", "kiosk@own"}
)
# Who admits patients, or answers for the report of who looked, learns whose it is and no more.
_SEE_IDENTITY: Final = ("administrator@", "safety@")
_NOBODYS: Final = (b"There is no such patient", b"is no patient known here")
ROUTES: Final = things.routes()


@dataclass(frozen=True, slots=True)
class House:
    """One of everything, and everybody who could ask for it."""

    found: dict[str, Any]
    bodies: Bodies
    callers: tuple[Caller, ...]
    readers: frozenset[str]


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    """Build it once for this file, and take it back at the end."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOW, tick=False),
        transaction.atomic(),
    ):
        own, other = a_ward(code="own"), a_ward(code="other")
        found = things.of(own)
        # Who reads the chart, and another system that was let read it, may learn the name.
        readers = table.rows()["api/v1/patients/<int:patient_id>/"]["GET"]
        yield House(found, Bodies(found), tuple(cast.everybody(own, other)), readers)
        transaction.set_rollback(True)


@pytest.fixture
def house(built: House, db: None) -> House:
    return built


def methods_of(route: str) -> dict[str, frozenset[str]]:
    """Return the row; below the stock administration the nearest beginning stands for all."""
    rows = table.rows()
    if route in rows or not route.startswith(_ADMIN):
        return rows[route]
    return {method: rows[_ADMIN][method] for method in ("GET", "POST")}


def is_let_in(answer: Any) -> bool:
    """Whether the door opened; what was then made of the request does not matter."""
    if answer.status_code == 302:
        return not answer["Location"].startswith(_WAYS_IN)
    if answer.status_code == 422 and any(words in answer.content for words in _NOBODYS):
        return False
    return answer.status_code not in _REFUSED


def content_of(answer: Any) -> bytes:
    """What was answered, whole, with where it leads."""
    body: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body + str(answer.get("Location", "")).encode()


def wrong(house: House, route: str, method: str, caller: Caller, let: frozenset[str]) -> list[str]:
    """What is wrong with the answer to one request, which leaves nothing behind."""
    where = things.address(route, house.found)
    with transaction.atomic():
        answer = caller.ask(method, where, **house.bodies.of(method, route))
        body = content_of(answer)
        transaction.set_rollback(True)
    said = f"{method} {where} as {caller.name}: {answer.status_code}"
    found = []
    if is_let_in(answer) and caller.name not in let:
        found.append(f"{said}, let in")
    if not is_let_in(answer) and caller.name in let and not _is_loose(route):
        found.append(f"{said}, refused")
    is_told = caller.name in house.readers or (
        caller.name in let and caller.name.startswith(_SEE_IDENTITY)
    )
    if not is_told and any(secret.encode() in body for secret in things.SECRETS):
        found.append(f"{said}, names the patient")
    return found


def _is_loose(route: str) -> bool:
    """Below the administration a model may refuse what its page in general allows."""
    return route.startswith(_ADMIN) and route != _ADMIN


@pytest.mark.parametrize("route", ROUTES)
def test_an_address_opens_for_whom_the_table_names_and_nobody_else(route, house):
    row, complaints = methods_of(route), []
    for method in table.METHODS:
        let = row.get(method, frozenset())
        asked = house.callers if let else [
            each for each in house.callers if each.name in _STRONGEST
        ]  # fmt: skip
        if method in {"GET", "POST"} or let or route.startswith(("fhir/", "api/")):
            for caller in asked:
                complaints += wrong(house, route, method, caller, let)
    assert complaints == []


def test_every_address_has_its_row_and_every_row_its_address():
    known = {route for route in ROUTES if not route.startswith(_ADMIN)}
    rows = {route for route in table.rows() if not route.startswith(_ADMIN)}
    assert known - rows == set(), "addresses without a row"
    assert rows - known == set(), "rows without an address"


def test_the_cast_plays_every_name_of_the_table():
    assert cast.ROLES.keys() == table.NAMES


def test_every_interaction_of_fhir_has_its_row():
    rows = table.rows()
    for kind, verbs in INTERACTIONS.items():
        assert rows[f"fhir/{kind}"].get("POST", frozenset()) or "create" not in verbs
        assert rows[f"fhir/{kind}"]["GET"], "search-type"
        assert rows[f"fhir/{kind}/<str:ident>"]["GET"], "read"
        assert ("PUT" in rows[f"fhir/{kind}/<str:ident>"]) is ("update" in verbs)


@pytest.mark.parametrize("word", ["nobody@own", "nurse@any", "ended@any"])
def test_the_names_of_the_table_stand_for_callers(word):
    assert set(table._callers(word)) <= {table.NOBODY} | {
        f"{name}@{place}" for name in cast.ROLES for place in table.PLACES
    }


@pytest.mark.parametrize("word", ["matron", "nurse@here", "readers@somewhere"])
def test_a_name_that_stands_for_nobody_is_refused(word):
    with pytest.raises(table.WrongRowError):
        list(table._callers(word))
