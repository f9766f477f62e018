"""The board: most urgent first, constant in cost, and silent when nothing changed."""

import uuid
from datetime import timedelta

import pytest

from alerts import services
from alerts.models import Alert, Heartbeat
from charting import confirming
from charting.models import PatientState
from grading.confirming import Word
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    GRADE_3,
    NOW,
    WELL,
    a_patient,
    chart_set,
)  # fmt: skip

pytestmark = pytest.mark.django_db
BOARD = "/wards/7b/board.json"
# Session, user, wards of the user, the ward, the states, the alerts, its tablets, and three of
# alerting.
JSON_QUERIES = 10
# And open alerts and wards for the frame around the page.
PAGE_QUERIES = 12
LIST_QUERIES = 10


def tiles(client):
    return client.get(BOARD).json()["tiles"]


def fill(ward, beds):
    for bed in range(beds):
        patient = a_patient(ward, bed=f"{bed:02}")
        chart_set(patient, GRADE_2 if bed % 2 else WELL)


@pytest.mark.parametrize("beds", [2, 30])
@pytest.mark.parametrize(
    ("url", "queries"),
    [(BOARD, JSON_QUERIES), ("/wards/7b/board/", PAGE_QUERIES), ("/patients/", LIST_QUERIES)],
)
def test_thirty_beds_cost_as_many_queries_as_two(
    beds, url, queries, ward, nurses, django_assert_num_queries
):
    fill(ward, beds)
    nurses.get(url)
    with django_assert_num_queries(queries):
        assert nurses.get(url).status_code == 200


def test_the_most_urgent_patient_comes_first(ward, nurse, nurses):
    well, answered, unanswered = (a_patient(ward, bed=bed) for bed in ("01", "02", "03"))
    chart_set(well, WELL)
    chart_set(answered, GRADE_3)
    chart_set(unanswered, GRADE_2)
    graver = Alert.objects.get(patient=answered)
    services.acknowledge(graver, by=nurse, at=NOW, eta_minutes=5, version_seen=graver.version)
    assert [tile["bed"] for tile in tiles(nurses)] == ["03", "02", "01"]


def test_of_equal_grades_the_more_overdue_comes_first(ward, nurses, time_machine):
    late, later = a_patient(ward, bed="01"), a_patient(ward, bed="02")
    chart_set(late, WELL, minutes_ago=10)
    chart_set(later, WELL, minutes_ago=60)
    time_machine.move_to(NOW + timedelta(hours=5), tick=False)
    assert [tile["bed"] for tile in tiles(nurses)] == ["02", "01"]


def test_a_tile_says_what_was_recorded_and_leaves_open_what_was_not(patient, nurses):
    chart_set(patient, {"temperature_celsius": FEVER["temperature_celsius"], "heart_rate_bpm": 90})
    (tile,) = tiles(nurses)
    assert tile["vitals"] == {
        "temperature": "38.6", "hr": "90", "bp": None, "rr": None, "spo2": None, "oxygen": None,
    }  # fmt: skip
    assert tile["grade"]["value"] is None
    assert tile["grade"]["short"] == "≥1"
    assert tile["grade"]["shape"] == "unknown"
    assert (tile["bed"], tile["name"], tile["day_label"]) == ("12", "Bell, Ada", "D5")
    assert tile["window_state"] == "high_risk"
    assert tile["url"] == f"/patients/{patient.pk}/timeline/"


def test_a_patient_without_a_set_has_no_grade_and_no_due_time(patient, nurses):
    (tile,) = tiles(nurses)
    assert tile["grade"]["short"] == "?"
    assert tile["due"] == {"state": "none", "label": "No set charted", "at": None, "ratio": 0}
    assert tile["last_set_label"] == "No set charted"
    assert tile["trend"] == "unknown"
    assert set(tile["vitals"].values()) == {None}


