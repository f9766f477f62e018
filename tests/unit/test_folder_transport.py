"""Messages in folders are whole, and each is taken by one worker."""

import threading
import time
from queue import Empty

import pytest
from kombu import Connection

from crs_monitor import broker, folder_transport

MESSAGES = 200


@pytest.fixture
def channel_of(tmp_path):
    """Open channels on one folder, as so many processes would."""
    options = broker.folder_options(tmp_path / "queue")
    connections = []

    def open_channel():
        connection = Connection(f"{folder_transport.NAME}://", transport_options=options)
        connections.append(connection)
        return connection.channel()

    yield open_channel
    for connection in connections:
        connection.release()


def take_all(channel, taken, *, until):
    while len(taken) < until:
        try:
            taken.append(channel._get("alerts")["number"])
        except Empty:
            time.sleep(0.001)


def test_many_writers_and_takers_lose_and_double_nothing(channel_of):
    taken: list[int] = []

    def write(first):
        channel = channel_of()
        for number in range(first, first + MESSAGES // 2):
            channel._put("alerts", {"number": number, "padding": "x" * 20_000})

    threads = [
        *(threading.Thread(target=write, args=(first,)) for first in (0, MESSAGES // 2)),
        *(
            threading.Thread(
                target=take_all, args=(channel_of(), taken), kwargs={"until": MESSAGES}
            )
            for _ in range(2)
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(taken) == list(range(MESSAGES))


def test_messages_are_taken_in_the_order_they_were_put(channel_of):
    channel = channel_of()
    for number in range(5):
        channel._put("alerts", {"number": number})
    assert [channel._get("alerts")["number"] for _ in range(5)] == list(range(5))
    with pytest.raises(Empty):
        channel._get("alerts")


@pytest.mark.parametrize("name", ["writing-1", "taken-1", "1_2.other.msg"])
def test_what_is_not_a_whole_message_of_the_queue_is_left(channel_of, tmp_path, name):
    channel = channel_of()
    (tmp_path / "queue" / "messages" / name).write_text("{}")
    with pytest.raises(Empty):
        channel._get("alerts")


def test_a_message_cut_short_does_not_stop_the_next(channel_of, tmp_path):
    channel = channel_of()
    (tmp_path / "queue" / "messages" / "0_1.alerts.msg").write_text('{"number":')
    channel._put("alerts", {"number": 7})
    assert channel._get("alerts") == {"number": 7}
