"""C9: a wall covers itself when it has heard nothing for a minute, and asks for no hand."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from staff.models import Bed, Role
from tests.browser.hands import sign_in
from tests.factories.ward import GRADE_2, WELL, a_patient, a_person, chart_set

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ALARM = "getComputedStyle(document.querySelector('.wall-bed--alarm'))"
FLASH_SECONDS = f"parseFloat({ALARM}.animationDuration)"
FLASHES = f"{ALARM}.animationName"
SIZES = """
[...document.querySelectorAll('.wall-bed__bed')]
  .map((e) => parseFloat(getComputedStyle(e).fontSize))
"""
CUT = """
[...document.querySelectorAll('.wall-bed__in, .wall-bed__due')]
  .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)
"""


@pytest.fixture
def wall(page, program, ward):
    """The wall of a ward of thirty beds, opened by its own account."""
    now = timezone.now()
    for number in range(1, 31):
        if number in {9, 20}:
            Bed.objects.create(ward=ward, label=f"{number:02}")
            continue
        patient = a_patient(ward, bed=f"{number:02}", infused_at=now - timedelta(days=number % 9))
        chart_set(patient, GRADE_2 if number == 5 else WELL, minutes_ago=number * 9, now=now)
    page.set_viewport_size({"width": 1366, "height": 768})
    page.clock.install()
    sign_in(page, program, a_person(Role.KIOSK, ward))
    page.wait_for_url(re.compile("/wards/7b/wall/"))
    expect(page.locator(".wall-bed")).to_have_count(30)
    return page


def test_c09_it_is_stale_after_a_minute_without_data_and_recovers_by_itself(wall):
    wall.clock.run_for(6_000)
    wall.wait_for_load_state("networkidle")
    wall.route("**/wall.json", lambda route: route.abort())
    stale = wall.locator("[data-stale]")
    for _ in range(11):
        wall.clock.run_for(5_000)
    expect(stale).to_be_hidden()
    for _ in range(3):
        wall.clock.run_for(5_000)
    expect(stale).to_be_visible()
    expect(stale).to_contain_text("STALE")
    box = stale.bounding_box()
    assert box == {"x": 0, "y": 0, "width": 1366, "height": 768}
    wall.unroute("**/wall.json")
    for _ in range(4):
        wall.clock.run_for(5_000)
        # The page's clock leaps; the answer it asked for comes at the pace of the world.
        wall.wait_for_timeout(500)
    expect(stale).to_be_hidden(timeout=10_000)


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_thirty_beds_fill_one_screen_in_large_type_and_nothing_is_cut(size, wall):
    wall.set_viewport_size({"width": size[0], "height": size[1]})
    assert min(wall.evaluate(SIZES)) >= size[1] * 0.055
    assert wall.evaluate(CUT) == []
    assert wall.evaluate("document.documentElement.scrollHeight <= innerHeight") is True
    assert wall.locator("a, button, input, select, [tabindex]").count() == 0


def test_it_flashes_at_most_twice_a_second_and_never_where_motion_is_unwanted(wall):
    wall.emulate_media(reduced_motion="no-preference")
    assert wall.evaluate(FLASHES) == "flash"
    assert wall.evaluate(FLASH_SECONDS) >= 0.5
    wall.emulate_media(reduced_motion="reduce")
    assert wall.evaluate(FLASHES) == "none"


def test_no_pixel_shows_the_same_edge_for_hours(wall):
    seen = set()
    for _ in range(8):
        wall.clock.run_for(60_000)
        seen.add(wall.evaluate("document.querySelector('[data-wall]').style.transform"))
    assert len(seen) == 8


@pytest.mark.parametrize("night", [False, True])
def test_it_shuts_nobody_out_by_day_or_by_night(night, wall):
    wall.emulate_media(reduced_motion="reduce")
    if night:
        wall.evaluate("document.querySelector('link[data-night]').media = 'all'")
        wall.evaluate("document.querySelector('[data-wall]').classList.add('is-night')")
    results = Axe().run(wall)
    assert results.violations_count == 0, results.generate_report()
