"""The hospital's sign-in lets in whom it vouches for, with today's groups, and nobody else."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from crs_monitor.people import SingleSignOn
from identity import accounts
from staff import permissions
from staff.models import Role, User
from tests.factories.ward import PASSWORD, a_person, a_ward
from tests.integration.identity import issuer as issuers
from tests.integration.identity.conftest import acts, sign_in

pytestmark = pytest.mark.django_db
GROUPS = (
    ("crs-charge", "charge_nurse"),
    ("crs-nurses", "nurse"),
    ("crs-admins", "administrator"),
    ("crs-robots", "integration"),
    ("crs-7b", "7b"),
    ("crs-9c", "9c"),
)
ROSA = {
    "sub": "0f3a-rosa",
    "preferred_username": "rosa",
    "given_name": "Rosa",
    "family_name": "Willow",
    "email": "rosa@example.org",
    "groups": ["crs-nurses", "crs-7b", "canteen"],
}


@pytest.fixture
def issuer(settings):
    with issuers.running() as found:
        found.person = dict(ROSA)
        settings.CRS_OIDC = SingleSignOn(
            issuer=found.address,
            client_id=issuers.CLIENT,
            secret=issuers.CLIENT_SECRET,
            name="Hospital login",
            groups=GROUPS,
        )
        settings.CRS_BASE_URL = "http://testserver"
        yield found


@pytest.fixture(autouse=True)
def wards(db):
    return a_ward(code="7b", name="Ward 7B"), a_ward(code="9c", name="Ward 9C")


def asked(client: Client, path: str = "/sign-in/sso/") -> dict[str, str]:
    """Press the button; return the question that the browser takes to the issuer."""
    where = urlsplit(client.get(path)["Location"])
    return {name: values[0] for name, values in parse_qs(where.query).items()}


def come_back(client: Client, issuer, path: str = "/sign-in/sso/", **change):
    """Go to the issuer and come back with its answer."""
    return client.get(issuer.authorize(asked(client, path) | change))


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# --- Let in --------------------------------------------------------------------------------------


def test_whom_the_hospital_vouches_for_is_let_in_with_role_and_wards(client, issuer):
    answer = come_back(client, issuer, "/sign-in/sso/?next=/alerts/")
    assert answer["Location"] == "/alerts/"
    rosa = User.objects.get(username="rosa")
    assert (rosa.role, rosa.email, rosa.display_name()) == ("nurse", ROSA["email"], "Rosa Willow")
    assert [each.ward.code for each in rosa.memberships.all()] == ["7b"]
    assert not rosa.has_usable_password()
    assert client.get("/patients/").status_code == 200
    [signed_in] = acts("session.signed_in")
    assert signed_in.detail["way"] == "sso"


def test_the_question_binds_the_answer_to_this_browser(client, issuer):
    question = asked(client)
    assert question["code_challenge_method"] == "S256"
    assert len(question["nonce"]) > 30
    assert len(question["state"]) >= 16
    assert question["redirect_uri"] == "http://testserver/sign-in/sso/callback/"
    assert asked(client)["nonce"] != question["nonce"]


def test_nobody_leads_somebody_elsewhere_by_the_address(client, issuer):
    answer = come_back(client, issuer, "/sign-in/sso/?next=https://example.org/&state=mine")
    assert answer["Location"] == "/"


def test_a_session_known_before_is_worth_nothing_after(client, issuer):
    client.get("/sign-in/sso/")
    before = client.session.session_key
    come_back(client, issuer)
    assert before is not None
    assert client.session.session_key != before


def test_the_second_time_it_is_the_same_account(issuer):
    for _ in range(2):
        come_back(Client(), issuer)
    assert User.objects.filter(username="rosa").count() == 1
    assert SocialAccount.objects.get().extra_data == {}


def test_the_page_offers_it_where_there_is_one(client, issuer, settings):
    assert "Sign in with Hospital login" in client.get("/sign-in/").content.decode()
    settings.CRS_OIDC = SingleSignOn()
    assert "sso" not in client.get("/sign-in/").content.decode()
    assert client.get("/sign-in/sso/")["Location"] == "/sign-in/"
    assert client.get("/sign-in/sso/callback/?code=1&state=1")["Location"] == "/sign-in/"


# --- Today's groups ------------------------------------------------------------------------------


def test_rights_are_those_of_todays_groups_before_and_after_on_record(issuer):
    come_back(Client(), issuer)
    issuer.person["groups"] = ["crs-charge", "crs-nurses", "crs-9c"]
    come_back(Client(), issuer)
    rosa = User.objects.get(username="rosa")
    assert rosa.role == Role.CHARGE_NURSE
    seen = permissions.ward_ids(rosa)
    assert seen == {rosa.memberships.get(ward__code="9c").ward_id}
    entry = acts("sso.rights_changed")[-1]
    assert (entry.detail["before"]["role"], entry.detail["before"]["wards"]) == ("nurse", ["7b"])
    assert (entry.detail["after"]["role"], entry.detail["after"]["wards"]) == (
        "charge_nurse",
        ["9c"],
    )


def test_groups_that_stayed_the_same_leave_no_entry(issuer):
    come_back(Client(), issuer)
    come_back(Client(), issuer)
    assert len(acts("sso.rights_changed")) == 1


def test_a_ward_that_comes_back_is_open_again(issuer):
    for groups in (["crs-nurses", "crs-7b"], ["crs-nurses"], ["crs-nurses", "crs-7b"]):
        issuer.person["groups"] = groups
        come_back(Client(), issuer)
    rosa = User.objects.get(username="rosa")
    assert rosa.memberships.in_force(timezone.now()).get().ward.code == "7b"


@pytest.mark.parametrize(
    "groups", [[], ["canteen"], ["crs-7b"], ["crs-robots"], None, {"crs-nurses": True}]
)
def test_nobody_without_a_group_that_is_a_role_gets_in(client, issuer, groups):
    issuer.person["groups"] = groups
    answer = come_back(client, issuer)
    assert answer.status_code == 403
    assert "none of your groups" in answer.content.decode()
    assert not is_signed_in(client)
    assert not User.objects.filter(username="rosa").exists()


def test_when_the_last_group_goes_so_do_wards_sessions_and_the_administration(client, issuer):
    issuer.person["groups"] = ["crs-admins", "crs-7b"]
    come_back(client, issuer)
    rosa = User.objects.get(username="rosa")
    assert (rosa.is_staff, rosa.is_superuser) == (True, True)
    issuer.person["groups"] = []
    assert come_back(Client(), issuer).status_code == 403
    rosa = User.objects.get(username="rosa")
    assert (rosa.is_staff, rosa.is_superuser, permissions.ward_ids(rosa)) == (
        False,
        False,
        frozenset(),
    )
    assert client.get("/account/").status_code == 302


def test_a_closed_account_stays_closed(client, issuer):
    come_back(Client(), issuer)
    User.objects.filter(username="rosa").update(is_active=False)
    assert come_back(client, issuer).status_code == 403
    assert not is_signed_in(client)


# --- Accounts made by hand -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["rosa", "ROSA"])
def test_the_same_name_at_the_hospital_takes_no_account_over(client, issuer, name):
    mine = a_person(Role.ADMINISTRATOR)
    User.objects.filter(pk=mine.pk).update(username=name)
    answer = come_back(client, issuer)
    assert answer.status_code == 403
    assert "made here by hand" in answer.content.decode()
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()


def test_an_administrator_links_it_and_the_password_opens_it_no_more(client, issuer, administrator):
    mine = a_person(Role.NURSE)
    User.objects.filter(pk=mine.pk).update(username="rosa")
    admin, _ = sign_in(administrator)
    admin.post(f"/people/{mine.pk}/", {"do": "mark"})
    come_back(client, issuer)
    assert client.session["_auth_user_id"] == str(mine.pk)
    mine.refresh_from_db()
    refused, answer = sign_in(mine)
    assert "signs in with Hospital login" in answer.content.decode()
    assert not is_signed_in(refused)
    assert acts("sso.marked")[0].actor == administrator


def test_a_linked_account_is_nobody_elses_of_that_name(issuer):
    come_back(Client(), issuer)
    issuer.person["sub"] = "somebody else"
    client = Client()
    assert come_back(client, issuer).status_code == 403
    assert not is_signed_in(client)


def test_an_account_that_was_unmarked_is_local_again(client, issuer, administrator):
    come_back(Client(), issuer)
    accounts.unlink(User.objects.get(username="rosa"), by=administrator, now=timezone.now())
    assert come_back(client, issuer).status_code == 403
    assert not is_signed_in(client)


@pytest.mark.parametrize("name", ["dom\\rosa", "", "r" * 151])
def test_a_name_that_can_be_no_sign_in_name_is_refused_in_words(client, issuer, name):
    issuer.person |= {"preferred_username": name, "email": ""}
    answer = come_back(client, issuer)
    assert answer.status_code == 403
    assert "cannot be a sign-in name" in answer.content.decode()


# --- What is not believed ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"nonce": "of another question"}, "nonce"),
        ({"iss": "https://elsewhere.example"}, "issuer"),
        ({"aud": "another client"}, "audience"),
        ({"aud": ["crs-monitor", "another"], "azp": "another"}, "party"),
        ({"exp": 1_000_000_000}, "expired"),
        ({"iat": int(time.time()) + 3600}, "from the future"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_token_with_a_wrong_word_signs_nobody_in(client, issuer, changed, why):
    issuer.claims = changed
    answer = come_back(client, issuer)
    assert answer.status_code == 403
    assert "did not confirm who you are" in answer.content.decode()
    assert not is_signed_in(client)
    assert not User.objects.filter(username="rosa").exists()


@pytest.mark.parametrize("missing", ["nonce", "exp", "iat", "sub", "iss", "aud"])
def test_a_token_that_says_too_little_signs_nobody_in(client, issuer, missing):
    issuer.without = {missing}
    assert come_back(client, issuer).status_code == 403
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("signed_by", "algorithm"),
    [(issuers.a_key(), "RS256"), ("x" * 64, "HS256"), (None, "none")],
    ids=["another key", "a shared secret", "nothing"],
)
def test_a_token_that_the_issuer_did_not_sign_signs_nobody_in(client, issuer, signed_by, algorithm):
    issuer.signed_by, issuer.algorithm = signed_by, algorithm
    assert come_back(client, issuer).status_code == 403
    assert not is_signed_in(client)


def test_an_issuer_that_names_itself_otherwise_is_not_asked(client, issuer):
    issuer.named_in_discovery = "https://elsewhere.example"
    assert client.get("/sign-in/sso/").status_code == 424


def test_an_answer_to_no_question_of_this_browser_signs_nobody_in(issuer):
    back = issuer.authorize(asked(Client()))
    thief = Client()
    assert thief.get(back).status_code == 403
    assert not is_signed_in(thief)


def test_an_answer_counts_once(client, issuer):
    back = issuer.authorize(asked(client))
    assert client.get(back)["Location"] == "/"
    client.post("/sign-out/")
    assert client.get(back).status_code == 403
    assert not is_signed_in(client)


def test_a_person_who_gives_up_at_the_issuer_reads_so(client, issuer):
    question = asked(client)
    answer = client.get(f"/sign-in/sso/callback/?error=access_denied&state={question['state']}")
    assert answer.status_code == 403
    assert not is_signed_in(client)


# --- When it is down -------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["before", "between"])
def test_an_issuer_that_is_down_is_named_and_the_emergency_account_works(client, issuer, when):
    if when == "before":
        issuer.is_down = True
        answer = client.get("/sign-in/sso/")
    else:
        back = issuer.authorize(asked(client))
        issuer.is_down = True
        answer = client.get(back)
    assert answer.status_code == 424
    page = answer.content.decode()
    assert "does not answer" in page
    assert "emergency account" in page
    emergency, answer = sign_in(a_person(Role.CHARGE_NURSE, is_emergency=True))
    assert is_signed_in(emergency)


# --- Who may still come in by password ---------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "local", "may"),
    [
        ({}, "ALL", True),
        ({}, "EMERGENCY", False),
        ({"is_emergency": True}, "EMERGENCY", True),
        ({"is_single_sign_on": True}, "ALL", False),
        ({"role": Role.KIOSK}, "EMERGENCY", True),
    ],
)
def test_who_comes_in_by_password_beside_single_sign_on(issuer, settings, who, local, may):
    settings.CRS_LOCAL_SIGN_IN = local
    person = a_person(who.get("role", Role.NURSE), **{k: v for k, v in who.items() if k != "role"})
    client, _ = sign_in(person)
    assert is_signed_in(client) is may


def test_without_single_sign_on_everybody_comes_in_by_password(settings):
    settings.CRS_LOCAL_SIGN_IN = "EMERGENCY"
    assert is_signed_in(sign_in(a_person(Role.NURSE, is_single_sign_on=True))[0])


def test_a_wrong_password_never_says_how_an_account_signs_in(issuer):
    person = a_person(Role.NURSE, is_single_sign_on=True)
    _, answer = sign_in(person, password=PASSWORD + "x")
    assert "do not belong together" in answer.content.decode()
    assert "signs in with" not in answer.content.decode()


# --- The second factor there -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "counts", "opens"),
    [
        ({"amr": ["pwd", "mfa"]}, True, True),
        ({"acr": "https://refeds.org/profile/mfa"}, True, True),
        ({"amr": ["pwd"]}, True, False),
        ({"amr": "mfa"}, True, False),
        ({}, True, False),
        ({"amr": ["pwd", "mfa"]}, False, False),
    ],
)
def test_several_factors_there_count_here_only_where_it_is_set(
    client, issuer, settings, required, claims, counts, opens
):
    import dataclasses

    settings.CRS_OIDC = dataclasses.replace(settings.CRS_OIDC, is_second_factor=counts)
    issuer.person["groups"] = ["crs-admins"]
    issuer.claims = claims
    come_back(client, issuer)
    assert (client.get("/admin/").status_code == 200) is opens
