"""A password is changed by who knows it, given by an administrator, and never written down."""

import json

import pytest
from axes.models import AccessAttempt
from django.conf import settings as django_settings

from alerts.models import Bulletin, Topic
from staff.models import Role, User
from tests.factories.ward import PASSWORD, a_person
from tests.integration.identity.conftest import acts, sign_in

pytestmark = pytest.mark.django_db
NEW = "four other words altogether"


def change(client, *, old=PASSWORD, new=NEW, again=NEW):
    return client.post(
        "/account/password/",
        {"old_password": old, "new_password1": new, "new_password2": again},
    )


def test_one_changes_ones_own_and_every_other_session_ends(nurse):
    here, _ = sign_in(nurse)
    lost, _ = sign_in(nurse)
    before = here.session.session_key
    assert change(here)["Location"] == "/account/"
    assert here.get("/account/").status_code == 200
    assert here.session.session_key != before
    assert lost.get("/account/").status_code == 302
    assert "_auth_user_id" in sign_in(nurse, password=NEW)[0].session
    assert "_auth_user_id" not in sign_in(nurse)[0].session
    assert acts("password.changed")[0].actor == nurse


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"old": "not it"}, "not your present password"),
        ({"again": "another one entirely"}, "The two differ"),
        ({"new": "too short", "again": "too short"}, "at least 12"),
        ({"new": "password1234", "again": "password1234"}, "too common"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(nurse, wrong, words):
    client, _ = sign_in(nurse)
    answer = change(client, **wrong)
    assert (answer.status_code, words in answer.content.decode()) == (400, True)
    assert User.objects.get(pk=nurse.pk).check_password(PASSWORD)


def test_the_rules_stand_on_the_page(nurse):
    page = sign_in(nurse)[0].get("/account/password/").content.decode()
    assert "at least 12 characters" in page


def test_an_administrator_gives_a_new_one_shown_once(nurse, administrator):
    theirs, _ = sign_in(nurse)
    admin, _ = sign_in(administrator)
    answer = admin.post(f"/people/{nurse.pk}/", {"do": "password"})
    code = answer.context["slip"]
    assert code in answer.content.decode()
    assert code not in admin.get(f"/people/{nurse.pk}/").content.decode()
    assert theirs.get("/account/").status_code == 302
    assert "_auth_user_id" in sign_in(nurse, password=code)[0].session
    assert code not in json.dumps([entry.detail for entry in acts()])


# --- On record ---------------------------------------------------------------------------------


def test_a_wrong_password_is_on_record_and_what_was_typed_is_not(nurse):
    sign_in(nurse, password="a slip of my hand")
    [entry] = acts("session.refused")
    assert (entry.actor, entry.subject) == (None, f"user:{nurse.pk}")
    assert "slip" not in json.dumps(entry.detail)


def test_an_unknown_name_is_not_kept_for_people_type_passwords_there(client, db):
    client.post("/sign-in/", {"username": "my secret password", "password": "x"})
    [entry] = acts("session.refused")
    assert entry.subject == "user:unknown"
    assert "secret" not in json.dumps([entry.detail, entry.subject])
    counted = list(AccessAttempt.objects.values())
    assert len(counted) == 1
    assert "secret" not in str(counted)


@pytest.mark.parametrize("name", ["", "\0", "x" * 400])
def test_an_impossible_name_is_refused_like_any_other(client, db, name):
    answer = client.post("/sign-in/", {"username": name, "password": "x"})
    assert answer.status_code == 200
    assert acts("session.refused")[0].subject == "user:unknown"


def test_a_lock_out_is_on_record_and_says_how_long(nurse):
    answers = [sign_in(nurse, password="wrong")[1] for _ in range(9)]
    assert "for 10 minutes" in answers[-1].content.decode()
    assert answers[-1].status_code == 429
    assert len(acts("session.refused")) == django_settings.AXES_FAILURE_LIMIT - 1
    assert {entry.subject for entry in acts("session.locked_out")} == {f"user:{nurse.pk}"}


def test_a_sign_in_says_how_and_from_where(nurse, settings, required):
    from ipaddress import ip_network

    settings.CRS_WARD_NETWORKS = (ip_network("10.20.0.0/16"),)
    sign_in(nurse, address="10.20.0.1")
    sign_in(nurse, address="203.0.113.9")
    assert [entry.detail["is_remote"] for entry in acts("session.signed_in")] == [False, True]
    assert {entry.actor for entry in acts("session.signed_in")} == {nurse}


# --- The emergency account ---------------------------------------------------------------------


def test_each_use_of_an_emergency_account_is_on_record_and_reported(settings, ward):
    settings.CRS_PRIVACY_EMAIL = ["privacy@example.org"]
    person = a_person(Role.CHARGE_NURSE, ward, is_emergency=True)
    sign_in(person)
    assert acts("emergency.sign_in")[0].actor == person
    told = Bulletin.objects.get(topic=Topic.EMERGENCY)
    assert told.address == "privacy@example.org"


def test_without_a_privacy_list_safety_officers_and_administrators_are_told(ward, administrator):
    sign_in(a_person(Role.CHARGE_NURSE, ward, is_emergency=True))
    assert Bulletin.objects.get(topic=Topic.EMERGENCY).recipient == administrator


def test_an_ordinary_sign_in_is_reported_to_nobody(nurse):
    sign_in(nurse)
    assert not Bulletin.objects.exists()
    assert not acts("emergency.sign_in")


def test_an_administrator_marks_an_account_and_never_both_ways(nurse, administrator):
    admin, _ = sign_in(administrator)
    admin.post(f"/people/{nurse.pk}/", {"do": "emergency", "emergency": "1"})
    nurse.refresh_from_db()
    assert nurse.is_emergency
    admin.post(f"/people/{nurse.pk}/", {"do": "mark"})
    nurse.refresh_from_db()
    assert not nurse.is_single_sign_on
    admin.post(f"/people/{nurse.pk}/", {"do": "emergency", "emergency": "0"})
    nurse.refresh_from_db()
    assert not nurse.is_emergency
    assert [e.action for e in acts("emergency.marked", "emergency.unmarked")] == [
        "emergency.marked",
        "emergency.unmarked",
    ]
