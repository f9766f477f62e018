"""A tablet belongs to a ward from its registration until it is taken back."""

import pytest
from django.conf import settings
from django.test import Client

from audit.models import AuditEntry
from staff.models import Device, Role
from tablets import registering
from tablets.registering import COOKIE
from tests.factories.ward import a_person

BACKEND = "staff.backends.OpenAccountBackend"


def browser_of(user) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def register(client, ward, name="Bay 3"):
    return client.post("/devices/", {"name": name, "ward": ward.code})


@pytest.mark.parametrize(
    ("role", "theirs", "other"),
    [
        # role                 own ward  ward next door
        (Role.NURSE, False, False),
        (Role.ONCOLOGIST, False, False),
        (Role.INTEGRATION, False, False),
        (Role.CHARGE_NURSE, True, False),
        (Role.ADMINISTRATOR, True, True),
    ],
)
def test_charge_nurses_register_for_their_ward_and_administrators_for_any(
    ward, next_door, role, theirs, other
):
    person = a_person(role, ward)
    for place, may in ((ward, theirs), (next_door, other)):
        register(browser_of(person), place)
        assert Device.objects.filter(ward=place).exists() is may


def test_registering_makes_this_browser_the_wards_and_signs_its_person_out(ward, charge):
    client = browser_of(charge)
    answer = register(client, ward)
    device = Device.objects.get()
    assert (device.name, device.ward, device.registered_by) == ("Bay 3", ward, charge)
    assert answer["Location"] == "/switch/"
    assert "_auth_user_id" not in client.session
    cookie = answer.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert registering.known_by(cookie.value) == device
    # What lies in the database opens nothing.
    assert device.digest not in cookie.value
    assert registering.known_by(device.digest) is None
    assert "Bay 3 is registered" in client.get("/switch/").content.decode()
    entry = AuditEntry.objects.get(action="device.registered")
    assert (entry.actor, entry.subject, entry.scope) == (
        charge, f"device:{device.pk}", f"ward:{ward.pk}",
    )  # fmt: skip


def test_the_cookie_goes_by_https_alone_where_the_pages_do(ward, charge):
    client = browser_of(charge)
    answer = client.post("/devices/", {"name": "Bay 3", "ward": ward.code}, secure=True)
    assert answer.cookies[COOKIE]["secure"]


def test_two_tablets_of_a_ward_never_share_a_name(ward, charge, tablet):
    answer = register(browser_of(charge), ward, tablet.device.name)
    assert answer.status_code == 409
    assert "has this name" in answer.content.decode()
    registering.revoke(tablet.device, by=charge, now=tablet.device.registered_at)
    assert register(browser_of(charge), ward, tablet.device.name).status_code == 302


def test_registering_a_tablet_again_ends_what_it_was(tablet, ward, charge):
    tablet.sign_in(charge)
    register(tablet.client, ward, "Bay 2")
    tablet.device.refresh_from_db()
    assert tablet.device.revoked_by == charge
    assert tablet.client.get("/switch/").context["device"].name == "Bay 2"


@pytest.mark.parametrize("cookie", ["", "x", "x:y", "5:secret:forged"])
def test_a_forged_cookie_is_no_tablet_and_costs_no_query(db, cookie, django_assert_num_queries):
    client = Client()
    client.cookies[COOKIE] = cookie
    with django_assert_num_queries(0):
        assert client.get("/switch/")["Location"].startswith(settings.LOGIN_URL)


def test_what_is_taken_back_is_no_tablet_at_once(tablet, ada, charge):
    tablet.sign_in(ada)
    assert tablet.opens()
    answer = browser_of(charge).post("/devices/", {"revoke": tablet.device.pk})
    assert answer.status_code == 302
    assert not tablet.opens()
    assert tablet.switch(ada).status_code == 302
    assert not tablet.opens()
    assert AuditEntry.objects.get(action="device.revoked").actor == charge
    assert tablet.client.cookies[COOKIE].value == ""


def test_nobody_takes_another_wards_tablet_back(tablet, next_door):
    stranger = a_person(Role.CHARGE_NURSE, next_door)
    client = browser_of(stranger)
    for number in (str(tablet.device.pk), "0", "x", "9" * 30):
        assert client.post("/devices/", {"revoke": number}).status_code == 404
    assert tablet.device.name not in client.get("/devices/").content.decode()
    tablet.device.refresh_from_db()
    assert tablet.device.revoked_at is None


def test_the_page_says_which_tablet_this_is_and_when_each_was_used(tablet, charge):
    assert "last opened never" in browser_of(charge).get("/devices/").content.decode()
    tablet.sign_in(charge)
    page = tablet.client.get("/devices/").content.decode()
    assert "this one" in page
    assert "last opened never" not in page
