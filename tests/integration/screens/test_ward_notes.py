"""What is wrong with a ward's own arrangements is in sight of whoever can mend it."""

from datetime import timedelta

import pytest
import time_machine

from alerts.models import RotaRole, RotaSlot
from staff.models import Role
from tests.factories.ward import NOW, WELL, a_patient, a_person, a_ward, chart_set

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
GAP = "7B: nobody on call as oncology fellow now"
LATER = "7B: nobody on call as charge nurse from Tue 10 Mar 17:00 GMT"
SLIP = {"P1": {"rungs": [3, 2, 10, 15]}}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def ward():
    ward = a_ward(code="7b", name="7B")
    chart_set(a_patient(ward), WELL)
    return ward


@pytest.fixture
def charge(ward):
    return a_person(Role.CHARGE_NURSE, ward)


@pytest.fixture
def slot(ward, charge):
    """The ward uses a rota: a charge nurse for five hours, and nobody else."""
    return on_call(ward, charge, role=RotaRole.CHARGE_NURSE)


def on_call(ward, person, *, role, hours=5):
    return RotaSlot.objects.create(
        ward=ward,
        role=role,
        person=person,
        starts_at=NOW - HOUR,
        ends_at=NOW + hours * HOUR,
        recorded_at=NOW,
    )


def read(client, person, where="/alerts/"):
    client.force_login(person, backend="staff.backends.OpenAccountBackend")
    return client.get(where).content.decode()


def test_a_gap_is_on_every_page_of_the_charge_nurse(client, slot, charge):
    for where in ("/alerts/", "/patients/", "/wards/7b/board/"):
        text = read(client, charge, where)
        assert GAP in text
        assert LATER in text


@pytest.mark.parametrize("role", [Role.NURSE, Role.ONCOLOGIST])
def test_who_cannot_mend_a_gap_is_not_shown_it_on_every_page(client, ward, slot, role):
    assert GAP not in read(client, a_person(role, ward))


def test_a_charge_nurse_of_another_ward_is_not_shown_it(client, slot):
    assert GAP not in read(client, a_person(Role.CHARGE_NURSE, a_ward(code="4a", name="4A")))


def test_without_a_rota_there_is_no_gap(client, ward, charge):
    assert "nobody on call" not in read(client, charge)


def test_a_gap_that_was_filled_is_gone_within_a_minute(client, ward, slot, charge, monkeypatch):
    assert GAP in read(client, charge)
    on_call(ward, charge, role=RotaRole.ONCOLOGY_FELLOW)
    assert GAP in read(client, charge)  # as of this minute
    monkeypatch.setattr("alerts.ward_notes._KEPT_SECONDS", -1.0)
    assert GAP not in read(client, charge)


def test_minutes_nobody_can_use_are_told_to_the_charge_nurse_and_on_the_rota(client, ward, charge):
    assert "cannot be used" not in read(client, charge, "/wards/7b/rota/")
    ward.alert_minutes = SLIP
    ward.save()
    text = read(client, a_person(Role.NURSE, ward), "/wards/7b/rota/")
    assert "alert minutes cannot be used</b>" in text
    assert "each rung must come after the one before" in text


def test_both_are_in_the_detail_of_health(client, ward, slot):
    ward.alert_minutes = SLIP
    ward.save()
    a_ward(code="4a", name="4A", alert_minutes={"P9": {}})
    told = client.get("/health/alerting").json()["degraded"]
    assert GAP in told
    assert any(said.startswith("7B: its own alert minutes") for said in told)
    assert any(said.startswith("4A: ") and "P9 is no severity" in said for said in told)
