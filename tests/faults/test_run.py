"""`make run` brings up the whole demo ward on nothing but Python, and takes it down again."""

import urllib.error
import urllib.request

import pytest

from tests.plugins.servers import free_port

# It makes the SQLite of the demo, whatever the lane.
pytestmark = pytest.mark.sqlite_lane

GREETING = "CRS Monitor runs on"


@pytest.fixture
def run(start_process, tmp_path):
    """Start `manage.py run` on a folder of its own and wait for its greeting."""

    def start(port: int):
        process = start_process(
            *("manage.py", "run"),
            CRS_BASE_URL=f"http://127.0.0.1:{port}",
            CRS_DATABASE_URL=f"sqlite:///{tmp_path}/data/crs.sqlite3",
            CRS_DATA_DIR=str(tmp_path / "data"),
            CRS_SECRET_KEY="",
            PORT=str(port),
        )
        process.wait_until(lambda: GREETING in process.output, seconds=120)
        return process

    return start


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.slow
def test_the_demo_ward_comes_up_works_ends_when_told_and_comes_up_again_on_what_it_left(run):
    from demo.accounts import ACCOUNTS

    port = free_port()
    ward = run(port)
    for name, password, role in ACCOUNTS:
        assert f"{name} " in ward.output
        assert password in ward.output
        assert role in ward.output
    assert status_of(f"http://127.0.0.1:{port}/") == 200
    ward.wait_until(lambda: status_of(f"http://127.0.0.1:{port}/health/alerting") == 200)
    assert ward.stop(seconds=20) == 0, ward.output
    with pytest.raises(urllib.error.URLError):
        status_of(f"http://127.0.0.1:{port}/health/live")
    assert run(free_port()).stop(seconds=20) == 0


def test_a_taken_port_is_refused_with_advice(run, start_process, tmp_path):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as door:
        port = str(door.getsockname()[1])
        process = start_process("manage.py", "run", PORT=port, CRS_DATA_DIR=str(tmp_path))
        assert process.popen.wait(timeout=60) == 1
        assert "make run PORT=8010" in process.output
