"""What stands on a tile beside the grade, and how a ward names its patients on the board."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from alerts.models import DueSet, NurseAssignment
from charting import assigning
from patients.models import PlannedDose
from screens.boards import content
from screens.boards.kept import Kept
from screens.boards.tile import tile
from staff.models import BoardLabel, Ward
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    NOW,
    WELL,
    a_patient,
    a_person,
    an_infusion,
    chart_set,
    check_neuro,
    give,
)
from vitals.models import LabResult

pytestmark = pytest.mark.django_db
BOARD = "/wards/7b/board.json"
LONDON = ZoneInfo("Europe/London")


def the_tile(client):
    (found,) = client.get(BOARD).json()["tiles"]
    return found


def flags(found):
    return {flag["code"]: flag["words"] for flag in found["flags"]}


def neutrophils(patient, count, *, hours_ago=1):
    LabResult.objects.create(
        client_id=uuid4(), patient=patient, analyte="neutrophils", loinc="751-8",
        display="Neutrophils", taken_at=NOW - timedelta(hours=hours_ago), received_at=NOW,
        value=Decimal(count), unit="10*9/L", canonical_value=Decimal(count),
        canonical_unit="10*9/L",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("label", "code", "name"),
    [
        (BoardLabel.BED, "", ""),
        (BoardLabel.INITIALS, "AB", ""),
        (BoardLabel.SURNAME, "Bell", "Bell, Ada"),
    ],
)
def test_the_ward_says_how_patients_are_named(label, code, name, patient, nurses):
    Ward.objects.update(board_label=label)
    found = the_tile(nurses)
    assert (found["code"], found["name"]) == (code, name)
    assert ("Bell" in str(found)) is (label == BoardLabel.SURNAME)


def test_two_of_one_surname_are_told_apart(ward, nurses):
    a_patient(ward, bed="1", family_name="Bell", given_name="Ada")
    a_patient(ward, bed="2", family_name="Bell", given_name="Cy")
    found = nurses.get(BOARD).json()["tiles"]
    assert {each["code"] for each in found} == {"Bell, A.", "Bell, C."}


@pytest.mark.parametrize(("count", "shown"), [("0.49", True), ("0.5", False)])
def test_neutropenia_is_below_the_line_of_the_fever_rule(count, shown, patient, nurses):
    neutrophils(patient, count)
    assert ("neutropenic" in flags(the_tile(nurses))) is shown


def test_only_the_newest_count_is_told_and_not_for_ever(patient, nurses, time_machine):
    neutrophils(patient, "0.2", hours_ago=30)
    assert flags(the_tile(nurses))["neutropenic"] == "Neutropenic: 0.2 ×10⁹/L"
    neutrophils(patient, "2.0")
    assert "neutropenic" not in flags(the_tile(nurses))


def test_tocilizumab_is_counted(patient, nurses):
    assert "tocilizumab" not in flags(the_tile(nurses))
    give(patient, "tocilizumab", minutes_ago=900)
    assert flags(the_tile(nurses))["tocilizumab"] == "Tocilizumab given once"
    give(patient, "tocilizumab", minutes_ago=60)
    assert flags(the_tile(nurses))["tocilizumab"] == "Tocilizumab given 2 times"


def test_a_baseline_and_a_nurse_are_missed_until_they_are_there(patient, nurse, nurses):
    assert {"no_baseline", "unassigned"} <= flags(the_tile(nurses)).keys()
    check_neuro(patient, ice_score=10, consciousness="alert", is_baseline=True)
    assigning.assign(patient_id=patient.pk, nurse=nurse, by=nurse, now=NOW - timedelta(minutes=1))
    found = the_tile(nurses)
    assert not {"no_baseline", "unassigned"} & flags(found).keys()
    assert found["nurses"] == [
        {"id": nurse.pk, "name": nurse.display_name(), "initials": found["nurses"][0]["initials"]}
    ]
    assert found["nurses"][0]["initials"]


def test_whoever_gets_a_patient_has_it_alone_and_the_past_stays(patient, nurse, ward):
    other = a_person("nurse", ward)
    for number, who in enumerate((nurse, nurse, other, None)):
        assigning.assign(
            patient_id=patient.pk, nurse=who, by=other, now=NOW + timedelta(minutes=number)
        )
    rows = NurseAssignment.objects.order_by("starts_at")
    assert [(row.nurse_id, row.starts_at - NOW, row.ends_at - NOW) for row in rows] == [
        (nurse.pk, timedelta(), timedelta(minutes=2)),
        (other.pk, timedelta(minutes=2), timedelta(minutes=3)),
    ]


@pytest.mark.parametrize(
    ("therapy", "kind", "infused", "chip", "opens_today", "step_up"),
    [
        ("tisa-cel", "infusion", timedelta(days=5), "CT-D5", False, False),
        ("tisa-cel", "infusion", timedelta(hours=2), "CT-D0", False, False),
        ("tarlatamab", "step_1", timedelta(hours=19), "BS-19h", False, False),
        ("tarlatamab", "step_1", timedelta(hours=2), "BS-2h", True, True),
    ],
)
def test_a_neutral_chip_says_class_and_day_or_hour(
    therapy, kind, infused, chip, opens_today, step_up, ward, nurses
):
    patient = a_patient(ward, infused_at=None)
    an_infusion(patient, therapy=therapy, kind=kind, started_at=NOW - infused)
    found = the_tile(nurses)
    assert (found["chip"], found["opens_today"], found["step_up_today"]) == (
        chip, opens_today, step_up,
    )  # fmt: skip


def test_a_step_up_planned_for_today_is_told_before_it_is_given(ward, nurses, oncologist):
    patient = a_patient(ward, infused_at=None)
    an_infusion(
        patient, therapy="tarlatamab", kind="step_1", started_at=NOW - timedelta(days=7, hours=2)
    )
    assert the_tile(nurses)["step_up_today"] is False
    for hours, today in ((13, False), (11, True)):  # noon now: midnight is in 12 hours
        PlannedDose.objects.create(
            client_id=uuid4(), patient=patient, therapy="tarlatamab", kind="first_full",
            planned_at=NOW + timedelta(hours=hours), recorded_by=oncologist, recorded_at=NOW,
        )  # fmt: skip
        assert the_tile(nurses)["step_up_today"] is today


@pytest.mark.parametrize(
    ("field", "words"),
    [("icu_until", "In intensive care"), ("home_until", "Followed at home")],
)
def test_who_is_watched_elsewhere_is_not_overdue_here(field, words, patient, nurses, time_machine):
    chart_set(patient, WELL, minutes_ago=600)
    DueSet.objects.update(**{field: NOW + timedelta(hours=1)})
    found = the_tile(nurses)
    assert (found["due"]["elsewhere"], flags(found)["elsewhere"]) == (words, words)
    assert nurses.get(BOARD).json()["header"]["kept"]["due"] == 0
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)
    assert the_tile(nurses)["due"]["elsewhere"] is None


# --- Kept tiles ---------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [0, 29, 30, 31, 59, 60, 61, 180, 241, 479, 482, 721, 1441])
def test_a_kept_tile_is_the_one_that_would_be_drawn_now(minutes, ward):
    """Whatever moment was kept before: no word of a tile outlives its time."""
    patient = a_patient(ward, infused_at=None)
    an_infusion(patient, therapy="tarlatamab", kind="step_1", started_at=NOW - timedelta(hours=23))
    chart_set(patient, FEVER, minutes_ago=30)
    check_neuro(patient, minutes_ago=20, ice_score=10, consciousness="alert")
    kept, start = Kept(tile), datetime(2026, 3, 10, 12, 0, tzinfo=LONDON)
    for before in range(0, minutes + 1, 7):
        content.drawn_of(ward, kept=kept, now=start + timedelta(minutes=before))
    now = start + timedelta(minutes=minutes)
    (old,), (new,) = (content.drawn_of(ward, kept=each, now=now) for each in (kept, Kept(tile)))
    assert old.tile == new.tile
    assert old.json == new.json


def counted(drawn):
    """Draw tiles and note each."""

    def draw(*facts, now):
        drawn.append(now)
        return tile(*facts, now=now)

    return draw


def test_an_unchanged_tile_is_drawn_once(ward, now):
    drawn: list[Any] = []
    kept = Kept(counted(drawn))
    patients = [a_patient(ward, bed=bed) for bed in ("1", "2")]
    for patient in patients:
        chart_set(patient, WELL)
    for minute in range(1, 5):  # not at a whole hour after the dose
        content.drawn_of(ward, kept=kept, now=NOW + timedelta(minutes=minute))
    assert len(drawn) == 2
    chart_set(patients[0], GRADE_2, now=NOW + timedelta(minutes=5))
    content.drawn_of(ward, kept=kept, now=NOW + timedelta(minutes=5))
    assert len(drawn) == 3


def test_a_clock_that_was_set_back_keeps_nothing(ward, now):
    drawn: list[Any] = []
    kept = Kept(counted(drawn))
    chart_set(a_patient(ward), WELL)
    for minute in (2, 3, 1):
        content.drawn_of(ward, kept=kept, now=NOW + timedelta(minutes=minute))
    assert len(drawn) == 2
