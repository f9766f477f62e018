"""Hands the corpus to any grader that reads JSON lines, and counts where it agrees.

Run as `python run.py [--sure] -- COMMAND`; `{scale}` in the command becomes the scale. The
command reads `{"id", "age_years", "inputs"}` lines and writes `{"id", "grade"}` lines.
"""

import json
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
SURE = frozenset({"stated", "derived"})

Row = dict[str, Any]
Grader = Callable[[str, str], str]  # the scale and the lines in; the lines out


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what agrees in every file; status 1 if anything does not."""
    parser = ArgumentParser(description="Hand the corpus to a grader and compare its grades.")
    parser.add_argument("--sure", action="store_true", help="leave out policy and memory rows")
    parser.add_argument("command", nargs="+", metavar="COMMAND")
    options = parser.parse_args(arguments)
    return compare(command_grader(options.command), sure=options.sure)


def compare(grade: Grader, *, sure: bool = False, folder: Path = FOLDER) -> int:
    """The same for a grader that is a function; returns 1 if anything differs, else 0."""
    differs = 0
    for path in sorted(folder.glob("*.jsonl")):
        rows = [row for row in rows_of(path) if not sure or row["certainty"] in SURE]
        wrong = list(disagreements(rows, grade))
        differs += len(wrong)
        sys.stdout.write(f"{path.name}: {len(rows) - len(wrong)} of {len(rows)} agree\n")
        sys.stdout.writelines(f"  {line}\n" for line in wrong)
    return 1 if differs else 0


def rows_of(path: Path) -> list[Row]:
    """Every row of one file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def disagreements(rows: Sequence[Row], grade: Grader) -> Iterable[str]:
    """One sentence for every row that has another grade, or none."""
    for scale in sorted({row["scale"] for row in rows}):
        asked = [row for row in rows if row["scale"] == scale]
        lines = grade(scale, "".join(map(_question, asked))).splitlines()
        got = {told.get("id"): told.get("grade", "no grade") for told in map(json.loads, lines)}
        for row in asked:
            grade_got = got.get(row["id"], "no answer")
            if grade_got != row["expected"]:
                yield f"{row['id']}: {row['expected']} expected, {grade_got} given. {row['why']}"


def command_grader(command: Sequence[str]) -> Grader:
    """A grader that is a program; a line it refuses is an answer, not an end."""

    def grade(scale: str, lines: str) -> str:
        told = [word.replace("{scale}", scale) for word in command]
        done = subprocess.run(
            told, input=lines, stdout=subprocess.PIPE, encoding="utf-8", check=False
        )
        return done.stdout

    return grade


def _question(row: Row) -> str:
    asked = {"id": row["id"], "age_years": row["age_years"], "inputs": row["case"]}
    return json.dumps(asked, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
