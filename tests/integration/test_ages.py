"""A birth date that cannot be right keeps nobody from charting: the age is then not known."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from staff.models import Role
from tests.factories.ward import a_patient, a_person, a_ward, chart_set

pytestmark = pytest.mark.django_db
ILL = {
    "temperature_celsius": Decimal("39.0"), "systolic_mmhg": 80, "respirations_per_minute": 24,
    "heart_rate_bpm": 120, "spo2_percent": 96, "oxygen_device": "room_air",
    "consciousness": "alert",
}  # fmt: skip
IMPOSSIBLE = (date(2026, 3, 12), date(2031, 1, 1), date(1726, 3, 10))


@pytest.mark.parametrize("born", IMPOSSIBLE)
def test_a_set_is_graded_as_of_a_patient_without_a_birth_date(born):
    wrong, unknown = (
        chart_set(a_patient(a_ward(code=code, name=code), birth_date=each), ILL)
        for code, each in (("w", born), ("u", None))
    )
    assert wrong.assessment.at_least == unknown.assessment.at_least == 2
    told = [
        {(row.scale, row.grade, row.at_least) for row in each.others} for each in (wrong, unknown)
    ]
    assert told[0] == told[1]
    assert {each.alert.rule for each in wrong.raised} == {
        each.alert.rule for each in unknown.raised
    }


@pytest.mark.parametrize("born", [date.max, date(1726, 3, 10)])
def test_every_page_of_the_ward_opens_and_says_that_the_age_is_not_known(born):
    ward = a_ward()
    patient = a_patient(ward, birth_date=born)
    chart_set(patient, ILL)
    visitor = _nurse_of(ward)
    here = f"/patients/{patient.pk}"
    for page in (f"{here}/timeline/", f"{here}/chart/"):
        answer = visitor.get(page)
        assert answer.status_code == 200, page
        assert "age not known" in answer.content.decode(), page
    assert visitor.get(f"/wards/{ward.code}/board/").status_code == 200
    (kept,) = visitor.get("/tablet/pack.json").json()["patients"]
    assert (kept["limits"], kept["is_child"]) == ("None", False)


def test_a_newborn_is_a_child_on_the_tablet():
    ward = a_ward()
    a_patient(ward, birth_date=timezone.localdate() - timedelta(days=3))
    (kept,) = _nurse_of(ward).get("/tablet/pack.json").json()["patients"]
    assert (kept["limits"], kept["is_child"]) == ("0", True)


def _nurse_of(ward):
    visitor = Client()
    visitor.force_login(a_person(Role.NURSE, ward))
    return visitor
