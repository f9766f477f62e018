"""N10: my entry survives bad Wi-Fi. The network goes, the set stays, and it arrives once."""

import re
import time
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from alerts.models import Alert
from audit.models import AuditEntry
from staff.models import Role
from tests.browser.hands import sign_in
from tests.factories.ward import WELL, a_patient, a_person, a_ward, chart_set
from tests.plugins.flaky_proxy import Fault, bad_network
from vitals.models import ObservationSet

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.story]
SICK = {
    "respirations_per_minute": "22",
    "spo2_percent": "96",
    "systolic_mmhg": "84",
    "diastolic_mmhg": "39",
    "heart_rate_bpm": "118",
    "temperature_celsius": "38.6",
}
# What the tablet still lacks before the network may go, in words.
LACKS = """
async () => {
  const { marks } = await import("/static/crs_monitor/js/offline/vault.js");
  const lacks = [];
  for (const name of ["pack", "grant"]) if ((await marks(name)).length !== 1) lacks.push(name);
  if (!navigator.serviceWorker.controller) {
    const worker = await navigator.serviceWorker.getRegistration();
    lacks.push(worker ? `worker, ${worker.installing?.state ?? "installed"}` : "worker");
  }
  return lacks.join(", ");
}
"""
# Everything in the caches, as one text.
CACHED = """
async () => {
  const texts = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      texts.push(request.url, await (await cache.match(request)).text());
    }
  }
  return texts.join(" ");
}
"""
# Somebody who was never on the ward: the server will say no.
OF_NOBODY = """
async () => {
  const { marks, openVault } = await import("/static/crs_monitor/js/offline/vault.js");
  await navigator.locks.request("crs-queue", async () => {
    const [{ owner, key, mark }] = await marks("queue");
    const vault = await openVault(owner);
    await vault.put("queue", key, { ...await vault.get("queue", key), patient_id: 999_999 }, mark);
  });
}
"""


@pytest.fixture
def ward(transactional_db, own_hashers):
    return a_ward(code="7b", name="7B", phone="ext. 4417", time_zone="Europe/Berlin")


@pytest.fixture
def nurse(ward):
    a_person(Role.CHARGE_NURSE, ward)
    return a_person(Role.NURSE, ward, first_name="Nia", last_name="Nurse")


@pytest.fixture
def patient(ward, nurse):
    now = timezone.now()
    given = {"family_name": "Canary", "given_name": "Wren", "mrn": "MRN-CANARY", "bed": "B12"}
    patient = a_patient(ward, infused_at=now - timedelta(days=5), **given)
    chart_set(patient, WELL, minutes_ago=240, now=now, by=nurse)
    return patient


@pytest.fixture
def network(program):
    """The program behind a network that a test can take away."""
    with bad_network(int(program.rsplit(":", 1)[1])) as (address, wire):
        yield address, wire


@pytest.fixture
def own_browser(browser_type, browser_type_launch_args):
    """A browser that no test before has left anything in."""
    browser = browser_type.launch(**browser_type_launch_args)
    yield browser
    browser.close()


@pytest.fixture
def tablet(own_browser, browser_context_args, network, nurse, patient):
    """A tablet that a nurse has signed in on, and that is ready for a lost network."""
    address, _ = network
    more = {"base_url": address, "service_workers": "allow"}
    context = own_browser.new_context(**browser_context_args | more)
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    context.on("requestfailed", lambda request: said.append(f"{request.url}: {request.failure}"))
    sign_in(page, address, nurse)
    page.wait_for_url(re.compile("/patients/"))
    for _ in range(3):  # a nurse opens the next page, as often as not before this one is ready
        if not (lacks := what_it_lacks(page, seconds=30)):
            break
        page.goto("/patients/")
    assert not lacks, f"the tablet never got its {lacks}; the browser said: {said[-20:]}"
    yield page
    context.close()


def what_it_lacks(page, *, seconds):
    deadline = time.monotonic() + seconds
    while (lacks := page.evaluate(LACKS)) and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    return lacks


