"""N8: a wristband opens its own patient's form; anything else stops and opens nothing."""

import pytest
from django.test import Client

from audit.models import AuditEntry
from tests.factories.ward import a_patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(nurse, signed_in):
    return signed_in(nurse)


def scan(client: Client, code: str):
    return client.post("/patients/scan/", {"code": code})


def notes(patient):
    return list(
        AuditEntry.objects.filter(scope=f"patient:{patient.pk}", action__startswith="identity.")
        .values_list("action", flat=True)
    )  # fmt: skip


def test_n8_a_band_of_ones_own_ward_opens_the_form(client, patient):
    answer = scan(client, f"]C0{patient.mrn}\r")
    assert answer.status_code == 302
    assert answer.url == f"/patients/{patient.pk}/chart/"


def test_n8_a_band_of_another_wards_patient_stops_with_a_warning(client, patient, elsewhere):
    answer = scan(client, elsewhere.mrn)
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "Stop: not a patient of yours" in page
    assert "Secret" not in page
    assert elsewhere.mrn not in page
    assert notes(elsewhere) == ["identity.other_ward"]


def test_n8_an_unknown_code_never_opens_a_chart(client, patient):
    stranger, other = scan(client, "NOBODY-1"), scan(client, patient.mrn.lower() + "0")
    assert [stranger.status_code, other.status_code] == [404, 404]
    assert "Nothing was opened" in stranger.content.decode()


def test_a_medicine_box_is_no_wristband(client, patient):
    answer = scan(client, "]C10109501101530003")
    assert answer.status_code == 422
    assert "names no patient" in answer.content.decode()


def test_a_band_is_never_part_of_an_address(client, patient):
    assert client.get("/patients/scan/", {"code": patient.mrn}).status_code == 405


@pytest.fixture
def namesakes(ward):
    return (
        a_patient(ward, family_name="Maple", given_name="Lena", mrn="A-1001"),
        a_patient(ward, family_name="Maple", given_name="Milo", mrn="A-1002"),
    )


def test_a_shared_surname_leads_through_a_second_identifier(client, patient, namesakes):
    rows = {row["name"]: row["chart_url"] for row in client.get("/patients/").context["patients"]}
    assert rows["Maple, Lena"] == f"/patients/{namesakes[0].pk}/identify/"
    assert rows["Bell, Ada"] == f"/patients/{patient.pk}/chart/"
    page = client.get(rows["Maple, Lena"]).content.decode()
    assert "A-1001" not in page, "the answer must not stand on the screen"


@pytest.mark.parametrize("code", ["1001", "A-1001", "]C0A-1001"])
def test_the_end_of_the_mrn_or_the_band_itself_identifies(client, namesakes, code):
    answer = client.post(f"/patients/{namesakes[0].pk}/identify/", {"code": code})
    assert answer.url == f"/patients/{namesakes[0].pk}/chart/"


@pytest.mark.parametrize("code", ["1002", "A-1002", "001", "", "01001"])
def test_anything_else_opens_nothing_and_is_on_record(client, namesakes, code):
    answer = client.post(f"/patients/{namesakes[0].pk}/identify/", {"code": code})
    assert answer.status_code == 422
    assert notes(namesakes[0]) == ["identity.mismatch"]


def test_an_end_that_two_namesakes_share_is_not_enough(client, ward):
    first = a_patient(ward, family_name="Maple", mrn="A-1001")
    a_patient(ward, family_name="maple", mrn="B-1001")
    where = f"/patients/{first.pk}/identify/"
    assert "the whole MRN" in client.get(where).content.decode()
    assert client.post(where, {"code": "1001"}).status_code == 422
    assert client.post(where, {"code": "A-1001"}).status_code == 302


def test_another_wards_patient_is_not_there_to_identify(client, elsewhere):
    assert client.get(f"/patients/{elsewhere.pk}/identify/").status_code == 404
