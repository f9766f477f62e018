"""The report of a shift as a page and on paper, for whoever runs the ward."""

import pytest

from audit.models import AuditEntry
from staff.models import Role
from tests.factories.alerts import an_alert, answered
from tests.factories.paper import text_of
from tests.factories.ward import FEVER, NOW, a_person, chart_set

pytestmark = pytest.mark.django_db


@pytest.fixture
def charge(charge_nurse, signed_in):
    return signed_in(charge_nurse)


@pytest.fixture
def busy(ward, patient, nurse):
    chart_set(patient, FEVER, minutes_ago=240)
    return answered(an_alert(patient, ward), nurse, at=NOW)


def test_the_page_says_what_was_due_and_what_was_answered(busy, charge):
    text = charge.get("/wards/7b/shift/").content.decode()
    assert "10 Mar 07:00 to 10 Mar 12:00, not over" in text
    assert "Sets done within grace" in text
    assert "0 of " in text
    assert "Median wait for an answer" in text
    assert "not for use as the sole basis" in text


def test_what_is_not_known_is_said_and_is_no_nought(ward, charge):
    text = charge.get("/wards/7b/shift/").content.decode()
    assert "no set was due" in text
    assert "not known: none answered" in text
    assert "0 %" not in text


def test_the_shift_before_is_one_tap_away(busy, charge):
    text = charge.get("/wards/7b/shift/?back=1").content.decode()
    assert "9 Mar 19:00 to 10 Mar 07:00" in text
    assert "not over" not in text


def test_the_paper_says_what_the_page_says_with_numbers_and_no_names(busy, patient, charge):
    text = text_of(charge.get("/wards/7b/shift.pdf").content)
    for words in ("Shift report", "Alerts by priority", "Sets done within grace", "Page 1 of 1"):
        assert words in text
    assert patient.family_name not in text


def test_a_printed_report_is_in_the_trail(charge, charge_nurse):
    charge.get("/wards/7b/shift.pdf")
    assert AuditEntry.objects.get(action="shift.printed").actor == charge_nurse


@pytest.mark.parametrize("where", ["shift/", "shift.pdf"])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.CHARGE_NURSE, 200), (Role.ONCOLOGIST, 200), (Role.NURSE, 404),
        (Role.ADMINISTRATOR, 404), (Role.INTEGRATION, 404),
    ],
)  # fmt: skip
def test_who_runs_the_ward_sees_it(role, status, where, ward, signed_in):
    assert signed_in(a_person(role, ward)).get(f"/wards/7b/{where}").status_code == status


@pytest.mark.parametrize("where", ["/wards/9c/shift/", "/wards/9c/shift.pdf"])
def test_another_ward_has_no_report_here(where, next_door, charge):
    assert charge.get(where).status_code == 404


@pytest.mark.parametrize("back", ["2", "-1", "x"])
def test_what_no_button_asks_for_is_no_report(back, ward, charge):
    assert charge.get(f"/wards/7b/shift/?back={back}").status_code == 404
