"""The hospital of a run: one web server, one browser, and a bad network between them."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from staff.models import User
from tests.plugins.flaky_proxy import Wire, bad_network
from tests.plugins.processes import ROOT, is_listening
from tests.plugins.servers import free_port

# How far a tablet's clock is off: the pages must not believe it.
_OTHER_CLOCK = """
  const wrong = %d;
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...given) { given.length ? super(...given) : super(RealDate.now() + wrong); }
    static now() { return RealDate.now() + wrong; }
  };
"""
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic"]


@dataclass
class Hospital:
    """Where the pages are, the wire to disturb, and the browser."""

    address: str
    wire: Wire
    browser: Browser

    def tablet(self, person: User, *, clock_off_ms: int) -> BrowserContext:
        """Return a fresh tablet with this person signed in."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": 800, "height": 1280},
            locale="en-US",
            timezone_id="Europe/Berlin",
            service_workers="allow",
        )
        if clock_off_ms:
            context.add_init_script(_OTHER_CLOCK % clock_off_ms)
        self.sign_in(context, person)
        return context

    def sign_in(self, context: BrowserContext, person: User) -> None:
        """Make the tablet's session this person's, as a sign-in does."""
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.create()
        key = session.session_key
        assert key is not None
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": self.address}
        context.add_cookies([cookie])  # type: ignore[list-item]


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Hospital]:
    """Start server, network and browser; end them afterwards."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium is not None, "no chromium is installed"
    port = free_port()
    with contextlib.ExitStack() as stack:
        stack.enter_context(_server(port, folder))
        address, wire = stack.enter_context(bad_network(port))
        playwright = stack.enter_context(sync_playwright())
        # Playwright runs a loop in this thread, where Django would refuse the database.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        stack.callback(browser.close)
        yield Hospital(address, wire, browser)


@contextlib.contextmanager
def _server(port: int, folder: Path) -> Iterator[None]:
    command = ["-m", "gunicorn", "crs_monitor.wsgi", "--bind", f"127.0.0.1:{port}"]
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *command, "--workers", "1", "--threads", "4"],
            cwd=ROOT, env=dict(os.environ), stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            deadline = time.monotonic() + 30
            while not is_listening(port):
                assert process.poll() is None, (folder / "web.log").read_text()
                assert time.monotonic() < deadline, "the web server did not start"
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(timeout=20)
