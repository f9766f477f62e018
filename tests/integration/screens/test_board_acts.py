"""Acts from the board: answer an alert, call the next, assign a nurse, move a bed."""

import pytest
from django.test import Client

from alerts.models import Alert, AlertEvent, AlertState, Notification, NurseAssignment
from audit.models import AuditEntry
from staff.models import Bed, Role
from tests.factories.ward import GRADE_2, a_patient, a_person, chart_set

pytestmark = pytest.mark.django_db
ACTS = "/wards/7b/board/acts/"
BOARD = "/wards/7b/board.json"


@pytest.fixture
def alert(patient):
    chart_set(patient, GRADE_2)
    return Alert.objects.get()


@pytest.fixture
def charge(charge_nurse, signed_in):
    return signed_in(charge_nurse)


def acts_on(alert):
    return {
        "acknowledge": {"act": "acknowledge", "alert": alert.code, "version": 1, "eta": 5},
        "call_next": {"act": "call_next", "alert": alert.code, "rung": 0},
        "assign": {"act": "assign", "patient": alert.patient_id, "nurse": 0},
        "move_bed": {"act": "move_bed", "bed": Bed.objects.get(ward=alert.ward).pk, "row": 1,
                     "column": 2},
    }  # fmt: skip


def test_an_alert_is_answered_in_ones_own_name(alert, charge, charge_nurse):
    answer = charge.post(ACTS, acts_on(alert)["acknowledge"])
    assert (answer.status_code, answer.json()) == (200, {"said": "You have this alert."})
    alert.refresh_from_db()
    assert (alert.acknowledged_by, alert.eta_minutes) == (charge_nurse, 5)


def test_who_comes_second_is_told_what_it_is_now(alert, charge, nurses):
    nurses.post(ACTS, acts_on(alert)["acknowledge"])
    answer = charge.post(ACTS, acts_on(alert)["acknowledge"])
    assert answer.status_code == 409
    assert answer.json()["said"] == "It changed in the meantime: it is acknowledged now."


def test_the_next_in_line_are_called_at_once_and_it_is_on_record(alert, charge, charge_nurse):
    answer = charge.post(ACTS, acts_on(alert)["call_next"])
    assert answer.status_code == 200, answer.content
    alert.refresh_from_db()
    assert (alert.rung, alert.state) == (1, AlertState.OPEN)
    assert Notification.objects.filter(alert=alert, rung=1).exists()
    kinds = list(AlertEvent.objects.filter(alert=alert).order_by("seq").values_list("kind", "by"))
    assert kinds[-2:] == [("called_next", charge_nurse.pk), ("escalated", None)]
    assert AuditEntry.objects.filter(action="alert.called_next", actor=charge_nurse).count() == 1


def test_two_who_press_at_once_climb_one_rung(alert, charge, nurses):
    assert charge.post(ACTS, acts_on(alert)["call_next"]).status_code == 200
    again = nurses.post(ACTS, acts_on(alert)["call_next"])
    assert again.status_code == 409
    alert.refresh_from_db()
    assert alert.rung == 1


def test_what_somebody_has_calls_nobody_more(alert, charge):
    charge.post(ACTS, acts_on(alert)["acknowledge"])
    assert charge.post(ACTS, acts_on(alert)["call_next"]).status_code == 409


def test_a_charge_nurse_gives_a_patient_to_a_nurse_of_the_ward(alert, charge, nurse):
    asked = acts_on(alert)["assign"] | {"nurse": nurse.pk}
    assert charge.post(ACTS, asked).json()["said"] == f"{nurse} has the patient now."
    assert NurseAssignment.objects.get().nurse == nurse
    assert AuditEntry.objects.filter(action="nurse.assigned").count() == 1
    charge.post(ACTS, asked)
    assert AuditEntry.objects.filter(action="nurse.assigned").count() == 1


def test_nobody_of_another_ward_or_trade_is_given_patients(alert, charge, next_door, oncologist):
    for who in (a_person(Role.NURSE, next_door), oncologist):
        asked = acts_on(alert)["assign"] | {"nurse": who.pk}
        assert charge.post(ACTS, asked).status_code == 404
    assert not NurseAssignment.objects.exists()


