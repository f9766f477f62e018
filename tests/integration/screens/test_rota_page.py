"""The rota page: who is on call, what is missing, and what a charge nurse may change."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts import delivery, pulse
from alerts.models import Bulletin, DueSet, RotaRole, RotaSlot
from audit.models import AuditEntry
from staff.models import Role
from tests.factories.ward import NOW, WELL, a_patient, a_person, a_ward, chart_set

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PAGE = "/wards/7b/rota/"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ward():
    return a_ward(code="7b", name="7B")


@pytest.fixture
def charge(ward):
    return a_person(Role.CHARGE_NURSE, ward, first_name="Charge", last_name="Nurse")


@pytest.fixture
def signed_in(client):
    def sign_in(person):
        client.force_login(person, backend="staff.backends.OpenAccountBackend")
        return client

    return sign_in


def on_call(ward, person, *, role=RotaRole.CHARGE_NURSE, start=NOW - HOUR, end=NOW + HOUR, **more):
    return RotaSlot.objects.create(
        ward=ward, role=role, person=person, starts_at=start, ends_at=end, recorded_at=NOW, **more
    )


def test_a_nurse_sees_who_is_on_call_with_the_telephone_and_changes_nothing(
    ward, charge, signed_in
):
    on_call(ward, charge, phone="bleep 221")
    client = signed_in(a_person(Role.NURSE, ward))
    page = client.get(PAGE)
    text = page.content.decode()
    assert "Charge Nurse" in text
    assert "bleep 221" in text
    assert 'name="action"' not in text
    assert client.post(PAGE, {"action": "test", "role": "charge_nurse"}).status_code == 404


@pytest.mark.parametrize("role", [Role.NURSE, Role.ONCOLOGIST, Role.ADMINISTRATOR])
def test_only_a_charge_nurse_of_the_ward_changes_it(ward, charge, signed_in, role):
    slot = on_call(ward, charge)
    for person in (a_person(role, ward), a_person(Role.CHARGE_NURSE, a_ward())):
        answer = signed_in(person).post(PAGE, {"action": "cancel", "slot": slot.pk})
        assert answer.status_code == 404
    assert RotaSlot.objects.standing().count() == 1


def test_a_gap_in_the_next_day_is_shown_and_one_that_has_begun_louder(ward, charge, signed_in):
    chart_set(a_patient(ward), WELL)
    assert DueSet.objects.exists()
    for role in (RotaRole.CHARGE_NURSE, RotaRole.ONCOLOGY_ATTENDING):
        on_call(
            ward, charge, role=role, end=NOW + (5 * HOUR if role == "charge_nurse" else 48 * HOUR)
        )
    page = signed_in(charge).get(PAGE)
    found = {(each["label"], each["is_now"]) for each in page.context["gaps"]}
    assert found == {("Charge nurse", False), ("Oncology fellow", True)}


def test_a_slot_is_added_on_the_wards_clock_and_leaves_a_trail(ward, charge, signed_in):
    answer = signed_in(charge).post(
        PAGE,
        {
            "action": "add",
            "role": "oncology_fellow",
            "person": charge.pk,
            "starts_at": "2026-07-01T07:30",
            "ends_at": "2026-07-01T19:30",
            "phone": "2210",
        },
    )
    assert answer.status_code == 302
    slot = RotaSlot.objects.get()
    assert (slot.starts_at.hour, slot.ends_at.hour, slot.recorded_by) == (6, 18, charge)
    assert AuditEntry.objects.get(action="rota.added").actor == charge


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ends_at": "2026-07-01T07:30"}, "A slot ends after it starts."),
        ({"ends_at": "2026-08-01T07:30"}, "A slot lasts at most 14 days."),
        ({"person": ""}, "Name a person or a mailbox."),
        ({"person": "999999"}, "Select a valid choice"),
        ({"role": "bedside_nurse"}, "Select a valid choice"),
        ({"starts_at": "soon"}, "Must be a date and a time"),
        ({"starts_at": "2026-03-29T01:30"}, "the clocks went forward"),
    ],
)
def test_what_cannot_stand_is_said_beside_what_was_typed(ward, charge, signed_in, change, words):
    entered = {
        "action": "add",
        "role": "oncology_fellow",
        "person": charge.pk,
        "starts_at": "2026-07-01T07:30",
        "ends_at": "2026-07-01T19:30",
    }
    answer = signed_in(charge).post(PAGE, entered | change)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not RotaSlot.objects.exists()


def test_a_slot_is_swapped_and_the_old_one_stays_on_record(ward, charge, signed_in):
    other = a_person(Role.CHARGE_NURSE, ward)
    slot = on_call(ward, charge, start=NOW + HOUR, end=NOW + 2 * HOUR)
    signed_in(charge).post(PAGE, {"action": "swap", "slot": slot.pk, "to": other.username})
    assert RotaSlot.objects.standing().get().person == other
    slot.refresh_from_db()
    assert (slot.cancelled_at, slot.cancelled_by) == (NOW, charge)


@pytest.mark.parametrize("slot", ["", "x", "0", "-1", "99999999999999999999", "١"])
def test_a_slot_that_is_none_is_not_found(ward, charge, signed_in, slot):
    answer = signed_in(charge).post(PAGE, {"action": "cancel", "slot": slot})
    assert answer.status_code == 404


def test_a_slot_of_another_ward_is_not_found(ward, charge, signed_in):
    theirs = on_call(a_ward(), a_person())
    answer = signed_in(charge).post(PAGE, {"action": "cancel", "slot": theirs.pk})
    assert answer.status_code == 404


def test_a_test_page_goes_to_the_present_holder_and_shows_how_far_it_got(ward, charge, signed_in):
    on_call(ward, charge)
    client = signed_in(charge)
    for _ in range(2):  # pressed twice
        client.post(PAGE, {"action": "test", "role": "charge_nurse"})
    assert Bulletin.objects.count() == 1
    assert "queued 12:00, not handed over yet" in client.get(PAGE).content.decode()
    delivery.deliver_due(now=NOW)
    assert "accepted by the mail server 12:00" in client.get(PAGE).content.decode()
    (message,) = mail.outbox
    assert message.to == [charge.email]
    assert "P4 test page" in message.subject
    assert "No patient needs you" in message.body
    Bulletin.objects.update(sent_at=None, failed_at=NOW)
    assert "refused for good 12:00" in client.get(PAGE).content.decode()


def test_a_test_page_to_nobody_says_so(ward, signed_in):
    charge = a_person(Role.CHARGE_NURSE, ward)
    answer = signed_in(charge).post(PAGE, {"action": "test", "role": "pharmacist"}, follow=True)
    assert "There is nobody to send a test page to." in answer.content.decode()


def test_the_page_costs_the_same_for_two_slots_and_for_forty(ward, charge, signed_in):
    client = signed_in(charge)
    client.get(PAGE)  # renews the session
    costs = []
    for numbers in (range(2), range(2, 40)):
        for number in numbers:
            start = NOW + number * HOUR
            on_call(ward, charge, start=start, end=start + HOUR, backup=charge)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(PAGE)
        costs.append(len(queries))
    assert costs[0] == costs[1]
    days = page.context["days"]
    assert len(days) == 7
    assert sum(len(day["slots"]) for day in days) == 40


def test_every_page_names_alerting_that_does_not_run_on_the_wards_clock(ward, charge, signed_in):
    type(ward).objects.update(time_zone="Asia/Tokyo")
    for name in ("sender", "sweep"):
        pulse.beat(name, now=NOW - timedelta(minutes=5))
    client = signed_in(charge)
    words = "ALERTS NOT RUNNING since 20:55."
    assert client.get("/alerting.json").json()["message"].startswith(words)
    assert words in client.get(PAGE).content.decode()
    assert words in client.get("/alerts/").content.decode()


def test_a_stranger_is_not_told_whether_alerts_run(client):
    assert client.get("/alerting.json").status_code == 302