def open_form(page):
    page.get_by_role("link", name="Chart").first.click()
    page.locator("html[data-keeps] [data-entry]").wait_for(state="attached")


def fill_and_save(page):
    for name, value in SICK.items():
        page.locator(f"[name={name}]").fill(value)
    for chip in ("Room air", "Alert"):
        page.locator("label.chip", has_text=re.compile(f"^{chip}$")).first.click()
    page.get_by_role("button", name="Save set").click()
    # A fever after a normal temperature, and what else is far from before: it was measured.
    asked = page.locator("[data-ask][open] [data-ask-yes]")
    outcome = page.locator("[data-sending], [data-stored]").first
    for _ in range(8):
        asked.or_(outcome).first.wait_for()
        if outcome.is_visible():
            return
        page.wait_for_timeout(650)
        if asked.is_visible():  # the one before may only have been on its way out
            asked.click()


def test_n10_my_entry_survives_bad_wifi(tablet, network, patient, nurse):
    _, wire = network
    wire.is_down = True
    tablet.goto("/patients/")
    expect(tablet.get_by_text("Canary, Wren")).to_be_visible()
    open_form(tablet)
    measured = timezone.now()
    fill_and_save(tablet)
    # Said on the page, with whom to call, and on every page after it.
    expect(tablet.get_by_text("not sent, nobody has been alerted").first).to_be_visible()
    expect(tablet.get_by_role("link", name="ext. 4417").first).to_be_visible()
    expect(tablet.get_by_role("heading", name="ASTCT grade 2 criteria")).to_be_visible()
    tablet.goto("/alerts/")
    banner = tablet.locator("[data-unsent]")
    expect(banner).to_contain_text("1 set not sent: nobody has been alerted")
    assert not Alert.objects.exists()

    wire.is_down = False
    # By itself; only what the server confirmed takes the banner away.
    expect(banner).to_be_empty(timeout=20_000)
    stored = ObservationSet.objects.get(temperature_celsius="38.6")
    assert stored.charted_by == nurse
    assert abs(stored.taken_at - measured) < timedelta(seconds=70)
    assert stored.received_at > stored.charted_at
    assert {alert.count for alert in Alert.objects.all()} == {1}
    cached = tablet.evaluate(CACHED)
    assert len(cached) > 50_000
    assert [each for each in ("Canary", "Wren", "B12", nurse.username) if each in cached] == []


def hanging(method, path):
    return Fault.HANG if method == "POST" and path.endswith("/chart/") else Fault.NONE


def test_n10_no_answer_is_not_waited_for_and_a_refusal_is_kept_until_a_person_decides(
    tablet, network, patient, nurse
):
    _, wire = network
    open_form(tablet)
    wire.decide = hanging
    fill_and_save(tablet)
    # The queue sent what the form could not, and the server's own page took over.
    expect(tablet.locator("[data-stored]")).to_be_visible(timeout=20_000)
    assert ObservationSet.objects.filter(temperature_celsius="38.6").count() == 1

    wire.is_down = True
    tablet.goto("/patients/")
    open_form(tablet)
    fill_and_save(tablet)
    tablet.evaluate(OF_NOBODY)
    wire.is_down = False
    banner = tablet.locator("[data-unsent]")
    expect(banner).to_contain_text("1 refused", timeout=20_000)
    tablet.goto("/tablet/unsent/")
    expect(tablet.get_by_text("not on the wards of who typed this set")).to_be_visible()
    tablet.get_by_label("Why is it discarded?").fill("charted on paper")
    tablet.get_by_role("button", name="Discard this set").click()
    expect(banner).to_be_empty()
    discarded = AuditEntry.objects.filter(action="observations.discarded_unsent")
    deadline = time.monotonic() + 15
    while not discarded.exists():
        assert time.monotonic() < deadline, "the server never heard of it"
        tablet.wait_for_timeout(100)
    assert (discarded.get().actor, discarded.get().detail["reason"]) == (nurse, "charted on paper")
