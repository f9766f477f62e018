"""A paging system on the loopback that keeps what it is told, and misbehaves when asked to."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class PagingServer(ThreadingHTTPServer):
    """Answers with the next of `answers`, then with 204; `hang` and `drip` never finish."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[int | str] = []
        self.pages: list[tuple[dict[str, str], bytes]] = []
        self.ending = threading.Event()

    @property
    def url(self) -> str:
        """The value for CRS_PAGING_URL."""
        return f"http://127.0.0.1:{self.server_port}/crs?team=7b"

    @property
    def said(self) -> list[dict[str, Any]]:
        """What the pages said."""
        return [json.loads(body) for _, body in self.pages]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: PagingServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.pages.append(({name.lower(): v for name, v in self.headers.items()}, body))
        answer = self.server.answers.pop(0) if self.server.answers else 204
        if answer == "hang":
            self.server.ending.wait(20)
        elif answer == "drip":
            while not self.server.ending.wait(0.1):
                self.wfile.write(b"H")
        elif answer == "nonsense":
            self.wfile.write(b"not http at all\r\n\r\n")
        else:
            self.send_response(int(answer))
            if answer == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def paging_server(settings: Any) -> Iterator[PagingServer]:
    """Give the test a paging system of its own, and point the program at it."""
    server = PagingServer()
    # A server is asked to end between two polls, half a second apart unless told.
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    settings.CRS_PAGING_URL = server.url
    settings.CRS_PAGING_SECRET = "a secret of the tests, long enough"
    yield server
    server.ending.set()
    server.shutdown()
    server.server_close()
