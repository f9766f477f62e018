"""The oncologist's timeline in a real browser: nine lanes on one screen, a line, and keys."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from charting.models import ChartLook
from staff.models import Role
from tests.browser.hands import sign_in, until
from tests.factories.minutes import fill
from tests.factories.ward import FEVER, GRADE_2, WELL, a_patient, a_person, chart_set, give

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SCREEN = {"width": 1366, "height": 768}
LANES = ["grade", "temperature", "pressure", "rates", "oxygen", "neuro", "labs", "drugs", "events"]
MOST_BYTES = 600_000  # of a first visit, compressed, with the chart library
ROOT = Path(settings.BASE_DIR)


@pytest.fixture
def oncologist(ward):
    return a_person(Role.ONCOLOGIST, ward)


@pytest.fixture
def signed_in(page, program, oncologist):
    """A page of the oncologist on a ward's screen, and where the program is."""
    page.set_viewport_size(SCREEN)
    sign_in(page, program, oncologist)
    page.wait_for_url(re.compile("/patients/"))
    return page, program


@pytest.fixture
def course(ward):
    """Fourteen days of one patient, with a fever, a dose of tocilizumab and a gap."""
    now = timezone.now()
    patient = a_patient(ward, infused_at=now - timedelta(days=12))
    for hours in range(14 * 24, 60, -4):
        chart_set(patient, WELL, minutes_ago=hours * 60, now=now)
    chart_set(patient, FEVER, minutes_ago=30 * 60, now=now)
    give(patient, "tocilizumab", minutes_ago=29 * 60, now=now)
    chart_set(patient, GRADE_2, minutes_ago=28 * 60, now=now)
    chart_set(patient, WELL, minutes_ago=60, now=now)
    return patient


def opened(signed_in, patient):
    page, address = signed_in
    page.goto(f"{address}/patients/{patient.pk}/timeline/")
    page.locator("[data-timeline][data-drawn]").wait_for()
    return page


def readout(page, lane):
    return page.locator(f"[data-readout] [data-lane={lane}]").inner_text()


def in_sight(page):
    """The ends of the axis, in milliseconds."""
    return page.evaluate(
        "document.querySelector('.js-plotly-plot')._fullLayout.xaxis.range"
        ".map(edge => Date.parse(edge.replace(' ', 'T') + 'Z'))"
    )


def test_o1_i_read_fourteen_days_on_one_screen(signed_in, course):
    page = opened(signed_in, course)
    assert page.evaluate("scrollY") == 0
    for lane in LANES:
        box = page.locator(f"[data-readout] [data-lane={lane}]").bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["height"] >= 28, lane
        assert box["y"] + box["height"] <= SCREEN["height"], lane
    first, last = in_sight(page)
    assert (last - first) / 86_400_000 >= 14
    days = page.locator(".xtick text").all_text_contents()
    assert {"D−1", "D0", "D11"} <= set(days)
    assert (
        "tocilizumab"
        in page.evaluate("JSON.stringify(document.querySelector('.js-plotly-plot').data)").lower()
    )


def test_one_line_reads_every_lane_and_says_how_old_each_value_is(signed_in, course):
    page = opened(signed_in, course)
    assert "T 36.8" in readout(page, "temperature")
    first, last = in_sight(page)
    size = page.evaluate("document.querySelector('.js-plotly-plot')._fullLayout._size")
    stage = page.locator("[data-stage]").bounding_box()
    then = (timezone.now() - timedelta(hours=27)).timestamp() * 1000
    share = (then - first) / (last - first)
    page.mouse.move(stage["x"] + size["l"] + share * size["w"], stage["y"] + 250)
    page.wait_for_timeout(200)
    assert page.locator("[data-hair]").is_visible()
    assert "SBP 84" in readout(page, "pressure")
    assert re.search(r"[12] h|\d+ min", readout(page, "pressure"))
    assert "CRS 2" in readout(page, "grade")


