"""A set on a real tablet's screen, by its size, its taps, its gates and its weight."""

import os
import re
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from alerts.models import Alert, DueSet
from alerts.overdue import raise_overdue
from audit.models import AuditEntry
from staff.models import Role
from tests.browser.hands import sign_in
from tests.factories.ward import FEVER, WELL, a_patient, a_person, chart_set
from tests.plugins.processes import Process, database_url, is_listening
from tests.plugins.servers import free_port
from vitals.models import ObservationSet

pytestmark = [pytest.mark.browser, pytest.mark.slow]
UPRIGHT, ACROSS = {"width": 800, "height": 1280}, {"width": 1280, "height": 800}
# The eight of a set, by their tiles: pressure has two, oxygen three.
EIGHT = (
    "respirations_per_minute", "spo2_percent", "oxygen_device", "oxygen_flow_lpm", "fio2_percent",
    "systolic_mmhg", "diastolic_mmhg", "heart_rate_bpm", "temperature_celsius", "consciousness",
    "pain_score",
)  # fmt: skip
MOST_TAPS = 35
LIGHTEST_KB = 150


@pytest.fixture
def nurse(ward):
    return a_person(Role.NURSE, ward)


@pytest.fixture(scope="module")
def served(django_db_setup, tmp_path_factory):
    """One web process for all these tests, as a hospital runs it: it keeps nothing of its own."""
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "crs_monitor.settings",
        "CRS_DATABASE_URL": database_url(),
        "CRS_BASE_URL": address,
        "CRS_DATA_DIR": str(folder),
        "CRS_DEMO": "0",
        "CRS_REDIS_URL": "",
        "CRS_EMAIL_URL": "",
    }
    collect = Process(("manage.py", "collectstatic", "--noinput"), environment, folder / "files")
    assert collect.popen.wait(timeout=120) == 0, collect.output
    command = ("-m", "gunicorn", "crs_monitor.wsgi", "--bind", f"127.0.0.1:{port}")
    web = Process((*command, "--workers", "1", "--threads", "4"), environment, folder / "web")
    web.wait_until(lambda: is_listening(port))
    yield address
    web.kill()


@pytest.fixture
def tablet(page, served, nurse):
    """The page of a nurse who is signed in, and where the program is."""
    begin_shift(page, served, nurse)
    return page, served


def begin_shift(page, address, person):
    sign_in(page, address, person)
    page.wait_for_url(re.compile("/(patients|wards)/"))


def somebody(ward, **fields):
    return a_patient(ward, infused_at=timezone.now() - timedelta(days=3), **fields)


def chart_page(tablet, patient, *, size=UPRIGHT):
    page, address = tablet
    page.set_viewport_size(size)
    page.goto(f"{address}/patients/{patient.pk}/chart/")
    expect(page.locator("[name=respirations_per_minute]")).to_be_focused()
    return page


def is_whole(page, selector):
    box, size = page.locator(selector).bounding_box(), page.viewport_size
    return (
        box is not None
        and min(box["x"], box["y"]) >= 0
        and box["x"] + box["width"] <= size["width"]
        and box["y"] + box["height"] <= size["height"]
    )


def covered(page, selector):
    """Whether something else lies over the middle of it."""
    return page.locator(selector).evaluate(
        "e => { const r = e.getBoundingClientRect();"
        " const top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);"
        " return !(e.contains(top) || top.contains(e)); }"
    )


class Thumb:
    """Counts every tap of a hand that touches nothing but what it sees."""

    def __init__(self, page):
        self.page, self.taps = page, 0

    def on(self, locator):
        locator.tap()
        self.taps += 1

    def keys(self, text):
        for each in text:
            self.on(self.page.locator(f"[data-key='{each}']"))

    def next(self):
        self.on(self.page.locator("[data-key=next]"))

    def chip(self, name, words):
        chips = self.page.locator(f".tile--{name} label.chip")
        self.on(chips.filter(has_text=re.compile(f"^{words}$")))


