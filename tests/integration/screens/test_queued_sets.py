"""Sets typed without a network: once, as their author's, at their time, or refused in words."""

import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client

from alerts.models import Alert
from audit.models import AuditEntry
from charting import stays
from patients.models import Stay
from staff import offline_grant
from staff.models import Role
from tests.factories.ward import GRADE_2, NOW, WELL, a_person, a_ward, chart_set
from vitals.models import ObservationSet

pytestmark = pytest.mark.django_db
TABLET = str(uuid.UUID(int=7))
# In London at noon; what a fevered patient's form holds.
FIELDS = [
    ["taken_at", "2026-03-10T11:30"],
    ["respirations_per_minute", "20"],
    ["spo2_percent", "97"],
    ["oxygen_device", "room_air"],
    ["systolic_mmhg", "120"],
    ["diastolic_mmhg", "70"],
    ["heart_rate_bpm", "96"],
    ["temperature_celsius", "38.60"],
    ["consciousness", "alert"],
    ["vasopressors", "none"],
]


def a_set(patient, author, *, fields=FIELDS, minutes_ago=30.0, client_id=None, **more):
    client_id = client_id or str(uuid.uuid4())
    captured_at = NOW - timedelta(minutes=minutes_ago)
    return {
        "client_id": client_id,
        "patient_id": patient.pk,
        "fields": [["client_id", client_id], *fields],
        "grant": offline_grant.issue(author, patients=[], now=captured_at),
        "captured_at": captured_at.isoformat(),
        "clock": {"offset_ms_when_typed": -120_000, "offset_ms_when_sent": None},
        "tablet": TABLET,
    } | more


def _leave(author, *, hours_ago):
    return offline_grant.issue(author, patients=[], now=NOW - timedelta(hours=hours_ago))


def send(body, client=None, to="queued"):
    text = body if isinstance(body, str) else json.dumps(body)
    return (client or Client()).post(
        f"/tablet/{to}.json", data=text, content_type="application/json"
    )


def with_field(name, value):
    return [[each, value if each == name else text] for each, text in FIELDS]


# --- Whose it is, and when ---------------------------------------------------------------------


def test_a_queued_set_is_its_authors_whoever_is_signed_in(patient, nurse, ward, signed_in):
    colleague = signed_in(a_person(Role.NURSE, ward))
    answer = send(a_set(patient, nurse), colleague)
    stored = ObservationSet.objects.get()
    assert answer.status_code == 201
    assert answer.json()["stored"] == stored.pk
    assert answer.json()["url"] == f"/patients/{patient.pk}/sets/{stored.pk}/"
    assert stored.charted_by == nurse


def test_a_queued_set_arrives_although_nobody_is_signed_in(patient, nurse):
    assert send(a_set(patient, nurse)).status_code == 201


def test_it_keeps_when_it_was_measured_typed_and_received(patient, nurse):
    send(a_set(patient, nurse, minutes_ago=28))
    stored = ObservationSet.objects.get()
    assert stored.taken_at == NOW - timedelta(minutes=30)
    assert stored.charted_at == NOW - timedelta(minutes=28)
    assert stored.received_at == NOW
    assert stored.as_entered["offline"]["clock"]["offset_ms_when_typed"] == -120_000
    assert stored.as_entered["offline"]["tablet"] == TABLET
    assert stored.as_entered["temperature_celsius"] == "38.60"


def test_a_late_arrival_alerts_and_leaves_who_sent_it_on_record(patient, nurse, ward, signed_in):
    colleague = a_person(Role.NURSE, ward)
    low = with_field("systolic_mmhg", "84")
    send(a_set(patient, nurse, fields=low), signed_in(colleague))
    assert Alert.objects.filter(family="crs_grade").count() == 1
    entry = AuditEntry.objects.get(action="observations.arrived_from_queue")
    assert entry.actor == nurse
    assert entry.detail["sent_in_session_of"] == colleague.pk


def test_an_hour_that_happens_twice_is_read_as_of_then(patient, nurse, time_machine):
    """01:30 before the clocks went back, sent after: London, 25 October 2026."""
    typed = NOW.replace(month=10, day=25, hour=0, minute=31)
    time_machine.move_to(typed + timedelta(hours=3), tick=False)
    body = a_set(patient, nurse, fields=with_field("taken_at", "2026-10-25T01:30"))
    body |= {
        "captured_at": typed.isoformat(),
        "grant": offline_grant.issue(nurse, patients=[], now=typed),
    }
    assert send(body).status_code == 201
    assert ObservationSet.objects.get().taken_at == typed - timedelta(minutes=1)


