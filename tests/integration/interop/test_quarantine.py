"""The quarantine: who sees it, what a mapping would store, replay twice, dismiss with a reason."""

from decimal import Decimal

import pytest

from alerts.models import Alert, Notification
from audit.models import AuditEntry
from interop.models import (
    LocalMapping,
    QuarantinedItem,
    QuarantineResolution,
    ReceivedMessage,
)
from staff.models import Role
from tests.factories.hl7 import import_files, message, msh, obr, obx, pid, send, vital
from tests.factories.ward import NOW, a_patient, a_person, a_ward
from vitals.models import LabResult, ObservationSet

pytestmark = pytest.mark.django_db

LIST = "/interop/quarantine/"
GLUCOSE = "GLUCOSE-X^Glucose^LAB1"
BACKEND = "staff.backends.OpenAccountBackend"


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def charge(ward, client):
    person = a_person(Role.CHARGE_NURSE, ward)
    client.force_login(person, backend=BACKEND)
    return person


@pytest.fixture
def waiting(ward):
    """Three glucose results under a code nobody knows, one of them no number."""
    patient = a_patient(ward)
    for number, value in enumerate(("5.4", "6.1", "high~low"), 1):
        send(
            msh(number=f"G{number}"), pid(patient.mrn), obr(f"F{number}"),
            obx(GLUCOSE, value, "MMOLL"),
        )  # fmt: skip
    return patient


def address(**key):
    from urllib.parse import urlencode

    wanted = {
        "reason_code": "unknown_code", "sender": "LAB1@HOSP", "code_system": "LAB1",
        "code": "GLUCOSE-X", "unit": "MMOLL",
    } | key  # fmt: skip
    return f"{LIST}group/?{urlencode(wanted)}"


MAPPED = {"target": "14749-6", "unit": "mmol/L", "reason": "code list of the laboratory"}


def test_what_waits_is_grouped_by_what_was_not_understood(client, charge, waiting):
    page = client.get(LIST).content.decode()
    assert "Unknown code" in page
    assert "GLUCOSE-X" in page
    assert "LAB1@HOSP" in page
    assert ">3</span>" in page
    group = client.get(address())
    assert group.status_code == 200
    assert "OBX|1|NM|GLUCOSE-X^Glucose^LAB1||5.4|MMOLL" in group.content.decode()
    assert "no-store" in group["Cache-Control"]


@pytest.mark.parametrize("role", [Role.NURSE, Role.ONCOLOGIST, Role.INTEGRATION])
def test_others_do_not_know_that_there_is_such_a_page(client, ward, waiting, role):
    client.force_login(a_person(role, ward), backend=BACKEND)
    assert client.get(LIST).status_code == 404
    assert client.post(address(), {"act": "replay"}).status_code == 404


def test_a_charge_nurse_of_another_ward_sees_none_of_it_and_an_administrator_all(client, waiting):
    client.force_login(a_person(Role.CHARGE_NURSE, a_ward()), backend=BACKEND)
    assert "GLUCOSE-X" not in client.get(LIST).content.decode()
    client.post(address(), {"act": "dismiss", "reason": "not mine"})
    assert QuarantinedItem.objects.waiting().count() == 3
    client.force_login(a_person(Role.ADMINISTRATOR), backend=BACKEND)
    assert "GLUCOSE-X" in client.get(LIST).content.decode()


def test_a_mapping_is_shown_first_and_stores_nothing_until_it_is_kept(client, charge, waiting):
    page = client.post(address(), MAPPED | {"act": "preview"}).content.decode()
    assert "Glucose: 5.4 mmol/L" in page
    assert "would still wait" in page
    assert not LocalMapping.objects.exists()
    assert not LabResult.objects.exists()
    assert QuarantinedItem.objects.waiting().count() == 3


def test_a_kept_mapping_stores_what_it_explains_and_the_rest_stays(client, charge, waiting):
    answer = client.post(address(), MAPPED | {"act": "map"}, follow=True)
    assert "2 stored as history, 1 still wait" in answer.content.decode()
    rows = LabResult.objects.order_by("value")
    assert [(row.value, row.unit, row.loinc, row.recorded_by) for row in rows] == [
        (Decimal("5.4"), "mmol/L", "14749-6", charge),
        (Decimal("6.1"), "mmol/L", "14749-6", charge),
    ]
    assert rows[0].taken_at == NOW
    assert rows[0].canonical_value == pytest.approx(Decimal("97.308"))
    assert QuarantinedItem.objects.waiting().get().reason_code == "unknown_code"
    mapping = LocalMapping.objects.get()
    assert (mapping.recorded_by, mapping.reason) == (charge, MAPPED["reason"])
    assert AuditEntry.objects.filter(action="quarantine.mapped", actor=charge).count() == 1
    client.post(address(), {"act": "replay"})
    assert LabResult.objects.count() == 2
    # From here on the feed is understood as it comes.
    send(msh(), pid(waiting.mrn), obr("F9"), obx(GLUCOSE, "7.7", "MMOLL"))
    assert LabResult.objects.count() == 3


