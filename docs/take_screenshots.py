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
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

Scheme = Literal["light", "dark"]
PICTURES: Final = Path(__file__).with_name("screenshots")
ROOT: Final = Path(__file__).resolve().parent.parent
TABLET: Final = ViewportSize(width=800, height=1280)
LYING: Final = ViewportSize(width=1280, height=800)
DESK: Final = ViewportSize(width=1366, height=768)
READY_WITHIN_SECONDS: Final = 180
SETTLE_MILLISECONDS: Final = 600
QUIET: Final = (
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--disable-sync", "--force-color-profile=srgb", "--no-first-run",
)  # fmt: skip
# Two patients of the demo, by what their pages are good for.
CHARTED: Final = "DEMO-005"
TABLET_NAME: Final = "Bay 3"
LONG_COURSE: Final = "DEMO-002"
NUMBERS: Final = {
    "temperature_celsius": "39.1", "heart_rate_bpm": "124", "respirations_per_minute": "22",
    "systolic_mmhg": "86", "diastolic_mmhg": "50", "spo2_percent": "95",
}  # fmt: skip
# Whether the tablet holds what it needs without a network.
KEPT: Final = """
async () => {
  const { marks } = await import("/static/crs_monitor/js/offline/vault.js");
  const ready = (await marks("pack")).length && (await marks("grant")).length;
  return Boolean(ready && navigator.serviceWorker.controller);
}
"""
CHOICES: Final = {"oxygen_device": "room_air", "consciousness": "alert", "vasopressors": "none"}


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
    ward = nullcontext(arguments[0]) if arguments else demo_ward()
    with ward as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        for shot in SHOTS:
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


def sign_in(page: Page, who: str) -> None:
    """Sign in through the form a person would use."""
    from demo.accounts import ACCOUNTS

    passwords = {name: password for name, password, _ in ACCOUNTS}
    page.goto("/sign-in/")
    page.fill("input[name=username]", who)
    page.fill("input[name=password]", passwords[who])
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def open_page(address: str) -> Callable[[Page], None]:
    """Return a walk to one address."""

    def walk(page: Page) -> None:
        page.goto(address)

    return walk


def open_entry(page: Page) -> None:
    """Open a patient's entry page from the list and fill it, short of saving."""
    page.goto("/patients/")
    page.locator(".roster__row", has_text=CHARTED).locator("a[href$='/chart/']").click()
    # The page's script puts the cursor into the first field; what is typed sooner lands there.
    page.wait_for_load_state("networkidle")
    for name, value in NUMBERS.items():
        page.fill(f"[name={name}]", value)
    for name, value in CHOICES.items():
        page.locator(f"[name={name}][value={value}]").locator("xpath=..").click()
    # Where the nurse would be, without the number marked for overwriting.
    page.locator("[name=temperature_celsius]").focus()
    page.keyboard.press("End")
    page.evaluate("scrollTo(0, 0)")


def save_entry(page: Page) -> None:
    """Save the set and read what it means."""
    open_entry(page)
    page.click("[data-save]")
    page.wait_for_url("**/sets/**")


def save_without_a_network(page: Page) -> None:
    """Save a set on a tablet whose network went after the ward was kept."""
    page.goto("/patients/")
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while not page.evaluate(KEPT):
        assert time.monotonic() < deadline, "the tablet never kept its ward"
        page.wait_for_timeout(200)
    page.context.set_offline(True)
    open_entry(page)
    page.click("[data-save]")
    told, asked = page.locator("[data-sending]"), page.locator("[data-ask][open] [data-ask-yes]")
    for _ in NUMBERS:
        told.or_(asked).first.wait_for()
        if told.count():
            return
        page.wait_for_timeout(700)  # a double tap does not confirm
        asked.click()
    told.wait_for()


def open_unsent(page: Page) -> None:
    """See what has not reached the server."""
    save_without_a_network(page)
    page.goto("/tablet/unsent/")


def open_alert(page: Page) -> None:
    """Open the first alert that waits for an answer."""
    page.goto("/alerts/")
    page.locator(".inbox a[href^='/alerts/']").first.click()


