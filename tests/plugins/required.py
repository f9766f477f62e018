"""Skip loudly what this machine cannot do, or fail where CRS_REQUIRE says it must."""

from typing import NoReturn

import pytest

from tests.plugins.database import must_have
from tests.plugins.gathered import notes

ABSENT = notes("what this machine cannot do")


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
