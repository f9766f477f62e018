"""Above the beds: who is on call, how long alerts waited, what was done in time, points."""

from datetime import timedelta

import pytest

from alerts import acknowledging
from alerts.models import Alert, RotaRole, RotaSlot
from charting import assigning
from staff.models import Ward
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    NOW,
    WELL,
    a_patient,
    a_person,
    chart_set,
    give,
)

pytestmark = pytest.mark.django_db
BOARD = "/wards/7b/board.json"


def header(client):
    return client.get(BOARD).json()["header"]


def on_call(client):
    return {row["role"]: row for row in header(client)["on_call"]}


def test_four_roles_stand_with_a_name_and_a_telephone_number(ward, nurses):
    fellow = a_person("oncologist", ward, first_name="Fay", last_name="Low")
    RotaSlot.objects.create(
        ward=ward, role=RotaRole.ONCOLOGY_FELLOW, person=fellow, phone="4420",
        starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(hours=1), recorded_at=NOW,
    )  # fmt: skip
    shown = on_call(nurses)
    assert list(shown) == [
        "Charge nurse", "Oncology fellow", "Oncology attending", "ICU outreach",
    ]  # fmt: skip
    assert shown["Oncology fellow"] == {
        "role": "Oncology fellow", "who": "Fay Low", "phone": "4420", "is_vacant": False,
    }  # fmt: skip
    assert shown["ICU outreach"] == {
        "role": "ICU outreach", "who": "nobody", "phone": "", "is_vacant": True,
    }  # fmt: skip


def test_the_wards_own_mailbox_is_nobody_on_call(ward, nurses):
    Ward.objects.update(fallback_email="ward@example.org")
    assert on_call(nurses)["ICU outreach"]["is_vacant"] is True


def test_the_median_wait_is_of_what_was_acknowledged_today(
    ward, nurse, nurses, signed_in, time_machine
):
    assert header(nurses)["answered"] == {"median_minutes": None, "count": 0}
    for bed, minutes in (("1", 2), ("2", 4), ("3", 30), ("4", None)):
        chart_set(a_patient(ward, bed=bed), GRADE_2)
        if minutes is not None:
            alert = Alert.objects.latest("pk")
            at = NOW + timedelta(minutes=minutes)
            acknowledging.acknowledge(alert, by=nurse, at=at, eta_minutes=0, version_seen=1)
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)
    assert header(nurses)["answered"] == {"median_minutes": 4.0, "count": 3}
    time_machine.move_to(NOW + timedelta(hours=12), tick=False)  # the ward's next day
    assert header(signed_in(nurse))["answered"] == {"median_minutes": None, "count": 0}


def test_what_was_due_today_and_done_in_grace_is_a_share_and_unknown_before(
    ward, nurses, time_machine
):
    in_time, late, silent = (a_patient(ward, bed=bed) for bed in "123")
    for patient in (in_time, late, silent):
        chart_set(patient, WELL, minutes_ago=240)
    assert header(nurses)["kept"] == {"percent": None, "kept": 0, "due": 0}
    chart_set(in_time, WELL, now=NOW + timedelta(minutes=30))
    chart_set(late, WELL, now=NOW + timedelta(minutes=31))
    time_machine.move_to(NOW + timedelta(minutes=30), tick=False)
    assert header(nurses)["kept"] == {"percent": 50, "kept": 1, "due": 2}
    time_machine.move_to(NOW + timedelta(minutes=31), tick=False)
    assert header(nurses)["kept"] == {"percent": 33, "kept": 1, "due": 3}


def test_yesterdays_sets_are_not_of_today(ward, nurse, signed_in, time_machine):
    patient = a_patient(ward)
    chart_set(patient, WELL, minutes_ago=240)
    chart_set(patient, WELL)
    time_machine.move_to(NOW + timedelta(hours=12, minutes=1), tick=False)
    assert header(signed_in(nurse))["kept"]["kept"] == 0


def test_c12_points_of_each_nurse_match_the_formula_for_the_seeded_ward(ward, nurse, nurses):
    """C12: 60 / interval for each patient, 2 at grade 2 or more, 1 for each running infusion."""
    ill, hot, well = (a_patient(ward, bed=bed) for bed in "123")
    chart_set(ill, GRADE_2)  # every 15 min: 4, and 2 for the grade
    give(ill, "norepinephrine", minutes_ago=10)  # and 1
    chart_set(hot, FEVER)  # every 30 min: 2
    chart_set(well, WELL)  # every 240 min: 0.25
    for patient in (ill, well):
        assigning.assign(
            patient_id=patient.pk, nurse=nurse, by=nurse, now=NOW - timedelta(minutes=1)
        )
    assert header(nurses)["workload"] == [
        {"nurse": nurse.display_name(), "patients": 2, "points": 7.2, "unplanned": 0},
        {"nurse": "", "patients": 1, "points": 2.0, "unplanned": 0},
    ]


def test_a_day_is_asked_for_every_quarter_of_a_minute_and_after_a_change(
    ward, nurses, time_machine
):
    assert on_call(nurses)["Charge nurse"]["who"] == "nobody"
    a_person("charge_nurse", ward, first_name="Cy", last_name="Orr")
    time_machine.move_to(NOW + timedelta(seconds=14), tick=False)
    assert on_call(nurses)["Charge nurse"]["who"] == "nobody"
    time_machine.move_to(NOW + timedelta(seconds=15), tick=False)
    assert on_call(nurses)["Charge nurse"]["who"] == "Cy Orr"


def test_a_rota_that_was_changed_here_is_seen_at_once(ward, charge_nurse, signed_in):
    client = signed_in(charge_nurse)
    assert on_call(client)["ICU outreach"]["is_vacant"] is True
    client.post(
        "/wards/7b/rota/",
        {"action": "add", "role": "icu_outreach", "starts_at": "2026-03-10T11:00",
         "ends_at": "2026-03-10T20:00", "person": charge_nurse.pk, "phone": "4433"},
    )  # fmt: skip
    assert RotaSlot.objects.count() == 1
    assert on_call(client)["ICU outreach"]["phone"] == "4433"
