"""A run over several workers: ports are nobody else's, and what each noted is told once."""

import socket
from types import SimpleNamespace

import pytest

from tests.plugins import gathered, workers
from tests.plugins.servers import _PORTS, _SHARES, free_port


@pytest.fixture
def empty(monkeypatch):
    monkeypatch.setattr(gathered, "_NOTES", {})


def finish_with(**output):
    session = SimpleNamespace(config=SimpleNamespace(**output))
    gathered.pytest_sessionfinish(session)


@pytest.mark.parametrize("worker", ["gw0", "gw1", "gw7", "gw64"])
def test_each_worker_takes_its_ports_from_a_share_of_its_own(monkeypatch, worker):
    monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
    first = _PORTS[int(worker[2:]) % _SHARES]
    assert {(free_port() - first) % _SHARES for _ in range(20)} == {0}


def test_no_port_is_one_that_a_system_gives_out_by_itself():
    assert _PORTS[-1] < 32_768


def test_a_port_that_is_taken_is_not_given_out(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        busy = taken.getsockname()[1]
        choices = iter([busy, free_port()])
        monkeypatch.setattr("tests.plugins.servers.secrets.choice", lambda share: next(choices))
        assert free_port() != busy


def test_what_a_worker_notes_reaches_the_process_that_prints(monkeypatch, empty):
    gathered.notes("absent")["chromium"] = "no chromium is installed"
    output: dict[str, object] = {}
    finish_with(workeroutput=output)
    monkeypatch.setattr(gathered, "_NOTES", {})
    own = gathered.notes("absent")
    own["openssl"] = "no openssl is installed"
    gathered.pytest_testnodedown(SimpleNamespace(workeroutput=output), None)
    assert own == {
        "openssl": "no openssl is installed",
        "chromium": "no chromium is installed",
    }


def test_two_workers_with_the_same_count_make_no_double_count(empty):
    for _ in range(2):
        node = SimpleNamespace(workeroutput={gathered._SENT: {"left out": {"why": 9}}})
        gathered.pytest_testnodedown(node, None)
    assert gathered.notes("left out") == {"why": 9}


def test_a_worker_that_died_and_a_run_without_workers_are_no_error(empty):
    gathered.pytest_testnodedown(SimpleNamespace(), "crashed")
    finish_with()
    assert gathered._NOTES == {}


@pytest.mark.parametrize(("processors", "expected"), [(1, 1), (2, 2), (8, 8), (9, 8)])
def test_a_run_has_a_worker_for_each_processor_up_to_eight(monkeypatch, processors, expected):
    allowed = set(range(processors))
    monkeypatch.setattr("os.sched_getaffinity", lambda _: allowed, raising=False)
    assert workers.pytest_xdist_auto_num_workers(None) == expected
