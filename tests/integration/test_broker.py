"""A broker that is gone, silent or slow costs a publisher a moment and never a wait."""

import socket
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from crs_monitor import broker, folder_transport

# A quarter second to connect, one to speak, and a slow machine.
LONGEST_SECONDS = 1.0


def app_for(url: str) -> Celery:
    app = Celery("nudge", broker=url)
    app.conf.broker_transport_options = broker.redis_options()
    app.conf.task_publish_retry = False
    app.conf.task_ignore_result = True
    return app


@pytest.fixture
def silent_server() -> Iterator[SimpleNamespace]:
    """Accept connections and never say a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as door:
        yield SimpleNamespace(url=f"redis://127.0.0.1:{door.getsockname()[1]}/0")


@pytest.fixture
def absent_server() -> SimpleNamespace:
    """Name a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    return SimpleNamespace(url=f"redis://127.0.0.1:{port}/0")


@pytest.mark.parametrize("kind", ["silent_server", "absent_server"])
def test_a_publisher_learns_soon_that_the_broker_is_not_there(request, kind):
    app = app_for(request.getfixturevalue(kind).url)
    for _ in range(2):
        began = time.monotonic()
        with pytest.raises((OperationalError, TimeoutError)):
            app.send_task("alerts.tasks.sweep")
        assert time.monotonic() - began < LONGEST_SECONDS


def test_a_message_reaches_a_redis_that_is_there(redis_server):
    import redis

    app_for(redis_server.url).send_task("alerts.tasks.sweep")
    assert redis.Redis.from_url(redis_server.url).llen("celery") == 1


def test_a_message_reaches_the_folders_that_need_no_server(tmp_path):
    app = Celery("nudge", broker=f"{folder_transport.NAME}://")
    app.conf.broker_transport_options = broker.folder_options(tmp_path / "queue")
    app.send_task("alerts.tasks.sweep")
    assert len(list((tmp_path / "queue" / "messages").iterdir())) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["queue"]


def test_a_worker_waits_longer_than_a_page():
    options = broker.patient(broker.redis_options())
    assert options["socket_timeout"] > broker.PUBLISH_SECONDS
    assert options["visibility_timeout"] > broker.LONGEST_TASK_SECONDS
    assert broker.patient({"data_folder_in": "x"}) == {"data_folder_in": "x"}
