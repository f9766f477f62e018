"""A ward on a virtual clock: a short run here, thousands of seeds in `make simulate`."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

SEEDS = 12  # of a run that finds something in most broken designs; `make simulate` runs more


def simulate(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "simulation", *arguments],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        env={name: value for name, value in os.environ.items() if not name.startswith("CRS_")},
    )
    return done.returncode, done.stdout.splitlines(), done.stderr


@pytest.mark.slow
def test_every_invariant_holds_on_a_short_run_and_on_the_seeds_that_once_found_something():
    code, lines, errors = simulate("--seeds", str(SEEDS), "--kept")
    assert re.fullmatch(r"\d+ passed, 0 failed", lines[-1]), "\n".join(lines) + errors
    assert int(lines[-1].split()[0]) >= SEEDS
    assert code == 0


@pytest.mark.slow
def test_a_broken_design_is_caught():
    names = ("mark_before_send", "no_idempotency", "ladder_stops")
    code, lines, errors = simulate("--zoo", *names)
    assert lines[-1] == f"{len(names)} caught, 0 survived", "\n".join(lines) + errors
    assert code == 0


@pytest.mark.slow
def test_the_same_seed_is_the_same_ward_whatever_ran_before_it():
    code, lines, errors = simulate("--seed", "3", "1", "3")
    traces = [line.split()[1] for line in lines if line.startswith("trace ")]
    assert len(traces) == 3, errors
    assert traces[0] == traces[2] != traces[1]
    assert code == 0


@pytest.mark.slow
def test_two_jobs_share_the_seeds():
    code, lines, errors = simulate("--seeds", "2", "--jobs", "2")
    assert lines[-1] == "2 passed, 0 failed", "\n".join(lines) + errors
    assert code == 0
