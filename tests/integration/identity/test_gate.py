"""Who needs a second factor meets nothing else before it, wherever they knock."""

from ipaddress import ip_network

import pytest
from django.test import Client

from staff.models import ApiToken, Role
from tests.factories.ward import PASSWORD, a_person
from tests.integration.identity.conftest import code_of, sign_in, with_app
from tests.integration.test_headers import ALL, OPEN, with_words

pytestmark = pytest.mark.django_db
HALF_WAY = {"second-factor/", "second-factor/set-up/", "sign-out/"}
WARD_NETWORK = (ip_network("10.20.0.0/16"), ip_network("fd00::/8"))


@pytest.fixture
def networks(settings, required):
    settings.CRS_WARD_NETWORKS = WARD_NETWORK


# --- Who needs one -------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SAFETY_OFFICER])
def test_these_are_led_to_set_one_up_before_anything_else(role, ward, required):
    client, answer = sign_in(a_person(role, ward))
    assert client.get(answer["Location"])["Location"] == "/second-factor/set-up/?next=%2F"
    assert client.get("/second-factor/set-up/").status_code == 200


@pytest.mark.parametrize("flag", ["is_staff", "is_superuser"])
def test_rights_in_the_administration_need_one_whatever_the_role(flag, ward, required):
    client, _ = sign_in(a_person(Role.NURSE, ward, **{flag: True}))
    assert client.get("/patients/")["Location"].startswith("/second-factor/set-up/")


@pytest.mark.parametrize("role", [Role.NURSE, Role.CHARGE_NURSE, Role.ONCOLOGIST, Role.PHARMACIST])
def test_clinical_staff_on_the_ward_need_none(role, ward, required):
    client, _ = sign_in(a_person(role, ward))
    assert client.get("/patients/").status_code == 200


def test_nobody_needs_one_in_the_demo_and_the_page_says_so(administrator):
    client, _ = sign_in(administrator)
    assert client.get("/admin/").status_code == 200
    page = client.get("/second-factor/set-up/").content.decode()
    assert "demonstration ward" in page
    assert "data:image/svg+xml;base64," in page


def test_in_the_demo_who_has_set_one_up_is_asked_for_it(administrator):
    client, _ = sign_in(with_app(administrator))
    assert client.get("/admin/")["Location"].startswith("/second-factor/?next=")


# --- From where ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "is_let_in"),
    [
        # One of the ward's networks, its last address, one beside it, and over IPv6.
        ("10.20.0.0", True),
        ("10.20.255.255", True),
        ("10.21.0.0", False),
        ("fd00::7", True),
        ("::ffff:10.20.3.4", True),
        ("2001:db8::1", False),
        ("203.0.113.9", False),
    ],
)
def test_from_outside_the_ward_everybody_needs_one(nurse, networks, address, is_let_in):
    client, _ = sign_in(nurse, address=address)
    assert (client.get("/patients/").status_code == 200) is is_let_in


def test_a_session_begun_on_the_ward_is_asked_when_it_is_taken_home(nurse, networks):
    client, _ = sign_in(nurse, address="10.20.0.7")
    assert client.get("/patients/").status_code == 200
    elsewhere = client.get("/patients/", REMOTE_ADDR="203.0.113.9")
    assert elsewhere["Location"].startswith("/second-factor/set-up/")
    assert client.get("/patients/").status_code == 200


@pytest.mark.parametrize(
    ("proxies", "said", "is_let_in"),
    [
        # A caller may write anything before the last address; only our proxy's word counts.
        ("192.0.2.0/24", "10.20.0.7", True),
        ("192.0.2.0/24", "10.20.0.7, 203.0.113.9", False),
        ("192.0.2.0/24", "203.0.113.9, 10.20.0.7", True),
        ("192.0.2.0/24", "10.20.0.7, 192.0.2.9", True),
        ("192.0.2.0/24", "", False),
        ("192.0.2.0/24", "no address", False),
        ("198.51.100.0/24", "10.20.0.7", False),
    ],
)
def test_only_our_own_proxy_is_believed(nurse, networks, settings, proxies, said, is_let_in):
    settings.CRS_PROXY_NETWORKS = (ip_network(proxies),)
    client, _ = sign_in(nurse, address="192.0.2.1", HTTP_X_FORWARDED_FOR=said)
    assert (client.get("/patients/").status_code == 200) is is_let_in


