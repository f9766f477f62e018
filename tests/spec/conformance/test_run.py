"""What the page of the corpus tells a reader to run does what it says."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from docs.conformance import generate, run

ROOT = Path(settings.BASE_DIR)
README = (run.FOLDER / "README.md").read_text(encoding="utf-8")


def by_the_tables(scale: str, lines: str) -> str:
    """A grader that is right about everything."""
    told = []
    for row in map(json.loads, lines.splitlines()):
        answer = generate.ORACLES[scale](row["inputs"], age_years=row["age_years"])
        told.append(json.dumps({"id": row["id"], "grade": answer.expected}) + "\n")
    return "".join(told)


def test_a_grade_that_differs_and_a_line_without_answer_are_named(tmp_path, capsys):
    rows = generate.boundaries()[:3]
    (tmp_path / "few.jsonl").write_text(generate.text_of(rows), encoding="utf-8")

    def grade(scale: str, lines: str) -> str:
        return f'{{"id": "{rows[0].id}", "grade": 0}}\n{{"id": "{rows[1].id}", "grade": 3}}\n'

    assert run.compare(grade, folder=tmp_path) == 1
    assert capsys.readouterr().out == (
        "few.jsonl: 1 of 3 agree\n"
        f"  {rows[1].id}: 0 expected, 3 given. {rows[1].why}\n"
        f"  {rows[2].id}: 0 expected, no answer given. {rows[2].why}\n"
    )


def test_policy_and_memory_cases_can_be_left_out(capsys):
    assert run.compare(by_the_tables) == 0
    assert capsys.readouterr().out.startswith("boundaries.jsonl: 293 of 293 agree\n")
    assert run.compare(by_the_tables, sure=True) == 0
    assert capsys.readouterr().out.startswith("boundaries.jsonl: 247 of 247 agree\n")


@pytest.mark.slow
def test_the_command_of_the_page_agrees_with_the_whole_corpus():
    (command,) = re.findall(r"^python (docs/conformance/run\.py .*)$", README, re.MULTILINE)
    words = [sys.executable if word == "python" else word for word in command.split()]
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        [
            "boundaries.jsonl: 293 of 293 agree",
            "crs-grid.jsonl: 100 of 100 agree",
            "icans-grid.jsonl: 1485 of 1485 agree",
        ],
    ), done.stderr


def test_the_generator_needs_no_package_and_no_place_of_its_own():
    (command,) = re.findall(r"`python (-m conformance\.generate --check)`", README)
    done = subprocess.run(
        [sys.executable, "-S", *command.split()],
        cwd=run.FOLDER.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_example_of_the_page_runs_and_tells_right_from_wrong(monkeypatch, capsys):
    (example,) = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(run.FOLDER.parent)

    def right(scale: str, age_years: float, case: dict[str, object]) -> object:
        return generate.ORACLES[scale](case, age_years=age_years).expected

    exec(example, {"grade": right})  # noqa: S102  the example of our own page, as a reader runs it
    assert capsys.readouterr().out.splitlines() == [
        "boundaries.jsonl 293 cases",
        "crs-grid.jsonl 100 cases",
        "icans-grid.jsonl 1485 cases",
    ]
    exec(example, {"grade": lambda *_: 6})  # noqa: S102  the same
    assert len(capsys.readouterr().out.splitlines()) == 293 + 100 + 1485 + 3
