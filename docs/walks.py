"""Ways through the demo ward, as a person goes them in a browser, to where a picture is taken."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page

READY_WITHIN_SECONDS: Final = 180
# Patients of the demo, by what their pages are good for.
CHARTED: Final = "DEMO-005"
CHILD: Final = "DEMO-008"
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


def open_entry(mrn: str) -> Callable[[Page], None]:
    """Return a walk to a patient's entry page, from the list, filled short of saving."""

    def walk(page: Page) -> None:
        page.goto("/patients/")
        page.locator(".roster__row", has_text=mrn).locator("a[href$='/chart/']").click()
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

    return walk


def ask_twice(page: Page) -> None:
    """Press save, and be asked about an odd number."""
    open_entry(CHARTED)(page)
    page.fill("[name=temperature_celsius]", "41.4")
    page.click("[data-save]")
    page.locator("[data-ask][open]").wait_for()


def save_entry(page: Page) -> None:
    """Save the set and read what it means."""
    open_entry(CHARTED)(page)
    _save(page, until=page.locator("#grade"))


def see_the_grade(page: Page) -> None:
    """Save the set and go on from the call card to the grade."""
    save_entry(page)
    page.goto(page.url.split("#")[0] + "#grade")


def save_without_a_network(page: Page) -> None:
    """Save a set on a tablet whose network went after the ward was kept."""
    page.goto("/patients/")
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while not page.evaluate(KEPT):
        assert time.monotonic() < deadline, "the tablet never kept its ward"
        page.wait_for_timeout(200)
    page.context.set_offline(True)
    open_entry(CHARTED)(page)
    _save(page, until=page.locator("[data-sending]"))


def scan_a_stranger(page: Page) -> None:
    """Scan the wristband of a patient of another ward."""
    page.goto("/patients/")
    page.fill("[name=code]", "DEMO-011")
    page.keyboard.press("Enter")
    page.locator(".stop").wait_for()


def compare_four(page: Page) -> None:
    """Lay four patients on one axis, each added from the picker."""
    page.goto("/compare/")
    for mrn in ("DEMO-001", "DEMO-002", "DEMO-003", "DEMO-004"):
        picker = page.locator("details.picker")
        if picker.get_attribute("open") is None:
            picker.locator("summary").click()
        picker.locator("a", has_text=mrn).click()
        page.wait_for_load_state("networkidle")
    page.wait_for_selector(".plot-container")


def ask_why_so_soon(page: Page) -> None:
    """Record a second dose of tocilizumab 7 h 30 after the first, and be asked why."""
    now = datetime.now(ZoneInfo("Europe/London"))
    for at in (now - timedelta(hours=7, minutes=30), now):
        open_from_timeline("/record/treatment/")(page)
        page.select_option("[name=code]", "tocilizumab")
        page.fill("[name=started_at]", f"{at:%Y-%m-%dT%H:%M}")
        page.fill("[name=dose_value]", "8")
        page.select_option("[name=dose_unit]", "mg/kg")
        page.click("form.card button[type=submit]")
        page.wait_for_load_state("networkidle")
    page.locator("[data-beyond]").wait_for()


def _save(page: Page, *, until: Locator) -> None:
    """Press save and say of each odd number that it was measured."""
    page.click("[data-save]")
    asked = page.locator("[data-ask][open] [data-ask-yes]")
    for _ in NUMBERS:
        until.or_(asked).first.wait_for()
        if until.count():
            return
        page.wait_for_timeout(700)  # a double tap does not confirm
        asked.click()
    until.wait_for()


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


def open_handover(page: Page) -> None:
    """Open the sheet of the patient with the long course, from the ward's hand-over."""
    page.goto("/wards/7b/handover/")
    page.locator(".handover__sheet", has_text=LONG_COURSE).locator("h3 a").click()
    page.wait_for_selector(".ipass")


def open_card(page: Page) -> None:
    """Open the card of the first bed that somebody should look at."""
    page.goto("/wards/7b/board/?view=map")
    page.locator(".bed--alarm, .bed").first.click()
    page.locator("[data-card][open]").wait_for()


def wall_by_night(page: Page) -> None:
    """The wall as it hangs between 22:00 and 06:00 of the ward."""
    page.goto("/wards/7b/wall/")
    page.evaluate("document.querySelector('link[data-night]').media = 'all'")
    page.evaluate("document.querySelector('[data-wall]').classList.add('is-night')")


def wall_without_data(page: Page) -> None:
    """The wall a minute after the server fell silent."""
    page.clock.install()
    page.goto("/wards/7b/wall/")
    page.route("**/wall.json", lambda route: route.abort())
    for _ in range(15):
        page.clock.run_for(5_000)
    page.locator("[data-stale]").wait_for()