def test_a_wall_outside_the_ward_stays_closed_and_may_sign_out(ward, networks):
    kiosk = a_person(Role.KIOSK, ward)
    assert sign_in(kiosk, address="10.20.0.7")[0].get("/wards/7b/wall/").status_code == 200
    outside, _ = sign_in(kiosk, address="203.0.113.9")
    answer = outside.get("/wards/7b/wall/")
    assert (answer.status_code, "belongs on the ward" in answer.content.decode()) == (403, True)
    assert outside.post("/sign-out/")["Location"] == "/sign-in/"


# --- Every door ----------------------------------------------------------------------------------


@pytest.fixture(params=["none yet", "not given"])
def half_way(request, administrator, required):
    """Somebody whose password was right, and who has no second factor, or did not give it."""
    return sign_in(with_app(administrator) if request.param == "not given" else administrator)[0]


@pytest.mark.parametrize("route", [each for each in ALL if each not in OPEN | HALF_WAY])
def test_no_address_opens_before_it(administrator, required, route):
    client, _ = sign_in(administrator)
    answer = client.get("/" + with_words(route))
    is_led = answer.status_code == 302 and answer["Location"].startswith("/second-factor/")
    is_led |= answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
    # Without single sign-on its pages are not there; see also who may open which page at all.
    assert is_led or answer.status_code in (401, 403, 404, 405), answer.status_code


def test_the_administration_stays_closed_by_every_way_in(half_way):
    for path in ("/admin/", "/admin/staff/user/", "/admin/jsi18n/"):
        assert half_way.get(path)["Location"].startswith("/second-factor/")
    assert half_way.post("/admin/login/").status_code == 302
    assert half_way.get("/admin/")["Location"].startswith("/second-factor/")


def test_a_program_and_a_script_are_told_in_json(half_way):
    for path, more in [
        ("/api/v1/patients/", {}),
        ("/fhir/Patient", {}),
        ("/alerting.json", {}),
        ("/patients/", {"HTTP_SEC_FETCH_MODE": "cors"}),
    ]:
        answer = half_way.get(path, **more)
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
        assert answer.json()["type"].endswith("second-factor-owed")


def test_the_stock_sign_in_of_the_administration_is_our_own(client):
    assert client.get("/admin/login/")["Location"] == "/sign-in/?next=/admin/"
    assert client.post("/admin/login/", {"username": "a", "password": "b"}).status_code == 302


def test_what_is_open_to_strangers_stays_open(half_way):
    assert half_way.get("/health/live").status_code == 200
    assert half_way.get("/app.webmanifest").status_code == 200


def test_somebody_else_may_sign_in_over_an_unfinished_sign_in(half_way, nurse):
    half_way.post("/sign-in/", {"username": nurse.username, "password": PASSWORD})
    assert half_way.get("/patients/").status_code == 200


def test_a_token_needs_no_second_factor_even_beside_such_a_session(half_way, ward):
    program = a_person(Role.INTEGRATION, ward)
    _, secret = ApiToken.issue(program, label="feed")
    answer = half_way.get("/api/v1/", HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert answer.status_code != 403
    from_outside = Client(REMOTE_ADDR="203.0.113.9")
    assert from_outside.get("/api/v1/", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code != 403


def test_after_it_everything_opens_under_another_key(administrator, required):
    client, _ = sign_in(with_app(administrator))
    before = client.session.session_key
    answer = client.post("/second-factor/?next=/admin/", {"code": code_of(), "next": "/admin/"})
    assert answer["Location"] == "/admin/"
    assert client.session.session_key != before
    assert client.get("/admin/").status_code == 200


def test_an_address_elsewhere_is_not_followed(administrator, required):
    client, _ = sign_in(with_app(administrator))
    answer = client.post("/second-factor/", {"code": code_of(), "next": "https://example.org/"})
    assert answer["Location"] == "/"