def full_set(thumb):
    for value in ("16", "97"):
        thumb.keys(value)
        thumb.next()
    thumb.chip("oxygen_device", "Room air")
    thumb.next()
    for value in ("118", "68", "88", "37.4"):
        thumb.keys(value)
        thumb.next()
    thumb.chip("consciousness", "Alert")
    thumb.chip("vasopressors", "None running")
    thumb.on(thumb.page.locator("[data-save]"))


def save(page):
    page.locator("[data-save]").click()
    page.wait_for_url(re.compile("/sets/"))


@pytest.mark.parametrize("size", [UPRIGHT, ACROSS], ids=["upright", "across"])
def test_n1_a_full_set_with_one_hand_and_nothing_to_scroll(tablet, ward, size):
    patient = somebody(ward)
    now = timezone.now()
    chart_set(patient, FEVER | {"temperature_celsius": Decimal("38.1")}, minutes_ago=20, now=now)
    page = chart_page(tablet, patient, size=size)
    seen = [f".tile--{name}" for name in EIGHT] + ["[data-save]", "[data-keypad]", ".worry"]
    for selector in seen:
        assert is_whole(page, f"{selector} >> nth=0"), f"{selector} is out of sight"
        assert not covered(page, f"{selector} >> nth=0"), f"{selector} is covered"
    for key in page.locator("[data-key]").all():
        box = key.bounding_box()
        least = 88 if key.get_attribute("data-key") == "next" else 64
        assert min(box["width"], box["height"]) >= least
    thumb = Thumb(page)
    full_set(thumb)
    page.wait_for_url(re.compile("/sets/"))
    print(f"{thumb.taps} taps at {size['width']}x{size['height']}")
    assert thumb.taps <= MOST_TAPS
    stored = ObservationSet.objects.latest("pk")
    assert (stored.systolic_mmhg, stored.temperature_celsius) == (118, Decimal("37.4"))
    assert (stored.consciousness, stored.vasopressors) == ("alert", [])


def test_n2_the_last_value_its_age_and_the_change_stand_by_the_field(tablet, ward):
    patient = somebody(ward)
    now = timezone.now()
    for minutes in (700, 480, 238):
        chart_set(patient, WELL, minutes_ago=minutes, now=now)
    page = chart_page(tablet, patient)
    tile = page.locator(".tile--heart_rate_bpm")
    expect(tile).to_contain_text("/min")
    expect(tile).to_contain_text("80")
    expect(tile).to_contain_text(re.compile("3 h 5[89] min ago"))
    expect(tile.get_by_role("img")).to_have_accessible_name("Heart rate, last 3: 80, 80, 80")
    tile.locator("input").fill("104")
    expect(tile.locator("[data-delta]")).to_have_text("+24")


def test_n4_an_odd_value_is_asked_about_before_it_is_kept(tablet, ward):
    patient = somebody(ward)
    chart_set(patient, WELL, minutes_ago=60, now=timezone.now())
    page = chart_page(tablet, patient)
    celsius = page.locator("[name=temperature_celsius]")
    celsius.fill("48")
    page.locator("[data-save]").click()
    expect(page.locator(".tile--temperature_celsius")).to_contain_text("Must be 25 to 45")
    for typed, meant in (("98.6", "37.0"), ("385", "38.5")):
        celsius.fill(typed)
        celsius.blur()
        offer = page.locator(".tile--temperature_celsius .tile__offer")
        expect(offer).to_contain_text(meant)
        assert ObservationSet.objects.count() == 1
        assert celsius.input_value() == typed
        offer.click()
        assert celsius.input_value() == meant
    celsius.fill("41.5")
    key = page.locator("[data-save]").bounding_box()
    page.locator("[data-save]").click()
    ask = page.locator("[data-ask]")
    expect(ask.locator("[data-ask-number]")).to_have_text("41.5°C")
    size = ask.locator("[data-ask-number]").evaluate(
        "e => parseFloat(getComputedStyle(e).fontSize)"
    )
    assert size >= 60
    yes = ask.locator("[data-ask-yes]").bounding_box()
    assert yes["y"] + yes["height"] < key["y"], "no double tap on Save confirms"
    page.mouse.click(key["x"] + key["width"] / 2, key["y"] + key["height"] / 2)
    assert ObservationSet.objects.count() == 1
    page.wait_for_timeout(700)
    ask.locator("[data-ask-yes]").click()
    page.wait_for_url(re.compile("/sets/"))
    stored = ObservationSet.objects.latest("pk")
    assert stored.doubted[0]["confirmed"] is True
    assert Alert.objects.filter(rule="A38").exists()


