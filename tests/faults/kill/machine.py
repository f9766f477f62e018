"""Everything that runs on a ward, started once, on a database and ports of its own."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.faults.kill.parts import Part, Postgres, Program, Redis, Sink, Web
from tests.plugins.servers import free_port


@dataclass(frozen=True, slots=True)
class Machine:
    """The parts by name, where the web answers, and what the mail server accepted."""

    parts: dict[str, Part]
    url: str
    accepted: Path


@contextlib.contextmanager
def running(folder: Path, postgres: Postgres) -> Iterator[Machine]:
    """Start every part on the migrated database and end them afterwards."""
    ports = {name: free_port() for name in ("web", "redis", "smtp")}
    url = f"http://127.0.0.1:{ports['web']}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "crs_monitor.settings",
        "CRS_REDIS_URL": f"redis://127.0.0.1:{ports['redis']}/0",
        "CRS_EMAIL_URL": f"smtp://127.0.0.1:{ports['smtp']}",
        "CRS_BASE_URL": url,
        "PYTHONUNBUFFERED": "1",
    }
    accepted = folder / "accepted.txt"
    accepted.touch()

    def program(name: str, *arguments: str) -> Program:
        return Program(name, list(arguments), environment, folder)

    web = ["-m", "gunicorn", "crs_monitor.wsgi", "--bind", f"127.0.0.1:{ports['web']}"]
    web += ["--workers", "1", "--threads", "4"]
    celery = ("-m", "celery", "-A", "crs_monitor")
    schedule = str(folder / "beat-schedule")
    made: list[Part] = [
        postgres,
        Redis(ports["redis"], folder),
        Sink(ports["smtp"], accepted, environment, folder),
        Web("web", web, environment, folder),
        program("worker", *celery, "worker", "--concurrency", "1", "--loglevel", "warning"),
        program("beat", *celery, "beat", "-s", schedule, "--loglevel", "warning"),
        program("sender", "manage.py", "deliver_alerts"),
    ]
    with contextlib.ExitStack() as stack:
        for part in made[1:]:
            part.start()
            stack.callback(part.kill)
        for part in made:
            part.prove()
        yield Machine({part.name: part for part in made}, url, accepted)


def settle_environment(folder: Path, database_url: str) -> None:
    """Set what the program reads for a run of its own, and take everything else away."""
    for name in [name for name in os.environ if name.startswith("CRS_")]:
        del os.environ[name]
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "crs_monitor.settings",
        "CRS_DATABASE_URL": database_url,
        "CRS_DATA_DIR": str(folder / "data"),
        "CRS_SECRET_KEY": "a key for this run alone, which protects nothing at all",
        "CRS_DEMO": "1",
    }
    (folder / "data").mkdir()
