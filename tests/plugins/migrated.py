"""Migrate once for each run: the first worker keeps an empty copy, the others begin with it."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases

from tests.plugins.database import folder_of_the_run

_KEPT = "crs_migrated"


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_modify_db_settings: None,
) -> None:
    """Give this process a migrated database of its own, as the fixture of this name must.

    It is never torn down: the folder of the run goes with all that lies in it.
    """
    with django_db_blocker.unblock(), _alone():
        if _is_kept():
            _begin_with_the_kept()
        else:
            setup_databases(verbosity=0, interactive=False, aliases={"default"})
            connection.close()
            _keep()
        connection.ensure_connection()


@pytest.fixture(scope="session")
def copy_migrated_file(django_db_setup: None) -> Callable[[Path], None]:
    """Write a migrated and empty SQLite file where a process of its own will look for it."""
    return lambda target: _copy_file(_kept_file(), target)


@contextmanager
def _alone() -> Iterator[None]:
    """Keep every other worker of this run waiting, also when this one dies."""
    with (folder_of_the_run() / "migrating.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _kept_file() -> Path:
    return folder_of_the_run() / f"{_KEPT}.sqlite3"


def _copy_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _is_kept() -> bool:
    if connection.vendor == "sqlite":
        return _kept_file().exists()
    with _server() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_KEPT])
        return cursor.fetchone() is not None


def _keep() -> None:
    """Copy the database just migrated, which nobody has open."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        # Its last connection is closed, so nothing is left beside the file.
        _copy_file(Path(name), _kept_file())
    else:
        _copy_database(name, to=_KEPT)


def _begin_with_the_kept() -> None:
    name: str = connection.creation._get_test_db_name()  # type: ignore[attr-defined]
    if connection.vendor == "sqlite":
        _copy_file(_kept_file(), Path(name))
    else:
        _copy_database(_KEPT, to=name)
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def _copy_database(name: str, *, to: str) -> None:
    quoted = connection.ops.quote_name
    with _server() as cursor:
        cursor.execute(f"CREATE DATABASE {quoted(to)} TEMPLATE {quoted(name)}")


@contextmanager
def _server() -> Iterator[Any]:
    """Give a cursor on the server's own database, outside any transaction."""
    with connection._nodb_cursor() as cursor:
        yield cursor
