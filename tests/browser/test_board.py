"""The board in a real browser: thirty beds in a second, one tile for one set, and all by key."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from alerts.models import Alert, AlertState, NurseAssignment
from staff.models import Bed, Role
from tests.browser.hands import sign_in
from tests.factories.ward import FEVER, GRADE_2, WELL, a_patient, a_person, chart_set

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BOARD = "/wards/7b/board/"
KEEP = """
window.kept = new Map([...document.querySelectorAll('[data-tile]')].map((e) => [e.dataset.tile, e]))
"""
CHANGED = """
[...document.querySelectorAll('[data-tile]')]
  .filter((e) => window.kept.get(e.dataset.tile) !== e).map((e) => e.dataset.tile)
"""
DRAWN_IN = """
performance.getEntriesByName('board-drawn')[0].startTime
  - performance.getEntriesByType('navigation')[0].responseEnd
"""


@pytest.fixture
def charge(ward):
    return a_person(Role.CHARGE_NURSE, ward, first_name="Cara", last_name="Charge")


@pytest.fixture
def nurse(ward):
    return a_person(Role.NURSE, ward, first_name="Nia", last_name="Nurse")


@pytest.fixture
def patients(ward):
    now = timezone.now()
    found = [
        a_patient(ward, bed=f"{bed:02}", infused_at=now - timedelta(days=5)) for bed in range(1, 5)
    ]
    for patient in found:
        chart_set(patient, WELL, minutes_ago=30, now=now)
    return found


@pytest.fixture
def board(page, program, charge, nurse, patients):
    """The board of the charge nurse, open."""
    page.set_viewport_size({"width": 1366, "height": 768})
    sign_in(page, program, charge)
    page.wait_for_url(re.compile(BOARD))
    expect(page.locator("[data-tile]")).to_have_count(4)
    return page


def bed(page, label):
    return page.locator(".bed-place", has=page.locator(".bed__number", has_text=label)).first


def test_a_new_set_redraws_its_own_tile_and_no_other_without_a_reload(board, patients):
    board.evaluate(KEEP)
    board.evaluate("window.notReloaded = true")
    chart_set(patients[1], FEVER, now=timezone.now())
    expect(bed(board, "02").get_by_label("CRS Grade 1")).to_be_visible(timeout=15_000)
    assert board.evaluate(CHANGED) == [str(patients[1].pk)]
    assert board.evaluate("window.notReloaded") is True


def test_c01_thirty_beds_are_drawn_within_a_second_and_stand_on_one_screen(board, ward):
    now = timezone.now()
    for number in range(5, 31):
        patient = a_patient(ward, bed=f"{number:02}", infused_at=now - timedelta(days=3))
        chart_set(patient, GRADE_2 if number % 7 == 0 else WELL, minutes_ago=number, now=now)
    board.goto(board.url.split("?")[0])
    expect(board.locator("[data-tile]")).to_have_count(30)
    assert board.evaluate(DRAWN_IN) < 1000
    last = bed(board, "30").bounding_box()
    assert last is not None
    assert last["y"] < 768
    assert last["height"] >= 44
    assert (
        board.locator(".bed").evaluate_all(
            "all => all.filter((b) => b.scrollWidth > b.clientWidth + 1).length"
        )
        == 0
    )


def test_filters_stand_in_the_address_and_the_view_is_remembered(board, patients, ward):
    filters = board.get_by_role("group", name="Filters")
    silent = filters.get_by_role("button", name="No set in 6 h")
    a_patient(ward, bed="05")
    expect(silent).to_have_text("No set in 6 h 1", timeout=15_000)
    expect(filters.get_by_role("button", name="No nurse")).to_have_text("No nurse 5")
    silent.focus()
    board.keyboard.press("Enter")
    expect(board).to_have_url(re.compile(r"\?view=map&show=silent$"))
    expect(silent).to_have_attribute("aria-pressed", "true")
    expect(board.get_by_text("1 of 5 patients shown")).to_be_visible()
    board.get_by_role("button", name="List", exact=True).press("Enter")
    expect(board.locator("[data-tile]:visible")).to_have_count(1)
    address = board.url
    board.goto(address.split("?")[0])
    expect(board.get_by_role("button", name="List", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(board.locator("[data-tile]:visible")).to_have_count(5)
    board.goto(address)
    expect(board.locator("[data-tile]:visible")).to_have_count(1)


def place(label):
    found = Bed.objects.get(label=label)
    return found.plan_row, found.plan_column


def test_beds_are_arranged_by_dragging_and_by_the_arrow_keys(board):
    board.get_by_role("button", name="Arrange beds").click()
    start, end = bed(board, "01").bounding_box(), bed(board, "03").bounding_box()
    assert start is not None
    assert end is not None
    board.mouse.move(start["x"] + 40, start["y"] + 60)
    board.mouse.down()
    board.mouse.move(end["x"] + 45, end["y"] + 60, steps=4)
    board.mouse.up()
    expect(board.get_by_text("Bed 01: Row 1, place 3.")).to_be_visible()
    assert (place("01"), place("03")) == ((0, 2), (0, 0))
    bed(board, "01").get_by_role("button").focus()
    board.keyboard.press("ArrowDown")
    expect(board.get_by_text("Bed 01: Row 2, place 3.")).to_be_visible()
    assert place("01") == (1, 2)
    expect(bed(board, "01").get_by_role("button")).to_be_focused()
    board.keyboard.press("ArrowLeft")
    expect(board.get_by_text("Bed 01: Row 2, place 2.")).to_be_visible()


def test_the_card_of_a_bed_answers_assigns_and_leads_on(board, patients, nurse, charge):
    chart_set(patients[2], GRADE_2, now=timezone.now())
    expect(bed(board, "03").get_by_title("Nobody has answered")).to_be_visible(timeout=15_000)
    bed(board, "03").get_by_role("button").focus()
    board.keyboard.press("Enter")
    card = board.get_by_role("dialog")
    expect(card.get_by_role("heading")).to_contain_text("Bed 03")
    for key in card.get_by_role("button").or_(card.get_by_role("link")).all():
        box = key.bounding_box()
        assert box is not None
        assert box["height"] >= 44, key.inner_text()
    here = f"/patients/{patients[2].pk}"
    links = card.get_by_role("link").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    assert {
        f"{here}/timeline/", f"{here}/chart/", f"{here}/schedule/", f"{here}/summary.pdf",
        "/wards/7b/handover/",
    } <= set(links)  # fmt: skip
    card.get_by_role("button", name="Call the next in line").press("Enter")
    expect(card.get_by_text("Called now:")).to_be_visible()
    card.get_by_role("button", name="In 5 min").press("Enter")
    expect(card.get_by_text("You have this alert.")).to_be_visible()
    expect(card.get_by_text("Cara Charge has it")).to_be_visible()
    alert = Alert.objects.get()
    assert (alert.state, alert.acknowledged_by) == (AlertState.ACKNOWLEDGED, charge)
    card.get_by_label("Nurse").select_option("Nia Nurse")
    card.get_by_role("button", name="Assign").press("Enter")
    expect(card.get_by_text("Nia Nurse has the patient now.")).to_be_visible()
    assert NurseAssignment.objects.get().nurse == nurse
    board.keyboard.press("Escape")
    expect(bed(board, "03").get_by_title("Nurse: Nia Nurse")).to_have_text(re.compile("NN"))


def test_a_board_that_hears_nothing_says_so(board):
    board.clock.install()
    board.reload()
    board.route("**/board.json", lambda route: route.abort())
    board.clock.run_for(25_000)
    expect(board.locator("[data-stale]")).to_be_hidden()
    board.clock.run_for(10_000)
    expect(board.get_by_text("Do not rely on this board")).to_be_visible()
