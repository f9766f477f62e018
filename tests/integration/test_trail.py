"""The audit trail shows tampering, and the tables refuse it."""

import io
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from audit import trail
from audit.append_only import lifted
from audit.models import AuditEntry
from tests.factories.ward import FEVER, NOW, WELL, a_patient, a_person, a_ward, chart_set

pytestmark = pytest.mark.django_db


def write(count, scope="patient:1"):
    return [
        trail.record(
            action="tested", actor=None, scope=scope, subject=f"set:{n}", at=NOW, detail={"n": n}
        )
        for n in range(count)
    ]


@pytest.fixture
def unguarded():
    """A superuser of the database, whom no trigger stops."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER ALL")
            yield cursor
            cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER ALL")
    else:
        with lifted(connection), connection.cursor() as cursor:
            yield cursor


def test_an_untouched_trail_is_whole():
    write(5)
    write(3, scope="patient:2")
    assert trail.verify() == []


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_auditentry SET action = 'other' WHERE seq = 3",
        "UPDATE audit_auditentry SET subject = 'set:9' WHERE seq = 1",
        "DELETE FROM audit_auditentry WHERE seq = 3",
        "DELETE FROM audit_auditentry WHERE seq = 5",
        "DELETE FROM audit_auditentry",
        "UPDATE audit_auditentry SET seq = 9 WHERE seq = 2",
    ],
)
def test_tampering_shows(unguarded, tampering):
    write(5)
    unguarded.execute(tampering)
    assert trail.verify()


def test_the_command_fails_on_a_broken_trail(unguarded):
    from django.core.management import CommandError, call_command

    write(3)
    call_command("verify_audit", stdout=io.StringIO())
    unguarded.execute("DELETE FROM audit_auditentry WHERE seq = 2")
    with pytest.raises(CommandError, match="1 breaks"):
        call_command("verify_audit")


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
@pytest.mark.parametrize(
    "table",
    [
        "audit_auditentry",
        "vitals_observationset",
        "grading_assessment",
        "patients_infusion",
        "alerts_alertevent",
    ],
)
def test_the_database_refuses_to_change_a_fact(table, verb):
    patient = a_patient(a_ward())
    chart_set(patient, FEVER)
    statement = f"UPDATE {table} SET id = id" if verb == "UPDATE" else f"DELETE FROM {table}"
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_entries_name_who_when_and_what_but_no_reading():
    nurse = a_person()
    chart_set(a_patient(a_ward()), WELL, by=nurse)
    entry = AuditEntry.objects.get(action="observations.charted")
    assert entry.actor == nurse
    assert entry.at == NOW
    assert set(entry.detail) == {"at_least", "ruleset"}


def test_the_seal_does_not_depend_on_the_zone_a_time_was_given_in():
    from zoneinfo import ZoneInfo

    local = (NOW + timedelta(hours=1)).astimezone(ZoneInfo("Asia/Kolkata"))
    trail.record(action="tested", actor=None, scope="x", subject="y", at=local)
    assert trail.verify() == []