def beds(client):
    return {bed["label"]: (bed["row"], bed["column"]) for bed in client.get(BOARD).json()["beds"]}


def test_beds_stand_in_rows_of_six_until_somebody_moves_one(ward, charge):
    for number in range(1, 9):
        Bed.objects.create(ward=ward, label=str(number))
    assert beds(charge) == {str(n + 1): (n // 6, n % 6) for n in range(8)}
    pk = Bed.objects.get(label="2").pk
    charge.post(ACTS, {"act": "move_bed", "bed": pk, "row": 4, "column": 0})
    assert beds(charge)["2"] == (4, 0)
    assert beds(charge)["1"] == (0, 0)
    assert beds(charge)["8"] == (1, 1)


def test_a_bed_moved_to_another_bed_changes_places_with_it(ward, charge):
    for number in "123":
        Bed.objects.create(ward=ward, label=number)
    pk = Bed.objects.get(label="3").pk
    charge.post(ACTS, {"act": "move_bed", "bed": pk, "row": 0, "column": 0})
    assert beds(charge) == {"3": (0, 0), "2": (0, 1), "1": (0, 2)}
    assert AuditEntry.objects.get(action="ward.bed_moved").detail == {"row": 0, "column": 0}


def test_a_new_bed_takes_a_free_place(ward, charge):
    first = Bed.objects.create(ward=ward, label="5")
    charge.post(ACTS, {"act": "move_bed", "bed": first.pk, "row": 0, "column": 1})
    Bed.objects.create(ward=ward, label="1")
    Bed.objects.create(ward=ward, label="2")
    assert beds(charge) == {"1": (0, 0), "5": (0, 1), "2": (0, 2)}


@pytest.mark.parametrize("place", [{"row": 100}, {"column": 12}, {"row": "x"}, {"bed": 999}])
def test_no_bed_leaves_the_plan(place, alert, charge):
    assert charge.post(ACTS, acts_on(alert)["move_bed"] | place).status_code == 404


@pytest.mark.parametrize(
    ("role", "done"),
    [
        (Role.NURSE, {"acknowledge", "call_next"}),
        (Role.ONCOLOGIST, {"acknowledge", "call_next"}),
        (Role.CHARGE_NURSE, {"acknowledge", "call_next", "assign", "move_bed"}),
        (Role.ADMINISTRATOR, set()),
        (Role.INTEGRATION, set()),
        (Role.KIOSK, set()),
    ],
)
@pytest.mark.parametrize("verb", ["acknowledge", "call_next", "assign", "move_bed"])
def test_each_act_asks_for_its_own_leave(role, done, verb, alert, ward, signed_in):
    answer = signed_in(a_person(role, ward)).post(ACTS, acts_on(alert)[verb])
    assert (answer.status_code == 200) is (verb in done)
    assert answer.status_code in {200, 404}


def test_another_ward_and_no_act_do_not_exist(alert, next_door, signed_in, nurses):
    stranger = signed_in(a_person(Role.CHARGE_NURSE, next_door))
    for asked in acts_on(alert).values():
        assert stranger.post(ACTS, asked).status_code == 404
        if asked["act"] != "move_bed":
            assert stranger.post("/wards/9c/board/acts/", asked).status_code == 404
    own = a_patient(next_door)
    bed = Bed.objects.get(ward=alert.ward).pk
    asked = {"act": "move_bed", "bed": bed, "row": 0, "column": 3}
    assert own is not None
    assert stranger.post("/wards/9c/board/acts/", asked).status_code == 404
    assert nurses.post(ACTS, {"act": "discharge"}).status_code == 404
    assert nurses.get(ACTS).status_code == 405


def test_nothing_is_done_without_the_forms_token(alert, charge_nurse):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(charge_nurse, backend="staff.backends.OpenAccountBackend")
    assert browser.post(ACTS, acts_on(alert)["acknowledge"]).status_code == 403
