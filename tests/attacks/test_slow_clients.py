"""Whoever sends slowly, or never reads, waits alone: the ward goes on charting."""

import http.client
import json
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.utils import timezone

from crs_monitor.management.commands import run
from crs_monitor.webserver.client import LARGEST_GATHERED_BYTES
from staff.models import ApiToken, Role
from tests.factories.ward import a_patient, a_person, a_ward
from tests.plugins.processes import is_listening
from tests.plugins.servers import free_port

pytestmark = pytest.mark.slow
PATIENCE_SECONDS = 3.0  # of a nurse; a good answer takes hundredths
# More than all threads of all processes together, several times.
MANY = 8 * run.WEB_PROCESSES * run.THREADS_EACH
IN_USE = "static/vendor/plotly/plotly-basic.min.js"


@pytest.fixture
def server(start_process, tmp_path) -> str:
    """The web server exactly as `manage.py run` starts it."""
    port = free_port()
    web = next(child for child in run.children(port, demo=True) if child.name == "web")
    start_process(
        *web.command[1:],
        CRS_DEMO="1",
        CRS_BASE_URL=f"http://127.0.0.1:{port}",
        CRS_DATA_DIR=str(tmp_path / "data"),
    ).wait_until(lambda: is_listening(port))
    address = f"http://127.0.0.1:{port}"
    # Once, unhurried: both processes have read their code before anybody is slow.
    for _ in range(2 * run.WEB_PROCESSES):
        asked(address, "GET", "/health/live", seconds=30)
    return address


@pytest.fixture
def slow() -> Iterator[Callable[..., list[socket.socket]]]:
    """Open connections that send some bytes and then no more; all are closed in the end."""
    opened: list[socket.socket] = []

    def open_many(address: str, first: bytes, *, count: int = MANY, small: bool = False):
        parts = urlsplit(address)
        for _ in range(count):
            client = socket.socket()
            if small:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            client.connect((parts.hostname, parts.port))
            client.sendall(first)
            opened.append(client)
        time.sleep(0.5)
        return opened

    yield open_many
    for client in opened:
        client.close()


def asked(address, method, path, body=None, *, seconds=PATIENCE_SECONDS, **headers):
    """Return the status and the seconds it took; fail when it takes too long."""
    parts = urlsplit(address)
    caller = http.client.HTTPConnection(parts.hostname, parts.port, timeout=seconds)
    began = time.monotonic()
    try:
        caller.request(method, path, body=body, headers=headers)
        answer = caller.getresponse()
        answer.read()
    finally:
        caller.close()
    return answer.status, time.monotonic() - began


def the_ward_goes_on(address: str, secret: str, mrn: str) -> float:
    """Health answers and sets are charted; return the seconds of the slowest answer."""
    longest = 0.0
    for _ in range(4):
        status, health = asked(address, "GET", "/health/ready")
        assert status == 200
        said = {
            "client_id": str(uuid.uuid4()),
            "patient": mrn,
            "taken_at": timezone.now().isoformat(),
            "heart_rate_bpm": 82,
        }
        status, charted = asked(
            address, "POST", "/api/v1/observations/", json.dumps(said),
            **{"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
        )  # fmt: skip
        assert status == 201
        longest = max(longest, health, charted)
    return longest


@pytest.fixture
def charting():
    """A token that may chart, and for whom."""
    ward = a_ward()
    _, secret = ApiToken.issue(a_person(Role.NURSE, ward), label="monitor")
    return secret, a_patient(ward, infused_at=None).mrn


HEAD = b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
SLOW = {
    "nothing": b"",
    "half a line": b"GE",
    "half a head": b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "half a body": HEAD + b"Content-Length: 500\r\n\r\nusername=",
    "the start of a file": HEAD + b"Content-Length: 30000000\r\n\r\nusername=",
    "a body in pieces": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
    "leave to send": HEAD + b"Expect: 100-continue\r\nContent-Length: 500\r\n\r\n",
}


FILE = f"GET /{IN_USE} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def test_whoever_is_slow_keeps_nobody_waiting(server, slow, charting):
    waited = {}
    for name, sent in SLOW.items():
        slow(server, sent)
        waited[name] = the_ward_goes_on(server, *charting)
    slow(server, FILE, small=True)
    waited["never reads"] = the_ward_goes_on(server, *charting)
    slow(server, b"", count=300)
    waited["idle"] = the_ward_goes_on(server, *charting)
    print({name: f"{seconds:.2f} s" for name, seconds in waited.items()})
    assert all(seconds < PATIENCE_SECONDS for seconds in waited.values())


def whoever_reads_slowly_is_given_all_of_it(server):
    parts = urlsplit(server)
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect((parts.hostname, parts.port))
        client.sendall(FILE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        time.sleep(1)
        got = b"".join(iter(lambda: client.recv(16_384), b""))
    head, _, body = got.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert body == (settings.BASE_DIR / IN_USE).read_bytes()


def requests_one_after_another_on_one_connection_are_all_answered(server):
    parts = urlsplit(server)
    ask = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = ask.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with socket.socket() as client:
        client.connect((parts.hostname, parts.port))
        client.sendall(ask + ask[:20])
        time.sleep(0.3)
        client.sendall(ask[20:] + last)
        got = b"".join(iter(lambda: client.recv(16_384), b""))
    assert got.count(b"HTTP/1.1 200 OK") == 3


def a_file_in_no_hurry_arrives_whole(server):
    parts = urlsplit(server)
    body = b"x" * (2 * LARGEST_GATHERED_BYTES)
    with socket.socket() as client:
        client.connect((parts.hostname, parts.port))
        client.sendall(HEAD + f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        for start in range(0, len(body), LARGEST_GATHERED_BYTES // 2):
            client.sendall(body[start : start + LARGEST_GATHERED_BYTES // 2])
            time.sleep(0.1)
        # No form token: it was read, and refused for that alone.
        assert client.recv(16_384).startswith(b"HTTP/1.1 403")


def test_whoever_is_in_no_hurry_is_served_all_the_same(server):
    whoever_reads_slowly_is_given_all_of_it(server)
    requests_one_after_another_on_one_connection_are_all_answered(server)
    a_file_in_no_hurry_arrives_whole(server)
