"""N11 and the neuro part of N14: ICE and CAPD asked step by step on a tablet, with a finger."""

import math
import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from alerts.models import Alert, DueSet
from staff.models import Role
from tests.browser.hands import sign_in
from tests.factories.ward import (
    WELL,
    a_patient,
    a_person,
    chart_set,
    check_neuro,
)
from vitals import strokes
from vitals.models import NeuroAssessment

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STEP = ".step.is-current"

# A stroke of 4500 points, made thinner until it may be sent, and text that is no writing.
THIN = """async () => {
  const page = document.querySelector("script[src*='/js/neuro']").src;
  const { thinned, read } = await import(page.replace(/neuro[^/]*$/, "neuro/pad.js"));
  let stroke = Array.from({ length: 9000 }, (_, at) => at % 1000);
  while (stroke.length / 2 > 4000) stroke = thinned(stroke);
  return [stroke.length, stroke.slice(0, 2), stroke.slice(-2), read("["), read("[1]")];
}"""


@pytest.fixture
def nurse(ward):
    return a_person(Role.NURSE, ward)


@pytest.fixture
def opened(page, program, nurse):
    """A nurse's page, and how to open the neuro check of a patient."""
    sign_in(page, program, nurse)
    page.wait_for_url(re.compile(r"/(?!sign-in)"))

    def open_check(patient):
        page.goto(f"{program}/patients/{patient.pk}/record/neuro/")
        expect(page.locator(STEP)).to_have_attribute("data-step", "start")

    return page, open_check


def answer(page, words, *, then):
    """Tap an answer as a person does: once the question has been there for a moment."""
    page.wait_for_timeout(310)
    chip = page.locator(f"{STEP} label.chip", has_text=re.compile(f"^{words}$"))
    chip.first.click()
    expect(page.locator(STEP)).to_have_attribute("data-step", then)


def write(page):
    """Draw waves across the sheet."""
    box = page.locator(f"{STEP} canvas").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 20, middle)
    page.mouse.down()
    for step in range(60):
        page.mouse.move(box["x"] + 20 + step * 8, middle + 30 * math.sin(step / 2))
    page.mouse.up()


def baseline_of(patient, **score):
    check_neuro(patient, now=timezone.now(), minutes_ago=150, is_baseline=True,
                consciousness="alert", seizure="none", motor_weakness=False, **score)  # fmt: skip


def bounce(page):
    """Tap as a glove does that touches six times."""
    page.wait_for_timeout(310)
    box = page.locator(f"{STEP} label.chip", has_text="Right").bounding_box()
    for _ in range(6):
        page.mouse.click(box["x"] + 20, box["y"] + 20)
        page.wait_for_timeout(30)


def shuts_nobody_out(page):
    found = Axe().run(page)
    return found.generate_report() if found.violations_count else ""


def test_n11_i_do_an_ice_score_step_by_step(opened, ward):
    page, open_check = opened
    now = timezone.now()
    patient = a_patient(ward, infused_at=now - timedelta(days=3))
    chart_set(patient, WELL, minutes_ago=180, now=now)
    baseline_of(patient, ice_score=10)
    open_check(patient)
    page.locator("[name=language]").fill("Turkish")
    page.locator(f"{STEP} label.chip", has_text="Yes").click()
    page.locator("[data-next]").click()
    one_tap_is_one_answer(page)
    say_and_take_back_that_it_cannot_be_asked(page)
    named = answer_ten_questions(page)
    finish_by_the_keyboard(page)
    the_result_says_what_changed(page)
    check = NeuroAssessment.objects.latest("pk")
    assert (check.ice_score, check.language, check.interpreter) == (8, "Turkish", True)
    assert check.asked["objects"] == named
    drawn = check.handwriting.strokes
    assert strokes.read(drawn) == drawn
    assert len(drawn) == 1
    assert 40 <= len(drawn[0]) / 2 <= 70
    assert Alert.objects.get().rule == "A16"
    assert DueSet.objects.get().neuro_series_left == 4


