"""Who holds a role at a moment: slot, backup, assignment, membership, the ward's own mailbox."""

from datetime import timedelta

import pytest

from alerts import rota
from alerts.models import NurseAssignment, RotaRole, RotaSlot
from staff.models import Role
from tests.factories.ward import NOW, a_patient, a_person, a_ward

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def ward():
    return a_ward(fallback_email="desk@example.org")


def a_slot(ward, role, person=None, *, start=NOW - HOUR, end=NOW + HOUR, **fields):
    return RotaSlot.objects.create(
        ward=ward, role=role, person=person, starts_at=start, ends_at=end, recorded_at=NOW, **fields
    )


def told(ward, role, *, at=NOW, patient_id=None):
    found = rota.holders(ward=ward, role=role, patient_id=patient_id, at=at)
    return [(each.user, each.mailbox, each.via.value) for each in found]


def named(person, via):
    return (person, person.email, via)


def test_the_person_of_the_slot_is_told(ward):
    person = a_person()
    a_person(Role.CHARGE_NURSE, ward)
    a_slot(ward, RotaRole.CHARGE_NURSE, person)
    assert told(ward, RotaRole.CHARGE_NURSE) == [named(person, "slot")]


@pytest.mark.parametrize(
    ("after_start", "is_on"), [(-1, False), (0, True), (59, True), (60, True), (74, True)]
)
def test_a_slot_counts_from_its_start_to_a_quarter_hour_after_its_end(ward, after_start, is_on):
    person = a_person()
    a_slot(ward, RotaRole.PHARMACIST, person, start=NOW, end=NOW + HOUR)
    found = told(ward, RotaRole.PHARMACIST, at=NOW + after_start * MINUTE)
    assert (named(person, "slot") in found) is is_on


def test_after_the_changeover_the_mailbox_of_the_ward_is_told(ward):
    a_slot(ward, RotaRole.PHARMACIST, a_person(), start=NOW - HOUR, end=NOW - 15 * MINUTE)
    assert told(ward, RotaRole.PHARMACIST) == [(None, "desk@example.org", "fallback")]


def test_at_a_changeover_both_are_told(ward):
    leaving, coming = a_person(), a_person()
    a_slot(ward, RotaRole.CHARGE_NURSE, leaving, end=NOW)
    a_slot(ward, RotaRole.CHARGE_NURSE, coming, start=NOW)
    assert told(ward, RotaRole.CHARGE_NURSE) == [named(coming, "slot"), named(leaving, "slot")]


def test_who_is_leaving_does_not_fill_the_gap_that_follows(ward):
    leaving, member = a_person(), a_person(Role.CHARGE_NURSE, ward)
    a_slot(ward, RotaRole.CHARGE_NURSE, leaving, end=NOW)
    assert told(ward, RotaRole.CHARGE_NURSE) == [
        named(member, "membership"),
        named(leaving, "slot"),
    ]


@pytest.mark.parametrize("fields", [{"email": ""}, {"is_active": False}])
def test_the_backup_is_told_for_somebody_who_cannot_be(ward, fields):
    backup = a_person()
    a_slot(ward, RotaRole.ONCOLOGY_FELLOW, a_person(**fields), backup=backup)
    assert told(ward, RotaRole.ONCOLOGY_FELLOW) == [named(backup, "backup")]


def test_a_team_is_told_at_its_mailbox(ward):
    a_slot(ward, RotaRole.ICU_OUTREACH, mailbox="outreach@example.org")
    assert told(ward, RotaRole.ICU_OUTREACH) == [(None, "outreach@example.org", "slot")]


def test_a_cancelled_slot_counts_for_nothing(ward):
    slot = a_slot(ward, RotaRole.PHARMACIST, a_person(), cancelled_at=NOW)
    assert slot.person not in [person for person, _, _ in told(ward, RotaRole.PHARMACIST)]


@pytest.mark.parametrize(
    ("role", "member"),
    [
        (RotaRole.CHARGE_NURSE, Role.CHARGE_NURSE),
        (RotaRole.ONCOLOGY_FELLOW, Role.ONCOLOGIST),
        (RotaRole.ONCOLOGY_ATTENDING, Role.ONCOLOGIST),
    ],
)
def test_members_of_the_ward_stand_in_where_there_is_no_slot(ward, role, member):
    person = a_person(member, ward)
    a_person(member, a_ward())
    a_person(member, ward, email="")
    a_person(member, ward, is_active=False)
    assert told(ward, role) == [named(person, "membership")]


def test_nobody_at_all_is_an_empty_list():
    assert told(a_ward(), RotaRole.CHARGE_NURSE) == []
    assert told(None, RotaRole.CHARGE_NURSE) == []


@pytest.mark.parametrize(
    ("start", "end", "is_theirs"),
    [
        (-60, None, True),
        (0, None, True),
        (1, None, False),
        (-60, 0, False),
        (-60, 1, True),
    ],
)
def test_the_nurse_of_the_patient_is_told_while_assigned(ward, start, end, is_theirs):
    patient, nurse, charge = a_patient(ward), a_person(), a_person(Role.CHARGE_NURSE, ward)
    NurseAssignment.objects.create(
        patient=patient,
        nurse=nurse,
        starts_at=NOW + start * MINUTE,
        ends_at=None if end is None else NOW + end * MINUTE,
    )
    expected = named(nurse, "assignment") if is_theirs else named(charge, "membership")
    assert told(ward, RotaRole.BEDSIDE_NURSE, patient_id=patient.pk) == [expected]


def test_one_person_with_two_roles_is_told_once_in_three_queries(
    ward, django_assert_max_num_queries
):
    patient, charge, fellow = a_patient(ward), a_person(), a_person(Role.ONCOLOGIST, ward)
    a_slot(ward, RotaRole.CHARGE_NURSE, charge)
    with django_assert_max_num_queries(3):
        found = rota.holders_of(
            ["bedside_nurse", "charge_nurse", "oncology_fellow"],
            ward=ward,
            patient_id=patient.pk,
            at=NOW,
        )
    assert [(each.user, each.role) for each in found] == [
        (charge, "bedside_nurse"),
        (fellow, "oncology_fellow"),
    ]
