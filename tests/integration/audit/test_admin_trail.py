"""Nothing is changed in the stock admin without an entry: who, which row, which fields."""

import json
from typing import Any

import pytest
from django.contrib import admin

from audit.admin_app import Recorded
from audit.models import AuditEntry
from patients.models import Patient
from staff.models import Role, User, WardMembership
from tests.factories.ward import PASSWORD, a_patient, a_person, a_ward

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    person = a_person(Role.ADMINISTRATOR, is_staff=True, is_superuser=True)
    client.force_login(person, backend="staff.backends.OpenAccountBackend")
    return person


@pytest.fixture
def change(client, boss):
    """Fill the form of a page as the browser shows it, change some fields and send it."""

    def send(url, **changed):
        page = client.get(url)
        assert page.status_code == 200, page
        form = page.context["adminform"].form
        sent: dict[str, Any] = {}
        below = [each.formset for each in page.context["inline_admin_formsets"]]
        forms = [form, *(row for each in below for row in each)]
        for each in [*forms, *(each.management_form for each in below)]:
            for name in each.fields:
                _fill(sent, each, name)
        answer = client.post(url, sent | changed)
        errors = answer.context and answer.context["errors"]
        assert answer.status_code == 302, errors
        return list(
            AuditEntry.objects.filter(action__startswith="admin.", actor=boss).order_by("pk")
        )

    return send


def _fill(sent, form, name):
    bound = form[name]
    widget, value = bound.field.widget, bound.value()
    if hasattr(widget, "decompress") and hasattr(widget, "widgets"):
        parts = widget.decompress(value) if not isinstance(value, list) else value
        for n, part in enumerate(parts):
            if part is not None:
                sent[f"{bound.html_name}_{n}"] = str(part).split("+")[0]
    elif isinstance(value, list | tuple):
        sent[bound.html_name] = [getattr(each, "pk", each) for each in value]
    elif value is not None and value is not False:
        sent[bound.html_name] = value


def test_every_model_that_anybody_registers_is_recorded():
    registered = admin.site._registry
    assert {User, Patient} <= registered.keys()
    assert [model for model, by in registered.items() if not isinstance(by, Recorded)] == []


def test_a_change_of_role_says_what_it_was_and_is(change):
    nurse = a_person(Role.NURSE, first_name="Ann")
    (entry,) = change(f"/admin/staff/user/{nurse.pk}/change/", role="oncologist", first_name="Eve")
    assert (entry.action, entry.scope, entry.subject) == (
        "admin.changed",
        "admin",
        f"user:{nurse.pk}",
    )
    assert entry.detail["before"]["role"] == "nurse"
    assert entry.detail["after"]["role"] == "oncologist"
    assert {"first_name", "role"} <= set(entry.detail["fields"])
    assert "Eve" not in json.dumps(entry.detail)


def test_joining_and_leaving_a_ward_are_entries_of_their_own(change):
    nurse, ward = a_person(Role.NURSE), a_ward()
    url = f"/admin/staff/user/{nurse.pk}/change/"
    entries = change(url, **{"memberships-0-ward": str(ward.pk)})
    membership = WardMembership.objects.get(user=nurse)
    assert [(each.action, each.subject) for each in entries] == [
        ("admin.changed", f"user:{nurse.pk}"),
        ("admin.added", f"wardmembership:{membership.pk}"),
    ]
    assert entries[1].detail["after"]["ward"] == ward.pk
    *_, gone = change(url, **{"memberships-0-DELETE": "on"})
    assert (gone.action, gone.subject) == ("admin.removed", f"wardmembership:{membership.pk}")


def test_a_password_is_an_entry_and_nothing_of_it_is_kept(client, boss):
    nurse = a_person(Role.NURSE)
    sent = {"password1": "another horse battery", "password2": "another horse battery"}
    sent["usable_password"] = "true"
    answer = client.post(f"/admin/staff/user/{nurse.pk}/password/", sent)
    assert answer.status_code == 302
    entry = AuditEntry.objects.get(action="admin.changed", subject=f"user:{nurse.pk}")
    words = json.dumps(entry.detail)
    nurse.refresh_from_db()
    assert "horse" not in words
    assert PASSWORD not in words
    assert nurse.password not in words


def test_a_patient_is_on_record_in_their_own_chain_and_by_no_name(change, client, boss):
    patient = a_patient(infused_at=None)
    (entry,) = change(f"/admin/patients/patient/{patient.pk}/change/", family_name="Other")
    assert entry.scope == f"patient:{patient.pk}"
    assert entry.detail == {"fields": ["family_name"], "before": {}, "after": {}}


def test_removing_is_on_record_before_it_is_done(client, boss):
    nurse = a_person(Role.NURSE)
    client.post(f"/admin/staff/user/{nurse.pk}/delete/", {"post": "yes"})
    assert not User.objects.filter(pk=nurse.pk).exists()
    entry = AuditEntry.objects.get(action="admin.removed")
    assert entry.subject == f"user:{nurse.pk}"
