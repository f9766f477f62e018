"""The database of one seed: in memory, restored in milliseconds, and breakable at any statement."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection


class Killed(BaseException):
    """The process dies here. No `except Exception` of the program may survive it."""


@dataclass(slots=True)
class Fuse:
    """Where an action breaks: after so many statements, or around its next commit.

    `kills`: the process dies; otherwise the connection drops. `at` is `statement`,
    `before_commit` or `after_commit`.
    """

    at: str
    statements_left: int
    kills: bool
    burnt: bool = False

    def burn(self) -> BaseException:
        """Say what happens, once."""
        self.burnt = True
        return Killed() if self.kills else OperationalError("the connection was lost")


class Store:
    """Django's own connection, with a snapshot to return to and faults to inject."""

    def __init__(self) -> None:
        """Create every table once and remember the result."""
        connection.ensure_connection()
        _create_tables(self.raw)
        self._template = sqlite3.connect(":memory:")
        self.raw.backup(self._template)
        self.is_down = False
        self.failures = 0
        self._fuse: Fuse | None = None
        connection.execute_wrappers.append(self._gate)
        self._commit: Callable[[], None] = connection._commit  # type: ignore[attr-defined]
        connection._commit = self._gated_commit  # type: ignore[attr-defined]

    @property
    def raw(self) -> sqlite3.Connection:
        """The connection under Django's, which no fault reaches."""
        handle: sqlite3.Connection = connection.connection
        return handle

    def keep(self) -> None:
        """Make what the database holds now the state that every seed begins with."""
        self.raw.backup(self._template)

    def restore(self) -> None:
        """Return to that state."""
        self.tidy()
        self.is_down = False
        self._template.backup(self.raw)

    @contextmanager
    def fused(self, fuse: Fuse | None) -> Iterator[None]:
        """Let one action break; whoever is waiting outside of it keeps its own fuse."""
        outer, self._fuse = self._fuse, fuse
        try:
            yield
        finally:
            self._fuse = outer

    def tidy(self) -> None:
        """What a new process finds: no transaction of the dead one."""
        self.raw.rollback()
        connection.in_atomic_block = False
        connection.savepoint_ids = []
        connection.atomic_blocks = []
        connection.needs_rollback = False
        connection.run_on_commit = []
        connection.closed_in_transaction = False

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Look at the tables without taking part in what is tested."""
        return self.raw.execute(sql, values).fetchall()

    def _gate(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if self.is_down:
            self.failures += 1
            raise OperationalError("the database is restarting")
        fuse = self._fuse
        if fuse is not None and fuse.at == "statement" and not fuse.burnt:
            fuse.statements_left -= 1
            if fuse.statements_left < 0:
                self.failures += 1
                raise fuse.burn()
        return execute(sql, params, many, context)

    def _gated_commit(self) -> None:
        fuse = self._fuse
        if self.is_down or (fuse is not None and fuse.at == "before_commit" and not fuse.burnt):
            self.failures += 1
            self.raw.rollback()
            raise fuse.burn() if fuse and not self.is_down else OperationalError("restarting")
        self._commit()
        if fuse is not None and fuse.at == "after_commit" and not fuse.burnt:
            self.failures += 1
            raise fuse.burn()


def _create_tables(into: sqlite3.Connection) -> None:
    """Migrate, or copy what the same migrations made the last time."""
    digest = sha256()
    for path in sorted(settings.BASE_DIR.glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    kept = settings.BASE_DIR / "var" / "simulation" / f"{digest.hexdigest()[:16]}.sqlite3"
    if kept.exists():
        with closing(sqlite3.connect(kept)) as source:
            source.backup(into)
        return
    call_command("migrate", verbosity=0, interactive=False)
    kept.parent.mkdir(parents=True, exist_ok=True)
    made = kept.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(made)) as target:
        into.backup(target)
    made.replace(kept)


def moment(stored: "str | datetime | None") -> datetime | None:
    """Read a stored time: text, or read already where the column says what it holds."""
    if stored is None:
        return None
    read = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return read.replace(tzinfo=UTC)
