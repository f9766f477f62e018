"""N6 and N8 at the bedside: the next set counts down by itself, and a wristband finds its chart."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from staff.models import Role
from tests.browser.hands import sign_in
from tests.factories.ward import FEVER, a_patient, a_person, a_ward, chart_set

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def nurse(page, ward, program):
    """A nurse of the ward, signed in, on the list of patients."""
    person = a_person(Role.NURSE, ward)
    sign_in(page, program, person)
    page.wait_for_url(re.compile("/(patients|wards)/"))
    page.goto(f"{program}/patients/")
    return page, program


def test_n6_the_next_set_counts_down_without_a_reload(nurse, ward):
    page, address = nurse
    patient = a_patient(ward, infused_at=timezone.now() - timedelta(days=3))
    chart_set(patient, FEVER, now=timezone.now())
    page.clock.install()
    page.goto(f"{address}/patients/")
    due = page.locator("[data-due-words]")
    assert due.inner_text() in {"Due in 30 min", "Due in 29 min"}
    loaded = page.evaluate("performance.timeOrigin")
    for minutes, words, state in (
        (10, r"Due in (20|19) min", "due--ok"),
        (15, r"Due in [54] min", "due--due_soon"),
        (6, r"Due now", "due--due"),
        (12, r"Overdue (13|12) min", "due--overdue"),
        (30, r"Missed: (43|42) min late", "due--missed"),
    ):
        page.clock.fast_forward(minutes * 60_000)
        assert re.fullmatch(words, due.inner_text())
        assert state in (page.locator("[data-due-in]").get_attribute("class") or "")
    assert page.evaluate("performance.timeOrigin") == loaded, "nothing was reloaded"


def test_n8_a_scanner_finds_the_chart_without_a_tap_or_stops_the_screen(nurse, ward):
    page, address = nurse
    patient = a_patient(ward)
    stranger = a_patient(a_ward(code="9c"), family_name="Secret")
    page.keyboard.type(patient.mrn, delay=150)  # the pace of a person: no scan
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert page.url == f"{address}/patients/"
    page.keyboard.type(patient.mrn)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/patients/{patient.pk}/chart/")
    page.goto(f"{address}/patients/")
    page.keyboard.type(stranger.mrn)
    page.keyboard.press("Enter")
    page.locator(".stop").wait_for()
    assert "Secret" not in page.content()
    assert "/chart/" not in page.url


def test_n8_the_camera_reads_a_band_where_the_browser_can(nurse, ward):
    page, address = nurse
    patient = a_patient(ward)
    # Chromium for Linux has no barcode reader of its own, and this machine no camera.
    page.add_init_script(
        "window.BarcodeDetector = class {"
        f" async detect() {{ return [{{ rawValue: {patient.mrn!r} }}]; }} }};"
        "navigator.mediaDevices.getUserMedia = async () =>"
        " document.createElement('canvas').captureStream();"
        "HTMLMediaElement.prototype.play = async () => {};"
    )
    page.goto(f"{address}/patients/")
    page.locator("[data-camera]").click()
    page.wait_for_url(f"**/patients/{patient.pk}/chart/")
