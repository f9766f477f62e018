"""N8: a tablet of one ward stops at the wristband of another ward's patient, and asks."""

import pytest

from audit.models import AuditEntry
from staff.models import WardMembership
from tests.factories.ward import a_patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_both(ada, next_door):
    WardMembership.objects.create(user=ada, ward=next_door)
    return ada


def test_n8_the_wrong_ward_stops_and_asks(tablet, of_both, next_door):
    stranger = a_patient(next_door, family_name="Birch")
    tablet.sign_in(of_both)
    answer = tablet.client.post("/patients/scan/", {"code": stranger.mrn})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Stop: another ward" in page
    assert f'href="/patients/{stranger.pk}/chart/"' in page, "the nurse may go on knowingly"
    notes = AuditEntry.objects.filter(scope=f"patient:{stranger.pk}")
    assert notes.filter(action="identity.wrong_ward").count() == 1


def test_a_patient_of_the_tablets_own_ward_opens_at_once(tablet, of_both, patient):
    tablet.sign_in(of_both)
    answer = tablet.client.post("/patients/scan/", {"code": patient.mrn})
    assert answer.url == f"/patients/{patient.pk}/chart/"


def test_an_ordinary_browser_has_no_ward_of_its_own(client, of_both, next_door):
    stranger = a_patient(next_door)
    client.force_login(of_both, backend="staff.backends.OpenAccountBackend")
    answer = client.post("/patients/scan/", {"code": stranger.mrn})
    assert answer.url == f"/patients/{stranger.pk}/chart/"