def test_hours_without_a_network_ask_for_no_reason(patient, nurse):
    """It was typed at once; that it comes late is the network's doing."""
    six_hours = with_field("taken_at", "2026-03-10T06:00")
    assert send(a_set(patient, nurse, fields=six_hours, minutes_ago=360)).status_code == 201


# --- Once --------------------------------------------------------------------------------------


def test_the_same_set_again_is_answered_and_stored_once(patient, nurse):
    body = a_set(patient, nurse, fields=with_field("systolic_mmhg", "84"))
    first, again = send(body), send(body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["stored"] == again.json()["stored"]
    assert ObservationSet.objects.count() == 1
    assert {alert.count for alert in Alert.objects.all()} == {1}


def test_a_set_whose_form_had_arrived_is_the_same_set(patient, nurse, nurses):
    """The answer was lost after the commit; the queue sends what the form had sent."""
    body = a_set(patient, nurse)
    nurses.post(f"/patients/{patient.pk}/chart/", dict(body["fields"]))
    stored = ObservationSet.objects.get()
    answer = send(body)
    assert (answer.status_code, answer.json()["stored"]) == (200, stored.pk)
    assert ObservationSet.objects.count() == 1


def test_the_same_number_with_other_values_is_refused_in_words(patient, nurse):
    client_id = str(uuid.uuid4())
    send(a_set(patient, nurse, client_id=client_id))
    other = a_set(patient, nurse, fields=with_field("heart_rate_bpm", "97"), client_id=client_id)
    answer = send(other)
    assert answer.status_code == 409
    assert "Another set was saved under this number" in answer.json()["errors"][0]["message"]
    assert ObservationSet.objects.count() == 1


@pytest.mark.parametrize(("minutes", "is_near"), [(4.9, True), (5, True), (5.1, False)])
def test_two_sets_within_five_minutes_are_both_kept_and_it_is_said(
    patient, nurse, minutes, is_near
):
    taken = NOW - timedelta(minutes=30)
    chart_set(patient, WELL, now=taken + timedelta(minutes=minutes), by=nurse)
    answer = send(a_set(patient, nurse))
    assert ObservationSet.objects.in_force().count() == 2
    assert bool(answer.json()["near"]) is is_near


def test_an_odd_value_is_stored_for_nobody_can_be_asked(patient, nurse):
    odd = with_field("heart_rate_bpm", "190")
    assert send(a_set(patient, nurse, fields=odd)).status_code == 201
    assert ObservationSet.objects.get().doubted


# --- Refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "label"),
    [
        ("temperature_celsius", "386", "Temperature"),
        ("taken_at", "2026-03-10T12:30", "Time"),
        ("heart_rate_bpm", "many", "Heart rate"),
    ],
)
def test_a_set_that_cannot_be_is_refused_field_by_field(patient, nurse, name, value, label):
    answer = send(a_set(patient, nurse, fields=with_field(name, value)))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["message"]
    assert not ObservationSet.objects.exists()


def test_a_patient_elsewhere_is_not_there(elsewhere, nurse):
    answer = send(a_set(elsewhere, nurse))
    assert answer.status_code == 404
    assert "Secret" not in answer.content.decode()


def test_a_patient_who_has_moved_since_was_theirs_when_the_leave_was_given(
    patient, nurse, next_door
):
    theirs = a_set(patient, nurse)
    theirs["grant"] = offline_grant.issue(nurse, patients=[patient.pk], now=NOW)
    never_theirs = a_set(patient, nurse)
    stays.move(Stay.objects.get(), ward=next_door, bed=None, by=None, now=NOW)
    assert send(theirs).status_code == 201
    assert send(never_theirs).status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"is_active": False}, "closed"),
        ({"password": "another"}, "password was changed"),
        ({"expires_at": NOW - timedelta(minutes=31)}, "closed"),
    ],
)
def test_a_leave_ends_with_the_account_and_the_password(patient, nurse, change, words):
    body = a_set(patient, nurse)
    for name, value in change.items():
        setattr(nurse, name, value)
    nurse.save()
    answer = send(body)
    assert answer.status_code == 401
    assert words in answer.json()["errors"][0]["message"]
    assert answer.json()["client_id"] == body["client_id"]


@pytest.mark.parametrize(
    ("issued_hours_ago", "typed_hours_ago", "status"),
    [(13.5, 0.5, 201), (13.6, 0.5, 401), (167, 160, 201), (169, 160, 401), (0, 5, 201)],
)
def test_a_leave_holds_for_what_was_typed_and_sent_in_time(
    patient, nurse, issued_hours_ago, typed_hours_ago, status
):
    body = a_set(patient, nurse)
    body["captured_at"] = (NOW - timedelta(hours=typed_hours_ago)).isoformat()
    body["grant"] = _leave(nurse, hours_ago=issued_hours_ago)
    early = with_field("taken_at", (NOW - timedelta(hours=typed_hours_ago)).strftime("%FT%H:%M"))
    body["fields"] = [["client_id", body["client_id"]], *early]
    assert send(body).status_code == status


