"""The listener on a real socket: cut, joined, slow, too large, many at once, over TLS, stopping."""

import asyncio
import shutil
import socket
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from interop.hl7v2.listener import Limits, Listener, tls_context

LIMITS = Limits(largest_message=2000, idle_seconds=5, slow_seconds=1, connections=8, workers=2)


class Taken:
    """What was taken, and how long that takes."""

    def __init__(self, seconds=0.0):
        self.raw, self.seconds = [], seconds

    def take(self, raw):
        time.sleep(self.seconds)
        self.raw.append(raw)
        return b"TOOK " + raw

    def refuse(self, raw, why):
        return b"REFUSED " + why.encode()


@contextmanager
def listening(taken, *, limits=LIMITS, tls=None):
    listener = Listener(take=taken.take, refuse=taken.refuse, limits=limits)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def run(work):
        return asyncio.run_coroutine_threadsafe(work, loop).result(15)

    port = run(listener.start("127.0.0.1", 0, tls=tls))
    try:
        yield port, lambda: run(listener.stop())
    finally:
        run(listener.stop())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=8)


def answers(sock, count):
    content = b""
    while content.count(b"\x1c\r") < count:
        more = sock.recv(65536)
        if not more:
            break
        content += more
    return [each.removeprefix(b"\x0b") for each in content.split(b"\x1c\r")[:-1]]


def framed(raw):
    return b"\x0b" + raw + b"\x1c\r"


def test_a_message_in_pieces_and_two_in_one_are_each_answered_in_order():
    taken = Taken()
    with listening(taken) as (port, _), connect(port) as sock:
        for byte in framed(b"one"):
            sock.sendall(bytes([byte]))
        assert answers(sock, 1) == [b"TOOK one"]
        sock.sendall(framed(b"two") + framed(b"three"))
        assert answers(sock, 2) == [b"TOOK two", b"TOOK three"]


def test_noise_before_a_message_is_left_aside_and_a_lost_end_is_told():
    taken = Taken()
    with listening(taken) as (port, _), connect(port) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\n\r\n" + framed(b"one"))
        assert answers(sock, 1) == [b"TOOK one"]
        sock.sendall(b"\x0bhalf" + framed(b"two"))
        assert answers(sock, 2) == [b"REFUSED cut_off", b"TOOK two"]


def test_a_message_that_is_too_large_is_refused_and_its_line_closed():
    taken = Taken()
    with listening(taken) as (port, _), connect(port) as sock:
        sock.sendall(b"\x0b" + b"x" * 2000)
        sock.sendall(b"x")
        assert answers(sock, 1) == [b"REFUSED too_large"]
        assert sock.recv(10) == b""
    assert taken.raw == []


def test_a_sender_that_drips_is_let_go_and_others_are_served_meanwhile():
    taken = Taken()
    with listening(taken) as (port, _), connect(port) as slow, connect(port) as other:
        slow.sendall(b"\x0bdrip")
        other.sendall(framed(b"one"))
        assert answers(other, 1) == [b"TOOK one"]
        began = time.monotonic()
        while time.monotonic() - began < 6:
            try:
                slow.sendall(b".")
            except OSError:
                break
            time.sleep(0.2)
        assert 0.5 < time.monotonic() - began < 5
        assert taken.raw == [b"one"]


def test_more_senders_than_allowed_are_turned_away_and_many_are_served():
    taken = Taken()
    with listening(taken) as (port, _):
        socks = [connect(port) for _ in range(8)]
        for number, sock in enumerate(socks):
            sock.sendall(framed(b"%d" % number))
        assert [answers(sock, 1) for sock in socks] == [[b"TOOK %d" % n] for n in range(8)]
        with connect(port) as ninth:
            ninth.sendall(framed(b"nine"))
            with suppress(ConnectionResetError):
                assert ninth.recv(10) == b""
        for sock in socks:
            sock.close()
    assert len(taken.raw) == 8


def test_the_message_in_hand_is_finished_and_answered_before_the_listener_stops():
    taken = Taken(seconds=0.5)
    with listening(taken) as (port, stop), connect(port) as sock:
        sock.sendall(framed(b"one"))
        time.sleep(0.2)
        stopping = threading.Thread(target=stop)
        stopping.start()
        assert answers(sock, 1) == [b"TOOK one"]
        stopping.join(5)
        assert not stopping.is_alive()
        with pytest.raises(OSError):
            connect(port)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("SKIPPED LOUDLY: no openssl to make certificates with, TLS is not tested")
    folder = tmp_path_factory.mktemp("tls")
    for name in ("server", "client"):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost", "-keyout", folder / f"{name}.key",
             "-out", folder / f"{name}.pem"],
            check=True, capture_output=True,
        )  # fmt: skip
    return folder


def as_client(folder, *, with_certificate):
    context = ssl.create_default_context(cafile=str(folder / "server.pem"))
    if with_certificate:
        context.load_cert_chain(str(folder / "client.pem"), str(folder / "client.key"))
    return context


def test_over_tls_and_only_for_clients_of_the_authority(certificates):
    taken = Taken()
    tls = tls_context(
        certificate=str(certificates / "server.pem"),
        key=str(certificates / "server.key"),
        client_authority=str(certificates / "client.pem"),
    )
    with listening(taken, tls=tls) as (port, _):
        known = as_client(certificates, with_certificate=True)
        with known.wrap_socket(connect(port), server_hostname="localhost") as sock:
            sock.sendall(framed(b"one"))
            assert answers(sock, 1) == [b"TOOK one"]
        stranger = as_client(certificates, with_certificate=False)
        with (
            suppress(OSError),
            stranger.wrap_socket(connect(port), server_hostname="localhost") as sock,
        ):
            sock.sendall(framed(b"two"))
            assert sock.recv(10) == b""
        with connect(port) as plain:
            plain.sendall(framed(b"three"))
            with suppress(OSError):
                assert b"TOOK" not in plain.recv(1000)
    assert taken.raw == [b"one"]
