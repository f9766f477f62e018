"""One line about the machine, for figures mean little without it."""

import importlib.metadata
import os
import platform
from pathlib import Path
from typing import Any


def described(*, postgresql: str) -> dict[str, Any]:
    """Cores, load and the versions that matter; `postgresql` is what the server says of itself."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "load_average": [round(each, 2) for each in os.getloadavg()],
        "python": platform.python_version(),
        "postgresql": postgresql,
        **{name: importlib.metadata.version(name) for name in ("django", "gunicorn")},
        "psycopg2": importlib.metadata.version("psycopg2-binary"),
        "djangorestframework": importlib.metadata.version("djangorestframework"),
    }


def line(machine: dict[str, Any]) -> str:
    """The description as a person reads it."""
    loads = " ".join(f"{each:g}" for each in machine["load_average"])
    versions = ", ".join(
        f"{name} {machine[name]}"
        for name in (
            "python",
            "postgresql",
            "django",
            "djangorestframework",
            "psycopg2",
            "gunicorn",
        )
    )
    return (
        f"{machine['cores']} cores ({machine['processor']}), load average {loads} at the end; "
        f"{versions}"
    )


def _processor() -> str:
    for text in Path("/proc/cpuinfo").read_text().splitlines():
        if text.startswith("model name"):
            return text.partition(":")[2].strip()
    return platform.machine()
