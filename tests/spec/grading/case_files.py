"""Written cases through the real command, as one scale is asked for them."""

import csv
import io
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from grading.rules.cases import grade_line
from grading.rules.registry import SCALES

Row = dict[str, str]


def rows_of(cases: Path, scale: str, certainties: set[str]) -> list[Row]:
    """The rows of one scale, as the file names it."""
    with cases.open(encoding="utf-8", newline="") as lines:
        return [
            row
            for row in csv.DictReader(lines)
            if row["scale"] == scale and row["certainty"] in certainties
        ]


def line_of(row: Row) -> str:
    """One row as JSON; its inputs are spliced in, so that no number passes through binary."""
    age = row["age_years"] or "null"
    return f'{{"id": {json.dumps(row["id"])}, "age_years": {age}, "inputs": {row["inputs_json"]}}}'


def answers_to(lines: Iterable[str], scale: str, folder: Path, **options: Any) -> list[Any]:
    """What the command answers, line by line; its exit status is left aside."""
    from django.core.management import call_command  # only here: the rules are asked without

    file = folder / "cases.jsonl"
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    out = io.StringIO()
    # Refused lines are answered too; they only change the exit status.
    with suppress(SystemExit):
        call_command("grade", scale, str(file), stdout=out, **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def wrong_of(rows: list[Row], scale: str, folder: Path) -> list[tuple[Row, Any]]:
    """The rows whose expected value is not what the command answers."""
    answers = answers_to(map(line_of, rows), scale, folder, assume_normal=True)
    return [
        (row, answer)
        for row, answer in zip(rows, answers, strict=True)
        if str(answer.get("grade")) != row["expected"]
    ]


def too_sure_of(rows: list[Row], scale: str, folder: Path) -> list[tuple[Row, Any]]:
    """The rows that a strict reading grades otherwise, or above what is expected."""
    answers = answers_to(map(line_of, rows), scale, folder)
    return [
        (row, answer)
        for row, answer in zip(rows, answers, strict=True)
        if (str(answer["grade"]) != row["expected"] and isinstance(answer["grade"], int))
        or (row["expected"].isdigit() and answer["at_least"] > int(row["expected"]))
    ]


def asker(scale: str, *, assume_normal: bool = False) -> Callable[..., dict[str, Any]]:
    """A question to a scale: the case as keywords, the answer as the command prints it."""

    def ask(**case: Any) -> dict[str, Any]:
        line = json.dumps(case, default=str)
        return grade_line(SCALES[scale], line, line=1, assume_normal=assume_normal)

    return ask
