"""A name and six digits hand the tablet over: under a new session, to that person alone."""

import pytest
from django.conf import settings
from django.utils import timezone

from audit.models import AuditEntry
from tablets import badges
from tests.factories.ward import NOW, WELL, chart_set
from vitals.models import ObservationSet

PINS = {"ada": "483719", "bea": "903174"}
BADGE = "B0042-7781-6613"


def key_of(tablet):
    return tablet.client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def on_shift(tablet, ada, bea):
    """Both have begun; the tablet is Ada's."""
    tablet.sign_in(bea)
    tablet.sign_in(ada)
    return tablet


def who_is_in(tablet):
    return int(tablet.client.session.get("_auth_user_id", 0))


def test_six_digits_open_the_tablet_for_the_person_they_belong_to(on_shift, ada, bea):
    on_shift.lock()
    answer = on_shift.switch(bea)
    assert answer.json() | {"csrf": ""} == {"same": False, "go": "/", "csrf": ""}
    assert who_is_in(on_shift) == bea.pk
    assert on_shift.client.get("/patients/").wsgi_request.user == bea
    entry = AuditEntry.objects.filter(action="session.opened").latest("pk")
    assert (entry.actor, entry.detail) == (bea, {"way": "pin", "device": on_shift.device.pk})


def test_the_pin_of_one_opens_nothing_for_another(on_shift, ada, bea):
    on_shift.lock()
    answer = on_shift.switch(bea, "483719")
    assert answer.status_code == 403
    assert answer.json()["error"] == "Not the PIN of bea. 4 tries left."
    assert not on_shift.opens()


def test_the_session_of_another_gets_a_new_key_and_keeps_nothing(on_shift, bea):
    session = on_shift.client.session
    session["secret"] = "of Ada"
    session.save()
    before = key_of(on_shift)
    on_shift.switch(bea)
    assert key_of(on_shift) != before
    assert "secret" not in on_shift.client.session
    # The old key opens nothing any more.
    on_shift.client.cookies[settings.SESSION_COOKIE_NAME] = before
    assert not on_shift.opens()


def test_ones_own_session_gets_a_new_key_and_keeps_what_it_held(on_shift, ada):
    session = on_shift.client.session
    session["kept"] = "of Ada"
    session.save()
    before = key_of(on_shift)
    on_shift.lock()
    assert on_shift.switch(ada, next="/patients/").json()["go"] == "/patients/"
    assert key_of(on_shift) != before
    assert on_shift.client.session["kept"] == "of Ada"
    on_shift.client.cookies[settings.SESSION_COOKIE_NAME] = before
    assert not on_shift.opens()


def test_a_session_key_planted_before_the_sign_in_is_not_the_one_after(tablet, ada):
    session = tablet.client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    tablet.client.cookies[settings.SESSION_COOKIE_NAME] = planted
    tablet.sign_in(ada)
    assert key_of(tablet) != planted


def test_digits_sent_by_the_pages_own_script_are_a_sign_of_life(on_shift, bea):
    on_shift.lock()
    on_shift.client.post(
        "/switch/",
        {"person": bea.pk, "pin": PINS["bea"]},
        headers={"Accept": "application/json", "Sec-Fetch-Mode": "cors"},
    )
    assert on_shift.opens()


def test_where_one_was_is_for_oneself_alone(on_shift, ada, bea, patient):
    where = f"/patients/{patient.pk}/chart/"
    on_shift.lock()
    assert (
        on_shift.client.get(where)["Location"]
        == f"/switch/?next=%2Fpatients%2F{patient.pk}%2Fchart%2F"
    )
    assert on_shift.switch(bea, next=where).json()["go"] == "/"
    assert on_shift.switch(bea, next=where).json()["go"] == where


@pytest.mark.parametrize(
    "leads_away", ["https://elsewhere.example/", "//elsewhere.example/", "x:y"]
)
def test_no_address_of_another_house_is_followed(on_shift, ada, leads_away):
    on_shift.lock()
    assert on_shift.switch(ada, next=leads_away).json()["go"] == "/"


