"""A request is gathered as it comes, and an answer is kept until it is read."""

import socket
import time

import pytest

from crs_monitor.webserver import client
from crs_monitor.webserver.client import ClientSocket, Coming, Stand

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
MOST = client.LARGEST_GATHERED_BYTES


@pytest.fixture
def ends():
    """Our end of a connection, and the client's."""
    ours, theirs = socket.socketpair()
    kept = ClientSocket(fileno=ours.detach())
    kept.setblocking(True)
    with kept, theirs:
        yield kept, theirs


@pytest.mark.parametrize(
    ("sent", "stand"),
    [
        (b"", Stand.PART),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r", Stand.PART),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", Stand.WHOLE),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /", Stand.WHOLE),
        (HEAD + b"Content-Length: 3\r\n\r\nab", Stand.PART),
        (HEAD + b"Content-Length: 3\r\n\r\nabc", Stand.WHOLE),
        (HEAD + b"content-LENGTH:3\r\n\r\nabc", Stand.WHOLE),
        (HEAD + f"Content-Length: {MOST}\r\n\r\n".encode(), Stand.PART),
        (HEAD + f"Content-Length: {MOST + 1}\r\n\r\n".encode(), Stand.LONG),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", Stand.LONG),
        (b"x" * client.LARGEST_HEAD_BYTES, Stand.PART),
        (b"x" * (client.LARGEST_HEAD_BYTES + 1), Stand.OVER),
    ],
)
def test_how_far_a_request_is(sent, stand):
    assert Coming(0.0, held=bytearray(sent)).stand() is stand


def test_who_leaves_before_the_end_is_not_waited_for(ends):
    ours, theirs = ends
    theirs.sendall(HEAD)
    theirs.close()
    coming = Coming(0.0)
    coming.read(ours)
    assert coming.stand() is Stand.OVER


def test_reading_what_is_there_does_not_wait_for_more(ends):
    ours, theirs = ends
    theirs.sendall(HEAD)
    coming = Coming(0.0)
    coming.read(ours)
    assert bytes(coming.held) == HEAD
    coming.read(ours)
    assert coming.stand() is Stand.PART


@pytest.mark.parametrize(("after", "late"), [(0.0, False), (0.1, True)])
def test_a_request_is_late_after_the_time_its_bytes_earned(after, late):
    held = bytearray(client.SLOWEST_BYTES_PER_SECOND)
    end = 100.0 + client.WHOLE_WITHIN_SECONDS + 1
    assert Coming(100.0, held=held).is_late(now=end + after) is late


def test_who_asks_first_is_told_once_to_go_on(ends):
    ours, theirs = ends
    coming = Coming(0.0, held=bytearray(HEAD + b"Expect: 100-continue\r\n\r\n"))
    coming.tell_to_go_on(ours)
    coming.tell_to_go_on(ours)
    assert theirs.recv(100) == client.GO_ON


def test_an_answer_is_taken_at_once_and_sent_on_as_it_is_read(ends, tmp_path):
    ours, theirs = ends
    file = tmp_path / "file"
    file.write_bytes(bytes(range(256)) * 4096)
    began = time.monotonic()
    ours.sendall(b"a" * 1_000_000)
    with file.open("rb") as stream:
        ours.sendfile(stream, 10, 1_000_000)
    ours.sendall(b"end")
    assert time.monotonic() - began < 1
    assert 0 < ours.unsent_bytes() <= 1_000_003
    got = b""
    while not got.endswith(b"end"):
        got += theirs.recv(65_536)
        ours.send_on()
    assert got == b"a" * 1_000_000 + file.read_bytes()[10:1_000_010] + b"end"
    assert ours.send_on()


def test_a_body_that_comes_too_slowly_ends_the_connection(ends):
    ours, theirs = ends
    ours.read_until = time.monotonic() + 0.05
    theirs.sendall(b"a")
    assert ours.recv(10) == b"a"
    with pytest.raises(ConnectionResetError):
        ours.recv(10)
