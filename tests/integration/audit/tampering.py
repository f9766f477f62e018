"""What a superuser of the database can do to the trail, by raw SQL and past every trigger."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connection

from tests.factories.ward import NOW

ENTRIES, CHAINS = "audit_auditentry", "audit_auditchain"
_HEX = "0123456789abcdef"


@contextmanager
def as_superuser() -> Iterator[Any]:
    """A cursor that no trigger and no foreign key stops, inside the test's transaction."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # The test's transaction puts them back.
            for verb in ("update", "delete"):
                cursor.execute(f'DROP TRIGGER IF EXISTS "{ENTRIES}_append_only_{verb}"')
            yield cursor
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        cursor.execute("SET LOCAL session_replication_role = origin")


def rows(cursor: Any, table: str) -> list[dict[str, Any]]:
    """Every row as the database holds it."""
    cursor.execute(f"SELECT * FROM {table} ORDER BY id")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def put(cursor: Any, table: str, pk: int, values: dict[str, Any]) -> None:
    """Write columns of one row."""
    columns = ", ".join(f'"{name}" = %s' for name in values)
    cursor.execute(f"UPDATE {table} SET {columns} WHERE id = %s", [*values.values(), pk])


def insert(cursor: Any, table: str, values: dict[str, Any]) -> None:
    """Write one more row."""
    columns = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join("%s" for _ in values)
    cursor.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(values.values()))


def other(chance: random.Random, name: str, value: Any) -> Any:
    """Another value that the column takes."""
    if name == "detail":
        return json.dumps({**json.loads(value), "n": chance.randrange(10**6, 10**9)})
    if name == "at":
        moved = NOW + timedelta(seconds=chance.randrange(1, 10**6))
        return moved if connection.vendor == "postgresql" else moved.isoformat(sep=" ")[:19]
    if name in ("digest", "previous_digest", "seal"):
        place = chance.randrange(64)
        text = value.ljust(64, "0")
        return text[:place] + _HEX[(_HEX.index(text[place]) + 1) % 16] + text[place + 1 :]
    if name == "edition":
        return 3 - value
    if name == "is_registered":
        return not value
    if isinstance(value, str):
        return f"{value[:40]}{chance.randrange(10**6)}"
    return (value or 0) + chance.randrange(10**6, 10**7)
