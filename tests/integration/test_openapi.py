"""The OpenAPI document says what the code does: every operation, refusal, scope and example."""

import json
import re
from functools import cache

import pytest
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from alerts.models import Alert
from charting.api.examples import REQUESTS
from screens.handing import reading as sheets
from staff.models import Role
from staff.tokens import Scope
from tests.factories import whole_ward
from tests.factories.ward import NOW, a_person, a_ward
from tests.integration.test_api_gates import client_of

# What is read as something other than JSON.
KINDS = {"read_import_rejects": "text/csv"}
VERBS = ("get", "post", "put", "patch", "delete")


@cache
def document():
    made = SchemaGenerator().get_schema(request=None, public=True)
    return json.loads(json.dumps(made, default=str))


def operations():
    """Yield the path, method and description of every operation of the interface."""
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            if method in VERBS and path.startswith("/api/v1/"):
                yield path, method, operation


def test_the_document_is_valid_openapi():
    validate_schema(document())
    assert document()["openapi"].startswith("3.")


def test_the_document_is_made_without_a_warning(capsys):
    SchemaGenerator().get_schema(request=None, public=True)
    assert "Warning" not in capsys.readouterr().err


def test_every_operation_says_its_scope_its_refusals_and_an_example():
    seen = set()
    for path, method, operation in operations():
        name = operation["operationId"]
        assert name not in seen
        seen.add(name)
        assert operation["description"], name
        assert operation["x-scope"] in {*Scope.values, None}, name
        assert operation["security"] == [{"bearer": []}, {"session": []}]
        codes = {"400", "401", "403", "404", "405", "406", "429", "500", "503"}
        codes |= {"409", "413", "415"} if method != "get" else set()
        assert codes <= operation["responses"].keys(), name
        for code, answer in operation["responses"].items():
            kind = KINDS.get(name, "application/json")
            kind = kind if code < "300" else "application/problem+json"
            assert "example" in answer["content"][kind], (name, code)
        if method == "post":
            kind = "text/csv" if isinstance(REQUESTS[name], str) else "application/json"
            body = operation["requestBody"]["content"][kind]
            assert body["example"] == REQUESTS[name], path
    assert len(seen) > 60
    assert REQUESTS.keys() <= seen


@pytest.fixture
def place(db, time_machine):
    time_machine.move_to(NOW, tick=False)
    ward = a_ward()
    charge = a_person(Role.CHARGE_NURSE, ward)
    return client_of(charge), whole_ward.of(ward, charge)


def address(path, operation, found):
    """Put what is there in the place of each part that the address leaves open."""

    def part(match):
        name = match.group(1)
        if name == "code" and path.startswith("/api/v1/alerts/"):
            name = "alert"
        if path.startswith("/api/v1/break-glass/"):
            name = "opening"
        return str(found.get(operation) or found[name])

    return re.sub(r"\{(\w+)\}", part, path)


def filled(operation, body, found):
    """Name what is there in the place of what an example names."""
    if isinstance(body, str):
        return body
    alert = Alert.objects.get(code=found["alert"])
    sent = dict(body)
    if "patient" in sent:
        sent["patient"] = found["other_mrn" if operation == "move_set" else "mrn"]
    if "mrn" in sent:
        sent["mrn"] = found["far_mrn"]
    if "version" in sent and operation != "write_handover_words":
        sent["version"] = alert.version
    if "alerts" in sent:
        sent["alerts"] = [{"code": alert.code, "version": alert.version}]
    if "rung" in sent:
        sent["rung"] = alert.rung
    if operation == "read_sheet_back":
        state = alert.patient.state
        (sheet,) = sheets.of_patient(state, state.ward, now=NOW).sheets
        sent["digest"] = sheet.digest
    return sent


# Refused of this ward for a reason of the clinic, not of the form.
REFUSED = {
    "second_grade": 201,
    "snooze_alert": 409,
    "let_sleep": 400,
    "order_care": 404,
    "end_care": 404,
    # For safety officers and administrators.
    "list_openings": 403,
    "review_break_glass": 404,
    # Every row was stored.
    "read_import_rejects": 404,
}


def test_every_example_of_a_body_is_taken(place):
    client, found = place
    for path, method, operation in operations():
        if method != "post":
            continue
        name = operation["operationId"]
        with transaction.atomic():
            sent = filled(name, REQUESTS[name], found)
            kind = {"content_type": "text/csv"} if isinstance(sent, str) else {}
            answer = client.post(address(path, name, found), sent, **kind)
            transaction.set_rollback(True)
        assert answer.status_code in (200, 201, 202, REFUSED.get(name)), (name, answer.content)


# What those who care for patients do not read: it is about them.
OF_THE_TRAIL = {"read_access_report", "search_audit_trail"}


def test_every_read_finds_what_is_there(place):
    charge, found = place
    officer = client_of(a_person(Role.SAFETY_OFFICER))
    for path, method, operation in operations():
        if method == "get":
            name = operation["operationId"]
            client = officer if name in OF_THE_TRAIL else charge
            where = address(path, name, found)
            asked = {"patient": found["patient_id"]} if path.endswith("observations/") else {}
            answer = client.get(where, asked)
            expected = REFUSED.get(operation["operationId"], 200)
            assert answer.status_code == expected, (where, answer.content)
