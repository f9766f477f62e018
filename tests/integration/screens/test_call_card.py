"""N3: one soft reading waits for a second; danger says whom to call, in order."""

from datetime import timedelta

import pytest

from alerts.models import Alert, RotaRole, RotaSlot
from alerts.sweep import derive
from tests.factories.ward import (
    GRADE_2,
    GRADE_3,
    NOW,
    SOFT_GRADE_2,
    WELL,
    a_person,
    chart_set,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(nurse, charge_nurse, signed_in):
    return signed_in(nurse)


def page_of(client, charted):
    patient = charted.observations.patient_id
    return client.get(f"/patients/{patient}/sets/{charted.observations.pk}/")


def test_n3_one_low_pressure_is_provisional_and_asks_for_a_second(client, patient):
    page = page_of(client, chart_set(patient, SOFT_GRADE_2))
    assert page.context["headline"] == "Recorded values meet ASTCT grade 2 criteria"
    inputs = [each for reason in page.context["because"] for each in reason["inputs"]]
    assert any("84 mmHg" in each for each in inputs)
    assert any("38.6 °C" in each for each in inputs)
    assert page.context["recheck"] == {"again": "blood pressure", "minutes": 5, "until": "12:10"}
    assert "Provisional, on one reading. Recheck blood pressure in 5 min." in page.content.decode()


def test_n3_silence_for_ten_minutes_makes_it_p1(patient, charge_nurse, time_machine):
    chart_set(patient, SOFT_GRADE_2)
    for minutes, severity in ((9, "P2"), (10, "P1")):
        later = NOW + timedelta(minutes=minutes)
        time_machine.move_to(later, tick=False)
        derive(now=later)
        assert Alert.objects.not_closed().get(family="crs_grade").severity == severity


def test_a_low_saturation_is_asked_for_as_well(client, patient):
    page = page_of(client, chart_set(patient, SOFT_GRADE_2 | {"spo2_percent": 89}))
    assert page.context["recheck"]["again"] == "blood pressure and SpO₂"


def test_a_second_reading_ends_the_asking(client, patient):
    chart_set(patient, SOFT_GRADE_2, minutes_ago=6)
    assert page_of(client, chart_set(patient, SOFT_GRADE_2)).context["recheck"] is None


def test_a_hard_reading_asks_for_no_second(client, patient):
    assert page_of(client, chart_set(patient, GRADE_2)).context["recheck"] is None


def test_the_card_calls_in_the_order_of_the_ladder(client, patient, ward):
    RotaSlot.objects.create(
        ward=ward,
        role=RotaRole.ONCOLOGY_FELLOW,
        starts_at=NOW - timedelta(hours=1),
        ends_at=NOW + timedelta(hours=8),
        person=a_person("oncologist", ward, first_name="On", last_name="Call"),
        phone="+44 20 7946 0018",
        recorded_at=NOW,
    )
    page = page_of(client, chart_set(patient, GRADE_2))
    lines = page.context["call_card"]["lines"]
    assert [line["role"] for line in lines] == [
        "Charge nurse", "Oncology fellow", "Oncology attending", "ICU outreach",
        "Site nurse manager",
    ]  # fmt: skip
    assert [line["after"] for line in lines] == [
        "", "", "no answer in 5 min", "no answer in 5 min", "no answer in 10 min"
    ]  # fmt: skip
    assert lines[1]["people"] == "On Call"
    assert 'href="tel:+44 20 7946 0018"' in page.content.decode()


def test_a_severe_grade_calls_icu_outreach_at_once(client, patient):
    lines = page_of(client, chart_set(patient, GRADE_3)).context["call_card"]["lines"]
    at_once = [line["role"] for line in lines if not line["after"]]
    assert at_once == ["Charge nurse", "Oncology fellow", "ICU outreach"]


def test_the_wards_own_phone_stands_in_for_the_charge_nurse(client, patient, ward):
    ward.phone = "4417"
    ward.save()
    lines = page_of(client, chart_set(patient, GRADE_2)).context["call_card"]["lines"]
    assert lines[0]["phone"] == "4417"
    assert lines[3] == {
        "role": "ICU outreach", "people": "nobody on the rota", "phone": "",
        "after": "no answer in 5 min",
    }  # fmt: skip


def test_n6_the_next_set_counts_down_from_the_servers_time(client, patient):
    page = page_of(client, chart_set(patient, WELL)).content.decode()
    assert 'data-due-in="' in page
    due = page.split('data-due-in="')[1].split('"')[0]
    assert int(due) == 4 * 3600
