"""What is done on the pages of a ward is done over REST by the same door, once for each key."""

import uuid
from datetime import timedelta

import pytest

from alerts.models import Alert, AlertEvent, AlertState, NurseAssignment, RotaSlot
from audit.models import AuditEntry
from patients.models import Infusion
from staff.models import Device, Role
from tablets import registering
from tests.factories.ward import GRADE_2, NOW, WELL, a_patient, a_person, a_ward, chart_set, give
from tests.integration.test_api_gates import body, client_of
from vitals.models import ObservationSet

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def patient(ward):
    return a_patient(ward)


@pytest.fixture
def charge(ward):
    return client_of(a_person(Role.CHARGE_NURSE, ward))


def key():
    return str(uuid.uuid4())


def at(**later):
    return (NOW + timedelta(**later)).isoformat()


def twice(api, url, sent, *, again=None):
    """Send the same twice and return the first answer; another body under the key is refused."""
    first, second = api.post(url, sent), api.post(url, sent)
    assert (first.status_code, second.status_code) in {(200, 200), (201, 200)}, first.content
    other = api.post(url, again or sent | {"reason": "something else"})
    assert other.status_code == 409
    assert other.json()["type"].endswith(":other-body")
    return first.json(), second.json()


# --- Sets ----------------------------------------------------------------------------------------


def test_a_set_is_read_and_taken_back_within_a_minute(charge, patient, time_machine):
    made = charge.post(f"{API}/observations/", body(patient)).json()
    url = f"{API}/observations/{made['id']}/"
    assert charge.get(url).json()["set"]["heart_rate_bpm"] == 80
    assert charge.post(f"{url}undo/", {}).status_code == 200
    assert charge.post(f"{url}undo/", {}).status_code == 200
    assert not ObservationSet.objects.in_force().exists()
    later = charge.post(f"{API}/observations/", body(patient)).json()
    time_machine.move_to(NOW + timedelta(seconds=60), tick=False)
    refused = charge.post(f"{API}/observations/{later['id']}/undo/", {})
    assert refused.status_code == 409
    assert refused.json()["type"].endswith(":too-late")


def test_a_dose_is_recorded_once_under_its_key(ward, patient):
    doctor = client_of(a_person(Role.ONCOLOGIST, ward))
    sent = {
        "client_id": key(),
        "patient": patient.mrn,
        "therapy": "tisa-cel",
        "kind": "infusion",
        "started_at": at(hours=-1),
    }
    before = Infusion.objects.count()
    first, second = twice(
        doctor, f"{API}/infusions/", sent, again=sent | {"started_at": at(hours=-2)}
    )
    assert first == second
    assert Infusion.objects.count() == before + 1
    listed = doctor.get(f"{API}/patients/{patient.pk}/infusions/").json()["infusions"]
    assert listed[0]["id"] == first["id"]


def test_a_treatment_stops_once_under_its_key(charge, patient):
    running = give(patient, "norepinephrine", minutes_ago=60)
    url = f"{API}/treatments/{running.pk}/stop/"
    sent = {"client_id": key(), "stopped_at": at(minutes=-1)}
    twice(charge, url, sent, again=sent | {"stopped_at": at(minutes=-2)})
    listed = charge.get(f"{API}/patients/{patient.pk}/treatments/").json()["treatments"]
    assert [row["stopped_at"] is not None for row in listed] == [True]


def test_a_key_that_came_by_another_road_for_another_patient_is_refused(charge, patient):
    other = give(a_patient(a_ward()), "tocilizumab", minutes_ago=60)
    sent = {"client_id": str(other.client_id), "patient": patient.mrn, "code": "tocilizumab"}
    refused = charge.post(f"{API}/treatments/", sent | {"started_at": at(hours=-1)})
    assert refused.status_code == 409
    assert str(other.patient_id) not in refused.json()["detail"].split()


def test_a_key_of_another_patient_is_refused_and_tells_nothing(charge, ward, patient):
    other, sent = a_patient(a_ward()), {"client_id": key(), "loinc": "1988-5", "unit": "mg/L"}
    sent |= {"taken_at": at(minutes=-5), "value": 10}
    theirs = client_of(a_person(Role.NURSE, other.state.ward))
    assert theirs.post(f"{API}/labs/", sent | {"patient": other.mrn}).status_code == 201
    refused = charge.post(f"{API}/labs/", sent | {"patient": patient.mrn})
    assert refused.status_code == 409
    assert other.mrn not in refused.content.decode()
    assert charge.get(f"{API}/patients/{patient.pk}/labs/").json()["labs"] == []