def one_tap_is_one_answer(page):
    bounce(page)
    expect(page.locator(STEP)).to_have_attribute("data-step", "ice_month")
    assert page.locator("[name=ice_month]:checked").input_value() == "", "one tap, one answer"


def say_and_take_back_that_it_cannot_be_asked(page):
    page.locator("[data-unable] label.chip", has_text="Sedated").click()
    expect(page.locator(STEP)).to_have_attribute("data-step", "awake")
    expect(page.locator("[data-not-possible]")).to_contain_text("not possible: Sedated")
    page.locator("[data-possible]").click()
    expect(page.locator(STEP)).to_have_attribute("data-step", "ice_month")
    page.locator("[data-back]").click()


def answer_ten_questions(page):
    """Two of them wrong, the page reloaded half way; returns the objects that were named."""
    items = ["year", "month", "city", "hospital", "naming_1", "naming_2", "naming_3", "commands",
             "writing", "attention"]  # fmt: skip
    named = []
    for item, then in zip(items, [*(f"ice_{each}" for each in items[1:]), "awake"], strict=True):
        number = items.index(item) + 1
        expect(page.locator("[data-progress-words]")).to_have_text(f"ICE {number} of 10")
        if item.startswith("naming"):
            named.append(page.locator(f"{STEP} [data-word]").inner_text())
        if item == "writing":
            write(page)
            assert shuts_nobody_out(page) == ""
        answer(page, "Wrong" if item in {"city", "naming_2"} else "Right", then=then)
        if item == "commands":
            # Half done, it outlives a reload, with its place.
            page.wait_for_timeout(400)
            page.reload()
            page.get_by_role("button", name="Go on with it").click()
            expect(page.locator(STEP)).to_have_attribute("data-step", "ice_writing")
    assert len(set(named)) == 3
    return named


def finish_by_the_keyboard(page):
    # Back, and there again: the answer is still there.
    page.locator("[data-back]").click()
    expect(page.locator(f"{STEP} input:checked")).to_have_value("1")
    page.keyboard.press("Enter")
    for following in ("seizure", "motor", "pressure"):
        page.keyboard.press("1")
        expect(page.locator(STEP)).to_have_attribute("data-step", following)
    assert "ICE 8" not in page.content()
    page.locator("[data-next]").click()
    page.locator("[data-save]").click()


def the_result_says_what_changed(page):
    expect(page.get_by_role("heading", name="ICANS grade 1")).to_be_visible()
    assert shuts_nobody_out(page) == ""
    expect(page.locator(".scores-beside")).to_contain_text("ICE 8")
    expect(page.locator(".scores-beside")).to_contain_text("2 lower now")
    expect(page.locator(".result__due")).to_contain_text(re.compile("in (29|30) min"))
    image = page.locator(".sample--now img")
    assert image.evaluate("async image => { await image.decode(); return image.naturalWidth }") > 0


def test_n14_a_child_is_judged_by_capd_with_the_anchors_of_the_age(opened, ward):
    page, open_check = opened
    today = timezone.now().date()
    child = a_patient(ward, birth_date=today - timedelta(days=400))
    baseline_of(child, capd_score=2)
    open_check(child)
    expect(page.locator("[name=anchors]")).to_have_value("year_1")
    thin = page.evaluate(THIN)
    assert thin == [4502, [0, 1], [998, 999], [], []], "no more points than the server keeps"
    page.locator("[data-next]").click()
    steps = [*(f"capd_{number}" for number in range(2, 9)), "awake"]
    for then in steps:
        expect(page.locator(f"{STEP} [data-anchor]:visible")).to_have_count(1)
        answer(page, "Sometimes", then=then)
    answer(page, "Alert", then="seizure")
    answer(page, "No seizure", then="motor")
    answer(page, "No", then="pressure")
    page.locator("[data-next]").click()
    page.locator("[data-save]").click()
    expect(page.get_by_role("heading", name="ICANS grade 3")).to_be_visible()
    check = NeuroAssessment.objects.latest("pk")
    assert (check.capd_score, check.asked) == (16, {"anchors": "year_1"})
    assert Alert.objects.get().rule == "A19"
