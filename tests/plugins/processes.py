"""Start the program's own processes against the test database, and end them with the test."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from tests.plugins.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


class Process:
    """One process of the program, with everything it printed."""

    def __init__(self, arguments: tuple[str, ...], environment: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("wb") as out:
            self.popen = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        """Everything printed so far."""
        return self.log.read_text(errors="replace")

    def wait_until(self, done: Callable[[], bool], *, seconds: float = 30) -> None:
        """Wait until `done()`; fail with the output when it takes too long or the process ends."""
        deadline = time.monotonic() + seconds
        while not done():
            assert self.popen.poll() is None, f"ended: {self.popen.returncode}\n{self.output}"
            assert time.monotonic() < deadline, f"not within {seconds} s\n{self.output}"
            time.sleep(0.05)

    def kill(self) -> None:
        """End it and all it started at once, without a chance to tidy up."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    def stop(self, *, seconds: float = 10) -> int:
        """Ask it to end, kill what remains, and return its status."""
        self.popen.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(timeout=seconds)
        self.kill()
        return self.popen.returncode


def database_url() -> str:
    """Return CRS_DATABASE_URL of the database this test sees."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    host = quote(str(settings["HOST"]), safe="")
    return f"postgresql://{settings['USER']}@{host}/{settings['NAME']}"


@pytest.fixture
def start_process(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Start Python on the test database, as in `start_process("manage.py", "check", CRS_DEMO="0")`.

    The test must commit (`transactional_db` sees to it), or the process sees nothing.
    """
    started: list[Process] = []

    def start(*arguments: str, **variables: str) -> Process:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "crs_monitor.settings",
            "CRS_DATABASE_URL": database_url(),
            "PYTHONUNBUFFERED": "1",
        }
        process = Process(
            arguments, environment | variables, tmp_path / f"process-{len(started)}.log"
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()


def is_listening(port: int) -> bool:
    """Whether somebody takes connections on this port of the loopback."""
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def web_process(start_process: Callable[..., Process]) -> Callable[..., str]:
    """Start the real web server on a port of its own; return its address once it answers."""

    def start(**variables: str) -> str:
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        start_process(
            *("-m", "gunicorn", "crs_monitor.wsgi", "--bind", f"127.0.0.1:{port}"),
            *("--workers", "1", "--threads", "4"),
            **{"CRS_BASE_URL": address} | variables,
        ).wait_until(lambda: is_listening(port))
        return address

    return start


@pytest.fixture
def celery_worker_process(start_process: Callable[..., Process]) -> Callable[..., Process]:
    """Start a real Celery worker and wait until it takes work."""

    def start(**variables: str) -> Process:
        arguments = ("--concurrency", "1", "--loglevel", "info")
        worker = start_process(
            "-m", "celery", "-A", "crs_monitor", "worker", *arguments, **variables
        )
        worker.wait_until(lambda: " ready." in worker.output)
        return worker

    return start


@pytest.fixture
def deliver_process(start_process: Callable[..., Process]) -> Callable[..., Process]:
    """Start the sender that needs no broker."""
    return lambda **variables: start_process("manage.py", "deliver_alerts", **variables)
