"""A bad network between a browser and the server: requests and answers are lost as a test says."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Final

_LONGEST_BODY: Final = 4_000_000
_AWAY: Final = b"HTTP/1.1 503 Away\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\naway"
# The same for everybody, and asked for by every fresh browser: kept, so that a run is quick.
_KEPT: Final = ("/static/", "/service-worker.js", "/tablet/shell/", "/app.webmanifest")


class Fault(StrEnum):
    """What becomes of one request."""

    NONE = "none"
    DROP_BEFORE = "dropped before the server"
    DROP_AFTER = "answer lost after the commit"
    CUT = "answer cut in the middle"
    AWAY = "a gateway says that the server is away"
    HANG = "no answer for ever"


@dataclass
class Wire:
    """How the network is now; `decide` is asked for each request by method and path."""

    upstream: int
    decide: Callable[[str, str], Fault] = lambda method, path: Fault.NONE
    is_down: bool = False
    happened: list[tuple[str, str, Fault]] = field(default_factory=list)
    kept: dict[bytes, bytes] = field(default_factory=dict)

    def fault_for(self, method: str, path: str) -> Fault:
        """Decide about a request, and remember what was decided."""
        fault = Fault.DROP_BEFORE if self.is_down else self.decide(method, path)
        if fault is not Fault.NONE:
            self.happened.append((method, path, fault))
        return fault


class _Connection(StreamRequestHandler):
    def handle(self) -> None:
        """Carry one request, or lose it."""
        wire: Wire = self.server.wire  # type: ignore[attr-defined]
        with contextlib.suppress(OSError):
            head, body = _request(self.rfile)
            if head:
                method, path, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
                self._carry(wire, wire.fault_for(method, path), path, head + b"\0" + body)

    def _carry(self, wire: Wire, fault: Fault, path: str, whole: bytes) -> None:
        if fault is Fault.DROP_BEFORE:
            self._reset()
        elif fault is Fault.AWAY:
            self.wfile.write(_AWAY)
        elif fault is Fault.HANG:
            self.connection.settimeout(120)
            self.connection.recv(1)
        else:
            answer = _answer(wire, path, *whole.split(b"\0", 1))
            if fault is Fault.CUT:
                self.wfile.write(answer[: len(answer) // 2])
            elif fault is Fault.NONE:
                self.wfile.write(answer)
            if fault is not Fault.NONE:
                self._reset()

    def _reset(self) -> None:
        # Lingering for no time at all sends a reset: the browser learns of it at once.
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up is no news here."""


def _request(stream: object) -> tuple[bytes, bytes]:
    head, length = b"", 0
    while line := stream.readline(65_536):  # type: ignore[attr-defined]
        if line in (b"\r\n", b"\n"):
            break
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        if name.lower() not in (b"connection", b"keep-alive"):
            head += line
    body = stream.read(min(length, _LONGEST_BODY)) if length else b""  # type: ignore[attr-defined]
    return head, body


def _answer(wire: Wire, path: str, head: bytes, body: bytes) -> bytes:
    is_kept = path.startswith(_KEPT) and b"If-None-Match" not in head
    if is_kept and path.encode() in wire.kept:
        return wire.kept[path.encode()]
    with socket.create_connection(("127.0.0.1", wire.upstream), timeout=30) as server:
        server.sendall(head + b"Connection: close\r\n\r\n" + body)
        parts = []
        while part := server.recv(65_536):
            parts.append(part)
    answer = b"".join(parts).replace(b"Connection: keep-alive\r\n", b"Connection: close\r\n", 1)
    if is_kept and answer.startswith(b"HTTP/1.1 200"):
        wire.kept[path.encode()] = answer
    return answer


@contextlib.contextmanager
def bad_network(upstream: int) -> Iterator[tuple[str, Wire]]:
    """Stand between; yield the address for the browser, and the wire to disturb."""
    wire = Wire(upstream)
    with _Server(("127.0.0.1", 0), _Connection) as server:
        server.wire = wire  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", wire
        server.shutdown()
        thread.join()
