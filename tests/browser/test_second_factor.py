"""A second factor in a real browser: a key that is touched, a picture that is scanned, codes."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

from staff.models import Role, User
from tests.browser.hands import sign_in
from tests.factories.ward import a_person
from tests.integration.identity.conftest import code_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def address(web_process, tmp_path) -> str:
    """Where the program is: keys answer only to a name, never to a number."""
    found = web_process(
        CRS_DEMO="1", CRS_REDIS_URL="", CRS_DATA_DIR=str(tmp_path / "data"), CRS_EMAIL_URL=""
    )
    return str(found).replace("127.0.0.1", "localhost")


@pytest.fixture
def nurse(ward) -> User:
    return a_person(Role.NURSE, ward)


@pytest.fixture
def administrator() -> User:
    return a_person(Role.ADMINISTRATOR, is_staff=True, is_superuser=True)


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser complained of, such as a policy that was broken: nothing, in the end.

    An answer that refuses is none: the tablet's own script asks for patients whoever signed in.
    """
    said: list[str] = []

    def note(each: ConsoleMessage) -> None:
        if each.type == "error" and not each.text.startswith("Failed to load resource"):
            said.append(each.text)

    page.on("console", note)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield said
    assert said == []


@pytest.fixture
def key(page: Page) -> None:
    """A security key in the USB port, whose owner touches it at once."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": False,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def assert_open_to_everybody(page: Page) -> None:
    """Judge the page as it stands, by day and by night."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


def sign_out_and_in(page: Page, address: str, person: User) -> None:
    page.locator("form[action='/sign-out/'] button").click()
    page.wait_for_url(re.compile("/sign-in/"))
    sign_in(page, address, person)


def test_a_security_key_is_set_up_and_asked_for_at_the_next_sign_in(
    page, address, nurse, key, complaints
):
    sign_in(page, address, nurse)
    page.wait_for_url(re.compile("/patients/"))
    page.goto(f"{address}/second-factor/set-up/")
    page.fill("[name=name]", "blue key")
    page.click("[data-security-key=create] [data-key-go]")
    page.get_by_role("heading", name="Keep these codes").wait_for()
    assert page.locator(".recovery li").count() == 10
    assert_open_to_everybody(page)
    page.goto(f"{address}/second-factor/set-up/")
    assert "blue key" in page.inner_text("main")
    assert_open_to_everybody(page)

    sign_out_and_in(page, address, nurse)
    page.wait_for_url(re.compile("/second-factor/"))
    assert_open_to_everybody(page)
    page.click("[data-key-go]")
    page.wait_for_url(re.compile("/patients/"))


def test_another_key_opens_nothing(page, address, nurse, key, complaints):
    sign_in(page, address, nurse)
    page.wait_for_url(re.compile("/patients/"))
    page.goto(f"{address}/second-factor/set-up/")
    page.click("[data-security-key=create] [data-key-go]")
    page.get_by_role("heading", name="Keep these codes").wait_for()
    sign_out_and_in(page, address, nurse)
    page.wait_for_url(re.compile("/second-factor/"))
    # Another person's key: it answers, but to a question about credentials it does not hold.
    page.evaluate(
        "() => { window.webauthnJSON = { get: async () => ({ id: 'AAAA', rawId: 'AAAA', type:"
        " 'public-key', response: { clientDataJSON: 'e30', authenticatorData: 'AAAA',"
        " signature: 'AAAA' }, clientExtensionResults: {} }) }; }"
    )
    page.click("[data-key-go]")
    page.get_by_text("did not answer as it should").wait_for()
    page.goto(f"{address}/patients/")
    assert "/second-factor/" in page.url


def test_an_app_is_set_up_by_its_picture_or_by_typing_its_key(page, address, nurse, complaints):
    sign_in(page, address, nurse)
    page.wait_for_url(re.compile("/patients/"))
    page.goto(f"{address}/second-factor/set-up/")
    picture = page.locator(".set-up__picture")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    secret = page.inner_text(".set-up__secret").replace(" ", "").strip()
    page.fill("[name=code]", code_of(secret, half_minutes=0))
    page.click("button[value=app]")
    page.get_by_role("heading", name="Keep these codes").wait_for()
    spare = page.locator(".recovery li").first.inner_text()
    page.click("text=I have kept them")
    sign_out_and_in(page, address, nurse)
    page.wait_for_url(re.compile("/second-factor/"))
    page.fill("[name=code]", spare)
    page.click("button:has-text('Go on')")
    page.wait_for_url(re.compile("/patients/"))


def test_the_administrators_pages_shut_nobody_out(page, address, nurse, administrator, complaints):
    sign_in(page, address, administrator)
    page.wait_for_url(re.compile("/admin/"))
    for path in ("/people/", f"/people/{nurse.pk}/", f"/people/{administrator.pk}/"):
        page.goto(address + path)
        assert_open_to_everybody(page)