@pytest.mark.parametrize(
    ("before", "now", "trend"),
    [
        (WELL, GRADE_2, "worse"),
        (GRADE_2, GRADE_2, "same"),
        (GRADE_3, GRADE_2 | {"vasopressors": [], "hypotension": False}, "better"),
        (GRADE_3, {"heart_rate_bpm": 100}, "same"),
    ],
)
def test_the_trend_compares_the_last_two_sets(before, now, trend, patient, nurses):
    chart_set(patient, before, minutes_ago=30)
    chart_set(patient, now)
    assert tiles(nurses)[0]["trend"] == trend


def test_a_set_that_leaves_something_out_is_never_better(patient, nurses):
    chart_set(patient, GRADE_2, minutes_ago=200)
    chart_set(patient, {"temperature_celsius": WELL["temperature_celsius"]})
    state = PatientState.objects.get(pk=patient.pk)
    assert state.latest_assessment.at_least < 2
    assert tiles(nurses)[0]["trend"] == "unknown"


def test_an_alert_shows_who_has_it(patient, nurse, nurses):
    chart_set(patient, GRADE_2)
    alert = Alert.objects.get()
    assert tiles(nurses)[0]["alerts"] == [
        {"code": alert.code, "severity": "P1", "label": "Higher CRS grade",
         "age_label": "just now", "state": "open", "owner": None}
    ]  # fmt: skip
    services.acknowledge(alert, by=nurse, at=NOW, eta_minutes=5, version_seen=1)
    (shown,) = tiles(nurses)[0]["alerts"]
    assert (shown["state"], shown["owner"]) == ("acknowledged", nurse.display_name())


# --- Asking again ------------------------------------------------------------------------------


def ask_again(client, etag):
    return client.get(BOARD, headers={"If-None-Match": etag})


def test_nothing_new_is_answered_without_a_body(patient, nurses, time_machine):
    chart_set(patient, WELL)
    time_machine.move_to(NOW + timedelta(seconds=10), tick=False)
    first = nurses.get(BOARD)
    assert first["ETag"].startswith('"')
    time_machine.move_to(NOW + timedelta(seconds=30), tick=False)
    again = ask_again(nurses, first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert "no-store" in again["Cache-Control"]


def test_a_new_set_is_answered_in_full(patient, nurses):
    chart_set(patient, WELL, minutes_ago=5)
    etag = nurses.get(BOARD)["ETag"]
    chart_set(patient, FEVER)
    again = ask_again(nurses, etag)
    assert again.status_code == 200
    assert again["ETag"] != etag


def test_alerting_that_fails_changes_the_answer(patient, nurses):
    for name in ("sender", "sweep"):
        Heartbeat.objects.create(name=name, boot_id="b", counter=1, at=NOW)
    well = nurses.get(BOARD)
    assert well.json()["alerting"] == {"ok": True, "message": ""}
    Heartbeat.objects.update(at=NOW - timedelta(minutes=5))
    ill = ask_again(nurses, well["ETag"])
    assert ill.status_code == 200
    assert ill.json()["alerting"]["ok"] is False
    assert "No sender has run" in ill.json()["alerting"]["message"]


def test_the_page_brings_its_first_tiles_and_counts(ward, nurses):
    fill(ward, 3)
    page = nurses.get("/wards/7b/board/")
    assert page.context["board"]["tiles"] == tiles(nurses)
    assert page.context["summary"] == {"patients": 3, "open_alerts": 1, "overdue": 0}
    assert page.context["open_alert_count"] == 1


def test_a_tile_says_what_a_clinician_said_and_what_else_is_late(ward, oncologist, nurses):
    patient = a_patient(ward, bed="01")
    graded = chart_set(patient, FEVER, minutes_ago=30 * 60, now=NOW).assessment
    confirming.confirm_grade(
        assessment_id=graded.pk,
        client_id=uuid.uuid4(),
        word=Word("changed", 2, note="pressure 30 below the baseline"),
        by=oncologist,
        now=NOW,
    )
    chart_set(patient, FEVER, minutes_ago=23 * 60, now=NOW)
    flags = tiles(nurses)[0]["flags"]
    assert "Clinician: grade 2" in flags
    assert "Neuro check overdue" in flags
