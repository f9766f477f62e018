"""The role that runs the program appends, and PostgreSQL itself refuses it everything else."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from alerts.models import Alert
from audit import append_only, checks, reading, rights, trail
from audit.models import AuditEntry
from staff.models import Role
from tests.factories.alerts import answered
from tests.factories.ward import GRADE_3, NOW, a_patient, a_person, a_ward, chart_set
from tests.unit.test_promises import APPEND_ONLY, our_models

pytestmark = pytest.mark.django_db
ROLE = "crs_app_of_tests"
MODELS = [our_models()[label]._meta for label in sorted(APPEND_ONLY)]
TABLES = {meta.db_table: meta.pk.column for meta in MODELS}
on_postgres = pytest.mark.skipif(
    "os.environ.get('CRS_TEST_DATABASE') != 'postgres'", reason="SQLite has no roles"
)


@pytest.fixture
def as_the_program(db):
    """Rights as after a deployment; whatever runs inside of `with` is that role's."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN")
    call_command("grant_rights", "--role", ROLE, stdout=io.StringIO())
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def be_the_program():
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")


def attempt(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@on_postgres
@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE "{0}" SET {1} = {1}',
        'DELETE FROM "{0}"',
        'TRUNCATE "{0}" CASCADE',
        'ALTER TABLE "{0}" DISABLE TRIGGER ALL',
        'ALTER TABLE "{0}" ADD COLUMN x int',
        'DROP TRIGGER "{0}_append_only" ON "{0}"',
        'DROP TABLE "{0}" CASCADE',
    ],
)
def test_every_append_only_table_refuses_the_program(as_the_program, statement):
    assert len(TABLES) > 25
    be_the_program()
    for table, key in TABLES.items():
        with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
            attempt(statement.format(table, key))


@on_postgres
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_auditchain",
        "TRUNCATE audit_auditchain",
        "UPDATE django_migrations SET app = app",
        "CREATE TABLE x (y int)",
        "CREATE OR REPLACE FUNCTION crs_refuse_change() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RETURN NEW; END $$",
        "SET session_replication_role = replica",
        "CREATE ROLE another",
    ],
)
def test_nor_does_it_get_around_the_triggers(as_the_program, statement):
    be_the_program()
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
        attempt(statement)


@on_postgres
@pytest.mark.parametrize("table", TABLES)
def test_every_append_only_table_guards_its_rows_and_itself(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE %s",
            [table, f"{table}_append_only%"],
        )
        assert cursor.fetchone() == (2,)


@on_postgres
def test_the_trail_is_not_emptied_even_by_its_owner():
    trail.record(action="tested", actor=None, scope="x", subject="y", at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="never emptied"):
        attempt("TRUNCATE audit_auditentry")
    with append_only.lifted(connection):
        attempt("TRUNCATE audit_auditentry")
    assert not AuditEntry.objects.exists()


@on_postgres
def test_the_ward_works_as_that_role(as_the_program, client):
    ward = a_ward()
    nurse, charge = a_person(Role.NURSE, ward), a_person(Role.CHARGE_NURSE, ward)
    be_the_program()
    patient = a_patient(ward)
    charted = chart_set(patient, GRADE_3, by=nurse)
    assert charted.assessment.grade == 3
    alert = Alert.objects.not_closed().get()
    answered(alert, charge, at=NOW + timedelta(minutes=1))
    chart_set(patient, GRADE_3, by=nurse, now=NOW + timedelta(minutes=30))
    client.force_login(charge, backend="staff.backends.OpenAccountBackend")
    assert client.get(f"/patients/{patient.pk}/timeline/").status_code == 200
    assert client.get(f"/wards/{ward.code}/board/").status_code == 200
    assert AuditEntry.objects.filter(action=reading.CHART, actor=charge).count() == 1
    assert trail.verify() == []
    with pytest.raises(DatabaseError, match="permission denied"):
        attempt("UPDATE vitals_observationset SET heart_rate_bpm = 1")


@on_postgres
def test_a_check_warns_of_a_program_that_is_the_owner(as_the_program):
    (found,) = checks.facts_cannot_be_changed(None, databases=["default"])
    assert found.id == "audit.W001"
    be_the_program()
    assert checks.facts_cannot_be_changed(None, databases=["default"]) == []


@on_postgres
def test_what_it_grants_can_be_granted_again(as_the_program):
    first, again = (rights.grant(connection, ROLE) for _ in range(2))
    assert first == again
    assert first["SELECT, INSERT"] >= len(TABLES)


@pytest.mark.parametrize("role", ["", "Robert'); DROP TABLE", "nobody_here", "postgres"])
def test_a_role_that_cannot_be_bound_is_refused_with_advice(role):
    with pytest.raises(CommandError):
        call_command("grant_rights", "--role", role)
