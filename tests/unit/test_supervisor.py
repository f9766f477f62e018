"""Processes that run together end together; every process here is a real one."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from django.conf import settings

SLEEPS = "import time; print('up', flush=True); time.sleep(600)"
ENDS = "import sys; sys.exit(3)"
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('up', flush=True); time.sleep(600)"
)


def supervise(tmp_path: Path, **children: str) -> subprocess.Popen[str]:
    """Start a supervisor of these programs, with a grace of one second."""
    script = f"""
        import os, sys
        from crs_monitor import supervisor
        supervisor.GRACE_SECONDS = 1.0
        kept = [supervisor.Child(n, supervisor.python("-c", p)) for n, p in {children!r}.items()]
        sys.exit(supervisor.Supervisor(kept, environment=os.environ, out=sys.stdout).run())
    """
    path = tmp_path / "supervise.py"
    path.write_text(textwrap.dedent(script))
    return subprocess.Popen(
        [sys.executable, path],
        env=os.environ | {"PYTHONPATH": str(settings.BASE_DIR)},
        stdout=subprocess.PIPE,
        text=True,
    )


def wait_for_lines(process: subprocess.Popen[str], count: int) -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline().rstrip() for _ in range(count)]


def sessions_below(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(each) for each in listed]


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux's /proc")


@needs_proc
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_ends_every_child_and_is_no_failure(tmp_path, number):
    process = supervise(tmp_path, web=SLEEPS, beat=SLEEPS)
    assert sorted(wait_for_lines(process, 2)) == ["beat     | up", "web      | up"]
    children = sessions_below(process.pid)
    assert len(children) == 2
    process.send_signal(number)
    assert process.wait(timeout=10) == 0
    assert all(gone(pid) for pid in children)


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's prctl")
def test_a_killed_supervisor_leaves_no_child_behind(tmp_path):
    process = supervise(tmp_path, web=SLEEPS, beat=SLEEPS)
    wait_for_lines(process, 2)
    children = sessions_below(process.pid)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 10
    while not all(gone(pid) for pid in children):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_when_one_child_ends_the_rest_end_and_it_is_a_failure(tmp_path):
    process = supervise(tmp_path, web=SLEEPS, worker=ENDS)
    output, _ = process.communicate(timeout=10)
    assert process.returncode == 1
    assert "worker ended with status 3; ending the rest." in output


@needs_proc
def test_a_child_that_does_not_listen_is_killed_after_the_grace(tmp_path):
    process = supervise(tmp_path, web=DEAF)
    wait_for_lines(process, 1)
    (child,) = sessions_below(process.pid)
    began = time.monotonic()
    process.terminate()
    output, _ = process.communicate(timeout=10)
    assert 0.9 < time.monotonic() - began < 5
    assert "killed" in output
    assert gone(child)


@needs_proc
def test_what_a_child_started_does_not_outlive_it(tmp_path):
    nested = (
        "import subprocess, sys; "
        f"p = subprocess.Popen([sys.executable, '-c', {DEAF!r}]); "
        "print(p.pid, flush=True); p.wait()"
    )
    process = supervise(tmp_path, worker=nested)
    lines = wait_for_lines(process, 2)
    (grandchild,) = [int(line.split()[-1]) for line in lines if line.split()[-1].isdigit()]
    process.terminate()
    process.communicate(timeout=10)
    assert gone(grandchild)


def test_what_the_ward_can_do_without_for_a_moment_is_started_again(tmp_path):
    script = f"""
        import os, sys
        from crs_monitor import supervisor
        supervisor.GRACE_SECONDS = 1.0
        supervisor.RESTART_AFTER_SECONDS = 0.1
        kept = [
            supervisor.Child("web", supervisor.python("-c", {SLEEPS!r})),
            supervisor.Child("worker", supervisor.python("-c", {ENDS!r}), restart=True),
        ]
        sys.exit(supervisor.Supervisor(kept, environment=os.environ, out=sys.stdout).run())
    """
    path = tmp_path / "supervise.py"
    path.write_text(textwrap.dedent(script))
    process = subprocess.Popen(
        [sys.executable, path],
        env=os.environ | {"PYTHONPATH": str(settings.BASE_DIR)},
        stdout=subprocess.PIPE,
        text=True,
    )
    again = "worker ended with status 3; starting it again."
    seen = 0
    while seen < 3:
        seen += wait_for_lines(process, 1) == [again]
    process.terminate()
    assert process.wait(timeout=20) == 0