def test_the_keys_move_by_a_day_to_the_next_grade_and_back_to_everything(signed_in, course):
    page = opened(signed_in, course)
    before = in_sight(page)
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(300)
    assert in_sight(page)[1] == pytest.approx(before[1] - 86_400_000, abs=2000)
    page.keyboard.press("Home")
    page.wait_for_timeout(300)
    assert in_sight(page)[1] == pytest.approx(before[1], abs=2000)
    grades = []
    for _ in range(3):
        page.keyboard.press("g")
        page.wait_for_timeout(250)
        grades.append(readout(page, "grade").split("\n")[0])
    assert grades == ["CRS 0", "CRS 1", "CRS 2"]
    page.keyboard.press("l")
    page.locator("[data-labs][open]").wait_for()


def test_o2_a_grade_says_why_on_the_page_and_gives_the_focus_back(signed_in, course):
    page = opened(signed_in, course)
    for _ in range(3):
        page.keyboard.press("g")
        page.wait_for_timeout(250)
    page.keyboard.press("w")
    panel = page.locator("[data-why]")
    panel.get_by_text("Rules met").wait_for()
    said = panel.inner_text()
    assert "Systolic pressure 84" in said
    assert "Rules: astct-crs" in said
    page.keyboard.press("Escape")
    assert panel.is_hidden()


def test_a_click_on_a_grade_says_why(signed_in, course):
    page = opened(signed_in, course)
    box = page.locator("[data-readout] [data-lane=grade]").bounding_box()
    size = page.evaluate("document.querySelector('.js-plotly-plot')._fullLayout._size")
    stage = page.locator("[data-stage]").bounding_box()
    # The upper of two rows is CRS; a quarter of the way the patient is well.
    x, y = stage["x"] + size["l"] + size["w"] / 4, box["y"] + box["height"] / 4
    panel = page.locator("[data-why]")
    # The library knows what lies under a hand only a moment after it came to rest.
    for step in range(10):
        page.mouse.move(x + step, y)
        page.wait_for_timeout(500)
        page.mouse.click(x + step, y)
        page.wait_for_timeout(500)
        if panel.is_visible():
            break
    panel.get_by_text("ASTCT").first.wait_for()


def test_letters_of_a_scanner_are_no_commands_and_can_be_turned_off(signed_in, course):
    page = opened(signed_in, course)
    page.keyboard.type("LGEW", delay=5)
    page.wait_for_timeout(300)
    assert page.locator("[data-labs][open]").count() == 0
    assert page.url.endswith("/timeline/")
    page.locator("[data-keys] summary").click()
    page.locator("[data-letters]").uncheck()
    page.locator("[data-keys] summary").click()
    page.locator("h1").first.evaluate("e => document.activeElement.blur()")
    page.wait_for_timeout(100)
    page.keyboard.press("l")
    page.wait_for_timeout(300)
    assert page.locator("[data-labs][open]").count() == 0


def test_what_i_have_seen_is_dimmed_when_i_ask(signed_in, course, oncologist):
    page, address = signed_in
    seen = timezone.now() - timedelta(hours=20)
    ChartLook.objects.create(user=oncologist, patient=course, looked_at=seen)
    opened((page, address), course)
    shapes = "document.querySelector('.js-plotly-plot').layout.shapes.length"
    assert page.evaluate(shapes) == 0
    page.locator("[data-dim]").click()
    until(page, f"{shapes} === 1")
    assert page.locator("[data-dim]").get_attribute("aria-pressed") == "true"
    assert page.evaluate(
        "document.querySelector('.js-plotly-plot').layout.shapes[0].x1"
    ) == seen.strftime("%Y-%m-%dT%H:%M:%S")


def test_hours_from_the_dose_and_dates_are_a_switch(signed_in, course):
    page = opened(signed_in, course)
    page.locator("[data-axis=hours]").click()
    page.wait_for_timeout(300)
    assert "24 h" in page.locator(".xtick text").all_text_contents()
    page.locator("[data-axis=date]").click()
    page.wait_for_timeout(300)
    assert re.fullmatch(
        r"\d+ [A-Z][a-z]{2}", page.locator(".xtick text").first.text_content() or ""
    )
    page.locator("[data-span='1']").click()
    page.wait_for_timeout(600)
    assert any(re.fullmatch(r"\d\d:00", t) for t in page.locator(".xtick text").all_text_contents())