def test_without_scripts_the_form_leads_on_and_says_what_was_wrong(on_shift, ada):
    on_shift.lock()
    wrong = on_shift.client.post("/switch/", {"person": ada.pk, "pin": "1"})
    assert wrong.status_code == 403
    assert "Not the PIN of ada. 4 tries left." in wrong.content.decode()
    right = on_shift.client.post(
        "/switch/", {"person": ada.pk, "pin": "483719", "next": "/patients/"}
    )
    assert (right.status_code, right["Location"]) == (302, "/patients/")


def test_nobody_switches_from_another_site(a_tablet, ward, ada):
    guarded = a_tablet(ward, checks_csrf=True)
    for path in ("/switch/", "/lock/", "/still-here/", "/devices/", "/pin/"):
        assert guarded.client.post(path, {"person": ada.pk, "pin": "483719"}).status_code == 403


@pytest.mark.parametrize("person", ["", "0", "x", "-1", "9" * 40, "４"])
def test_a_name_that_is_nobodys_opens_nothing(on_shift, person):
    on_shift.lock()
    answer = on_shift.client.post("/switch/", {"person": person, "pin": "483719"})
    assert answer.status_code == 403
    assert not on_shift.opens()


# --- Badges ------------------------------------------------------------------------------------


def tap(tablet, code):
    return tablet.client.post("/switch/", {"badge": code}, headers={"Accept": "application/json"})


def test_a_badge_opens_the_tablet_for_its_owner_on_shift(on_shift, bea):
    badges.choose(bea, BADGE, now=NOW)
    on_shift.lock()
    assert tap(on_shift, BADGE).status_code == 200
    assert who_is_in(on_shift) == bea.pk
    assert AuditEntry.objects.filter(action="session.opened").latest("pk").detail["way"] == "badge"
    bea.badge.refresh_from_db()
    assert BADGE not in bea.badge.digest


def test_a_badge_is_as_good_as_its_owners_shift(tablet, bea):
    badges.choose(bea, BADGE, now=NOW)
    assert tap(tablet, BADGE).status_code == 403


@pytest.mark.parametrize(("strangers", "is_read"), [(9, True), (10, False)])
def test_badges_cannot_be_guessed_in_a_row(on_shift, bea, strangers, is_read):
    badges.choose(bea, BADGE, now=NOW)
    on_shift.lock()
    for number in range(strangers):
        assert tap(on_shift, f"B0042-{number}").status_code == 403
    assert (tap(on_shift, BADGE).status_code == 200) is is_read


def test_a_full_sign_in_lets_badges_be_read_again(on_shift, ada, bea):
    badges.choose(bea, BADGE, now=NOW)
    on_shift.lock()
    for number in range(11):
        tap(on_shift, f"B0042-{number}")
    on_shift.sign_in(ada)
    assert tap(on_shift, BADGE).status_code == 200


# --- Whose entry it is -------------------------------------------------------------------------


def test_what_is_charted_is_theirs_who_switched_and_the_trail_names_the_tablet(
    on_shift, bea, patient
):
    on_shift.lock()
    on_shift.switch(bea)
    form = on_shift.client.get(f"/patients/{patient.pk}/chart/")
    answer = on_shift.client.post(
        f"/patients/{patient.pk}/chart/",
        {
            "client_id": form.context["client_id"],
            "taken_at": form.context["taken_at"]["value"],
            "temperature_celsius": "36.9",
        },
    )
    assert answer.status_code == 302
    assert ObservationSet.objects.get().charted_by == bea
    entry = AuditEntry.objects.get(action="observations.charted")
    assert entry.actor == bea
    assert entry.detail["device"] == on_shift.device.pk


def test_what_is_charted_elsewhere_names_no_tablet(patient, ada):
    chart_set(patient, WELL, by=ada, now=timezone.now())
    assert "device" not in AuditEntry.objects.get(action="observations.charted").detail
