"""What a person's hands do on a page, whatever the test is about."""

import time
from typing import Any

from playwright.sync_api import Page

from tests.factories.ward import PASSWORD


def sign_in(page: Page, address: str, person: Any) -> None:
    """Give name and password on the sign-in page; where that leads to is the caller's."""
    page.goto(f"{address}/sign-in/")
    page.locator("[name=username]").fill(person.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").first.click()


def until(page: Page, is_so: str, *, within_seconds: float = 10) -> None:
    """Wait until an expression is true on the page, asked from outside.

    Playwright's own wait asks from inside with eval, which our pages' policy refuses.
    """
    end = time.monotonic() + within_seconds
    while not page.evaluate(is_so):
        assert time.monotonic() < end, f"not so after {within_seconds} s: {is_so}"
        page.wait_for_timeout(50)
