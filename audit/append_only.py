"""Database triggers that refuse to change or remove a clinical fact, on both engines."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION crs_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: chart a correction instead', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
# A table without a row may be emptied: a restore does, into a database that nobody used.
_POSTGRES_TRUNCATE = """
CREATE OR REPLACE FUNCTION crs_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_used boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I.%I)', TG_TABLE_SCHEMA, TG_TABLE_NAME)
        INTO is_used;
    IF is_used THEN
        RAISE EXCEPTION '% is append-only: it is never emptied', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
"""
_POSTGRES_GUARDED = """
SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND NOT t.tgisinternal
  AND t.tgname = c.relname || '_append_only'
"""
_SQLITE_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


def _create(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        return [
            _POSTGRES_FUNCTION,
            f'CREATE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION crs_refuse_change()",
            *refuse_truncate(table),
        ]
    return [
        f'CREATE TRIGGER "{table}_append_only_{verb.lower()}" BEFORE {verb} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: chart a correction instead'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def refuse_truncate(table: str) -> list[str]:
    """Statements by which PostgreSQL refuses to empty a table; SQLite has no such command."""
    return [
        _POSTGRES_TRUNCATE,
        f'CREATE TRIGGER "{table}_append_only_truncate" BEFORE TRUNCATE ON "{table}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION crs_refuse_truncate()",
    ]


def _drop(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        names = (f"{table}_append_only", f"{table}_append_only_truncate")
        return [f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"' for name in names]
    return [f'DROP TRIGGER IF EXISTS "{table}_append_only_{verb}"' for verb in ("update", "delete")]


class AppendOnly(Operation):
    """Migration operation: from here on the table takes INSERT and nothing else."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str) -> None:
        """Name the table, for example `vitals_observationset`."""
        self.table = table

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave the model state alone: a trigger is no field."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Put the triggers on, again where altering the table may have lost them.

        SQLite makes a table anew to alter it, and a new table has no triggers.
        """
        vendor = schema_editor.connection.vendor
        for statement in (*_drop(vendor, self.table), *_create(vendor, self.table)):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the triggers."""
        for statement in _drop(schema_editor.connection.vendor, self.table):
            schema_editor.execute(statement, params=None)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Say how a migration file writes this operation."""
        return self.__class__.__name__, [self.table], {}

    def describe(self) -> str:
        """Return the line that `migrate` prints."""
        return f"Make {self.table} append-only"


def guarded(connection: BaseDatabaseWrapper) -> frozenset[str]:
    """Return the tables that the database itself holds to be append-only."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_GUARDED)
            return frozenset(name for (name,) in cursor.fetchall())
        cursor.execute(_SQLITE_TRIGGERS)
        names = {name for name, _ in cursor.fetchall()}
    tables = {name.removesuffix("_append_only_update") for name in names}
    return frozenset(
        table
        for table in tables
        if names >= {f"{table}_append_only_{v}" for v in ("update", "delete")}
    )


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Lift every append-only trigger of a *test* database while it is emptied.

    SQLite drops them and puts them back; on PostgreSQL a superuser, which no program
    is, plays a replica, for which triggers do not fire.
    """
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = origin")
        return
    with connection.cursor() as cursor:
        cursor.execute(_SQLITE_TRIGGERS)
        triggers = [(name, sql) for name, sql in cursor.fetchall() if "_append_only_" in name]
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for _, sql in triggers:
                cursor.execute(sql)
