"""The very commands of the compose file, started here on real servers, do their work and end."""

import json
import re
import signal
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from alerts import pulse
from alerts.models import Heartbeat
from tests.plugins.servers import free_port

ROOT = Path(settings.BASE_DIR)
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def command_of(service: str) -> list[str]:
    """Return what the container runs, for this Python; web runs what the image says."""
    command = COMPOSE[service].get("command")
    if command is None:
        command = json.loads(re.findall(r"^CMD (.*)$", (ROOT / "Dockerfile").read_text(), re.M)[-1])
    return command[1:] if command[0] == "python" else ["-m", *command]


@pytest.fixture
def variables(redis_server, smtp_server, tmp_path):
    """What the compose file sets, with our servers in the place of its own."""
    set_here = {
        "CRS_BASE_URL": "https://crs.hospital.example",
        "CRS_DATA_DIR": str(tmp_path / "data"),
        "CRS_DEMO": "0",
        "CRS_EMAIL_URL": smtp_server.url,
        "CRS_REDIS_URL": redis_server.url,
    }
    kept_by_the_suite = {"CRS_DATABASE_URL", "CRS_SECRET_KEY"}
    of_the_compose_file = set(COMPOSE["web"]["environment"])
    assert set(set_here) - of_the_compose_file == {"CRS_DATA_DIR", "CRS_DEMO"}
    left_out = of_the_compose_file - set(set_here) - kept_by_the_suite
    return set_here | dict.fromkeys(left_out, "")


def test_the_containers_do_their_work_and_end_when_told(start_process, variables, tmp_path):
    port = free_port()

    def here(word: str) -> str:
        return word.replace("0.0.0.0:8000", f"127.0.0.1:{port}").replace("/data/", f"{tmp_path}/")

    kept = {
        name: start_process(*map(here, command_of(name)), **variables)
        for name in ("web", "worker", "beat", "sender")
    }

    def well(question: str) -> bool:
        url = f"http://127.0.0.1:{port}/health/{question}"
        asking = start_process("crs_monitor/ask_health.py", url, **variables)
        return bool(asking.popen.wait(timeout=30) == 0)

    kept["web"].wait_until(lambda: well("ready"))
    # The worker's sweep leaves its mark only when beat, broker and worker all do their part.
    kept["worker"].wait_until(lambda: Heartbeat.objects.filter(name=pulse.CELERY_BEAT).exists())
    kept["sender"].wait_until(lambda: well("alerting"))
    for name, process in kept.items():
        process.popen.send_signal(signal.SIGTERM)
        assert process.popen.wait(timeout=30) == 0, f"{name}\n{process.output}"
