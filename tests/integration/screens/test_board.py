"""The board: most urgent first, constant in cost, and silent when nothing changed."""

import uuid
from datetime import timedelta
from time import process_time
from typing import Any

import pytest

from alerts import services
from alerts.models import Alert, DueSet, Heartbeat
from charting import confirming
from charting.models import PatientState
from grading.confirming import Word
from patients.models import Patient
from staff.models import Bed
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
# Session, user, wards of the user, the ward; states, alerts, nurses, treatments, counts, plans;
# beds, tablets, and three of alerting. The day of the ward is asked for every 15 seconds.
JSON_QUERIES = 15
# And open alerts and wards for the frame around the page.
PAGE_QUERIES = 17
LIST_QUERIES = 10


def tiles(client):
    return client.get(BOARD).json()["tiles"]


def flags(tile):
    return {flag["code"]: flag["words"] for flag in tile["flags"]}


def seconds(at):
    return int(at.timestamp())


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


@pytest.fixture
def five_hundred(ward):
    """A ward of 500: state rows, plans and alerts as one patient's, for speed."""
    infused_at = NOW - timedelta(days=5, minutes=7)  # on a whole hour nothing is kept
    patient = a_patient(ward, bed="one", infused_at=infused_at)
    first = chart_set(patient, GRADE_2).observations.patient
    state, due, alert = first.state, DueSet.objects.get(), Alert.objects.get()
    people = Patient.objects.bulk_create(
        Patient(mrn=f"MANY{n:04}", family_name=f"Many{n}", given_name="G") for n in range(499)
    )
    beds = Bed.objects.bulk_create(Bed(ward=ward, label=f"b{n}") for n in range(499))
    copies: tuple[tuple[Any, Any, Any], ...] = (
        (PatientState, state, lambda n: {"patient": people[n], "bed": beds[n]}),
        (DueSet, due, lambda n: {"patient": people[n]}),
        (Alert, alert, lambda n: {"patient": people[n], "code": f"Z{n:05}", "pk": None}),
    )
    for model, row, own in copies:
        names = [f.attname for f in model._meta.concrete_fields if f.attname != "patient_id"]
        values = {name: getattr(row, name) for name in names if name not in {"id", "bed_id"}}
        model.objects.bulk_create(model(**values | own(n)) for n in range(499))


def test_five_hundred_cost_as_many_queries_as_two_and_stay_within_their_time(
    five_hundred, nurses, django_assert_num_queries
):
    """Goal: 150 ms of the server at the 95th percentile; here its share of the processor."""
    first = nurses.get(BOARD)
    assert len(first.json()["tiles"]) == 500
    with django_assert_num_queries(JSON_QUERIES):
        nurses.get(BOARD)
    spent = []
    for _ in range(20):
        begun = process_time()
        assert ask_again(nurses, first["ETag"]).status_code == 304
        spent.append(process_time() - begun)
    assert sorted(spent)[-2] < 0.150


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
    assert (tile["bed"], tile["code"], tile["name"]) == ("12", "Bell", "Bell, Ada")
    assert (tile["chip"], tile["window"], tile["in_window"]) == ("CT-D5", "high_risk", True)
    assert tile["url"] == f"/patients/{patient.pk}/"


def test_a_patient_without_a_set_has_no_grade_and_no_due_time(patient, nurses):
    (tile,) = tiles(nurses)
    assert tile["grade"]["short"] == "?"
    assert tile["due"] == {"at": None}
    assert tile["set_at"] is None
    assert tile["trend"] == "unknown"
    assert set(tile["vitals"].values()) == {None}


# --- The trend over six hours ------------------------------------------------------------------

TEMPERATURE = {"temperature_celsius": WELL["temperature_celsius"]}
EASED = GRADE_2 | {"vasopressors": [], "hypotension": False}


@pytest.mark.parametrize(
    ("before", "newest", "trend"),
    [
        (WELL, GRADE_2, "worse"),
        (GRADE_2, GRADE_2, "same"),
        (GRADE_3, EASED, "better"),
    ],
)
@pytest.mark.parametrize("minutes_before", [30, 360, 719])
def test_the_trend_is_over_six_hours(before, newest, trend, minutes_before, patient, nurses):
    chart_set(patient, before, minutes_ago=minutes_before)
    chart_set(patient, newest)
    assert tiles(nurses)[0]["trend"] == trend


@pytest.mark.parametrize(("minutes_before", "trend"), [(30, "same"), (200, "unknown")])
def test_a_set_that_leaves_something_out_is_never_better(minutes_before, trend, patient, nurses):
    chart_set(patient, GRADE_2, minutes_ago=minutes_before)
    chart_set(patient, TEMPERATURE)
    assert tiles(nurses)[0]["trend"] == trend


