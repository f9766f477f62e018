"""Key pairs, backups and second databases for tests, and what a second database holds."""

import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from crs_monitor.backups import keys, making
from crs_monitor.backups.making import Made
from tests.factories.ward import NOW


def a_key(folder: Path, name: str = "backup.key") -> tuple[Path, str]:
    """A key file, and the public key for it."""
    text, recipient = keys.new_pair(at=NOW)
    file = folder / name
    file.write_text(text)
    return file, recipient


def a_backup(folder: Path, recipient: str, *, now: Any = NOW) -> Made:
    """A backup of the test's database in this folder."""
    return making.make(to=folder, recipients=keys.recipients([recipient]), now=now)


@contextlib.contextmanager
def second_database(folder: Path) -> Iterator[tuple[str, BaseDatabaseWrapper]]:
    """An empty database beside the test's own: its URL, and a connection to look into it."""
    settings = dict(connection.settings_dict)
    if connection.vendor == "sqlite":
        settings["NAME"] = str(folder / "second.sqlite3")
        url = f"sqlite:///{settings['NAME']}"
    else:
        settings["NAME"] = f"second_{uuid.uuid4().hex[:8]}"
        url = (
            f"postgresql://{settings['USER']}@{quote(settings['HOST'], safe='')}/{settings['NAME']}"
        )
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {settings['NAME']}")
    look = type(connections["default"])(settings, alias="second")
    try:
        yield url, look
    finally:
        look.close()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {settings['NAME']} WITH (FORCE)")


def column(look: BaseDatabaseWrapper, query: str) -> list[Any]:
    """The first column of every row."""
    with look.cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]