def test_n5_a_partial_set_keeps_its_due_time_and_says_what_is_missing(tablet, ward):
    patient = somebody(ward)
    due = chart_set(patient, FEVER, minutes_ago=20, now=timezone.now()).due.due_at
    page = chart_page(tablet, patient)
    page.locator("[name=temperature_celsius]").fill("38.4")
    page.locator("[name=systolic_mmhg]").fill("118")
    page.locator(".tile--oxygen_device label.chip", has_text="Room air").click()
    page.locator("summary", has_text="Not measured").click()
    assert is_whole(page, "[name=skip_spo2_percent]")
    page.locator("[name=skip_spo2_percent]").select_option("equipment_missing")
    page.locator("summary", has_text="Not measured").click()
    save(page)
    expect(page.locator("main")).to_contain_text("not lower than last (grade 1), SpO₂ missing")
    assert DueSet.objects.get(pk=patient.pk).due_at == due
    page = chart_page(tablet, patient)
    page.locator("summary", has_text="Not measured").click()
    page.locator("label.chip", has_text="Refused").click()  # one reason for the whole set
    save(page)
    assert ObservationSet.objects.latest("pk").skipped == {"set": "refused"}
    assert DueSet.objects.get(pk=patient.pk).due_at == due


def test_n7_a_correction_keeps_both_values_and_closes_what_was_wrong(tablet, ward, nurse):
    patient = somebody(ward)
    now = timezone.now()
    values = WELL | {"heart_rate_bpm": 180, "systolic_mmhg": 84, "diastolic_mmhg": 50}
    wrong = chart_set(patient, values | {"mean_arterial_mmhg": 54}, minutes_ago=3, now=now)
    raised = Alert.objects.not_closed().get(family="hemodynamic")
    page, address = tablet
    page.goto(f"{address}/patients/{patient.pk}/chart/?correct={wrong.observations.pk}")
    page.locator("[name=heart_rate_bpm]").fill("108")
    page.locator("[name=systolic_mmhg]").fill("124")
    page.locator("[name=mean_arterial_mmhg]").evaluate("e => { e.value = '75' }")
    page.locator("label.chip", has_text="Typing error").click()
    save(page)
    changes = page.locator(".changes")
    expect(changes).to_contain_text("180/min")
    expect(changes).to_contain_text("108/min")
    raised.refresh_from_db()
    assert (raised.state, raised.closed_as) == ("closed", "source_corrected")
    entry = AuditEntry.objects.filter(action="observations.corrected").get()
    assert (entry.actor_id, entry.detail["why"]) == (nurse.pk, "typing")
    assert entry.at >= now


def test_n12_worry_needs_no_number_and_twice_is_a_call(tablet, ward):
    patient = somebody(ward)
    chart_set(patient, WELL, minutes_ago=60, now=timezone.now())
    for severity in ("P2", "P1"):
        page = chart_page(tablet, patient)
        if severity == "P2":
            page.get_by_role("button", name="5 minutes earlier").click()
        started = time.monotonic()
        page.locator("label.worry", has_text="I am worried").click()
        save(page)
        took = time.monotonic() - started
        print(f"worry answered in {took:.2f} s")
        assert took < 10  # the goal is 2 on a machine that does nothing else
        alert = Alert.objects.not_closed().get()
        assert (alert.rule, alert.severity) == ("A14", severity)


