"""The public corpus: the engine agrees with every row, through the real command."""

import ast
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from docs.conformance import crs_oracle, generate, icans_oracle, run

FOLDER = Path(settings.BASE_DIR) / "docs/conformance"
GRIDS = ("crs-grid.jsonl", "icans-grid.jsonl")
KEYS = {"id", "scale", "age_years", "case", "expected", "certainty", "why"}
README = (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def grade_by(tmp_path):
    """The `grade` command as the grader of the corpus."""

    def by(*, assume_normal: bool) -> run.Grader:
        def grade(scale: str, lines: str) -> str:
            asked, out = tmp_path / "asked.jsonl", io.StringIO()
            asked.write_text(lines, encoding="utf-8")
            call_command("grade", scale, str(asked), assume_normal=assume_normal, stdout=out)
            return out.getvalue()

        return grade

    return by


def all_rows() -> Iterator[dict[str, Any]]:
    for name in generate.CORPUS:
        yield from run.rows_of(FOLDER / name)


@pytest.mark.parametrize(
    ("name", "cases"),
    [("crs-grid.jsonl", 100), ("icans-grid.jsonl", 1485), ("boundaries.jsonl", 293)],
)
def test_the_engine_gives_every_case_the_grade_of_the_tables(name, cases, grade_by):
    rows = run.rows_of(FOLDER / name)
    assert len(rows) == cases
    assert list(run.disagreements(rows, grade_by(assume_normal=True))) == []


@pytest.mark.parametrize("name", GRIDS)
def test_the_grids_leave_nothing_to_be_assumed(name, grade_by):
    rows = run.rows_of(FOLDER / name)
    assert list(run.disagreements(rows, grade_by(assume_normal=False))) == []


def test_read_strictly_no_boundary_claims_more_than_its_grade(grade_by):
    rows = [row for row in run.rows_of(FOLDER / "boundaries.jsonl") if row["expected"] in range(6)]
    for scale in generate.ORACLES:
        asked = {row["id"]: row for row in rows if row["scale"] == scale}
        lines = "".join(
            json.dumps({key: row[key] for key in ("id", "age_years")} | {"inputs": row["case"]})
            + "\n"
            for row in asked.values()
        )
        answers = [
            json.loads(line) for line in grade_by(assume_normal=False)(scale, lines).splitlines()
        ]
        assert len(answers) == len(asked) > 50
        above = [a["id"] for a in answers if a["at_least"] > asked[a["id"]]["expected"]]
        assert above == []


def test_the_files_are_what_the_tables_say():
    assert generate.main(["--check"]) == 0


def test_every_id_is_there_once_and_every_row_has_its_keys():
    rows = list(all_rows())
    assert [name for name, n in Counter(row["id"] for row in rows).items() if n > 1] == []
    assert [row["id"] for row in rows if set(row) != KEYS or not row["why"]] == []


def test_no_situation_of_a_grid_stands_there_twice():
    for name in GRIDS:
        cases = [json.dumps(row["case"], sort_keys=True) for row in run.rows_of(FOLDER / name)]
        assert len(set(cases)) == len(cases)


def test_every_grade_of_both_scales_is_reached():
    reached = {(row["scale"], row["expected"]) for row in all_rows()}
    assert reached == {(scale, grade) for scale in generate.ORACLES for grade in range(6)} | {
        ("astct-icans", "not_assessable")
    }


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_the_generator_takes_nothing_from_the_engine(path):
    allowed = {"argparse", "collections", "dataclasses", "fractions", "itertools", "json"}
    allowed |= {"pathlib", "subprocess", "sys", "typing"}
    neighbors = {other.stem for other in FOLDER.glob("*.py")}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert {name.name.partition(".")[0] for name in node.names} <= allowed
        elif isinstance(node, ast.ImportFrom) and node.level:
            assert node.level == 1
            named = {node.module} if node.module else {name.name for name in node.names}
            assert named <= neighbors
        elif isinstance(node, ast.ImportFrom):
            assert node.module.partition(".")[0] in allowed
        elif isinstance(node, ast.Name):
            assert node.id not in {"__import__", "eval", "exec"}


def test_a_file_that_fell_behind_is_noticed_and_written_anew(tmp_path, capsys):
    assert generate.main([], folder=tmp_path) == 0
    old = tmp_path / "boundaries.jsonl"
    old.write_text(old.read_text(encoding="utf-8").replace('"expected": 4', '"expected": 3', 1))
    (tmp_path / "crs-grid.jsonl").unlink()
    assert generate.main(["--check"], folder=tmp_path) == 1
    assert "crs-grid.jsonl, boundaries.jsonl; generate again" in capsys.readouterr().err
    assert generate.main([], folder=tmp_path) == 0
    assert generate.main(["--check"], folder=tmp_path) == 0


def test_the_page_counts_the_cases_and_names_topics_that_exist():
    for name in generate.CORPUS:
        cases = len(run.rows_of(FOLDER / name))
        assert f"| `{name}` | {cases:,} |" in README
    assert f"{sum(1 for _ in all_rows()):,} cases" in README
    _, _, below = README.partition("## Mistakes the boundary cases find")
    named = [word for word in below.split("`") if word.startswith(("crs-", "icans-"))]
    ids = [row["id"] for row in run.rows_of(FOLDER / "boundaries.jsonl")]
    assert len(named) >= 16
    assert [word for word in named if not any(name.startswith(f"{word}-") for name in ids)] == []


def test_every_key_of_a_case_that_decides_is_explained():
    deciding = crs_oracle.COLUMNS | icans_oracle.DOMAINS
    assert {key for key in deciding if f"`{key}`" not in README} == set()
