"""Keep a handful of processes running together: when one ends, or is told to, all end."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

GRACE_SECONDS = 10.0
LOOK_EVERY_SECONDS = 0.2
RESTART_AFTER_SECONDS = 1.0
TETHER = str(Path(__file__).with_name("tether.py"))


@dataclass(frozen=True, slots=True)
class Child:
    """One process to keep: the name its lines carry, and its command.

    `restart`: the ward can do without it for a moment, so its end is not the end.
    """

    name: str
    command: tuple[str, ...]
    restart: bool = False


class Supervisor:
    """Start the children, copy their lines with their names, and end them together.

    Each child has a session of its own, so Ctrl-C reaches only the supervisor
    and every child gets exactly one SIGTERM. What has not ended after the
    grace is killed with everything it started. Should the supervisor itself
    be killed, the kernel ends the children (on Linux).
    """

    def __init__(
        self, children: Sequence[Child], *, environment: Mapping[str, str], out: IO[str]
    ) -> None:
        self.children = children
        self.environment = dict(environment)
        self.out = out
        self._stop = threading.Event()
        self._writing = threading.Lock()
        self._running: dict[Child, subprocess.Popen[str]] = {}
        self._readers: list[threading.Thread] = []

    def run(self, *, on_start: Callable[[], None] | None = None) -> int:
        """Run until a signal or the end of a child; return 0 after a signal, else 1."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._told_to_stop)
        try:
            for child in self.children:
                self._start(child)
            if on_start is not None:
                threading.Thread(target=on_start, daemon=True).start()
            ended = self._wait()
        finally:
            self._end_all()
        return 1 if ended else 0

    @property
    def stopping(self) -> bool:
        """Whether the end has begun."""
        return self._stop.is_set()

    def say(self, line: str) -> None:
        """Write one line, whole, between the children's."""
        with self._writing:
            self.out.write(line + "\n")
            self.out.flush()

    def _start(self, child: Child) -> None:
        process = subprocess.Popen(
            (*python(TETHER, str(os.getpid())), *child.command),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._running[child] = process
        reader = threading.Thread(target=self._copy_lines, args=(child, process), daemon=True)
        reader.start()
        self._readers.append(reader)

    def _copy_lines(self, child: Child, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None  # asked for with PIPE
        for line in process.stdout:
            self.say(f"{child.name:<9}| {line.rstrip()}")

    def _wait(self) -> Child | None:
        """Wait for a signal, which answers None, or for the first child to end."""
        while not self._stop.wait(LOOK_EVERY_SECONDS):
            for child, process in list(self._running.items()):
                if process.poll() is None:
                    continue
                then = "starting it again" if child.restart else "ending the rest"
                self.say(f"{child.name} ended with status {process.returncode}; {then}.")
                if not child.restart:
                    return child
                self._stop.wait(RESTART_AFTER_SECONDS)
                self._start(child)
        return None

    def _told_to_stop(self, number: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def _end_all(self) -> None:
        self._stop.set()
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in self._running.values():
            try:
                process.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say("A process did not end in time and is killed.")
        for process in self._running.values():
            _kill_session(process)
        for reader in self._readers:
            reader.join(timeout=1)


def python(*arguments: str) -> tuple[str, ...]:
    """Return the command that runs this very Python with the arguments."""
    return (sys.executable, *arguments)


def _kill_session(process: subprocess.Popen[str]) -> None:
    # The child may be gone while something it started is not.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
