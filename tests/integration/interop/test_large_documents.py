"""A document that is too large is refused before it is read, and says what to send instead."""

import json

import pytest
from rest_framework.test import APIClient

from interop.fhir import files, text
from staff.models import Role
from tests.factories.ward import a_person, a_ward


@pytest.mark.parametrize("over", [0, 1])
def test_a_file_is_one_document_up_to_its_limit(tmp_path, monkeypatch, over):
    path = tmp_path / "bundle.json"
    body = json.dumps({"resourceType": "Patient"})
    path.write_text(body)
    monkeypatch.setattr(files, "LARGEST_FILE_BYTES", len(body) - over)
    (item,) = files.items_of(path, 0)
    assert (item.resource is None) == bool(over)
    assert ("send several Bundles, or ndjson" in item.problem) == bool(over)


def test_lines_of_any_number_are_read_one_by_one(tmp_path, monkeypatch):
    path = tmp_path / "many.ndjson"
    path.write_text('{"resourceType": "Patient"}\n' * 3)
    monkeypatch.setattr(files, "LARGEST_FILE_BYTES", 1)
    assert sum(item.resource is not None for item in files.items_of(path, 0)) == 3


@pytest.mark.django_db
def test_a_body_beyond_the_limit_is_answered_with_what_to_send_instead():
    client = APIClient()
    client.force_authenticate(a_person(Role.CHARGE_NURSE, a_ward()))
    body = b" " * (text.LARGEST_BODY_BYTES + 1)
    answer = client.post("/fhir/", body, content_type=text.MEDIA_TYPE)
    assert answer.status_code == 413
    outcome = json.loads(answer.content)
    assert outcome["resourceType"] == "OperationOutcome"
    assert "send several Bundles" in outcome["issue"][0]["diagnostics"]