def test_a_set_typed_before_the_account_ended_still_arrives(patient, nurse):
    body = a_set(patient, nurse, minutes_ago=30)
    nurse.expires_at = NOW - timedelta(minutes=29)
    nurse.save()
    assert send(body).status_code == 201


def test_a_leave_cannot_be_made_up(patient, nurse):
    body = a_set(patient, nurse)
    assert send(body | {"grant": body["grant"][:-2] + "xx"}).status_code == 401
    assert send(body | {"grant": ""}).status_code == 401


def test_a_session_alone_charts_nothing_here(patient, nurse, nurses):
    """No cookie is believed at this door, so a foreign page can abuse none."""
    assert send(a_set(patient, nurse, grant=""), nurses).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"client_id": 7}',
        '{"client_id": "x", "patient_id": true}',
    ],
)
def test_what_is_no_set_is_told_so(db, body):
    assert send(body).status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"fields": [["taken_at"]]},
        {"fields": [["taken_at", 7]]},
        {"fields": "all"},
        {"patient_id": "1"},
        {"patient_id": True},
        {"captured_at": "noon"},
        {"captured_at": "2026-03-10T12:00"},
        {"tablet": "mine"},
        {"grant": None},
    ],
)
def test_a_malformed_envelope_is_told_so(patient, nurse, wrong):
    assert send(a_set(patient, nurse) | wrong).status_code == 400
    assert not ObservationSet.objects.exists()


# --- Discarded ---------------------------------------------------------------------------------


def test_a_discarded_set_leaves_its_reason_and_none_of_its_values(patient, nurse):
    body = a_set(patient, nurse) | {"reason": "charted again by hand"}
    answer = send(body, to="discarded")
    assert answer.json() == {"client_id": body["client_id"], "discarded": True}
    entry = AuditEntry.objects.get(action="observations.discarded_unsent")
    assert (entry.actor, entry.scope) == (nurse, f"patient:{patient.pk}")
    assert entry.detail["reason"] == "charted again by hand"
    assert "38.60" not in json.dumps(entry.detail)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201, None])
def test_a_set_is_not_discarded_without_a_reason(patient, nurse, reason):
    assert send(a_set(patient, nurse) | {"reason": reason}, to="discarded").status_code == 400
    assert not AuditEntry.objects.filter(action="observations.discarded_unsent").exists()


def test_nobody_discards_in_anothers_name(patient, nurse):
    body = a_set(patient, nurse) | {"reason": "why not", "grant": "made up"}
    assert send(body, to="discarded").status_code == 401


# --- The tablet's own words --------------------------------------------------------------------


def beat(client, **said):
    body = {"tablet": TABLET, "unsent": 0, "oldest_at": None, "is_on_duty": True} | said
    return send(body, client, to="beat")


def test_a_tablet_hears_the_time_and_keeps_its_leave(nurse, nurses, patient):
    heard = beat(nurses).json()
    assert heard["owner"] == nurse.pk
    assert heard["server_time"] == NOW.isoformat()
    assert send(a_set(patient, nurse, grant=heard["grant"])).status_code == 201


def test_the_board_names_a_tablet_that_holds_sets(nurses):
    beat(nurses, unsent=2, oldest_at=(NOW - timedelta(minutes=20)).isoformat())
    assert nurses.get("/wards/7b/board.json").json()["tablets"] == [
        "Tablet 0000 holds 2 sets not sent, the oldest of 11:40"
    ]


def test_who_charts_nobody_gets_no_leave(signed_in, db):
    administrator = signed_in(a_person(Role.ADMINISTRATOR))
    assert beat(administrator).json()["grant"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"unsent": -1},
        {"unsent": "1"},
        {"clock_off_seconds": 0.5},
        {"oldest_at": "x"},
        {"tablet": 1},
    ],
)
def test_a_strange_word_of_a_tablet_is_refused(nurses, wrong):
    assert beat(nurses, **wrong).status_code == 400


def test_a_grade_2_that_arrives_late_pages_like_any_other(patient, nurse):
    chart_set(patient, GRADE_2, now=NOW - timedelta(hours=5), by=nurse)
    count = Alert.objects.get().count
    send(a_set(patient, nurse, fields=with_field("systolic_mmhg", "84")))
    assert Alert.objects.get().count == count + 1


def test_another_wards_nurse_keeps_none_of_this(next_door, patient, signed_in):
    stranger = signed_in(a_person(Role.NURSE, next_door, a_ward()))
    found = stranger.get("/tablet/pack.json").json()
    assert found["patients"] == []
