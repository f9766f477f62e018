"""How many workers a run is shared out to when nobody says: one for each processor it may use."""

import os

import pytest

# Each begins by collecting everything; beyond these that costs more than it brings.
MOST = 8


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Count processors, not cores: of two threads on one core the plugin would see one."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS
    return min(MOST, len(affinity(0)) if affinity else os.cpu_count() or 1)
