"""Requests made up from the OpenAPI document, against what is there: never a fault of ours.

Four for each operation in the suite, always the same; CRS_FUZZ_CASES says how many else.
"""

import json
import os
import warnings
from urllib.parse import urlencode

import pytest
import requests
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from staff.models import Role
from tests.factories import whole_ward
from tests.factories.ward import NOW, a_person, a_ward
from tests.integration.test_api_gates import client_of
from tests.integration.test_openapi import address, document, filled

schemathesis = pytest.importorskip("schemathesis", reason="the fuzzer is not installed")

from schemathesis.checks import not_a_server_error  # noqa: E402
from schemathesis.core.transport import Response  # noqa: E402
from schemathesis.specs.openapi.checks import (  # noqa: E402
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

pytestmark = pytest.mark.django_db
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
CASES = int(os.environ.get("CRS_FUZZ_CASES", "4"))
# A query or body is made up whole, or it is the example with one thing in it made up.
MADE_UP = st.sampled_from(["whole", "one field", "one value"])


@pytest.fixture
def place(time_machine):
    time_machine.move_to(NOW, tick=False)
    ward = a_ward()
    charge = a_person(Role.CHARGE_NURSE, ward)
    client = client_of(charge)
    client.raise_request_exception = False
    return client, whole_ward.of(ward, charge)


def operations():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        schema = schemathesis.openapi.from_dict(document())
        for each in schema.get_all_operations():
            operation = each.ok()
            if operation.path.startswith("/api/v1/"):
                yield operation


def sent_to(client, case, where, body):
    """Send a case in this process; return the answer as the checks read one."""
    method, query = case.method.upper(), {k: v for k, v in (case.query or {}).items() if v != ""}
    text = b"" if body is None else json.dumps(body).encode("utf-8", "surrogatepass")
    kind = case.media_type or "application/json"
    if kind == "text/csv" and isinstance(body, str):
        text = body.encode("utf-8", "surrogatepass")
    with transaction.atomic():
        answer = client.generic(
            method, where, text, content_type=kind, QUERY_STRING=urlencode(query)
        )
        transaction.set_rollback(True)
    return Response(
        status_code=answer.status_code,
        headers={name.lower(): [value] for name, value in answer.items()},
        content=answer.content,
        request=requests.Request(method, "http://testserver" + where, data=text).prepare(),
        elapsed=0.0,
        verify=False,
    )


def mixed(case, how, draw, example):
    """The body to send: what was made up, or the example with a part of it."""
    made = case.body if isinstance(case.body, dict) else {}
    if how == "whole" or not example:
        return case.body if not isinstance(case.body, schemathesis.core.NotSet) else None
    if how == "one value":
        wrong = st.one_of(
            st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.just([]), st.just({})
        )
        return example | {draw(st.sampled_from(sorted(example))): draw(wrong)}
    part = draw(st.sampled_from(sorted(made))) if made else None
    return example | ({part: made[part]} if part else {})


def tried(client, found, operation, example):
    """Send CASES requests to one operation; return how many were taken."""
    name, counts = operation.definition.raw["operationId"], {"sent": 0, "taken": 0}

    @seed(20260310)
    @settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), how=MADE_UP, data=st.data())
    def run(case, how, data):
        body = mixed(case, how, data.draw, filled(name, example, found) if example else {})
        where = address(operation.path, name, found)
        seen = sent_to(client, case, where, body)
        case.validate_response(seen, checks=CHECKS)
        counts["sent"] += 1
        counts["taken"] += seen.status_code < 300

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run()
    return counts


def said(fault):
    """The words of a fault, and of those within it."""
    within = getattr(fault, "exceptions", ())
    return " / ".join([str(fault), *map(str, within)])


def test_no_request_that_can_be_made_up_is_a_fault_of_ours(place):
    client, found = place
    sent = taken = done = 0
    faults = []
    for operation in operations():
        raw = operation.definition.raw
        body = raw.get("requestBody", {}).get("content", {}).get("application/json", {})
        try:
            counts = tried(client, found, operation, body.get("example"))
        except (
            Exception,
            BaseExceptionGroup,
        ) as fault:  # told in the end, with those of the other operations
            faults.append(f"{raw['operationId']}: {said(fault)}")
            continue
        sent, taken, done = sent + counts["sent"], taken + counts["taken"], done + 1
    print(f"{done} operations, {sent} requests, {taken} of them taken")
    print("\n".join(faults))
    assert faults == []
    assert done > 60
    assert sent >= done * min(CASES, 4) * 0.9
    # It does not only knock: what is there is found, and some of it is let in.
    assert taken > done / 2
