"""The program's scripts on a blank page: for tests of scripts that need no server behind them."""

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
_BLANK = b"<!doctype html><title>blank</title><body></body>"


class _Files(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer a file below static/, or a blank page."""
        if self.path.startswith("/static/"):
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(_BLANK)))
        self.end_headers()
        self.wfile.write(_BLANK)

    def log_message(self, *_said: object) -> None:
        """Say nothing below the tests."""


@pytest.fixture(scope="session")
def static_pages() -> Iterator[str]:
    """Serve static/ as the program does; return the address."""
    handler = functools.partial(_Files, directory=str(ROOT))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
