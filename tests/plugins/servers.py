"""A Redis server and a mail server that belong to one test."""

import contextlib
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from tests.plugins.database import worker_number
from tests.plugins.required import absent

# Below those that systems give out by themselves: no connection takes one before its server does.
_PORTS = range(12_000, 32_000)
_SHARES = 64


def free_port() -> int:
    """Return a port of the loopback that was free a moment ago, and no other worker's."""
    share = _PORTS[worker_number() % _SHARES :: _SHARES]
    while True:
        port = secrets.choice(share)
        with socket.socket() as door, contextlib.suppress(OSError):
            door.bind(("127.0.0.1", port))
            return port


class RedisServer:
    """A Redis server on a port of its own, that a test may stop, kill and start again."""

    def __init__(self, binary: str, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._command = [binary, "--port", str(self.port), "--bind", "127.0.0.1"]
        self._command += ["--save", "", "--appendonly", "no", "--dir", str(folder)]
        self.start()

    def start(self) -> None:
        """Start it, and be sure that the server that answers is this one."""
        self.process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        client = redis.Redis(port=self.port)
        deadline = time.monotonic() + 10
        while True:
            try:
                assert client.info("server")["process_id"] == self.process.pid
                break
            except redis.ConnectionError:
                assert time.monotonic() < deadline, "redis-server did not answer within 10 s"
                time.sleep(0.05)
        client.close()

    def kill(self) -> None:
        """End it at once; what it held is gone."""
        self.process.kill()
        self.process.wait()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """Give the test a Redis server of its own, empty."""
    binary = shutil.which("redis-server") or shutil.which("valkey-server")
    if binary is None:
        absent("redis", "no redis-server is installed")
    server = RedisServer(binary, tmp_path)
    yield server
    server.kill()


@dataclass
class SmtpServer:
    """A real mail server on the loopback that keeps what it accepts."""

    port: int
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    # What it answers to a message; set "451 try later" to have it refuse.
    answer: str = "250 kept"

    @property
    def url(self) -> str:
        """The value for CRS_EMAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message, unless told to refuse."""
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            message = message_from_bytes(content, policy=policy.default)
            self.messages.append(message)
            self.recipients += envelope.rcpt_tos
        return self.answer


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """Give the test a mail server of its own: point EMAIL_HOST and EMAIL_PORT at it."""
    server = SmtpServer(port=free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    yield server
    controller.stop()
