"""C1: one board shows grade, next due and alerts for all beds, in the order of urgency."""

from datetime import timedelta

import pytest

from alerts import services
from alerts.models import Alert, DueSet
from tests.factories.ward import (
    GRADE_2,
    GRADE_3,
    GRADE_4,
    NOW,
    WELL,
    a_patient,
    chart_set,
)

pytestmark = pytest.mark.django_db
BOARD = "/wards/7b/board.json"


def tiles(client):
    return client.get(BOARD).json()["tiles"]


@pytest.fixture
def seeded(ward, nurse, time_machine):
    """One bed for each reason to stand above another, in the order of labels wrong throughout."""
    beds = {
        "9 P1 that nobody answered": (GRADE_2, 20),
        "8 grade 4, answered": (GRADE_4, 20),
        "7 grade 3, answered": (GRADE_3, 20),
        "6 grade 2, answered": (GRADE_2, 20),
        "5 grade 0, most overdue": (WELL, 300),
        "4 grade 0, less overdue": (WELL, 270),
        "2 grade 0": (WELL, 10),
        "10 grade 0": (WELL, 10),
    }
    for label, (values, minutes_ago) in beds.items():
        patient = a_patient(ward, bed=label[:12])
        chart_set(patient, values, minutes_ago=minutes_ago)
        if "answered" in label and "nobody" not in label:
            for alert in Alert.objects.filter(patient=patient).not_closed():
                services.acknowledge(
                    alert, by=nurse, at=NOW, eta_minutes=5, version_seen=alert.version
                )
    opening = a_patient(
        ward, bed="3 opens", infused_at=NOW - timedelta(hours=1), therapy="tarlatamab",
        kind="step_1",
    )  # fmt: skip
    chart_set(opening, WELL, minutes_ago=10)


def test_c01_the_seeded_ward_stands_in_the_order_of_urgency(seeded, nurses):
    assert [tile["bed"].split()[0] for tile in tiles(nurses)] == [
        "9", "8", "7", "6", "5", "4", "3", "2", "10",
    ]  # fmt: skip


def test_c01_every_bed_shows_grade_next_due_and_alerts(seeded, nurses):
    found = tiles(nurses)
    assert [tile["grade"]["short"] for tile in found] == list("243200000")
    assert all(tile["due"]["at"] for tile in found)
    assert [len(tile["alerts"]) > 0 for tile in found[:4]] == [True] * 4


def test_c01_who_is_off_the_ward_is_not_overdue(ward, nurses, time_machine):
    away, late = a_patient(ward, bed="1"), a_patient(ward, bed="2")
    chart_set(away, WELL, minutes_ago=400)
    chart_set(late, WELL, minutes_ago=300)
    assert [tile["bed"] for tile in tiles(nurses)] == ["1", "2"]
    plan = DueSet.objects.get(patient=away)
    plan.paused_since, plan.paused_until = NOW, NOW + timedelta(minutes=30)
    plan.save()
    assert [tile["bed"] for tile in tiles(nurses)] == ["2", "1"]
