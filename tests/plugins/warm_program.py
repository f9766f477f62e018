"""One web server for all tests that look at pages; each is answered by a fresh process of it.

To start the program costs two seconds of CPU, to fork it nothing. What a process remembers
of one test is gone with it: the next test has the fork of a process that never answered.
"""

import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.plugins.processes import Process, database_url, is_listening
from tests.plugins.servers import free_port

_BEGINS = re.compile(r"Booting worker with pid: (\d+)")


class WarmProgram:
    """Gunicorn with the program loaded, whose one child answers."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self._process = Process(
            (
                *("-m", "gunicorn", "tests.plugins.warm_wsgi", "--preload"),
                *("--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4"),
            ),
            os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "crs_monitor.settings",
                "CRS_DATABASE_URL": database_url(),
                "CRS_BASE_URL": self.address,
                "CRS_DATA_DIR": str(self.data),
                "CRS_DEMO": "1",
                "CRS_REDIS_URL": "",
                "CRS_EMAIL_URL": "",
                "PYTHONUNBUFFERED": "1",
            },
            folder / "program.log",
        )
        self._process.wait_until(lambda: is_listening(port) and self.answering() is not None)

    def is_running(self) -> bool:
        """Whether it can answer one more test."""
        return self._process.popen.poll() is None

    def forget(self) -> None:
        """End the process that answered, and take away the files it wrote."""
        before = self.answering()
        assert before is not None
        os.kill(before, signal.SIGKILL)
        self._process.wait_until(lambda: self.answering() != before)
        for file in self.data.rglob("*"):
            if file.is_file():
                file.unlink()

    def end(self) -> None:
        """End all of it."""
        self._process.kill()

    def answering(self) -> int | None:
        """Return the process that answers now; none while there is not one yet."""
        found = _BEGINS.findall(self._process.output)
        return int(found[-1]) if found else None


@pytest.fixture(scope="session")
def _warm_programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], WarmProgram]]:
    """Start it for the first test that asks, and again when a test has ended it."""
    started: list[WarmProgram] = []

    def running() -> WarmProgram:
        if not started or not started[-1].is_running():
            started.append(WarmProgram(tmp_path_factory.mktemp("program")))
        return started[-1]

    yield running
    for program in started:
        program.end()


@pytest.fixture
def program(transactional_db: None, _warm_programs: Callable[[], WarmProgram]) -> Iterator[str]:
    """Return where the demo program answers, without a broker and without a mail server.

    A test that needs other variables, or a server of its own to kill, takes `web_process`.
    """
    warm = _warm_programs()
    yield warm.address
    warm.forget()
