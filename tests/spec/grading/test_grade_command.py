"""`manage.py grade`: JSON lines in, JSON lines out, no database."""

import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command

from grading.management.commands.grade import Command


class Stdin:
    """A standard input that holds bytes."""

    def __init__(self, content: bytes) -> None:
        """Hold the bytes."""
        self.buffer = io.BytesIO(content)


def run(*arguments, **options):
    out = io.StringIO()
    status: int | str | None = 0
    try:
        call_command("grade", *arguments, stdout=out, **options)
    except SystemExit as ended:
        status = ended.code
    return [json.loads(line) for line in out.getvalue().splitlines()], status


def test_a_file_of_cases_is_answered_line_by_line(tmp_path):
    lines = tmp_path / "cases.jsonl"
    lines.write_text('{"id": "a", "temperature_c": 38.5}\n\n{"id": "b"}\n', encoding="utf-8")
    answers, status = run("astct-crs", str(lines), assume_normal=True)
    assert status == 0
    assert [(answer["id"], answer["grade"]) for answer in answers] == [("a", 1), ("b", 0)]
    assert set(answers[0]) == {
        "id",
        "grade",
        "at_least",
        "because",
        "missing",
        "flags",
        "ruleset",
    }


def test_without_a_file_it_reads_standard_input_strictly(monkeypatch):
    monkeypatch.setattr(sys, "stdin", Stdin(b'\xef\xbb\xbf{"id": 1, "temperature_c": 38.5}'))
    answers, status = run("astct-crs")
    assert (status, answers[0]["grade"], answers[0]["at_least"]) == (0, None, 1)


def test_a_bad_line_is_answered_the_run_goes_on_and_ends_with_status_1(monkeypatch):
    content = b'{"id": "a", "flow": 1}\n\xff\n{"id": 2.5, "ice_score": 9}\n'
    monkeypatch.setattr(sys, "stdin", Stdin(content))
    answers, status = run("astct-icans", "-", assume_normal=True)
    assert status == 1
    assert answers[0] == {"id": "a", "line": 1, "error": "unknown key 'flow'"}
    assert answers[1] == {"line": 2, "error": "not readable as UTF-8"}
    assert (answers[2]["id"], answers[2]["grade"]) == ("2.5", 1)


def test_a_scale_nobody_knows_and_a_file_that_is_not_there_are_refused(tmp_path):
    with pytest.raises(CommandError, match="invalid choice: 'apache'"):
        call_command("grade", "apache")
    with pytest.raises(CommandError, match=r"cannot read .*: No such file"):
        call_command("grade", "astct-crs", str(tmp_path / "none.jsonl"), stdout=io.StringIO())


def test_it_asks_for_no_checks_and_no_database():
    assert Command.requires_system_checks == []
    assert Command.requires_migrations_checks is False