# --- Alerts --------------------------------------------------------------------------------------


@pytest.fixture
def alert(patient):
    chart_set(patient, GRADE_2)
    return Alert.objects.filter(state=AlertState.OPEN).order_by("severity", "pk").first()


def test_an_alert_is_acknowledged_once_under_its_key(charge, alert):
    sent = {"client_id": key(), "version": alert.version, "eta_minutes": 5}
    url = f"{API}/alerts/{alert.code}/acknowledgement/"
    first, second = twice(charge, url, sent, again=sent | {"eta_minutes": 15})
    assert first["state"] == second["state"] == AlertState.ACKNOWLEDGED
    assert AlertEvent.objects.filter(alert=alert, kind="acknowledged").count() == 1
    story = charge.get(f"{API}/alerts/{alert.code}/").json()
    assert "acknowledged" in [event["kind"] for event in story["events"]]


def test_an_alert_is_closed_once_under_its_key(charge, alert):
    sent = {"client_id": key(), "reason": "treated"}
    first, _ = twice(charge, f"{API}/alerts/{alert.code}/closure/", sent)
    assert first["state"] == AlertState.CLOSED
    assert AlertEvent.objects.filter(alert=alert, kind="closed").count() == 1


def test_one_who_cannot_come_says_so_once(charge, alert):
    sent = {"client_id": key()}
    answers = [charge.post(f"{API}/alerts/{alert.code}/cannot-come/", sent) for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 200]
    assert AlertEvent.objects.filter(alert=alert, kind="cannot_come").count() == 1


def test_the_next_is_called_for_the_rung_that_was_seen(charge, alert):
    url = f"{API}/alerts/{alert.code}/call-next/"
    called = charge.post(url, {"client_id": key(), "rung": alert.rung})
    assert called.status_code == 200
    assert called.json()["rung"] == alert.rung + 1
    assert charge.post(url, {"client_id": key(), "rung": alert.rung}).status_code == 409


def test_a_hand_over_takes_what_stands_as_it_was_read(charge, ward, alert):
    url = f"{API}/wards/{ward.code}/handover/"
    listed = charge.get(url).json()["alerts"]
    assert alert.code in [row["code"] for row in listed]
    seen = [{"code": row["code"], "version": row["version"]} for row in listed]
    stale = charge.post(url, {"alerts": [{"code": alert.code, "version": 99}]}).json()
    assert [row["code"] for row in stale["changed"]] == [alert.code]
    sent = {"client_id": key(), "alerts": seen}
    first, second = twice(charge, url, sent, again=sent | {"alerts": seen[:0] or [seen[0]] * 2})
    assert {row["code"] for row in first["taken"]} == {row["code"] for row in second["taken"]}
    assert charge.get(url).json()["alerts"] == []


# --- The ward ------------------------------------------------------------------------------------


def test_a_patient_gets_a_nurse_of_the_ward_and_no_other(charge, ward, patient):
    nurse, stranger = a_person(Role.NURSE, ward), a_person(Role.NURSE, a_ward())
    url = f"{API}/patients/{patient.pk}/nurses/"
    assert charge.post(url, {"nurse": nurse.username}).json()["nurses"] == [nurse.username]
    assert charge.get(url).json()["nurses"] == [nurse.username]
    for wrong in ({"nurse": stranger.username}, {}, {"nurse": 5}):
        assert charge.post(url, wrong).status_code == 400
    assert charge.post(url, {"nurse": None}).json()["nurses"] == []
    assert NurseAssignment.objects.filter(patient=patient).count() <= 1
    assert client_of(nurse).post(url, {"nurse": None}).status_code == 404


def test_a_slot_is_added_swapped_and_cancelled(charge, ward):
    first, second = a_person(Role.ONCOLOGIST, ward), a_person(Role.ONCOLOGIST, ward)
    url = f"{API}/wards/{ward.code}/rota/"
    sent = {
        "client_id": key(),
        "role": "oncology_fellow",
        "starts_at": at(hours=-1),
        "ends_at": at(hours=8),
        "person": first.username,
    }
    made, _ = twice(charge, url, sent, again=sent | {"phone": "1"})
    assert RotaSlot.objects.count() == 1
    held = charge.get(url).json()
    assert [row["name"] for row in held["on_call"] if row["role"] == "oncology_fellow"] == [
        first.display_name()
    ]
    swapped = charge.post(f"{url}{made['id']}/swap/", {"person": second.username})
    assert swapped.status_code == 201
    assert charge.post(f"{url}{made['id']}/swap/", {"person": second.username}).status_code == 409
    gone = charge.post(f"{url}{swapped.json()['id']}/cancel/", {})
    assert gone.json()["cancelled"] is True
    assert charge.post(f"{url}test/", {"role": "oncology_fellow"}).json()["pages"] >= 1
    other = a_ward()
    assert charge.get(f"{API}/wards/{other.code}/rota/").status_code == 404
    wrong = sent | {"client_id": key(), "person": a_person(Role.NURSE, other).username}
    assert charge.post(url, wrong).json()["errors"][0]["field"] == "person"


