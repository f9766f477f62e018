"""The quarantine of one ward: its patients' values, who sees them, and the way to mend them."""

import re
from datetime import timedelta
from html import unescape

import pytest

from interop.models import QuarantinedItem
from patients.models import Stay
from staff.models import Role
from tests.factories.hl7 import msh, obr, obx, pid, send
from tests.factories.ward import NOW, a_patient, a_person, a_ward
from vitals.models import LabResult

pytestmark = pytest.mark.django_db
BACKEND = "staff.backends.OpenAccountBackend"
MAPPED = {"target": "14749-6", "unit": "mmol/L", "reason": "code list of the laboratory"}


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def elsewhere():
    return a_ward()


@pytest.fixture
def patients(ward, elsewhere):
    """Somebody on each ward, and a glucose of each under a code that nobody knows."""
    found = [a_patient(each) for each in (ward, elsewhere)]
    for number, patient in enumerate(found):
        send(
            msh(number=f"G{number}"), pid(patient.mrn), obr(f"F{number}"),
            obx(f"GLU-{number}^Glucose {number}^LAB1", "5.4", "MMOLL"),
        )  # fmt: skip
    return found


def sign_in(client, role, *wards):
    person = a_person(role, *wards)
    client.force_login(person, backend=BACKEND)
    return person


def page_of(client, ward):
    answer = client.get(f"/wards/{ward.code}/quarantine/")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return unescape(answer.content.decode())


def ways(page):
    """The addresses of the buttons in the rows."""
    return re.findall(r'href="(/interop/quarantine/group/[^"]+)"', page)


def test_a_charge_nurse_sees_what_waits_for_the_ward_and_nothing_of_another(
    client, ward, elsewhere, patients
):
    sign_in(client, Role.CHARGE_NURSE, ward)
    page = page_of(client, ward)
    for said in ("Glucose 0", "in MMOLL", "LAB1@HOSP, HL7 v2", "Unknown code", patients[0].name):
        assert said in page
    assert "Fix mapping and replay" in page
    assert "Glucose 1" not in page
    assert patients[1].name not in page
    assert client.get(f"/wards/{elsewhere.code}/quarantine/").status_code == 404


def test_an_administrator_sees_each_ward_and_no_names(client, ward, elsewhere, patients):
    sign_in(client, Role.ADMINISTRATOR)
    assert "Glucose 0" in page_of(client, ward)
    page = page_of(client, elsewhere)
    assert "Glucose 1" in page
    assert patients[1].name not in page


def test_the_way_from_a_row_mends_the_value_and_leads_back(client, ward, patients):
    sign_in(client, Role.CHARGE_NURSE, ward)
    (way,) = ways(page_of(client, ward))
    assert f"/wards/{ward.code}/quarantine/" in client.get(way).content.decode()
    answer = client.post(way, MAPPED | {"act": "map"}, follow=True)
    assert answer.request["PATH_INFO"] == f"/wards/{ward.code}/quarantine/"
    assert LabResult.objects.get().patient == patients[0]
    assert "Nothing waits for this ward" in page_of(client, ward)


def test_a_group_of_another_ward_cannot_be_opened_by_its_address(client, ward, elsewhere, patients):
    sign_in(client, Role.ADMINISTRATOR)
    (way,) = ways(page_of(client, elsewhere))
    sign_in(client, Role.CHARGE_NURSE, ward)
    assert client.get(way).status_code == 404
    assert client.post(way, {"act": "dismiss", "reason": "not mine"}).status_code == 404
    assert QuarantinedItem.objects.waiting().count() == 2


def test_what_waits_follows_the_patient_to_the_next_ward(client, ward, elsewhere, patients):
    mover = patients[0]
    Stay.objects.filter(patient=mover).update(discharged_at=NOW + timedelta(hours=1))
    mover.state.ward = elsewhere
    mover.state.save(update_fields=["ward"])
    sign_in(client, Role.CHARGE_NURSE, elsewhere)
    page = page_of(client, elsewhere)
    assert "Glucose 0" in page
    assert client.get(ways(page)[0]).status_code == 200


def test_what_names_no_ward_is_on_no_wards_page(client, ward):
    send(msh(), pid("NOBODY-HERE"), obr(), obx("GLU^Glucose^LAB1", "5.4", "MMOLL"))
    assert QuarantinedItem.objects.waiting().get().ward is None
    sign_in(client, Role.CHARGE_NURSE, ward)
    assert "Nothing waits for this ward" in page_of(client, ward)
    sign_in(client, Role.ADMINISTRATOR)
    assert "Unknown patient" in client.get("/interop/quarantine/").content.decode()


def test_a_resource_of_a_known_patient_is_shown_to_their_ward_alone(
    client, ward, elsewhere, patients
):
    QuarantinedItem.objects.create(
        digest="d1", format="fhir", received_at=NOW, raw="{}", reason_code="unknown_unit",
        display="Lactate", sender="lab", patient=patients[1],
    )  # fmt: skip
    sign_in(client, Role.CHARGE_NURSE, ward)
    assert "Lactate" not in client.get("/interop/quarantine/").content.decode()
    sign_in(client, Role.CHARGE_NURSE, elsewhere)
    assert "Lactate" in client.get("/interop/quarantine/").content.decode()
    assert "Lactate" in page_of(client, elsewhere)


def test_what_waits_for_somebody_who_left_stays_with_the_ward_they_were_on(
    client, ward, elsewhere, patients
):
    Stay.objects.filter(patient=patients[0]).update(discharged_at=NOW + timedelta(hours=1))
    patients[0].state.ward = None
    patients[0].state.save(update_fields=["ward"])
    sign_in(client, Role.CHARGE_NURSE, ward)
    assert "Glucose 0" in page_of(client, ward)
    sign_in(client, Role.CHARGE_NURSE, elsewhere)
    assert "Glucose 0" not in page_of(client, elsewhere)


def test_the_page_asks_few_questions_however_much_waits(
    client, ward, patients, django_assert_max_num_queries
):
    for number in range(20):
        send(
            msh(number=f"M{number}"), pid(patients[0].mrn), obr(f"M{number}"),
            obx(f"X{number}^Name {number}^LAB1", "5.4", "MMOLL"),
        )  # fmt: skip
    sign_in(client, Role.CHARGE_NURSE, ward)
    page_of(client, ward)
    with django_assert_max_num_queries(16):
        page_of(client, ward)


def test_who_mends_for_one_ward_is_led_there_and_who_does_for_two_to_both(
    client, ward, elsewhere, patients
):
    sign_in(client, Role.CHARGE_NURSE, ward)
    assert f'href="/wards/{ward.code}/quarantine/"' in client.get("/alerts/").content.decode()
    sign_in(client, Role.CHARGE_NURSE, ward, elsewhere)
    assert 'href="/interop/quarantine/"' in client.get("/alerts/").content.decode()
    both = client.get("/interop/quarantine/").content.decode()
    assert [name for name in ("GLU-0", "GLU-1") if name not in both] == []
