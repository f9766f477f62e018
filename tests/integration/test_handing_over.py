"""The door of the hand-over: versions never fork, a form sent twice is one, all is on record."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from alerts.models import HandoverReadBack, HandoverWords
from audit.models import AuditEntry
from charting import handing_over
from charting.chart import ConflictError
from charting.entry import EntryRefusedError
from charting.handing_over import LONGEST, NotOnAWardError, StaleWordsError, Words
from staff.models import Role
from tests.factories.ward import NOW, a_patient, a_person, a_ward

pytestmark = pytest.mark.django_db
SAID = Words(illness="watcher", summary="Lives alone", situation="Wife is called first")


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def patient(ward):
    return a_patient(ward)


@pytest.fixture
def giver(ward):
    return a_person(Role.NURSE, ward)


def write(patient, by, words=SAID, *, seen=0, key=None):
    return handing_over.write_words(
        patient_id=patient.pk, client_id=key or uuid.uuid4(), words=words, version_seen=seen,
        by=by, now=NOW,
    )  # fmt: skip


def read(patient, by, *, key=None, lines=None):
    return handing_over.read_back(
        patient_id=patient.pk, client_id=key or uuid.uuid4(), lines=lines or {"illness": ["a"]},
        by=by, now=NOW,
    )  # fmt: skip


def test_each_change_is_a_version_of_its_own(patient, giver):
    first = write(patient, giver)
    second = write(patient, giver, Words(summary="Lives with a son"), seen=1)
    assert (first.version, second.version) == (1, 2)
    assert [row.summary for row in HandoverWords.objects.all()] == [
        "Lives alone", "Lives with a son",
    ]  # fmt: skip


def test_who_has_not_read_the_newest_words_overwrites_none(patient, giver):
    write(patient, giver)
    with pytest.raises(StaleWordsError):
        write(patient, a_person(), Words(summary="mine"), seen=0)
    assert HandoverWords.objects.count() == 1


def test_a_form_sent_twice_is_stored_once(patient, giver):
    key = uuid.uuid4()
    assert write(patient, giver, key=key) == write(patient, giver, key=key)
    with pytest.raises(ConflictError):
        write(patient, giver, Words(summary="other"), key=key)
    assert HandoverWords.objects.count() == 1


def test_a_read_back_sent_twice_is_stored_once(patient, giver):
    key = uuid.uuid4()
    assert read(patient, giver, key=key) == read(patient, giver, key=key)
    with pytest.raises(ConflictError):
        read(patient, a_person(), key=key)
    assert HandoverReadBack.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (Words(illness="fine"), "illness"),
        (Words(summary="x" * (LONGEST + 1)), "summary"),
        (Words(actions="x" * (LONGEST + 1)), "actions"),
        (Words(situation="x" * (LONGEST + 1)), "situation"),
    ],
)
def test_what_is_too_long_or_no_choice_is_refused_by_name(words, field, patient, giver):
    with pytest.raises(EntryRefusedError) as refused:
        write(patient, giver, words)
    assert [error.field for error in refused.value.errors] == [field]
    assert not HandoverWords.objects.exists()


def test_the_longest_words_fit(patient, giver):
    assert write(patient, giver, Words(summary="x" * LONGEST)).version == 1


def test_a_patient_on_no_ward_is_handed_over_by_nobody(giver):
    nobody = a_patient(None)
    for act in (write, read):
        with pytest.raises(NotOnAWardError):
            act(nobody, giver)


def test_both_are_in_the_trail_without_the_words(patient, giver):
    write(patient, giver)
    read(patient, giver)
    entries = AuditEntry.objects.filter(action__startswith="handover.").order_by("seq")
    assert [(e.action, e.actor, e.detail) for e in entries] == [
        ("handover.written", giver, {}), ("handover.read_back", giver, {}),
    ]  # fmt: skip


def test_nothing_of_a_hand_over_is_edited_or_removed(patient, giver):
    for row in (write(patient, giver), read(patient, giver)):
        for change in (row.delete, lambda row=row: type(row).objects.update(patient=patient)):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


def test_the_newest_words_are_those_of_the_newest_version(patient, giver):
    from screens.handing import reading

    write(patient, giver)
    write(patient, giver, Words(illness="stable"), seen=1)
    (shown,) = reading.of_ward(patient.state.ward, now=NOW + timedelta(minutes=1)).sheets
    assert (shown.given.version, shown.given.illness) == (2, "Stable")