def test_a_slot_of_another_ward_does_not_exist(charge, ward):
    other = a_ward()
    theirs = client_of(a_person(Role.CHARGE_NURSE, other))
    sent = {"role": "pharmacist", "starts_at": at(), "ends_at": at(hours=1)}
    made = theirs.post(f"{API}/wards/{other.code}/rota/", sent | {"mailbox": "p@example.org"})
    assert made.status_code == 201
    url = f"{API}/wards/{ward.code}/rota/{made.json()['id']}/cancel/"
    assert charge.post(url, {}).status_code == 404


def test_an_agency_account_is_opened_once_and_its_code_is_said_once(charge, ward):
    url = f"{API}/wards/{ward.code}/agency/"
    sent = {"client_id": key(), "first_name": "Ann", "last_name": "Agency"}
    first, second = twice(charge, url, sent, again=sent | {"first_name": "Bea"})
    assert first["code"]
    assert second["code"] is None
    assert second["username"] == first["username"]
    assert [row["code"] for row in charge.get(url).json()["accounts"]] == [None]
    end = f"{url}{first['username']}/end/"
    assert [charge.post(end, {}).json()["ended"] for _ in range(2)] == [True, False]


def test_a_tablet_is_taken_back(charge, ward):
    device, _ = registering.register(name="Bay 1", ward=ward, by=a_person(), now=NOW)
    url = f"{API}/wards/{ward.code}/devices/"
    assert [row["name"] for row in charge.get(url).json()["devices"]] == ["Bay 1"]
    end = f"{url}{device.pk}/revoke/"
    assert [charge.post(end, {}).json()["ended"] for _ in range(2)] == [True, False]
    assert not Device.objects.in_use().exists()
    nurse = client_of(a_person(Role.NURSE, ward))
    assert nurse.get(url).status_code == 404


def test_care_is_ordered_ended_and_the_schedule_read(ward, patient):
    chart_set(patient, WELL)
    api = client_of(a_person(Role.ONCOLOGIST, ward))
    sent = {"client_id": key(), "kind": "icu", "until": at(days=2), "why": "watched"}
    url = f"{API}/patients/{patient.pk}/orders/care/"
    made, _ = twice(api, url, sent, again=sent | {"why": "another"})
    assert made["kind"] == "icu"
    looks = api.get(f"{API}/patients/{patient.pk}/schedule/").json()["looks"]
    assert [row["kind"] for row in looks] == ["observations", "neuro_check", "labs"]
    end = f"{API}/orders/{made['id']}/care-end/"
    again = {"client_id": key()}
    assert [api.post(end, again).status_code for _ in range(2)] == [201, 200]


def test_a_pause_ends_once_under_its_key(charge, patient):
    chart_set(patient, WELL)
    sent = {"client_id": key(), "why": "imaging", "accompanied_by": "a nurse"}
    made = charge.post(
        f"{API}/patients/{patient.pk}/orders/off-ward/", sent | {"back_at": at(minutes=30)}
    ).json()
    back = {"client_id": key()}
    end = f"{API}/orders/{made['id']}/end/"
    assert [charge.post(end, back).status_code for _ in range(2)] == [201, 200]


def test_a_dose_is_planned_and_the_plan_taken_back(ward, patient):
    doctor = client_of(a_person(Role.ONCOLOGIST, ward))
    url = f"{API}/patients/{patient.pk}/plans/"
    sent = {"client_id": key(), "therapy": "tisa-cel", "kind": "infusion"}
    sent["planned_at"] = at(days=3)
    made, _ = twice(doctor, url, sent, again=sent | {"planned_at": at(days=4)})
    assert [row["id"] for row in doctor.get(url).json()["plans"]] == [made["id"]]
    gone = {"client_id": key(), "reason": "fever"}
    twice(doctor, f"{API}/plans/{made['id']}/cancel/", gone)
    assert doctor.get(url).json()["plans"] == []
    ready = {"client_id": key()}
    supply = f"{API}/patients/{patient.pk}/supply/"
    assert [doctor.post(supply, ready).status_code for _ in range(2)] == [201, 200]