def test_n13_off_the_ward_nothing_is_overdue_until_the_time_is_up(tablet, ward):
    patient = somebody(ward)
    chart_set(patient, WELL, minutes_ago=235, now=timezone.now())
    page = chart_page(tablet, patient)
    page.get_by_role("link", name="Off the ward").click()
    page.wait_for_url(re.compile("/schedule/"))
    pause = page.locator("#off-ward")
    for name in ("why", "minutes"):
        pause.locator(f"label.chip:has([name={name}])").first.click()
    pause.locator("[name=accompanied_by]").fill("porter")
    pause.get_by_role("button", name="Off the ward now").click()
    expect(page.locator("main")).to_contain_text("Off the ward")
    plan = DueSet.objects.get(pk=patient.pk)
    assert plan.paused_until > timezone.now()
    for minutes, rules in ((-1, set()), (1, {"A32"})):
        at = plan.paused_until + timedelta(minutes=minutes)
        raise_overdue(now=at)
        found = Alert.objects.filter(patient=patient).not_closed()
        assert set(found.values_list("rule", flat=True)) == rules


def test_n14_the_limits_are_those_of_the_childs_age(tablet, ward):
    today = timezone.now()
    child = somebody(ward, birth_date=(today - timedelta(days=6 * 365 + 30)).date())
    chart_set(
        child, WELL | {"heart_rate_bpm": 110, "systolic_mmhg": 100}, minutes_ago=60, now=today
    )
    page = chart_page(tablet, child)
    tile = page.locator(".tile--heart_rate_bpm")
    assert tile.get_attribute("data-soft-high") == "190"
    expect(page.get_by_text("Parent or carer says")).to_be_visible()
    expect(page.locator(".tile--vasopressors")).not_to_be_visible()
    measured = {"systolic_mmhg": "80", "diastolic_mmhg": "50", "spo2_percent": "97"}
    measured |= {"heart_rate_bpm": "150", "temperature_celsius": "38.4"}
    for name, value in measured.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=pain_score]").focus()
    expect(page.locator(".tile--vasopressors")).to_be_visible()  # it is asked about now
    page.locator(".tile--oxygen_device label.chip", has_text="Room air").click()
    page.locator(".tile--vasopressors label.chip", has_text="None running").click()
    save(page)
    expect(page.locator("main")).to_contain_text("ASTCT grade 2 criteria")
    expect(page.locator("main")).to_contain_text("systolic 80 mmHg, below 82 for this age")


def scan(page, code):
    """Type as a scanner does; a machine under load may not, and then a person's pace is no scan."""
    notice = page.locator("[data-scan]")
    notice.evaluate("e => { e.textContent = '' }")
    for _ in range(10):
        page.locator("[name=spo2_percent]").fill("97")
        page.wait_for_timeout(200)
        page.keyboard.type(code)
        page.keyboard.press("Enter")
        if notice.text_content():
            return
    pytest.fail("no burst of keys was taken for a scan")


def test_a_scanned_wristband_is_no_measurement(tablet, ward):
    patient, other = somebody(ward), somebody(ward)
    page = chart_page(tablet, patient)
    page.keyboard.type("22")
    page.keyboard.press("Enter")  # a person: the next field
    expect(page.locator("[name=spo2_percent]")).to_be_focused()
    scan(page, patient.mrn)
    expect(page.locator("[data-scan]")).to_have_text("The wristband is this patient's.")
    assert page.locator("[name=spo2_percent]").input_value() == "97"
    scan(page, other.mrn)
    expect(page.locator("[data-scan]")).to_contain_text("Stop")
    page.locator("[data-save]").click()
    page.wait_for_timeout(300)
    assert "/chart/" in page.url
    assert ObservationSet.objects.count() == 0


def test_the_page_is_light_and_soon_ready(tablet, ward):
    page, address = tablet
    patient = somebody(ward)
    chart_set(patient, FEVER, minutes_ago=20, now=timezone.now())
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    received: list[float] = []
    cdp.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(f"{address}/patients/{patient.pk}/chart/")
    page.wait_for_load_state("networkidle")
    ready = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    weight = sum(received) / 1000
    print(f"{weight:.1f} kB in {len(received)} answers, interactive after {ready:.0f} ms")
    assert 5 < weight < LIGHTEST_KB
    assert ready < 15_000  # the goal is 1000 on a machine that does nothing else