def test_a_dense_course_is_read_more_closely_where_somebody_zooms_in(signed_in, ward):
    page, address = signed_in
    now = timezone.now().replace(second=0, microsecond=0)
    patient = a_patient(ward, infused_at=now - timedelta(days=2))
    fill(patient, count=4000, until=now - timedelta(minutes=5))
    opened((page, address), patient)
    points = """() => { const t = document.querySelector('.js-plotly-plot').data
        .find(t => t.name === 'Heart rate'); const end = Date.parse(t.x.at(-1) + 'Z');
        return t.x.filter(x => x && end - Date.parse(x + 'Z') < 6 * 3600e3).length; }"""
    coarse = page.evaluate(points)
    with page.expect_response(re.compile(r"timeline\.json\?from=.*to=.*width=")) as answer:
        page.locator("[data-span='1']").click()
    assert answer.value.status == 200
    until(page, f"({points})() > {coarse * 2}")


def test_a_first_visit_fits_a_slow_network(signed_in, ward):
    page, address = signed_in
    now = timezone.now()
    patient = a_patient(ward, infused_at=now - timedelta(days=12))
    fill(patient, count=1344, until=now, every=timedelta(minutes=15))
    sizes: dict[str, int] = {}

    def count(response):
        path = response.url.removeprefix(address).split("?")[0]
        if path.startswith("/static/"):
            content = (ROOT / path.lstrip("/")).read_bytes()
            sizes[path] = len(gzip.compress(content, 9))
        elif path.startswith("/patients/"):
            assert response.headers.get("content-encoding") == "gzip", path
            sizes[path] = response.request.sizes()["responseBodySize"]

    page.on("response", count)
    opened((page, address), patient)
    page.wait_for_load_state("networkidle")
    assert any(path.endswith("plotly-basic.min.js") for path in sizes)
    assert any(path.endswith("timeline.json") for path in sizes)
    assert sum(sizes.values()) < MOST_BYTES, sizes


def test_the_table_tells_it_to_who_cannot_see_the_chart(signed_in, course):
    page = opened(signed_in, course)
    page.locator("[data-twin] summary").click()
    assert page.locator("[data-twin-body] tr", has_text="Tocilizumab").count() == 1


NIGHTS = """
async ({ zone, midnights, zero, dose }) => {
  const { WardClock } = await import("/static/crs_monitor/js/timeline/instants.js");
  const span = [midnights[0], midnights.at(-1)];
  const known = { zone, day_zero: zero, last_dose: dose, midnights, days: [], dates: [], span };
  const clock = new WardClock(known);
  const at = (text) => clock.words(Date.parse(text + "Z"));
  return {
    days: midnights.map((m) => clock.dayOf(Date.parse(m + "Z"))),
    before: midnights.map((m) => clock.dayOf(Date.parse(m + "Z") - 1)),
    words: [at(midnights[1]), at(midnights[2])],
    ticks: clock.ticks("day", 0.5 * 86400e3).text.filter((t) => /^\\d\\d:/.test(t)),
  };
}
"""


@pytest.mark.parametrize(
    ("zero", "midnights", "skipped", "twice"),
    [
        ("2026-03-28T09:00:00",
         ["2026-03-28T00:00:00", "2026-03-29T00:00:00", "2026-03-29T23:00:00"], "01:00", None),
        ("2026-10-24T09:00:00",
         ["2026-10-23T23:00:00", "2026-10-24T23:00:00", "2026-10-26T00:00:00"], None, "01:00"),
    ],
)  # fmt: skip
def test_o1_a_change_of_clocks_shifts_no_day(page, static_pages, zero, midnights, skipped, twice):
    page.goto(static_pages)
    told = page.evaluate(
        NIGHTS, {"zone": "Europe/London", "midnights": midnights, "zero": zero, "dose": zero}
    )
    assert told["days"] == ["D0", "D1", "D2"]
    assert told["before"] == ["D−1", "D0", "D1"]
    assert told["words"][0].startswith("D1 · 00:00")
    night = told["ticks"]
    if skipped:
        assert night.count(skipped) == 1  # of two days, the second has none
    if twice:
        assert night.count(twice) == 3  # once on the first day, twice on the second