def open_timeline(page: Page) -> None:
    """Open a patient with a long course, from the list."""
    page.goto("/patients/")
    page.locator(".roster__row", has_text=LONG_COURSE).locator("a.roster__who").click()
    if not page.url.endswith("/timeline/"):
        page.locator("a[href$='/timeline/']").first.click()
    page.wait_for_selector(".plot-container")


def open_symptoms(page: Page) -> None:
    """Open the symptoms of the patient with the long course."""
    open_timeline(page)
    page.locator("a[href$='/body-systems/']").first.click()
    page.wait_for_selector(".systems")


def check_symptoms(page: Page) -> None:
    """Open the check of symptoms and answer a few lines, short of saving."""
    open_symptoms(page)
    page.locator("a[href$='/body-systems/check/']").click()
    for name, value in {"state-fever": "absent", "state-chills": "present"}.items():
        page.locator(f"[name={name}][value={value}]").locator("xpath=..").click()
    page.locator("[name=grade-chills][value='2']").locator("xpath=..").click()
    page.evaluate("scrollTo(0, 0)")


def open_from_timeline(ending: str) -> Callable[[Page], None]:
    """Return a walk to a page that the timeline of the long course leads to."""

    def walk(page: Page) -> None:
        open_timeline(page)
        page.locator(f"a[href$='{ending}']").first.click()
        page.wait_for_load_state("networkidle")

    return walk


def ask_neuro(question: int) -> Callable[[Page], None]:
    """Return a walk to one of the ten questions of ICE, those before it answered."""

    def walk(page: Page) -> None:
        open_from_timeline("/record/neuro/")(page)
        page.click("[data-next]")
        for _ in range(1, question):
            step = page.get_attribute(".step.is-current", "data-step")
            page.keyboard.press("1")
            page.wait_for_selector(f".step:not(.is-current)[data-step={step}]", state="attached")

    return walk


def save_neuro(page: Page) -> None:
    """Do a neuro check with one question answered wrong."""
    ask_neuro(10)(page)
    page.keyboard.press("2")
    for answer in ("awake", "seizure", "motor"):
        page.wait_for_selector(f".step.is-current[data-step={answer}]")
        page.keyboard.press("1")
    page.wait_for_selector(".step.is-current[data-step=pressure]")
    page.click("[data-next]")
    page.click("[data-save]")
    page.wait_for_selector(".verdict")


def register_tablet(page: Page) -> None:
    """Make this browser a tablet of 7B on which two have begun their shift, and let it go."""
    page.goto("/devices/")
    # Registered on an earlier run: its name is free again.
    while (taken := page.get_by_role("button", name=f"Take {TABLET_NAME} of 7B back")).count():
        taken.click()
    page.fill("[name=name]", TABLET_NAME)
    page.select_option("[name=ward]", "7b")
    page.get_by_role("button", name="Register").click()
    page.wait_for_url("**/switch/")
    for who in ("nurse", "charge"):
        sign_in(page, who)
        page.goto("/switch/")
    page.wait_for_selector("[data-pin-form]")


SHOTS: Final = (
    Shot("sign-in", "", TABLET, open_page("/sign-in/")),
    Shot("switch", "charge", TABLET, register_tablet),
    Shot("tablets", "charge", TABLET, open_page("/devices/")),
    Shot("patients", "nurse", TABLET, open_page("/patients/")),
    Shot("entry", "nurse", TABLET, open_entry),
    Shot("entry-dark", "nurse", TABLET, open_entry, "dark"),
    Shot("result", "nurse", TABLET, save_entry),
    Shot("offline-not-sent", "nurse", TABLET, save_without_a_network),
    Shot("offline-unsent", "nurse", TABLET, open_unsent, "dark"),
    Shot("alert", "charge", TABLET, open_alert),
    Shot("inbox", "charge", DESK, open_page("/alerts/")),
    Shot("board", "charge", DESK, open_page("/wards/7b/board/")),
    Shot("board-dark", "charge", DESK, open_page("/wards/7b/board/"), "dark"),
    Shot("alerts-on-a-ward", "charge", DESK, open_page("/wards/7b/alerts/?days=28")),
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
    Shot("mailbox", "charge", DESK, open_page("/demo/mailbox/")),
)


@contextmanager
def demo_ward() -> Iterator[str]:
    """Run the demo ward in a folder of its own, and give its address."""
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
            yield address
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
