"""How Celery reaches its broker: a Redis server, or folders that need no server."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

# How long a nurse may wait for the broker, after her entry is already saved.
PUBLISH_SECONDS = 0.25
# A worker may wait longer for its broker than a nurse may.
WORKER_SECONDS = 5.0
LONGEST_TASK_SECONDS = 60
BEAT_SCHEDULE: Final[dict[str, Any]] = {
    "sweep": {
        "task": "alerts.tasks.sweep",
        "schedule": timedelta(seconds=5),
        # While no worker runs, old messages must not pile up.
        "options": {"expires": 5},
    },
    # Asked each minute, so that a restart puts nothing off; a pack is due every 15 minutes.
    "continuity": {
        "task": "screens.tasks.write_continuity_packs",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
}


def redis_options() -> dict[str, Any]:
    """Return options under which a silent or absent Redis costs a publisher a quarter second."""
    return {
        "socket_timeout": PUBLISH_SECONDS,
        "socket_connect_timeout": PUBLISH_SECONDS,
        "socket_keepalive": True,
        "health_check_interval": 10,
        # Kombu itself would try again for about six seconds.
        "max_retries": 0,
        # Shorter than a task may run, and the task would run twice.
        "visibility_timeout": 2 * LONGEST_TASK_SECONDS,
    }


def folder_options(folder: Path) -> dict[str, Any]:
    """Return options for messages kept as files below `folder`, which is made if need be."""
    messages, control = folder / "messages", folder / "control"
    for each in (messages, control):
        each.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(messages),
        "data_folder_out": str(messages),
        # Kombu's own default is the folder the process happens to stand in.
        "control_folder": str(control),
        "store_processed": False,
        "polling_interval": 0.2,
    }


def patient(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options a worker uses: the same broker, waited for longer."""
    if "socket_timeout" not in options:
        return options
    kept = {name: value for name, value in options.items() if name != "max_retries"}
    return kept | {"socket_timeout": WORKER_SECONDS, "socket_connect_timeout": WORKER_SECONDS}