def test_hand_over_words_and_the_sheet_read_back(charge, patient):
    url = f"{API}/patients/{patient.pk}/handover/"
    sent = {"client_id": key(), "version": 0, "illness": "watcher", "summary": "Day 5"}
    twice(charge, f"{url}words/", sent, again=sent | {"summary": "Day 6"})
    assert charge.post(f"{url}words/", sent | {"client_id": key()}).status_code == 409
    sheet = charge.get(url).json()
    read = {"client_id": key(), "digest": sheet["digest"]}
    assert [charge.post(f"{url}read-back/", read).status_code for _ in range(2)] == [201, 200]
    stale = {"client_id": key(), "digest": "0" * 64}
    assert charge.post(f"{url}read-back/", stale).status_code == 409


def test_a_bed_is_moved_in_the_plan(charge, ward, patient):
    bed = patient.state.bed
    url = f"{API}/wards/{ward.code}/beds/{bed.pk}/place/"
    moved = charge.post(url, {"row": 2, "column": 3}).json()["beds"]
    assert {"id": bed.pk, "label": bed.label, "row": 2, "column": 3} in moved
    assert charge.post(url, {"row": 2}).status_code == 400
    assert charge.post(url, {"row": 2, "column": 99}).status_code == 400
    other = a_patient(a_ward()).state.bed
    gone = charge.post(f"{API}/wards/{ward.code}/beds/{other.pk}/place/", {"row": 1, "column": 1})
    assert gone.status_code == 404


# --- Reads ---------------------------------------------------------------------------------------


def test_the_board_and_the_timeline_are_read_as_they_are_shown(charge, ward, patient):
    chart_set(patient, GRADE_2)
    board = charge.get(f"{API}/wards/{ward.code}/board/").json()
    assert len(board["tiles"]) == 1
    course = charge.get(f"{API}/patients/{patient.pk}/timeline/").json()
    assert course["data"]
    wrong = charge.get(f"{API}/patients/{patient.pk}/timeline/?from=x&to=y")
    assert wrong.status_code == 400
    assert charge.get(f"{API}/wards/{a_ward().code}/board/").status_code == 404


def test_who_asks_is_told_who_they_are(charge, ward):
    said = charge.get(f"{API}/me/").json()
    assert (said["role"], said["wards"]) == ("charge_nurse", [ward.code])
    assert said["token"]["label"] == "gateway"


def test_a_read_that_changed_nothing_is_answered_without_a_body(charge, patient):
    url = f"{API}/patients/{patient.pk}/"
    first = charge.get(url)
    again = charge.get(url, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == "no-store, private"
    patient.diagnosis = "another"
    patient.save()
    assert charge.get(url, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_pages_hold_every_row_once_whatever_comes_in_between(charge, patient):
    made = [chart_set(patient, WELL, minutes_ago=n).observations.pk for n in (50, 40, 30, 20, 10)]
    made += [chart_set(patient, WELL, minutes_ago=30).observations.pk]
    url, seen = f"{API}/observations/", []
    way = f"?patient={patient.pk}&limit=2"
    while way:
        page = charge.get(url + way).json()
        seen += [row["id"] for row in page["sets"]]
        if len(seen) == 2:
            chart_set(patient, WELL, minutes_ago=1)
        way = page["next"]
    assert sorted(seen) == sorted(made)
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("wrong", ["limit=0", "limit=201", "limit=x", "before=999999999"])
def test_a_page_that_does_not_exist_is_refused(charge, patient, wrong):
    answer = charge.get(f"{API}/observations/?patient={patient.pk}&{wrong}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == wrong.split("=")[0]


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("patients/{}/labs/", 6),
        ("patients/{}/infusions/", 5),
        ("patients/{}/treatments/", 5),
        ("patients/{}/schedule/", 5),
    ],
)
def test_a_list_asks_the_database_no_more_for_a_longer_course(
    charge, patient, address, queries, django_assert_max_num_queries
):
    for minutes in (10, 20, 30):
        give(patient, "tocilizumab", minutes_ago=minutes)
    url = f"{API}/{address.format(patient.pk)}"
    charge.get(url)
    with django_assert_max_num_queries(queries):
        assert charge.get(url).status_code == 200


def test_each_act_is_on_record(charge, ward, patient):
    charge.post(f"{API}/patients/{patient.pk}/nurses/", {"nurse": None})
    nurse = a_person(Role.NURSE, ward)
    charge.post(f"{API}/patients/{patient.pk}/nurses/", {"nurse": nurse.username})
    assert AuditEntry.objects.filter(action="nurse.assigned").count() == 1
