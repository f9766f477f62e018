"""One real gunicorn, as the product runs it, on a port that the kernel chose."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import listener
from crs_monitor import webserver

ROOT: Final = Path(__file__).resolve().parent.parent
# What `manage.py run` and the container start.
WORKERS: Final = 2
THREADS_EACH: Final = 4
STARTS_WITHIN_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running web server; `pid` is the root of its processes."""

    name: str
    pid: int
    port: int
    log: Path

    def check_ownership(self) -> None:
        """Raise RuntimeError unless the listener on the port is still this server's own."""
        if listener.port_of(self.pid) != self.port:
            raise RuntimeError(f"{self.name} no longer owns port {self.port}")


@contextlib.contextmanager
def running(name: str, *, environment: Mapping[str, str], folder: Path) -> Iterator[Server]:
    """Start the server, wait until it answers, and end all its processes afterwards."""
    log = folder / f"{name}.log"
    command = [sys.executable, "-m", "gunicorn", "crs_monitor.wsgi:application"]
    command += ["--no-control-socket", "--bind", "127.0.0.1:0", "--worker-class", webserver.WORKER]
    command += ["--workers", str(WORKERS), "--threads", str(THREADS_EACH)]
    command += ["--log-level", "warning"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Server(name, process.pid, _wait_for_port(process, log), log)
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for_port(process: "subprocess.Popen[bytes]", log: Path) -> int:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        port = listener.port_of(process.pid)
        if port is not None and _answers(port):
            return port
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status > 0
    except OSError:
        return False
    finally:
        connection.close()
