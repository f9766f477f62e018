"""Take a picture of every screen of the demo ward, as a nurse's tablet shows it.

Run as `python -m docs.take_screenshots`, or `make screenshots`.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

PICTURES = Path(__file__).with_name("screenshots")
ROOT = Path(__file__).resolve().parent.parent
TABLET = ViewportSize(width=800, height=1280)
READY_WITHIN_SECONDS = 180
# The ward moves while it runs; let it have something to say.
SETTLE_SECONDS = 10
# Who looks, what the picture is called, and the links to follow, by the start of their address.
# "*" is the first link below the one before.
WALKS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("nurse", "patients", ("/patients/",)),
    ("nurse", "patient", ("/patients/", "*")),
    ("nurse", "chart", ("/patients/", "*", "chart/")),
    ("oncologist", "timeline", ("/patients/", "*", "timeline/")),
    ("charge", "board", ("/wards/7b/board/",)),
    ("charge", "alerts", ("/alerts/",)),
    ("charge", "alert", ("/alerts/", "*")),
    ("charge", "mailbox", ("/demo/mailbox/",)),
)


def main() -> int:
    """Write the pictures; return 1 when a screen could not be reached."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.stderr.write("No chromium is installed.\n")
        return 1
    PICTURES.mkdir(exist_ok=True)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with demo_ward() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        missing = [name for name in take_all(browser, address) if name]
        browser.close()
    for name in missing:
        sys.stderr.write(f"{name} could not be reached.\n")
    return 1 if missing else 0


def take_all(browser: Browser, address: str) -> Iterator[str]:
    """Take every picture; yield the name of each that failed, and "" for each that did not."""
    from demo.accounts import ACCOUNTS

    passwords = {name: password for name, password, _ in ACCOUNTS}
    page = new_page(browser)
    page.goto(f"{address}/sign-in/")
    picture(page, "sign-in")
    for who, name, walk in WALKS:
        page = new_page(browser)
        sign_in(page, address, who, passwords[who])
        reached = follow(page, address, walk)
        if reached:
            picture(page, name)
        page.context.close()
        yield "" if reached else name


def new_page(browser: Browser) -> Page:
    """Return an empty tablet, without anybody signed in."""
    return browser.new_context(viewport=TABLET, has_touch=True, locale="en-US").new_page()


def sign_in(page: Page, address: str, who: str, password: str) -> None:
    """Sign in through the form a person would use."""
    page.goto(f"{address}/sign-in/")
    page.fill("input[name=username]", who)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_load_state("networkidle")


def follow(page: Page, address: str, walk: tuple[str, ...]) -> bool:
    """Walk to a screen; return whether every step was there and answered well."""
    here = ""
    for step in walk:
        if step == "*":
            links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.pathname)")
            below = [link for link in links if link.startswith(here) and link != here]
            if not below:
                return False
            here = "/".join(below[0].split("/")[:3]) + "/"
        else:
            here = step if step.startswith("/") else here + step
        answer = page.goto(address + here, wait_until="networkidle")
        if answer is None or not answer.ok:
            return False
    return True


def picture(page: Page, name: str) -> None:
    """Write one picture of the whole page."""
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


@contextmanager
def demo_ward() -> Iterator[str]:
    """Run the demo ward in a folder of its own, and give its address."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"PORT": str(port), "CRS_DATA_DIR": folder}
        ward = subprocess.Popen(
            [sys.executable, ROOT / "manage.py", "run"],
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_for(f"{address}/health/live", ward)
            time.sleep(SETTLE_SECONDS)
            yield address
        finally:
            ward.send_signal(signal.SIGTERM)
            ward.wait()


def wait_for(url: str, ward: "subprocess.Popen[bytes]") -> None:
    """Wait until the ward answers; raise when it ended or takes too long."""
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while ward.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310  our own address
            return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError(f"The demo ward did not answer at {url}.")


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crs_monitor.settings")
    os.environ["CRS_DEMO"] = "1"
    django.setup()
    sys.exit(main())
