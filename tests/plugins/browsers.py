"""Chromium as a nurse's tablet: found on this machine, touched, and kept off the network."""

import os
import shutil
from typing import Any

import pytest

from tests.plugins.required import absent

# The smallest tablet the pages promise to fit, held upright.
TABLET = {"width": 800, "height": 1280}
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the machine's own Chromium; as root it runs only without its sandbox."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        absent("chromium", "no chromium is installed")
    arguments = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return browser_type_launch_args | {"executable_path": found, "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Give each test a touch tablet with nothing in its memory."""
    return browser_context_args | {
        "viewport": TABLET,
        "has_touch": True,
        "locale": "en-US",
        "timezone_id": "Europe/Berlin",
        # It would fetch every file for each test; those about it let it in.
        "service_workers": "block",
    }
