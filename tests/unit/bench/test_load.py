"""The load asks, checks every answer, and does not count what went wrong as done."""

import contextlib
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench import listener, load
from bench.load import Answer, Call


class Counting(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked = 0
    connections: set[int] = set()
    status = 200

    def do_GET(self):
        type(self).asked += 1
        type(self).connections.add(self.client_address[1])
        self.send_response(self.status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        """Stay silent."""


@contextlib.contextmanager
def serving(status=200):
    class Handler(Counting):
        pass

    Handler.asked, Handler.connections, Handler.status = 0, set(), status
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_address[1], Handler
        server.shutdown()


def asking(fault_of):
    return lambda: Call("GET", "/", {}, None, fault_of)


def must_be_200(answer: Answer) -> str:
    return "" if answer.status == 200 and answer.body == b"ok" else f"status {answer.status}"


def test_every_request_is_counted_and_connections_are_kept():
    with serving() as (port, handler):
        done = load.drive(port, [asking(must_be_200)] * 3, seconds=0.2)
    assert done.faults == []
    assert done.requests == handler.asked == len(done.latencies_ms)
    assert done.requests > 3 == len(handler.connections)


def test_an_error_answer_is_a_fault_and_the_client_gives_up():
    with serving(status=500) as (port, handler):
        done = load.drive(port, [asking(must_be_200)], seconds=10)
    assert done.faults == ["GET /: status 500"] * load.FAULTS_KEPT
    assert handler.asked == load.FAULTS_KEPT


def test_nobody_listening_is_a_fault():
    with serving() as (port, _):
        pass
    done = load.drive(port, [asking(must_be_200)], seconds=0.2)
    assert (done.requests, len(done.faults)) == (0, 1)
    assert done.faults[0].startswith("connection: ConnectionRefusedError")


def test_a_port_is_found_through_the_process_that_owns_it():
    # A process of its own: this one may listen elsewhere, for other tests.
    server = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    with subprocess.Popen(server, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().split()[5])
        try:
            assert listener.port_of(process.pid) == port
        finally:
            process.terminate()


def test_a_process_that_listens_nowhere_has_no_port():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert listener.port_of(process.pid) is None
        process.terminate()


def test_a_stranger_does_not_own_our_port():
    with serving(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(listener, "_socket_inodes", lambda _: iter([1]))
        assert listener.port_of(os.getpid()) is None
