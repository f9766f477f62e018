"""Every page asks who is asking; what is not theirs does not exist."""

import pytest
from django.test import Client

from alerts.models import Alert
from charting import stays
from patients.models import Stay
from staff.models import Role
from tests.factories.ward import GRADE_2, NOW, a_person, chart_set

pytestmark = pytest.mark.django_db
DISCLAIMER = "not for use as the sole basis for a decision"
RECORDS = ("treatment", "infusion", "lab", "neuro")


def pages_of(patient, charted):
    own = f"/patients/{patient.pk}/"
    return [
        own + "chart/",
        own + f"chart/?correct={charted.observations.pk}",
        own + f"sets/{charted.observations.pk}/",
        own + "timeline/",
        own + "timeline.json",
        own + "course/",
        *(f"{own}record/{kind}/" for kind in RECORDS),
        f"/wards/{charted.observations.ward.code}/board/",
        f"/wards/{charted.observations.ward.code}/board.json",
        f"/wards/{charted.observations.ward.code}/handover/",
        f"/alerts/{Alert.objects.get(patient=patient).code}/",
    ]


@pytest.fixture
def pages(patient):
    return pages_of(patient, chart_set(patient, GRADE_2))


@pytest.fixture
def pages_next_door(elsewhere):
    return pages_of(elsewhere, chart_set(elsewhere, GRADE_2))


def test_every_page_sends_an_unknown_person_to_sign_in(pages):
    for url in [*pages, "/", "/patients/", "/alerts/"]:
        answer = Client().get(url)
        assert answer.status_code == 302, url
        assert answer["Location"].startswith("/sign-in/?next="), url


@pytest.mark.parametrize("role", [Role.CHARGE_NURSE, Role.ONCOLOGIST])
def test_charge_nurses_and_oncologists_open_every_page_of_their_ward(role, ward, pages, signed_in):
    client = signed_in(a_person(role, ward))
    assert {url: client.get(url).status_code for url in pages} == dict.fromkeys(pages, 200)


def test_a_nurse_opens_every_page_but_the_dose(pages, nurses):
    answers = {url: nurses.get(url).status_code for url in pages}
    refused = [url for url, status in answers.items() if status != 200]
    assert [url.endswith("record/infusion/") for url in refused] == [True]
    assert answers[refused[0]] == 404


@pytest.mark.parametrize("role", list(Role))
def test_a_patient_of_another_ward_does_not_exist(role, ward, pages_next_door, signed_in):
    client = signed_in(a_person(role, ward))
    for url in pages_next_door:
        answer = client.get(url)
        assert answer.status_code == 404, url
        assert b"Secret" not in answer.content, url


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.INTEGRATION])
def test_who_only_administers_or_sends_sees_no_patient(role, ward, patient, pages, signed_in):
    client = signed_in(a_person(role, ward))
    for url in pages:
        answer = client.get(url)
        assert answer.status_code == 404, url
        assert b"Bell" not in answer.content, url
    assert client.get("/patients/").status_code == 403
    assert client.get("/alerts/").status_code == 403


def test_lists_name_only_patients_of_ones_own_wards(pages, pages_next_door, nurses):
    for url in ("/patients/", "/alerts/", "/wards/7b/board/"):
        content = nurses.get(url).content
        assert b"Bell" in content, url
        assert b"Secret" not in content, url


def test_posting_to_another_wards_pages_stores_nothing(pages_next_door, nurses):
    for url in pages_next_door:
        assert nurses.post(url, {"reason": "treated", "eta": "now"}).status_code in {404, 405}, url


@pytest.mark.parametrize("number", [0, 999_999, 2**70])
def test_a_patient_nobody_has_is_not_found(number, nurses):
    for page in ("chart/", "timeline/", "timeline.json", "sets/1/", "record/lab/", ""):
        assert nurses.get(f"/patients/{number}/{page}").status_code == 404, page


def test_a_ward_that_lost_a_patient_may_read_but_no_longer_chart(patient, nurses, next_door, now):
    charted = chart_set(patient, GRADE_2)
    stays.discharge(Stay.objects.get(patient=patient), at=NOW, by=None, now=NOW)
    stays.admit(patient, ward=next_door, bed=None, at=NOW, by=None, now=NOW)
    own = f"/patients/{patient.pk}/"
    assert nurses.get(f"{own}timeline/").status_code == 200
    assert nurses.get(f"{own}sets/{charted.observations.pk}/").status_code == 200
    assert b"/chart/" not in nurses.get(f"{own}timeline/").content
    for page in ("chart/", "record/treatment/", "record/lab/", "record/neuro/"):
        assert nurses.get(own + page).status_code == 404, page


def test_a_set_opens_only_under_its_own_patient(ward, patient, elsewhere, nurses):
    stray = chart_set(elsewhere, GRADE_2).observations.pk
    assert nurses.get(f"/patients/{patient.pk}/sets/{stray}/").status_code == 404
    assert nurses.get(f"/patients/{patient.pk}/chart/?correct={stray}").status_code == 404


@pytest.mark.parametrize("wanted", ["x", "-1", "١٢", "", "9" * 30])
def test_a_correction_of_nothing_is_not_found(wanted, patient, nurses):
    assert nurses.get(f"/patients/{patient.pk}/chart/", {"correct": wanted}).status_code == 404


def test_every_page_says_what_it_is_not(pages, charge_nurse, signed_in):
    client = signed_in(charge_nurse)
    for url in [*pages, "/patients/", "/alerts/"]:
        answer = client.get(url)
        if answer["Content-Type"].startswith("text/html"):
            assert DISCLAIMER in answer.content.decode(), url
    assert DISCLAIMER in Client().get("/sign-in/").content.decode()


def test_no_page_may_be_kept_by_the_tablet(pages, charge_nurse, signed_in):
    client = signed_in(charge_nurse)
    for url in [*pages, "/", "/patients/", "/alerts/", f"{pages[0][:-6]}"]:
        assert "no-store" in client.get(url)["Cache-Control"], url
    assert "no-store" in Client().get("/sign-in/")["Cache-Control"]
