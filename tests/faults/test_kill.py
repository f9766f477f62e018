"""A ward whose servers are killed at random moments loses no alert and doubles no entry."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.plugins.processes import ROOT
from tests.plugins.required import absent

ROUNDS = 20


@pytest.mark.postgres_lane
def test_twenty_rounds_of_killing_lose_no_alert(tmp_path):
    if not (shutil.which("redis-server") or shutil.which("valkey-server")):
        absent("redis", "no redis-server is installed")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CRS_", "DJANGO_"))}
    command = ["-m", "tests.faults.kill", "--rounds", str(ROUNDS), "--keep", str(tmp_path)]
    run = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr[-4000:]
    assert run.stdout.splitlines()[-1] == f"{ROUNDS} passed, 0 failed"
