"""Who works where, and when: a membership begins at its start and is over at its end."""

from datetime import timedelta
from inspect import signature

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from alerts import rota
from alerts.models import RotaRole
from charting.api.ward_access import member_of
from screens.boards.acts import nurses_of
from screens.rota_forms import people_of
from staff import permissions
from staff.models import Role, User, WardMembership
from tests.factories.ward import NOW, a_patient, a_person, a_ward

pytestmark = pytest.mark.django_db
MICROSECOND = timedelta(microseconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def ward():
    return a_ward()


def hold(person, *, start=None, end=None):
    person.memberships.update(starts_at=start, ends_at=end)
    return User.objects.get(pk=person.pk)


@pytest.mark.parametrize(
    ("start", "end", "works"),
    [
        (None, None, True),
        (NOW, None, True),
        (NOW + MICROSECOND, None, False),
        (None, NOW, False),
        (None, NOW + MICROSECOND, True),
        (NOW - HOUR, NOW + HOUR, True),
    ],
)
def test_a_membership_counts_from_its_start_up_to_its_end(ward, start, end, works):
    person = hold(a_person(Role.NURSE, ward), start=start, end=end)
    assert person.memberships.in_force(NOW).exists() is works
    assert (person in WardMembership.objects.people_of(ward, at=NOW)) is works


def test_a_membership_cannot_end_before_it_starts(ward):
    person = a_person(Role.NURSE, ward)
    with pytest.raises(IntegrityError):
        person.memberships.update(starts_at=NOW, ends_at=NOW)


@pytest.mark.parametrize(("minutes", "status"), [(5, 200), (-5, 404)])
def test_the_patients_of_a_ward_close_when_the_membership_ends(ward, minutes, status):
    person = hold(a_person(Role.NURSE, ward), end=timezone.now() + timedelta(minutes=minutes))
    patient = a_patient(ward)
    client = Client()
    client.force_login(person, backend="staff.backends.OpenAccountBackend")
    assert client.get(f"/patients/{patient.pk}/timeline/").status_code == status
    assert client.get(f"/api/v1/patients/{patient.pk}/course/").status_code == status


@pytest.mark.parametrize(("minutes", "works"), [(5, True), (-5, False)])
def test_wards_are_asked_of_the_membership_in_one_query(
    ward, minutes, works, django_assert_num_queries
):
    person = hold(a_person(Role.NURSE, ward), end=timezone.now() + timedelta(minutes=minutes))
    with django_assert_num_queries(1):
        assert (ward.pk in permissions.ward_ids(person)) is works


def test_who_has_left_is_neither_told_nor_offered(ward):
    charge = a_person(Role.CHARGE_NURSE, ward)
    now = timezone.now()

    def found():
        told = rota.holders(ward=ward, role=RotaRole.CHARGE_NURSE, patient_id=None, at=now)
        offered = list(people_of(ward, at=now))
        return (
            [each.user for each in told],
            offered,
            [each["id"] for each in nurses_of(ward)],
            member_of(ward, charge.username),
        )

    assert found() == ([charge], [charge], [charge.pk], charge)
    hold(charge, end=now)
    assert found() == ([], [], [], None)


def test_an_account_that_has_ended_works_nowhere(ward):
    person = a_person(Role.NURSE, ward)
    User.objects.filter(pk=person.pk).update(expires_at=NOW)
    assert list(WardMembership.objects.people_of(ward, at=NOW - MICROSECOND)) == [person]
    assert list(WardMembership.objects.people_of(ward, at=NOW)) == []


def test_a_pharmacist_reads_the_ward_and_writes_nothing_of_it(ward):
    person = a_person(Role.PHARMACIST, ward)
    reads = {"can_see_patients", "can_see_alerts", "can_see_wall", "can_read_resources"}
    verbs = {name: getattr(permissions, name) for name in dir(permissions) if "can_" in name[:4]}
    of_no_ward = {name for name, may in verbs.items() if "ward" not in signature(may).parameters}
    assert {n for n in verbs.keys() - of_no_ward if verbs[n](person, ward)} == reads
    assert {name for name in of_no_ward if verbs[name](person)} == {"can_break_glass"}


def test_a_safety_officer_sees_figures_and_no_patients(ward):
    person = a_person(Role.SAFETY_OFFICER, ward)
    assert permissions.can_see_alert_statistics(person, ward)
    assert not permissions.can_see_patients(person, ward)
    assert not permissions.can_see_alerts(person, ward)
    assert not permissions.can_read_resources(person, ward)


@pytest.mark.parametrize(
    ("role", "start"), [(Role.PHARMACIST, "/patients/"), (Role.SAFETY_OFFICER, "/wards/7b/alerts/")]
)
def test_each_new_role_begins_where_its_work_is(role, start):
    client = Client()
    client.force_login(
        a_person(role, a_ward(code="7b")), backend="staff.backends.OpenAccountBackend"
    )
    answer = client.get("/")
    assert answer["Location"] == start
    assert client.get(start).status_code == 200
