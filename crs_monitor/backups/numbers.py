"""The numbers that rows are given: read with a backup, and moved on after a restore."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from crs_monitor.backups.rows import Table

# No number is given twice: other systems, mails and papers may know rows that came after
# the backup, and must not find another patient's set under the same number.
GAP: Final = 1_000_000


def last_given(connection: BaseDatabaseWrapper, tables: Sequence[Table]) -> dict[str, int]:
    """Return, for each table that numbers its rows, the last number it gave; 0 for none."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            given = dict(cursor.fetchall())
            return {each.name: given[each.name] for each in tables if each.name in given}
        found = {}
        for table in tables:
            sequence = _sequence_of(connection, table)
            if sequence:
                cursor.execute(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608  named by the server
                last, was_given = cursor.fetchone()
                found[table.name] = last if was_given else 0
        return found


def move_on(
    connection: BaseDatabaseWrapper, tables: Sequence[Table], given: Mapping[str, int]
) -> None:
    """Begin GAP after the last number that each table gave before the backup."""
    with connection.cursor() as cursor:
        for table in tables:
            if table.name not in given:
                continue
            following = given[table.name] + GAP
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT setval(%s, %s)", [_sequence_of(connection, table), following]
                )
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
                cursor.execute(
                    "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)",
                    [table.name, following],
                )


def _sequence_of(connection: BaseDatabaseWrapper, table: Table) -> str | None:
    """Return the name of the sequence behind a table's key, as the server writes it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_serial_sequence(%s, %s)",
            [connection.ops.quote_name(table.name), table.key[0]],
        )
        name: str | None = cursor.fetchone()[0]
        return name
