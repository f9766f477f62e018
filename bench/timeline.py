"""How soon a timeline is drawn in a real Chromium, how it pans, and what it transfers.

Run as `python -m bench.timeline ADDRESS NAME PATIENT...` against a running program, with the
password of NAME in CRS_BENCH_PASSWORD; PATIENT is the number in the address of a timeline. Times
of a machine that does other work at once are no results: the load is printed with them.
"""

import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

ROUNDS: Final = 5
SCREEN: Final = {"width": 1366, "height": 768}
_ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
_DRAG_STEPS: Final = 60
_STEP_PX: Final = 6
# Frames that the page really painted, while somebody drags.
_COUNT_FRAMES: Final = """
() => {
  const times = (window.benchFrames = []);
  const next = (time) => { times.push(time); requestAnimationFrame(next); };
  requestAnimationFrame(next);
}
"""
_TRANSFERRED: Final = """
() => [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]
  .reduce((sum, entry) => sum + entry.transferSize, 0)
"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One patient's timeline: medians of milliseconds and frames, and bytes of a first visit."""

    patient: str
    sets: int
    drawn_ms: float
    first_visit_ms: float
    frames_per_second: float
    bytes: int


def main(arguments: Sequence[str]) -> int:
    """Measure each patient and print JSON, with the load of the machine."""
    address, who, *patients = arguments
    with sync_playwright() as play:
        binary = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = play.chromium.launch(executable_path=binary, args=list(_ARGUMENTS))
        found = []
        for patient in patients:
            page = browser.new_page(viewport=SCREEN, service_workers="block")
            _sign_in(page, address, who)
            found.append(_measured(page, f"{address}/patients/{patient}/timeline/", patient))
            page.context.close()
        browser.close()
    report = {"load": os.getloadavg(), "timelines": [asdict(each) for each in found]}
    sys.stdout.write(json.dumps(report, indent=2) + "\n")
    return 0


def _sign_in(page: Page, address: str, who: str) -> None:
    page.goto(f"{address}/sign-in/")
    page.fill("[name=username]", who)
    page.fill("[name=password]", os.environ["CRS_BENCH_PASSWORD"])
    page.click("form button[type=submit]")
    page.wait_for_url(lambda url: "sign-in" not in url)


def _measured(page: Page, url: str, patient: str) -> Drawn:
    first = _open(page, url)
    transferred = page.evaluate(_TRANSFERRED)
    rounds = [_open(page, url) for _ in range(ROUNDS)]
    sets = page.evaluate("document.querySelectorAll('[data-timeline]').length")
    assert sets == 1, "the page has one timeline"
    return Drawn(
        patient=patient,
        sets=int(page.get_attribute("[data-timeline]", "data-sets") or 0),
        drawn_ms=median(rounds),
        first_visit_ms=first,
        frames_per_second=round(median(_panned(page) for _ in range(3)), 1),
        bytes=transferred,
    )


def _open(page: Page, url: str) -> float:
    """Milliseconds from the navigation to the drawn chart, as the page's own clock has it."""
    page.goto(url)
    page.wait_for_selector("[data-timeline][data-drawn]", timeout=60_000)
    return float(page.get_attribute("[data-timeline]", "data-drawn") or 0)


def _panned(page: Page) -> float:
    """Frames in a second of dragging to and fro."""
    box: Any = page.locator("[data-stage]").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(_COUNT_FRAMES)
    for step in range(_DRAG_STEPS):
        forth = step if step < _DRAG_STEPS / 2 else _DRAG_STEPS - step
        page.mouse.move(x + forth * _STEP_PX, y)
    times = page.evaluate("window.benchFrames")
    page.mouse.up()
    page.wait_for_timeout(500)
    return float((len(times) - 1) / ((times[-1] - times[0]) / 1000))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
