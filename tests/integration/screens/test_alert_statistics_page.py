"""The page of a ward's alerts, its file and its API: who may see it, and what is not known."""

import csv
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts import noise
from alerts.models import Alert
from alerts.policy import Severity
from staff.models import Role
from tests.factories.alerts import answered
from tests.factories.ward import GRADE_2, NOW, a_patient, a_person, chart_set, give

pytestmark = pytest.mark.django_db
PAGE, FILE = "/wards/7b/alerts/", "/wards/7b/alerts.csv"
API = "/api/v1/wards/7b/alert-statistics/"


@pytest.fixture
def charge(ward, signed_in):
    return signed_in(a_person(Role.CHARGE_NURSE, ward))


@pytest.mark.parametrize("url", [PAGE, FILE, API])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.CHARGE_NURSE, 200),
        (Role.ONCOLOGIST, 200),
        (Role.NURSE, 404),
        (Role.ADMINISTRATOR, 404),
        (Role.INTEGRATION, 404),
    ],
)
def test_charge_nurses_and_oncologists_of_the_ward_see_it(url, role, status, ward, signed_in):
    assert signed_in(a_person(role, ward)).get(url).status_code == status


@pytest.mark.parametrize("url", [PAGE, FILE, API])
def test_nobody_of_another_ward_sees_it(url, ward, next_door, signed_in):
    outsider = signed_in(a_person(Role.CHARGE_NURSE, next_door))
    assert outsider.get(url).status_code == 404
    assert outsider.get(url.replace("7b", "none")).status_code == 404


def test_what_is_not_known_is_said_and_is_no_zero(charge):
    page = charge.get(PAGE)
    tiles = page.context["tiles"]
    assert [tile["value"] for tile in tiles] == ["not enough data"] * 5
    assert [tile["is_within"] for tile in tiles] == [None] * 5
    assert b"Within budget" not in page.content
    body = charge.get(API).json()
    assert body["p1_acted_on_percent"] is None
    assert {row["per_patient_day"] for row in body["by_grade"]} == {None}


def test_the_page_says_in_words_what_acted_on_means(ward, charge):
    chart_set(a_patient(ward), GRADE_2)
    words = charge.get(PAGE).content.decode()
    assert noise.ACTED_WORDS in words
    assert "not yet clinically approved" in words
    assert "Decision support" in words
    assert charge.get(API).json()["acted_on_means"] == noise.ACTED_WORDS


def test_within_and_off_budget_are_told_apart(ward, signed_in, time_machine):
    for _ in range(5):
        patient = a_patient(ward)
        chart_set(patient, GRADE_2)
        give(patient, "tocilizumab", minutes_ago=0, now=NOW + timedelta(minutes=20))
        alert = Alert.objects.get(patient=patient)
        answered(alert, a_person(Role.NURSE, ward), at=NOW + timedelta(minutes=9))
    time_machine.move_to(NOW + timedelta(hours=12), tick=False)
    charge = signed_in(a_person(Role.CHARGE_NURSE, ward))
    tiles = {tile["label"]: tile for tile in charge.get(PAGE).context["tiles"]}
    assert tiles["P1 alerts acted on within 6 h"]["value"] == "100 %"
    assert tiles["P1 alerts acted on within 6 h"]["is_within"] is True
    assert tiles["Time to answer a P1, median"]["value"] == "9.0 min"
    assert tiles["Time to answer a P1, median"]["is_within"] is False
    ill = tiles["Interruptive alerts at grade 2\u00a0or\u00a0more"]
    assert (ill["value"], ill["is_within"]) == ("2.00", True)


def test_the_file_holds_the_table_of_the_page(ward, charge):
    chart_set(a_patient(ward), GRADE_2)
    answer = charge.get(FILE, {"days": "28"})
    assert (
        answer["Content-Disposition"] == 'attachment; filename="alerts-7b-2026-03-10-28-days.csv"'
    )
    assert answer["Cache-Control"] == "no-store, private"
    (row,) = csv.DictReader(answer.content.decode().splitlines())
    (shown,) = charge.get(PAGE).context["rules"]
    assert (row["rule"], row["fired"], row["interruptive"]) == ("A03", "1", "1")
    assert row["meaning"] == shown["label"]
    # Too young to be judged: no number in the file either.
    assert (row["judged"], row["acted_on_percent"], row["to_review"]) == ("0", "", "no")


@pytest.mark.parametrize(("asked", "days"), [({}, 7), ({"days": "28"}, 28), ({"days": "x"}, 7)])
def test_the_switch_has_two_positions(asked, days, charge):
    assert charge.get(PAGE, asked).context["days"] == days


def test_the_api_refuses_another_span_and_names_those_it_knows(charge):
    answer = charge.get(API, {"days": "9"})
    assert answer.status_code == 400
    assert "7 or 28" in answer.content.decode()
    assert charge.get(API, {"days": "28"}).json()["days"] == 28


def test_the_api_tells_what_the_page_shows(ward, charge):
    chart_set(a_patient(ward), GRADE_2)
    body = charge.get(API).json()
    (rule,) = body["rules"]
    assert (rule["rule"], rule["fired"], rule["acted_on_percent"]) == ("A03", 1, None)
    assert [(row["severity"], row["budget_minutes"]) for row in body["answers"]] == [
        (Severity.P1, 5), (Severity.P2, 15),
    ]  # fmt: skip
    assert {row["grade"]: row["interruptive"] for row in body["by_grade"]} == {
        "grade_0_1": 0, "grade_2_and_more": 1, "grade_unknown": 0,
    }  # fmt: skip


def test_the_page_costs_the_same_for_many_patients(ward, charge):
    charge.get(PAGE)
    counts = []
    for _ in range(2):
        chart_set(a_patient(ward), GRADE_2)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            charge.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_alerts_page_leads_there(ward, charge, signed_in):
    assert PAGE in charge.get("/alerts/").content.decode()
    nurse = signed_in(a_person(Role.NURSE, ward))
    assert PAGE not in nurse.get("/alerts/").content.decode()
