"""A log line names codes and ids, and never a person or a reading."""

import json
import logging
import sys
from typing import Any

import pytest

from crs_monitor.logs import LineFormatter


def line(*, with_messages: bool = False, **extra: object) -> dict[str, Any]:
    record = logging.makeLogRecord({"name": "alerts", "levelname": "INFO", "msg": "alert.raised"})
    vars(record).update(extra)
    text = LineFormatter(with_messages=with_messages).format(record)
    assert "\n" not in text
    said: dict[str, Any] = json.loads(text)
    return said


def test_a_line_says_when_where_and_what():
    said = line()
    assert said["event"] == "alert.raised"
    assert said["logger"] == "alerts"
    assert said["at"].endswith("+00:00")


@pytest.mark.parametrize(
    ("name", "value", "passes"),
    [
        ("alert", 17, True),
        ("grade", None, True),
        ("resent", True, True),
        ("severity", "P1", True),
        ("patient", "Canary, Carla", False),
        ("mrn", "MRN-0099", False),
        ("note", "38.9", False),
    ],
)
def test_numbers_and_codes_pass_and_other_text_does_not(name, value, passes):
    assert (name in line(**{name: value})) is passes


@pytest.mark.parametrize("with_messages", [True, False])
def test_the_words_of_an_error_pass_only_where_no_patient_is_real(with_messages):
    try:
        raise ValueError("Canary, Carla")
    except ValueError:
        said = line(with_messages=with_messages, exc_info=sys.exc_info())
    assert said["error"] == "ValueError"
    assert "test_logs.py" in said["passed"][-1]
    assert ("Canary" in json.dumps(said)) is with_messages


def test_a_line_break_cannot_begin_a_second_line():
    assert line(msg="one\ntwo")["event"] == "one\ntwo"
