"""Writes the corpus from the published tables; `--check` only compares.

Run as `python -m conformance.generate [--check]` from the folder above this one. It imports
the standard library and its neighbors; no grading engine has a part in it.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from . import crs_oracle, icans_oracle
from .boundaries_crs import FEVER_TOPICS, PRESSURE_TOPICS
from .boundaries_icans import DOMAIN_TOPICS, SCORE_TOPICS
from .boundaries_oxygen import OXYGEN_TOPICS, WHOLE_TABLE_TOPICS
from .grids import crs_grid, icans_grid
from .rows import Row

FOLDER = Path(__file__).parent
TOPICS = (
    *FEVER_TOPICS,
    *PRESSURE_TOPICS,
    *OXYGEN_TOPICS,
    *WHOLE_TABLE_TOPICS,
    *SCORE_TOPICS,
    *DOMAIN_TOPICS,
)
ORACLES = {"astct-crs": crs_oracle.answer, "astct-icans": icans_oracle.answer}


def boundaries() -> list[Row]:
    """Every boundary row; raises ValueError where the hand and the tables disagree."""
    rows = [row for topic in TOPICS for row in topic.rows()]
    wrong = [
        f"{row.id}: {row.expected} by hand, {told.expected} by the tables ({told.why})"
        for row in rows
        if (told := ORACLES[row.scale](row.case, age_years=row.age_years)).expected != row.expected
    ]
    if wrong:
        raise ValueError("\n".join(wrong))
    return rows


CORPUS: Mapping[str, Callable[[], list[Row]]] = {
    "crs-grid.jsonl": crs_grid,
    "icans-grid.jsonl": icans_grid,
    "boundaries.jsonl": boundaries,
}


def text_of(rows: Sequence[Row]) -> str:
    """The rows as a file, one line each."""
    return "".join(f"{row.line()}\n" for row in rows)


def main(arguments: Sequence[str] | None = None, *, folder: Path = FOLDER) -> int:
    """Write the files, or say with status 1 which are not what the tables say."""
    parser = ArgumentParser(description="Write the conformance corpus from the published tables.")
    parser.add_argument("--check", action="store_true", help="compare only; status 1 if different")
    check = parser.parse_args(arguments).check
    stale = []
    for name, rows in CORPUS.items():
        path, wanted = folder / name, text_of(rows())
        if not check:
            path.write_text(wanted, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != wanted:
            stale.append(name)
    if stale:
        sys.stderr.write(f"not what the tables say: {', '.join(stale)}; generate again\n")
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
