"""A stopped or silent broker costs the nurse a moment, and the mail goes out all the same."""

import json
import socket
import threading
import time
import urllib.request
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.models import Alert, Notification
from staff.models import ApiToken, Role
from tests.factories.ward import FEVER, GRADE_2, a_patient, a_person, a_ward

# What a dead broker may add to one charted set, once: then it is left alone for a while.
MORE_SECONDS = 0.3
# Processes of a busy machine of two cores; not part of the promise.
NOISE_SECONDS = 0.5


@pytest.fixture
def ward(transactional_db):
    return a_ward()


@pytest.fixture
def token(ward):
    return ApiToken.issue(a_person(Role.INTEGRATION, ward), label="gateway")[1]


@pytest.fixture
def patients(ward):
    a_person(Role.CHARGE_NURSE, ward)
    return [a_patient(ward, infused_at=timezone.now() - timedelta(days=5)) for _ in range(6)]


@pytest.fixture
def web(web_process, smtp_server, tmp_path):
    """Start the real web server on a broker; return where sets are charted."""

    def start(broker_url: str) -> str:
        address = web_process(
            CRS_REDIS_URL=broker_url,
            CRS_EMAIL_URL=smtp_server.url,
            CRS_DATA_DIR=str(tmp_path / "data"),
        )
        return f"{address}/api/v1/observations/"

    return start


def post(url: str, token: str, patient, values) -> float:
    """Chart a set over HTTP and return how long it took; it must be stored."""
    body = {k: v if isinstance(v, int | str | list) else float(v) for k, v in values.items()}
    body |= {"client_id": str(uuid.uuid4()), "patient": patient.mrn}
    body["taken_at"] = timezone.now().isoformat()
    request = urllib.request.Request(
        url,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    began = time.monotonic()
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 201
    return time.monotonic() - began


@pytest.fixture
def silent_broker():
    """Accept every connection and never say a word."""
    door = socket.create_server(("127.0.0.1", 0), backlog=64)
    held = []

    def accept() -> None:
        while True:
            try:
                held.append(door.accept()[0])
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    yield f"redis://127.0.0.1:{door.getsockname()[1]}/0"
    door.close()
    for connection in held:
        connection.close()


@pytest.fixture
def stopped_broker(redis_server):
    """Be a Redis server that is down."""
    redis_server.kill()
    return redis_server.url


@pytest.mark.parametrize("kind", ["stopped_broker", "silent_broker"])
def test_charting_answers_at_once_and_the_sender_delivers(
    request, web, token, patients, deliver_process, smtp_server, kind, tmp_path
):
    url = web(request.getfixturevalue(kind))
    usual = min(post(url, token, patients[0], FEVER) for _ in range(3))
    taken = [post(url, token, patient, GRADE_2) for patient in patients[1:]]
    assert max(taken) - usual < MORE_SECONDS + NOISE_SECONDS
    # Once burnt, the broker is left alone: the sets that follow cost nothing extra.
    assert sorted(taken)[len(taken) // 2] - usual < MORE_SECONDS
    owed = Notification.objects.filter(sent_at=None).count()
    assert owed == len(Alert.objects.all())
    deliver_process(CRS_EMAIL_URL=smtp_server.url, CRS_DATA_DIR=str(tmp_path / "data"))
    deadline = time.monotonic() + 30
    while Notification.objects.filter(sent_at=None).exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert len(smtp_server.messages) == owed


def test_a_worker_delivers_what_was_charted_while_the_broker_was_away(
    redis_server, web, token, patients, celery_worker_process, start_process, smtp_server, tmp_path
):
    variables = {
        "CRS_REDIS_URL": redis_server.url,
        "CRS_EMAIL_URL": smtp_server.url,
        "CRS_DATA_DIR": str(tmp_path / "data"),
    }
    url = web(redis_server.url)
    redis_server.kill()
    post(url, token, patients[0], GRADE_2)
    assert Notification.objects.filter(sent_at=None).count() == 1
    redis_server.start()
    celery_worker_process(**variables)
    start_process("-m", "celery", "-A", "crs_monitor", "beat", **variables)
    deadline = time.monotonic() + 60
    while not smtp_server.messages:
        assert time.monotonic() < deadline, "beat and worker did not deliver"
        time.sleep(0.2)
    assert Alert.objects.get().code in smtp_server.messages[0]["Subject"]
