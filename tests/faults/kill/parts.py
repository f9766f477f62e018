"""The parts of a running ward: each can be started, killed, and proved to be our own."""

import contextlib
import os
import shutil
import signal
import smtplib
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psycopg2  # type: ignore[import-untyped]
import redis

from bench.listener import port_of
from tests.faults.kill.sink import banner

ROOT = Path(__file__).resolve().parents[3]


class NotOursError(AssertionError):
    """Something else answers where our own server should: nothing measured would be true."""


class Part(ABC):
    """One server or process that may be killed at any moment."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.kills = 0

    @abstractmethod
    def start(self) -> None:
        """Start it and return when it works, or soon will."""

    @abstractmethod
    def kill(self) -> None:
        """End it with SIGKILL, and everything it started."""

    @abstractmethod
    def prove(self) -> None:
        """Raise NotOursError unless what answers is the very process that was started."""


class Program(Part):
    """A process of the project, in a session of its own."""

    def __init__(
        self, name: str, arguments: list[str], environment: Mapping[str, str], folder: Path
    ) -> None:
        super().__init__(name)
        self.arguments, self.environment = arguments, dict(environment)
        self.log = folder / f"{name}.log"
        self.popen: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the process that runs now."""
        assert self.popen is not None
        return self.popen.pid

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.popen = subprocess.Popen(
                [sys.executable, *self.arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        assert self.popen is not None
        self.popen.wait()

    def wait(self) -> int:
        """Wait until it ends by itself, and return its status."""
        assert self.popen is not None
        return self.popen.wait()

    def prove(self) -> None:
        assert self.popen is not None
        if self.popen.poll() is not None:
            raise NotOursError(f"{self.name} ended by itself: see {self.log}")


class Web(Program):
    """The web server; its port is read from its own open sockets."""

    def prove(self) -> None:
        super().prove()
        port = int(self.arguments[self.arguments.index("--bind") + 1].rpartition(":")[2])
        wait_for(lambda: port_of(self.pid) == port, f"gunicorn {self.pid} on port {port}")


class Sink(Program):
    """The mail server; it greets with its own number."""

    def __init__(
        self,
        port: int,
        file: Path,
        environment: Mapping[str, str],
        folder: Path,
        *,
        slowest_seconds: float = 0.05,
    ) -> None:
        arguments = ["-m", "tests.faults.kill.sink", str(port), str(file), str(slowest_seconds)]
        super().__init__("smtp", arguments, environment, folder)
        self.port = port

    def prove(self) -> None:
        super().prove()

        def greets() -> bool:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                with smtplib.SMTP("127.0.0.1", self.port, timeout=2) as client:
                    said = client.ehlo()[1].decode()
                if banner(self.pid) not in said:
                    raise NotOursError(f"port {self.port} is answered by {said.split()[0]}")
                return True
            return False

        wait_for(greets, "the mail server")


class Redis(Part):
    """A Redis server without any persistence: killed, it forgets everything."""

    def __init__(self, port: int, folder: Path) -> None:
        super().__init__("redis")
        found = shutil.which("redis-server") or shutil.which("valkey-server")
        if found is None:
            raise FileNotFoundError("no redis-server is installed")
        self.port = port
        self.command = [found, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
        self.command += ["--appendonly", "no", "--dir", str(folder)]

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, start_new_session=True
        )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def prove(self) -> None:
        def answers() -> bool:
            with contextlib.suppress(redis.RedisError):
                with contextlib.closing(redis.Redis(port=self.port)) as client:
                    said: Any = client.info("server")
                if said["process_id"] != self.process.pid:
                    raise NotOursError(f"port {self.port} is answered by {said['process_id']}")
                return True
            return False

        wait_for(answers, "redis")


class Postgres(Part):
    """The database: its postmaster and every backend die together, and recover on start."""

    def __init__(self, server: Any, folder: Path) -> None:
        super().__init__("postgres")
        self.server, self.folder = server, folder

    def start(self) -> None:
        # Of a postmaster that was killed a zombie may remain, which is taken for alive.
        for stale in ("postmaster.pid", ".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (self.folder / stale).unlink(missing_ok=True)
        self.server.start()

    def kill(self) -> None:
        postmaster = self.server.get_pid()
        os.kill(postmaster, signal.SIGSTOP)  # or it would have one more child than we saw
        family = [postmaster, *_children(postmaster)]
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        # Shared memory is free only when the last of them is gone.
        wait_for(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in family), "the end")

    def prove(self) -> None:
        with (
            contextlib.closing(
                psycopg2.connect(host=str(self.folder), user="postgres", dbname="postgres")
            ) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("SHOW data_directory")
            found = Path(cursor.fetchone()[0])
        if found != self.folder:
            raise NotOursError(f"the database lies in {found}")


def wait_for(done: Callable[[], bool], what: str, *, seconds: float = 60) -> None:
    """Wait until something holds; raise TimeoutError that names it."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.05)


def _children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                stat = (entry / "stat").read_text()
                if int(stat.rpartition(")")[2].split()[1]) == pid:
                    found.append(int(entry.name))
    return found
