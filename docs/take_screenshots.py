"""Take a picture of every screen of the demo ward, as the people on it see it.

Run as `python -m docs.take_screenshots [ADDRESS]`, or `make screenshots`; with the address of a
demo ward that runs already, that one is used. Needs Chromium.
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
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from docs.walks import (
    CHARTED,
    CHILD,
    READY_WITHIN_SECONDS,
    ask_neuro,
    ask_twice,
    ask_why_so_soon,
    check_symptoms,
    compare_four,
    open_alert,
    open_card,
    open_entry,
    open_from_timeline,
    open_handover,
    open_page,
    open_symptoms,
    open_timeline,
    open_unsent,
    register_tablet,
    save_entry,
    save_neuro,
    save_without_a_network,
    scan_a_stranger,
    see_the_grade,
    sign_in,
    wall_by_night,
    wall_without_data,
)

Scheme = Literal["light", "dark"]
PICTURES: Final = Path(__file__).with_name("screenshots")
ROOT: Final = Path(__file__).resolve().parent.parent
TABLET: Final = ViewportSize(width=800, height=1280)
LYING: Final = ViewportSize(width=1280, height=800)
DESK: Final = ViewportSize(width=1366, height=768)
WALL: Final = ViewportSize(width=1920, height=1080)
SETTLE_MILLISECONDS: Final = 600
QUIET: Final = (
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--disable-sync", "--force-color-profile=srgb", "--no-first-run",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its name, who looks at it on what, and how to get there."""

    name: str
    who: str
    size: ViewportSize
    walk: Callable[[Page], None]
    scheme: Scheme = "light"


def main(arguments: list[str]) -> int:
    """Write the pictures; return 1 when there is no browser."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.stderr.write("No chromium is installed.\n")
        return 1
    PICTURES.mkdir(exist_ok=True)
    # As root Chromium runs only without its sandbox.
    flags = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    ward: AbstractContextManager[tuple[str, dict[str, str]]] = (
        nullcontext((arguments[0], {})) if arguments else demo_ward()
    )
    with ward as (address, own), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        for shot in SHOTS:
            take(browser, address, shot)
        subprocess.run([sys.executable, "-m", "docs.full_ward"], check=True, env=os.environ | own)
        for shot in FULL:
            take(browser, address, shot)
        browser.close()
    return 0


def take(browser: Browser, address: str, shot: Shot) -> None:
    """Sign in as somebody with nothing in their tablet's memory, walk there, take the picture."""
    context = browser.new_context(
        base_url=address, viewport=shot.size, has_touch=shot.size is TABLET, locale="en-US",
        timezone_id="Europe/London", color_scheme=shot.scheme, reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    if shot.who:
        sign_in(page, shot.who)
    shot.walk(page)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLE_MILLISECONDS)
    page.screenshot(path=PICTURES / f"{shot.name}.png", animations="disabled", caret="hide")
    context.close()