def test_the_set_that_stood_six_hours_before_counts_and_not_the_one_between(patient, nurses):
    chart_set(patient, GRADE_3, minutes_ago=361)
    chart_set(patient, WELL, minutes_ago=180)
    chart_set(patient, GRADE_3 | {"heart_rate_bpm": 99})
    assert tiles(nurses)[0]["trend"] == "same"


def test_a_lone_set_and_one_twelve_hours_before_say_nothing(patient, nurses):
    chart_set(patient, GRADE_3, minutes_ago=720)
    chart_set(patient, GRADE_3)
    assert tiles(nurses)[0]["trend"] == "unknown"


def test_nobody_knows_how_a_grade_moved_that_is_six_hours_old(patient, nurses, time_machine):
    chart_set(patient, WELL, minutes_ago=30)
    chart_set(patient, GRADE_2)
    time_machine.move_to(NOW + timedelta(hours=6, seconds=-1), tick=False)
    assert tiles(nurses)[0]["trend"] == "worse"
    time_machine.move_to(NOW + timedelta(hours=6), tick=False)
    assert tiles(nurses)[0]["trend"] == "unknown"


def test_a_set_charted_late_for_six_hours_ago_moves_the_trend(patient, nurses):
    chart_set(patient, WELL, minutes_ago=60)
    chart_set(patient, FEVER)
    assert tiles(nurses)[0]["trend"] == "worse"
    chart_set(patient, FEVER, minutes_ago=400)
    assert tiles(nurses)[0]["trend"] == "same"


def test_an_alert_shows_who_has_it(patient, nurse, nurses):
    chart_set(patient, GRADE_2)
    alert = Alert.objects.get()
    assert tiles(nurses)[0]["alerts"] == [
        {"code": alert.code, "severity": "P1", "label": "Higher CRS grade",
         "raised_at": seconds(NOW), "state": "open", "version": 1, "rung": 0,
         "is_provisional": False, "owner": None}
    ]  # fmt: skip
    services.acknowledge(alert, by=nurse, at=NOW, eta_minutes=5, version_seen=1)
    (shown,) = tiles(nurses)[0]["alerts"]
    assert (shown["state"], shown["owner"]) == ("acknowledged", nurse.display_name())


# --- Asking again ------------------------------------------------------------------------------


def ask_again(client, etag):
    return client.get(BOARD, headers={"If-None-Match": etag})


def test_nothing_new_is_answered_without_a_body_however_the_minutes_pass(
    patient, nurses, time_machine
):
    chart_set(patient, WELL)
    first = nurses.get(BOARD)
    assert first["ETag"].startswith('"')
    time_machine.move_to(NOW + timedelta(minutes=50), tick=False)
    again = ask_again(nurses, first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert "no-store" in again["Cache-Control"]
    assert again["X-Server-Time"] == str(seconds(NOW + timedelta(minutes=50)))
    assert again["X-Ward-Clock"] == "12:50:00"


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
    assert well["X-Rules-Ran"] == str(seconds(NOW))
    Heartbeat.objects.update(at=NOW - timedelta(minutes=5))
    ill = ask_again(nurses, well["ETag"])
    assert ill.status_code == 200
    assert ill.json()["alerting"]["ok"] is False
    assert "No sender has run" in ill.json()["alerting"]["message"]


def test_a_beating_heart_is_no_news_of_the_ward(patient, nurses):
    for name in ("sender", "sweep"):
        Heartbeat.objects.create(name=name, boot_id="b", counter=1, at=NOW - timedelta(seconds=9))
    etag = nurses.get(BOARD)["ETag"]
    Heartbeat.objects.update(at=NOW, counter=2)
    again = ask_again(nurses, etag)
    assert (again.status_code, again["X-Rules-Ran"]) == (304, str(seconds(NOW)))


def test_the_page_brings_its_first_tiles(ward, nurses):
    fill(ward, 3)
    page = nurses.get("/wards/7b/board/")
    assert page.context["board"]["tiles"] == tiles(nurses)
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
    shown = flags(tiles(nurses)[0])
    assert shown["clinician"] == "Clinician: grade 2"
    assert shown["neuro_late"] == "The neuro check is overdue"


def test_a_set_changes_the_json_of_one_tile_alone(ward, nurses):
    fill(ward, 6)
    before = {tile["id"]: tile for tile in tiles(nurses)}
    changed = PatientState.objects.get(bed__label="02")
    chart_set(changed.patient, GRADE_3)
    after = {tile["id"]: tile for tile in tiles(nurses)}
    assert [pk for pk, tile in after.items() if tile != before[pk]] == [changed.pk]
