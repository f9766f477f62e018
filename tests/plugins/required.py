"""Skip loudly what this machine cannot do, or fail where CRS_REQUIRE says it must."""

import os
from typing import NoReturn

import pytest

ABSENT: dict[str, str] = {}


def must_have(what: str) -> bool:
    """Whether CRS_REQUIRE names `what`: redis, chromium or postgres."""
    return what in {part.strip() for part in os.environ.get("CRS_REQUIRE", "").split(",")}


def absent(what: str, why: str) -> NoReturn:
    """End the test: failed when `what` is required, otherwise skipped and told at the end."""
    if must_have(what):
        pytest.fail(f"CRS_REQUIRE names {what}, but {why}", pytrace=False)
    ABSENT[what] = why
    pytest.skip(f"{what}: {why}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one place what was not tested, so that green is not read as more than it is."""
    if ABSENT:
        terminalreporter.section("NOT TESTED ON THIS MACHINE", red=True, bold=True)
        for what, why in sorted(ABSENT.items()):
            terminalreporter.write_line(f"{what}: {why} (CRS_REQUIRE={what} makes this a failure)")
