"""Sets charted on a network that fails at random are stored once each, as who typed them."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.plugins.processes import ROOT
from tests.plugins.required import absent

SEEDS = 3


@pytest.mark.slow
@pytest.mark.browser
def test_a_bad_network_loses_no_set_and_doubles_none():
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        absent("chromium", "no chromium is installed")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CRS_", "DJANGO_"))}
    run = subprocess.run(
        [sys.executable, "-m", "tests.faults.flaky", "--seeds", str(SEEDS)],
        cwd=ROOT,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert run.returncode == 0, run.stdout + run.stderr[-4000:]
    assert run.stdout.splitlines()[-1] == f"{SEEDS} passed, 0 failed"
