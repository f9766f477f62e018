"""What a person's hands do on a page, whatever the test is about."""

from typing import Any

from playwright.sync_api import Page

from tests.factories.ward import PASSWORD


def sign_in(page: Page, address: str, person: Any) -> None:
    """Give name and password on the sign-in page; where that leads to is the caller's."""
    page.goto(f"{address}/sign-in/")
    page.locator("[name=username]").fill(person.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").first.click()