def test_a_replayed_fever_pages_nobody(client, charge, ward):
    patient = a_patient(ward)
    send(msh(), pid(patient.mrn), obr(), obx("TEMP^Temp^MON", "39.4", "C"))
    key = {"code_system": "MON", "code": "TEMP", "unit": "C"}
    what = {"target": "temperature_celsius", "unit": "Cel", "reason": "manual of the monitor"}
    client.post(address(**key), what | {"act": "map"})
    row = ObservationSet.objects.get()
    assert (row.temperature_celsius, row.taken_at) == (Decimal("39.4"), NOW)
    assert not Alert.objects.exists()
    assert not Notification.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"target": "nothing"}, "Choose what the code stands for"),
        ({"unit": "furlong"}, "The unit must be one of"),
        ({"unit": ""}, "The unit must be one of"),
        ({"reason": " "}, "Say how you know"),
    ],
)
def test_a_mapping_that_says_too_little_is_refused(client, charge, waiting, wrong, words):
    for act in ("preview", "map"):
        answer = client.post(address(), MAPPED | wrong | {"act": act})
        assert answer.status_code == 400
        assert words in answer.content.decode()
    assert not LocalMapping.objects.exists()


def test_a_mapping_is_superseded_and_never_edited(client, charge, waiting):
    client.post(address(), MAPPED | {"act": "map"})
    client.post(address(), MAPPED | {"act": "map", "unit": "mg/dL", "reason": "it was wrong"})
    first, second = LocalMapping.objects.order_by("pk")
    assert second.supersedes == first
    assert LocalMapping.objects.in_force().get() == second


def test_a_dismissal_needs_a_reason_and_keeps_everything(client, charge, waiting):
    assert client.post(address(), {"act": "dismiss", "reason": ""}).status_code == 400
    client.post(address(), {"act": "dismiss", "reason": "a test of the laboratory"})
    assert not QuarantinedItem.objects.waiting().exists()
    assert QuarantinedItem.objects.count() == ReceivedMessage.objects.count() == 3
    assert {*QuarantineResolution.objects.values_list("by", "reason")} == {
        (charge.pk, "a test of the laboratory")
    }


def test_results_that_came_before_their_patient_are_stored_by_a_replay(client, charge, ward):
    segments = (pid("LATER"), obr(), vital("heart_rate_bpm", 91))
    assert send(msh(), *segments).code == "AE"
    patient = a_patient(ward, mrn="LATER")
    key = {
        "reason_code": "unknown_patient", "code": "8867-4", "code_system": "LN", "unit": "/min",
    }  # fmt: skip
    client.post(address(**key), {"act": "replay"})
    assert ObservationSet.objects.get().patient == patient
    assert not QuarantinedItem.objects.waiting().exists()


def test_replaying_never_registers_a_stranger_of_a_live_feed(client, charge):
    send(msh(), pid("STRANGER"), obr(), vital("heart_rate_bpm", 91))
    key = {
        "reason_code": "unknown_patient", "code": "8867-4", "code_system": "LN", "unit": "/min",
    }  # fmt: skip
    client.post(address(**key), {"act": "replay"})
    assert QuarantinedItem.objects.waiting().exists()
    assert not ObservationSet.objects.exists()


def test_a_file_imported_again_after_the_mapping_stores_the_rest(client, charge, tmp_path):
    path = tmp_path / "a.hl7"
    path.write_bytes(message(msh(), pid("P1"), obr(), obx(GLUCOSE, "5.4", "MMOLL")))
    assert import_files(path)["quarantined"] == 1
    client.post(address(), MAPPED | {"act": "map"})
    assert import_files(path)["duplicates"] == 1
    assert LabResult.objects.count() == 1


def test_the_list_asks_few_questions_however_much_waits(
    client, charge, waiting, django_assert_max_num_queries
):
    client.get(LIST)
    with django_assert_max_num_queries(16):
        client.get(LIST)
