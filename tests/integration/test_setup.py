"""People, places and patients are set up in the stock admin; facts are only added there."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from alerts.models import DueSet
from charting.models import PatientState
from patients.models import BodyWeight, Patient, Stay
from staff.models import Bed, Role, User, WardMembership
from tests.factories.ward import NOW, WELL, a_patient, a_person, a_ward, chart_set

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    person = a_person(Role.ADMINISTRATOR, is_staff=True, is_superuser=True)
    client.force_login(person)
    return person


def no_inlines(*prefixes):
    return {
        f"{prefix}-{name}": 0 for prefix in prefixes for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }


def test_a_patient_is_registered_weighed_and_admitted(client, administrator):
    ward = a_ward()
    bed = Bed.objects.create(ward=ward, label="3")
    weighed = {
        "weights-TOTAL_FORMS": 1,
        "weights-0-weight_kg": "21.5",
        "weights-0-measured_at_0": "2026-03-09",
        "weights-0-measured_at_1": "08:00:00",
    }
    details = {"mrn": "NEW1", "family_name": "F", "given_name": "G", "sex": "female"}
    answer = client.post(
        "/admin/patients/patient/add/",
        details | no_inlines("weights", "burdens") | weighed,
    )
    assert answer.status_code == 302
    patient = Patient.objects.get(mrn="NEW1")
    assert BodyWeight.objects.get().recorded_by == administrator
    stay = {
        "patient": patient.pk,
        "ward": ward.pk,
        "bed": bed.pk,
        "admitted_at_0": "2026-03-09",
        "admitted_at_1": "09:00:00",
    }
    assert client.post("/admin/patients/stay/add/", stay).status_code == 302
    state = PatientState.objects.get(pk=patient.pk)
    assert (state.ward, state.bed) == (ward, bed)


def test_a_discharge_in_the_admin_ends_the_watch(client, administrator):
    patient = a_patient(a_ward())
    chart_set(patient, WELL)
    stay = Stay.objects.get()
    form = {
        "patient": patient.pk,
        "ward": stay.ward_id,
        "bed": stay.bed_id,
        "admitted_at_0": "2026-03-01",
        "admitted_at_1": "12:00:00",
        "discharged_at_0": "2026-03-10",
        "discharged_at_1": "12:00:00",
    }
    assert client.post(f"/admin/patients/stay/{stay.pk}/change/", form).status_code == 302
    assert PatientState.objects.get().ward is None
    assert DueSet.objects.get().ward is None


def test_a_person_gets_a_role_and_wards(client, administrator):
    ward = a_ward()
    person = {
        "username": "new.nurse",
        "password1": "a long enough passphrase",
        "password2": "a long enough passphrase",
        "usable_password": "true",
        "role": "nurse",
        "email": "n@example.org",
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 0,
        "memberships-0-ward": ward.pk,
    }
    answer = client.post("/admin/staff/user/add/", person)
    assert answer.status_code == 302
    assert WardMembership.objects.get().user == User.objects.get(username="new.nurse")


def test_nobody_without_the_staff_flag_enters_the_admin(client):
    client.force_login(a_person(Role.CHARGE_NURSE, a_ward()))
    assert client.get("/admin/").status_code == 302


def test_the_state_rows_can_be_checked_and_mended(capsys):
    patient = a_patient(a_ward())
    chart_set(patient, WELL)
    call_command("rebuild_state", "--check")
    PatientState.objects.update(latest_taken_at=NOW - timedelta(days=1), ward=None)
    with pytest.raises(CommandError, match="1 state rows differ"):
        call_command("rebuild_state", "--check")
    assert PatientState.objects.get().ward is None
    call_command("rebuild_state")
    call_command("rebuild_state", "--check")
    assert PatientState.objects.get().ward is not None


def test_an_integration_is_given_a_token_and_loses_it(capsys):
    from staff.models import ApiToken

    person = a_person(Role.INTEGRATION)
    call_command("issue_token", person.username, "gateway")
    secret = capsys.readouterr().out.strip()
    token = ApiToken.objects.get(digest=ApiToken.digest_of(secret))
    call_command("issue_token", person.username, "gateway", "--revoke")
    token.refresh_from_db()
    assert token.revoked_at is not None
    with pytest.raises(CommandError, match="no token"):
        call_command("issue_token", person.username, "gateway", "--revoke")
    with pytest.raises(CommandError, match="no active user"):
        call_command("issue_token", "nobody", "gateway")
