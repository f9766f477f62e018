"""A token does what it was given for, on its wards, until its end; old ones keep what they had."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import get_resolver
from rest_framework.test import APIClient
from rest_framework.views import APIView

from staff.models import ApiToken, Role
from staff.tokens import Scope
from tests.factories.ward import NOW, WELL, a_patient, a_person, a_ward, chart_set
from tests.integration.test_api_gates import body

pytestmark = pytest.mark.django_db
SETS = "/api/v1/observations/"
PATIENTS = "/api/v1/patients/"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def ward():
    return a_ward()


def client_with(person, **limits):
    token, secret = ApiToken.issue(person, label="gateway", **limits)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client, token


def test_an_old_token_keeps_what_its_role_may_and_gains_nothing(ward):
    patient = a_patient(ward)
    api, token = client_with(a_person(Role.INTEGRATION, ward))
    assert token.scopes is None
    assert api.post(SETS, body(patient)).status_code == 201
    assert api.get(PATIENTS).json() == {"patients": [], "next": None}
    assert api.get(f"{PATIENTS}{patient.pk}/").status_code == 404


def test_a_scope_lets_an_integration_read_what_its_role_alone_may_not(ward):
    patient = a_patient(ward)
    api, _ = client_with(a_person(Role.INTEGRATION, ward), scopes=[Scope.READ_PATIENTS])
    assert [each["id"] for each in api.get(PATIENTS).json()["patients"]] == [patient.pk]
    assert api.get(f"{PATIENTS}{patient.pk}/").status_code == 200
    refused = api.post(SETS, body(patient))
    assert refused.status_code == 403
    assert refused.json()["type"].endswith(":scope-missing")
    assert "write:observations" in refused.json()["detail"]
    assert 'scope="write:observations"' in refused["WWW-Authenticate"]


def test_a_scope_gives_nobody_more_than_the_role(ward):
    chart_set(a_patient(ward), WELL)
    api, _ = client_with(a_person(Role.ADMINISTRATOR, ward), scopes=list(Scope))
    assert api.get(PATIENTS).json()["patients"] == []
    gateway, _ = client_with(a_person(Role.INTEGRATION, ward), scopes=list(Scope))
    asked = gateway.get(f"/api/v1/wards/{ward.code}/alert-statistics/")
    assert asked.status_code == 404


def test_a_token_is_held_to_its_wards(ward):
    other = a_ward()
    here, there = a_patient(ward), a_patient(other)
    api, _ = client_with(a_person(Role.NURSE, ward, other), wards=[ward])
    assert [each["id"] for each in api.get(PATIENTS).json()["patients"]] == [here.pk]
    assert api.get(f"{PATIENTS}{there.pk}/").status_code == 404
    assert api.post(SETS, body(there)).status_code == 404
    assert api.post(SETS, body(here)).status_code == 201


def test_a_token_held_to_a_ward_that_its_user_left_sees_nobody(ward):
    a_patient(ward)
    person = a_person(Role.NURSE, ward)
    api, _ = client_with(person, wards=[ward])
    person.memberships.all().delete()
    assert api.get(PATIENTS).json()["patients"] == []


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 401)])
def test_a_token_ends_at_its_end(ward, time_machine, seconds, status):
    ends = NOW + timedelta(days=1)
    api, _ = client_with(a_person(Role.NURSE, ward), expires_at=ends)
    time_machine.move_to(ends + timedelta(seconds=seconds), tick=False)
    assert api.get(PATIENTS).status_code == status


def test_a_token_ends_with_the_account_it_belongs_to(ward, time_machine):
    person = a_person(Role.NURSE, ward, expires_at=NOW + timedelta(hours=12), opened_by=a_person())
    api, _ = client_with(person)
    assert api.get(PATIENTS).status_code == 200
    time_machine.move_to(NOW + timedelta(hours=12), tick=False)
    assert api.get(PATIENTS).status_code == 401


def test_a_use_is_written_down_now_and_then(ward, time_machine):
    api, token = client_with(a_person(Role.NURSE, ward))
    seen = []
    for minutes in (0, 4, 5):
        time_machine.move_to(NOW + timedelta(minutes=minutes), tick=False)
        api.get(PATIENTS)
        token.refresh_from_db()
        seen.append(token.last_used_at)
    assert seen == [NOW, NOW, NOW + timedelta(minutes=5)]


def test_the_secret_is_nowhere_in_the_row(ward):
    token, secret = ApiToken.issue(a_person(Role.NURSE, ward), label="gateway")
    row = ApiToken.objects.filter(pk=token.pk).values().get()
    assert secret not in str(row)
    assert secret.startswith(row["prefix"])
    assert len(secret) - len(row["prefix"]) > 32
    assert row["digest"] == ApiToken.digest_of(secret)


def told(*args, **options):
    out = io.StringIO()
    call_command("issue_token", *args, stdout=out, **options)
    return out.getvalue()


def test_the_command_gives_an_integration_no_more_than_it_is_for(ward):
    person = a_person(Role.INTEGRATION, ward)
    told(person.username, "gateway")
    assert person.api_tokens.get().scopes == [
        "write:labs",
        "write:observations",
        "write:treatments",
    ]


def test_the_command_holds_a_token_to_scopes_wards_and_days(ward):
    person = a_person(Role.INTEGRATION, ward, a_ward())
    secret = told(
        person.username, "board", scope=["read:patients"], ward=[ward.code], days=30
    ).strip()
    token = ApiToken.objects.get(digest=ApiToken.digest_of(secret))
    assert (token.scopes, token.ward_ids) == (["read:patients"], [ward.pk])
    assert token.expires_at == NOW + timedelta(days=30)
    listed = told(person.username, list=True)
    assert token.prefix in listed
    assert secret not in listed
    with pytest.raises(CommandError, match="not on the ward"):
        told(person.username, "board", ward=[a_ward().code])
    with pytest.raises(CommandError, match="from 1 to 3650"):
        told(person.username, "board", days=0)


def views(patterns, before=""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from views(pattern.url_patterns, route)
        elif route.startswith("api/v1/"):
            yield route, pattern.callback.cls


def test_every_address_says_which_scope_opens_it():
    found = dict(views(get_resolver().url_patterns))
    assert len(found) > 30
    for route, view in found.items():
        assert issubclass(view, APIView)
        has = {method.upper() for method in ("get", "post", "delete") if hasattr(view, method)}
        declared = getattr(view, "scopes", {})
        without = ("is_open_to_any_scope", "is_for_people_alone")
        assert set(declared) == has or any(getattr(view, each, False) for each in without), route
