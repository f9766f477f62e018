"""What the role that runs the program may do in PostgreSQL: append facts, and never change one."""

import re
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from audit.append_only import guarded
from audit.models import AuditChain

# Tables that only a migration writes.
_READ_ONLY: Final = frozenset({"django_migrations"})
# Changed, and never shortened: the heads of the chains.
_NEVER_DELETED: Final = frozenset({AuditChain._meta.db_table})
_ROLE: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_ROLE_OF: Final = "SELECT rolsuper, rolname = current_user FROM pg_roles WHERE rolname = %s"


class RightsRefusedError(Exception):
    """The rights cannot be given so; the text says what to do."""


def grant(connection: BaseDatabaseWrapper, role: str) -> dict[str, int]:
    """Give the role exactly what the program needs; return how many tables got which rights.

    Takes from the role whatever it had on these tables before. Nothing is granted on what
    later migrations make, so it is called after each. Raises RightsRefusedError.
    """
    _refuse(connection, role)
    count: dict[str, int] = {}
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        facts = guarded(connection)
        cursor.execute("SELECT current_schema(), current_database()")
        schema, database = map(quote, cursor.fetchone())
        cursor.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {quote(role)}")
        cursor.execute(f"REVOKE ALL ON SCHEMA {schema} FROM {quote(role)}")
        cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO {quote(role)}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {quote(role)}")
        for table in sorted(connection.introspection.table_names(cursor)):
            rights = _rights(table, facts)
            cursor.execute(f"REVOKE ALL ON TABLE {quote(table)} FROM {quote(role)}")
            cursor.execute(f"GRANT {rights} ON TABLE {quote(table)} TO {quote(role)}")
            count[rights] = count.get(rights, 0) + 1
    return count


def may_change(connection: BaseDatabaseWrapper) -> list[str]:
    """The append-only tables in which the role of this connection could change a row."""
    tables = sorted(guarded(connection))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s) AS name"
            " WHERE has_table_privilege(quote_ident(name), 'UPDATE, DELETE, TRUNCATE, TRIGGER')",
            [tables],
        )
        return [name for (name,) in cursor.fetchall()]


def _rights(table: str, guarded: frozenset[str]) -> str:
    if table in _READ_ONLY:
        return "SELECT"
    if table in guarded:
        return "SELECT, INSERT"
    if table in _NEVER_DELETED:
        return "SELECT, INSERT, UPDATE"
    return "SELECT, INSERT, UPDATE, DELETE"


def _refuse(connection: BaseDatabaseWrapper, role: str) -> None:
    if connection.vendor != "postgresql":
        raise RightsRefusedError("Only PostgreSQL has roles; SQLite has triggers alone.")
    if not _ROLE.fullmatch(role):
        raise RightsRefusedError("Name the role in CRS_DATABASE_APP_ROLE, such as crs_app.")
    with connection.cursor() as cursor:
        cursor.execute(_ROLE_OF, [role])
        found = cursor.fetchone()
    if found is None:
        raise RightsRefusedError(f"There is no role {role}: CREATE ROLE {role} LOGIN PASSWORD ...")
    if any(found):
        raise RightsRefusedError(f"{role} is a superuser or the owner: no rights would bind it.")