SHOTS: Final = (
    Shot("sign-in", "", TABLET, open_page("/sign-in/")),
    Shot("switch", "charge", TABLET, register_tablet),
    Shot("tablets", "charge", TABLET, open_page("/devices/")),
    Shot("second-factor", "admin", DESK, open_page("/second-factor/set-up/")),
    Shot("sessions", "charge", TABLET, open_page("/account/sessions/")),
    Shot("how-people-sign-in", "admin", DESK, open_page("/people/")),
    Shot("patients", "nurse", TABLET, open_page("/patients/")),
    Shot("entry", "nurse", TABLET, open_entry(CHARTED)),
    Shot("entry-dark", "nurse", TABLET, open_entry(CHARTED), "dark"),
    Shot("entry-child", "nurse", LYING, open_entry(CHILD)),
    Shot("entry-ask", "nurse", TABLET, ask_twice),
    Shot("wrong-wristband", "nurse", TABLET, scan_a_stranger),
    Shot("call-card", "nurse", TABLET, save_entry),
    Shot("result", "nurse", TABLET, see_the_grade),
    Shot("offline-not-sent", "nurse", TABLET, save_without_a_network),
    Shot("offline-unsent", "nurse", TABLET, open_unsent, "dark"),
    Shot("alert", "charge", TABLET, open_alert),
    Shot("inbox", "charge", DESK, open_page("/alerts/")),
    Shot("alerts-on-a-ward", "charge", DESK, open_page("/wards/7b/alerts/?days=28")),
    Shot("handover", "charge", DESK, open_page("/wards/7b/handover/")),
    Shot("handover-sheet", "nurse", TABLET, open_handover),
    Shot("shift", "charge", DESK, open_page("/wards/7b/shift/")),
    Shot("timeline", "oncologist", DESK, open_timeline),
    Shot("course", "oncologist", TABLET, open_from_timeline("/course/")),
    Shot("schedule", "charge", TABLET, open_from_timeline("/schedule/")),
    Shot("neuro", "nurse", TABLET, ask_neuro(5)),
    Shot("neuro-writing-dark", "nurse", LYING, ask_neuro(9), "dark"),
    Shot("neuro-result", "nurse", TABLET, save_neuro),
    Shot("rota", "charge", DESK, open_page("/wards/7b/rota/")),
    Shot("body-systems", "nurse", TABLET, open_symptoms),
    Shot("body-systems-dark", "oncologist", DESK, open_symptoms, "dark"),
    Shot("symptom-check", "nurse", TABLET, check_symptoms),
    Shot("reference", "oncologist", DESK, open_page("/reference/")),
    Shot("reference-grade", "nurse", TABLET, open_page("/reference/?grade=2#crs-2")),
    Shot("compare", "oncologist", DESK, compare_four),
    Shot("compare-dark", "oncologist", TABLET, compare_four, "dark"),
    Shot("mailbox", "charge", DESK, open_page("/demo/mailbox/")),
    # The last: it changes what the others show.
    Shot("dose-facts", "nurse", TABLET, ask_why_so_soon),
)
# Of a ward whose thirty beds are full (docs.full_ward); after all others, for they show it too.
BOARD: Final = "/wards/7b/board/"
FULL: Final = (
    Shot("board", "charge", DESK, open_page(f"{BOARD}?view=map")),
    Shot("board-dark", "charge", DESK, open_page(f"{BOARD}?view=map"), "dark"),
    Shot("board-list", "charge", DESK, open_page(f"{BOARD}?view=list")),
    Shot("board-filter", "charge", DESK, open_page(f"{BOARD}?view=map&show=unassigned")),
    Shot("board-card", "charge", DESK, open_card),
    Shot("board-tablet", "charge", TABLET, open_page(f"{BOARD}?view=map")),
    Shot("wall", "charge", DESK, open_page("/wards/7b/wall/")),
    Shot("wall-large", "charge", WALL, open_page("/wards/7b/wall/")),
    Shot("wall-night", "charge", DESK, wall_by_night),
    Shot("wall-stale", "charge", DESK, wall_without_data),
)


@contextmanager
def demo_ward() -> Iterator[tuple[str, dict[str, str]]]:
    """Run the demo ward in a folder of its own, and give its address and environment."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        own = {"PORT": str(port), "CRS_DATA_DIR": folder, "CRS_BASE_URL": address}
        ward = subprocess.Popen(
            [sys.executable, ROOT / "manage.py", "run"],
            env=os.environ | own,
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_for(f"{address}/health/alerting", ward)
            yield address, own
        finally:
            ward.send_signal(signal.SIGTERM)
            ward.wait()


def wait_for(url: str, ward: "subprocess.Popen[bytes]") -> None:
    """Wait until the ward is well; raise when it ended or takes too long."""
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while ward.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310  our own address
            return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError(f"The demo ward was not well at {url}.")


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crs_monitor.settings")
    os.environ["CRS_DEMO"] = "1"
    django.setup()
    sys.exit(main(sys.argv[1:]))
