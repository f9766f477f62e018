"""Rows of a table as lines, and back: PostgreSQL by COPY, SQLite as JSON.

Both need nothing but the drivers, so that a machine with Python alone can take a backup
and put it back: tools of the server would have to be installed, in the server's version.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any, Final

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from crs_monitor.backups.refusals import BackupRefusedError
from crs_monitor.backups.sealing import Sink

_AT_ONCE: Final = 500
# Whatever the server's own settings are, the same row is the same line everywhere.
_ONE_FORM: Final = (
    "SET client_encoding = 'UTF8'",
    "SET TimeZone = 'UTC'",
    "SET DateStyle = 'ISO, YMD'",
    "SET IntervalStyle = 'postgres'",
    "SET extra_float_digits = 1",
    "SET bytea_output = 'hex'",
    "SET statement_timeout = 0",
    "SET idle_in_transaction_session_timeout = 0",
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table to read or fill: its columns in order, and what its rows are ordered by."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


@contextmanager
def snapshot(alias: str) -> Iterator[BaseDatabaseWrapper]:
    """Give a connection of its own that sees the database as it is at this one moment.

    Who writes meanwhile neither waits nor is waited for.
    """
    connection = connections.create_connection(alias)
    try:
        prepare(connection)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            else:
                cursor.execute("BEGIN DEFERRED")
            # The first query takes the snapshot, BEGIN does not.
            cursor.execute("SELECT count(*) FROM django_migrations")
            cursor.fetchone()
        yield connection
    finally:
        connection.close()


def prepare(connection: BaseDatabaseWrapper) -> None:
    """Have rows written and read in one form, for this session."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for statement in _ONE_FORM:
                cursor.execute(statement)


def tables_of(connection: BaseDatabaseWrapper, names: Sequence[str]) -> list[Table]:
    """Describe these tables; raises BackupRefusedError for one without a primary key."""
    found = []
    with connection.cursor() as cursor:
        for name in names:
            described = connection.introspection.get_table_description(cursor, name)
            key = connection.introspection.get_primary_key_columns(cursor, name)
            if not key:
                raise BackupRefusedError(f"Table {name} has no primary key, so no order.")
            found.append(Table(name, tuple(each.name for each in described), tuple(key)))
    return found


def dump(connection: BaseDatabaseWrapper, table: Table, out: Sink) -> None:
    """Write the table's rows as lines, by primary key."""
    quote = connection.ops.quote_name
    if connection.vendor == "postgresql":
        columns = ", ".join(quote(each) for each in table.columns)
        # Numbers as numbers, text by its bytes: how a server sorts words is its own affair.
        order = ", ".join(
            f'{quote(each)} COLLATE "C"' if is_text else quote(each)
            for each, is_text in _key_types(connection, table)
        )
        query = f"SELECT {columns} FROM {quote(table.name)} ORDER BY {order}"  # noqa: S608  names of our own tables, quoted
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY ({query}) TO STDOUT", out)
        return
    # With a plus the driver knows no type to turn the value into, and gives what is stored.
    columns = ", ".join(f"+{quote(each)}" for each in table.columns)
    order = ", ".join(quote(each) for each in table.key)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {quote(table.name)} ORDER BY {order}")  # noqa: S608  the same
        while rows := cursor.fetchmany(_AT_ONCE):
            out.write(b"".join(_line(row) for row in rows))


def load(connection: BaseDatabaseWrapper, table: Table, lines: IO[bytes]) -> None:
    """Insert lines that `dump` wrote, in the caller's transaction."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(each) for each in table.columns)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            copy = f"COPY {quote(table.name)} ({columns}) FROM STDIN"
            cursor.copy_expert(copy, lines)
        return
    places = ", ".join(["%s"] * len(table.columns))
    insert = f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({places})"  # noqa: S608  the same
    rows = (_row(line) for line in lines)
    with connection.cursor() as cursor:
        while some := list(islice(rows, _AT_ONCE)):
            cursor.executemany(insert, some)


def is_empty(connection: BaseDatabaseWrapper, name: str) -> bool:
    """Whether the table has no row."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(name)} LIMIT 1")  # noqa: S608  the same
        return cursor.fetchone() is None


def empty(connection: BaseDatabaseWrapper, names: Sequence[str]) -> None:
    """Take out what migrations put into these tables; what takes no DELETE holds nothing yet."""
    with connection.cursor() as cursor:
        for name in names:
            if not is_empty(connection, name):
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")  # noqa: S608  the same


def _key_types(connection: BaseDatabaseWrapper, table: Table) -> list[tuple[str, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type IN ('text', 'character varying', 'character')"
            " FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = %s",
            [table.name],
        )
        is_text: dict[str, bool] = dict(cursor.fetchall())
    return [(each, is_text[each]) for each in table.key]


def _line(row: Sequence[Any]) -> bytes:
    plain = [{"hex": each.hex()} if isinstance(each, bytes) else each for each in row]
    return json.dumps(plain, separators=(",", ":")).encode() + b"\n"


def _row(line: bytes) -> list[Any]:
    written = json.loads(line)
    return [bytes.fromhex(each["hex"]) if isinstance(each, dict) else each for each in written]
