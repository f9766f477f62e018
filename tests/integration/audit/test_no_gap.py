"""Whatever writes leaves an entry: each door is opened, and what it wrote is held against it."""

import getpass
import io
import json
import re
import uuid
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from audit.models import AuditEntry
from charting.api.examples import REQUESTS
from staff.models import ApiToken, Role, User
from tests.factories import fhir, hl7, whole_ward
from tests.factories.ward import NOW, a_patient, a_person, a_ward
from tests.integration.test_api_gates import client_of
from tests.integration.test_openapi import address, filled, operations

pytestmark = pytest.mark.django_db

_WRITES = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
ENTRY = "audit_auditentry"
# Written beside what is done, or by machines about themselves.
BESIDE = {
    "audit_auditchain": "the heads of the chains",
    "audit_keptrequest": "that a request was seen",
    "charting_chartlook": "when somebody last looked, for the mark of what is new",
    "django_session": "keeps a session alive",
    "staff_apitoken": "when a token was last used",
    "interop_feed": "the clock of a sender",
}


WITHOUT_EXAMPLE = {"break_glass", "end_break_glass", "review_break_glass"}


@contextmanager
def written():
    """The tables that are written inside."""
    tables = set()

    def note(execute, sql, params, many, context):
        found = _WRITES.match(sql)
        if found:
            tables.add(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield tables


def gaps(tables):
    """What was written without an entry; nothing when there was one."""
    return set() if ENTRY in tables else tables - BESIDE.keys()


@pytest.fixture
def place(time_machine):
    time_machine.move_to(NOW, tick=False)
    ward = a_ward()
    charge = a_person(Role.CHARGE_NURSE, ward)
    return client_of(charge), whole_ward.of(ward, charge)


def test_every_act_of_the_interface_leaves_an_entry(place):
    client, found = place
    silent, heard = {}, 0
    for path, method, operation in operations():
        if method == "get":
            continue
        name = operation["operationId"]
        # Of some there is no example that this ward could take: their own tests look.
        if name in WITHOUT_EXAMPLE:
            continue
        with transaction.atomic():
            sent = filled(name, REQUESTS[name], found)
            with written() as tables:
                kind = "text/csv" if isinstance(sent, str) else "application/json"
                body = sent if isinstance(sent, str) else _json(sent)
                answer = client.generic(method, address(path, name, found), body, kind)
            transaction.set_rollback(True)
        if answer.status_code < 300:
            heard += 1
            if ENTRY not in tables:
                silent[name] = tables
    assert heard > 35
    assert silent == {}


def _json(sent):
    return json.dumps(sent, default=str)


@pytest.fixture
def ward(time_machine):
    time_machine.move_to(NOW, tick=False)
    return a_ward()


def test_a_token_says_by_which_it_was_written(ward):
    person = a_person(Role.INTEGRATION, ward)
    patient = a_patient(ward)
    sent: dict[str, Any] = {"client_id": str(uuid.uuid4()), "patient": patient.mrn}
    sent |= {"taken_at": NOW.isoformat(), "heart_rate_bpm": 80}
    answer = client_of(person).post("/api/v1/observations/", sent, format="json")
    assert answer.status_code == 201, answer.content
    entry = AuditEntry.objects.get(action="observations.charted")
    assert entry.detail["token"] == ApiToken.objects.get(user=person).pk


def weight(patient):
    given = fhir.observation("29463-7", valueQuantity=fhir.quantity(71, "kg"))
    return given | {"subject": {"reference": f"Patient/{patient.pk}"}}


def test_a_weight_sent_as_a_resource_leaves_an_entry(ward):
    patient = a_patient(ward)
    nurse = fhir.Sender(a_person(Role.NURSE, ward))
    with written() as tables:
        answer = nurse.send("Observation", weight(patient))
    assert answer.status_code == 201, answer.content
    assert "patients_bodyweight" in tables
    assert AuditEntry.objects.filter(
        action="weight.recorded", scope=f"patient:{patient.pk}"
    ).exists()


def test_a_feed_leaves_entries_of_all_it_stores(ward):
    patient = a_patient(ward)
    for segment in (
        hl7.vital("heart_rate_bpm", 80),
        hl7.obx("29463-7^Body weight^LN", "71", "kg"),
        hl7.obx("1988-5^CRP^LN", "54", "mg/L"),
    ):
        with written() as tables:
            hl7.send(
                hl7.msh(number=str(uuid.uuid4())[:20]), hl7.pid(patient.mrn), hl7.obr(), segment
            )
        assert tables - BESIDE.keys()
        assert gaps(tables) == set(), segment


@pytest.mark.parametrize(
    ("command", "action"),
    [
        (("issue_token", "{name}", "gateway"), "token.issued"),
        (("issue_token", "{name}", "old", "--revoke"), "token.revoked"),
        (
            ("createsuperuser", "--noinput", "--username", "x", "--email", "x@y.org"),
            "account.opened",
        ),
    ],
)
def test_what_somebody_with_a_shell_does_is_on_record(command, action):
    person = a_person(Role.INTEGRATION)
    ApiToken.issue(person, label="old")
    words = [each.format(name=person.username) for each in command]
    call_command(*words, stdout=io.StringIO())
    entry = AuditEntry.objects.get(action=action)
    assert entry.scope == "staff"
    assert entry.actor is None


def test_a_password_set_by_a_command_is_on_record_and_nothing_of_it(monkeypatch):

    person = a_person(Role.NURSE)
    new = "another horse battery staple"
    monkeypatch.setattr(getpass, "getpass", lambda prompt: new)
    call_command("changepassword", person.username, stdout=io.StringIO())
    entry = AuditEntry.objects.get(action="password.set")
    assert entry.subject == f"user:{person.pk}"
    assert entry.detail == {"way": "command"}
    assert User.objects.get(pk=person.pk).check_password(new)
