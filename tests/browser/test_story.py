"""The whole story through real pages: tablet, grade, mail, acknowledgement, board."""

import re
import time
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from alerts.models import Alert
from staff.models import Role
from tests.factories.ward import PASSWORD, WELL, a_patient, a_person, a_ward, chart_set

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.story]
SECRETS = ("Canary", "Wren", "MRN-CANARY", "B12", "38.6", "84", "Kymriah", "tisagenlecleucel")
FEVER_AND_LOW_PRESSURE = {
    "respirations_per_minute": "22",
    "spo2_percent": "96",
    "systolic_mmhg": "84",
    "diastolic_mmhg": "39",
    "heart_rate_bpm": "118",
    "temperature_celsius": "38.6",
}


@pytest.fixture
def ward(transactional_db, own_hashers):
    return a_ward(code="7b", name="7B", phone="ext. 4417")


@pytest.fixture
def nurse(ward):
    return a_person(Role.NURSE, ward, first_name="Nia", last_name="Nurse")


@pytest.fixture
def charge(ward):
    return a_person(Role.CHARGE_NURSE, ward, first_name="Cara", last_name="Charge")


@pytest.fixture
def patient(ward, charge):
    """Somebody on day 5 after tisagenlecleucel, well four hours ago."""
    now = timezone.now()
    patient = a_patient(
        ward,
        family_name="Canary",
        given_name="Wren",
        mrn="MRN-CANARY",
        bed="B12",
        infused_at=now - timedelta(days=5),
    )
    chart_set(patient, WELL, minutes_ago=240, now=now)
    return patient


def sign_in(page, address, person, *, at="/"):
    page.goto(f"{address}{at}")
    page.get_by_label("Name").or_(page.locator("[name=username]")).first.fill(person.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/(?!sign-in)"))


def chart_fever_and_low_pressure(page):
    for name, value in FEVER_AND_LOW_PRESSURE.items():
        page.locator(f"[name={name}]").fill(value)
    for chip in ("Room air", "Alert", "None running"):
        page.locator("label.chip", has_text=re.compile(f"^{chip}$")).click()
    page.get_by_role("button", name="Save set").click()


def story(page, new_page, address, people, patient, smtp_server):
    nurse, charge = people
    sign_in(page, address, nurse)
    page.get_by_role("link", name="Chart").first.click()
    chart_fever_and_low_pressure(page)
    expect(page.get_by_role("heading", name="ASTCT grade 2 criteria")).to_be_visible()
    expect(page.get_by_text("temperature 38.6 °C").first).to_be_visible()
    expect(page.get_by_text("systolic 84 mmHg, below 90 for this age").first).to_be_visible()

    deadline = time.monotonic() + 30
    while not smtp_server.messages:
        assert time.monotonic() < deadline, "no mail came"
        time.sleep(0.1)
    mail = smtp_server.messages[0]
    text = mail["Subject"] + mail.get_body(("plain",)).get_content()
    assert smtp_server.recipients == [charge.email]
    link = re.search(r"https?://\S+(/alerts/(\S+)/)", text)
    assert link is not None
    # A port or a code may happen to hold the digits of a value.
    said = text.replace(link[0], "").replace(link[2], "")
    assert [secret for secret in SECRETS if secret in said] == []

    board = new_page()
    sign_in(board, address, charge, at=link[1])
    expect(board).to_have_url(f"{address}{link[1]}")
    board.goto(f"{address}/wards/7b/board/")
    expect(board.get_by_title("Nobody has answered")).to_be_visible()

    answer = new_page(board.context)
    answer.goto(f"{address}{link[1]}")
    answer.get_by_role("button", name="In 5 min").click()
    expect(answer.get_by_text("Cara Charge answered at")).to_be_visible()
    assert Alert.objects.get().acknowledged_by == charge
    # The board learns of it by itself.
    expect(board.get_by_title("Cara Charge has it")).to_be_visible(timeout=15_000)
    expect(board.get_by_title("Nobody has answered")).not_to_be_visible()


@pytest.fixture
def new_page(browser, browser_context_args):
    """Open a page of another person, or a second one of the same."""
    contexts = []

    def open_page(context=None):
        if context is None:
            context = browser.new_context(**browser_context_args)
            contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def test_from_tablet_to_inbox_on_what_is_embedded(
    page,
    new_page,
    web_process,
    nurse,
    charge,
    patient,
    celery_worker_process,
    smtp_server,
    tmp_path,
):
    """The broker is a folder; a real web server and a real worker share it."""
    variables = {
        "CRS_REDIS_URL": "",
        "CRS_EMAIL_URL": smtp_server.url,
        "CRS_DATA_DIR": str(tmp_path / "data"),
        "CRS_DEMO": "1",
    }
    address = web_process(**variables)
    celery_worker_process(CRS_BASE_URL=address, **variables)
    story(page, new_page, address, (nurse, charge), patient, smtp_server)


def test_from_tablet_to_inbox_as_a_hospital_runs_it(
    page, new_page, web_process, start_process, nurse, charge, patient, redis_server,
    celery_worker_process, smtp_server, tmp_path,
):  # fmt: skip
    """Redis is the broker, and the pages' files carry their hashes."""
    variables = {
        "CRS_REDIS_URL": redis_server.url,
        "CRS_EMAIL_URL": smtp_server.url,
        "CRS_DATA_DIR": str(tmp_path / "data"),
        "CRS_DEMO": "0",
    }
    collect = start_process("manage.py", "collectstatic", "--noinput", **variables)
    assert collect.popen.wait(timeout=60) == 0, collect.output
    address = web_process(**variables)
    celery_worker_process(CRS_BASE_URL=address, **variables)
    story(page, new_page, address, (nurse, charge), patient, smtp_server)
