"""No body writes what is the server's to write: who, when, where, and what is in force."""

import pytest
from django.db import transaction
from django.test import Client

from patients.models import Patient
from staff.models import Role, User
from tests.factories.ward import a_patient, a_person, a_ward
from tests.integration.test_openapi import address, filled, operations, place  # noqa: F401

OURS = ("id", "pk", "recorded_by", "charted_by", "charted_at", "received_at", "superseded_by",
        "replaces", "is_staff", "is_superuser", "role", "source", "ward_id", "as_entered",
        "withdrawn_at", "__class__", "_state")  # fmt: skip


def known_to(operation):
    """What the operation's own schema reads."""
    body = operation["requestBody"]["content"]["application/json"]
    return set(body["schema"].get("properties", {})) | set(body["example"])


def test_every_operation_refuses_by_name_what_it_does_not_read(place):  # noqa: F811
    client, found = place
    taken, wrong = 0, {}
    for path, method, operation in operations():
        content = operation.get("requestBody", {}).get("content", {})
        if method != "post" or "text/csv" in content:
            continue  # a file has rows and no fields; its query refuses names by itself
        name = operation["operationId"]
        sent = filled(name, content["application/json"]["example"], found)
        where = address(path, name, found)
        extra = [field for field in OURS if field not in known_to(operation)]
        with transaction.atomic():
            plain = client.post(where, sent).status_code
            transaction.set_rollback(True)
        taken += plain < 300
        if plain in (403, 404):
            continue  # of somebody else's role: no body of theirs is read
        with transaction.atomic():
            answer = client.post(where, sent | dict.fromkeys(extra, 1))
            transaction.set_rollback(True)
        named = {error["field"] for error in answer.json().get("errors", [])}
        if answer.status_code != 400 or not set(extra) <= named:
            wrong[name] = (answer.status_code, sorted(set(extra) - named))
    assert wrong == {}
    assert taken > 30, "the same bodies without the extra fields are taken"


@pytest.mark.django_db
def test_no_form_of_a_page_makes_anybody_more_than_they_are():
    ward = a_ward()
    patient = a_patient(ward)
    charge = a_person(Role.CHARGE_NURSE, ward)
    visitor = Client()
    visitor.force_login(charge, "staff.backends.OpenAccountBackend")
    more = {"role": Role.ADMINISTRATOR, "is_staff": "1", "is_superuser": "1", "id": "1",
            "expires_at": "2099-01-01", "mrn": "MRN-OTHER", "opened_by": "1"}  # fmt: skip
    for where, form in {
        f"/wards/{ward.code}/agency/": {"first_name": "A", "last_name": "B"},
        "/pin/": {"pin": "483920", "again": "483920"},
        "/account/": {},
        f"/patients/{patient.pk}/chart/": {},
    }.items():
        visitor.post(where, form | more)
    assert not User.objects.filter(is_superuser=True).exists()
    assert not User.objects.filter(role=Role.ADMINISTRATOR).exists()
    assert User.objects.get(pk=charge.pk).role == Role.CHARGE_NURSE
    assert not User.objects.filter(expires_at__year=2099).exists()
    assert Patient.objects.get(pk=patient.pk).mrn == patient.mrn
