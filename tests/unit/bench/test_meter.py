"""The meter counts what a tree of processes used, also by children that are gone."""

import os
import subprocess
import sys
import textwrap

import pytest

from bench import meter

BURN = "import time\nwhile time.process_time() < {seconds}: pass\n"


def started(code: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def ended(process: "subprocess.Popen[str]") -> None:
    process.communicate("\n")


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("itself", BURN.format(seconds=0.4)),
        ("a thread that ended", "import threading, time\n" + textwrap.dedent("""
            def burn():
                while time.thread_time() < 0.4: pass
            one = threading.Thread(target=burn); one.start(); one.join()
            """)),
        ("a child that ended", "import subprocess, sys\n"
            f"subprocess.run([sys.executable, '-c', {BURN.format(seconds=0.4)!r}], check=True)\n"),
    ],
)  # fmt: skip
def test_time_is_counted_wherever_below_the_root_it_was_used(where, code):
    process = started(code + "print('burnt', flush=True)\ninput()\n")
    assert process.stdout is not None
    assert process.stdout.readline() == "burnt\n"
    assert meter.cpu_seconds([process.pid]) >= 0.38
    ended(process)


def test_a_grandchild_that_still_runs_is_counted_once():
    child = BURN.format(seconds=0.4) + "print('burnt', flush=True)\ninput()\n"
    middle = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])\n"
    process = started(middle)
    assert process.stdout is not None
    assert process.stdout.readline() == "burnt\n"
    alone = meter.cpu_seconds([process.pid])
    assert alone >= 0.38
    assert meter.cpu_seconds([process.pid, process.pid]) < alone + 0.1
    ended(process)


def test_the_one_who_measures_is_not_counted():
    process = started("input()\n")
    before = meter.cpu_seconds([process.pid])
    burnt_until = os.times().user + 0.3
    while os.times().user < burnt_until:
        pass
    assert meter.cpu_seconds([process.pid]) - before < 0.2
    ended(process)


def test_a_root_that_ended_is_loud():
    process = started("")
    process.communicate()
    with pytest.raises(ProcessLookupError, match=str(process.pid)):
        meter.cpu_seconds([process.pid])


def test_a_command_with_brackets_and_spaces_does_not_shift_the_fields():
    line = "7 (a) b (c) S 3 7 7 0 -1 4194304 1 2 3 4 100 20 30 4 20 0 1 0 5 6 7"
    assert meter.parse_stat(line) == meter.Usage(parent=3, ticks=154)


def test_a_tree_holds_all_below_its_root_and_no_other():
    parents = {1: 0, 2: 1, 3: 2, 4: 3, 5: 1, 6: 5}
    assert meter.tree(2, parents) == {2, 3, 4}
