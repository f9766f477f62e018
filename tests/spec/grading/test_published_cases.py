"""The written cases: every stated and derived row, through the real command."""

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

SCALES = {"ASTCT-CRS": "astct-crs", "ASTCT-ICANS": "astct-icans"}
AT_LEAST = {"ASTCT-CRS": 26, "ASTCT-ICANS": 22}


def rows_of(cases: Path, scale: str, certainties: set[str]) -> list[dict[str, str]]:
    with cases.open(encoding="utf-8", newline="") as lines:
        return [
            row
            for row in csv.DictReader(lines)
            if row["scale"] == scale and row["certainty"] in certainties
        ]


def answers_to(rows, scale, folder):
    lines = folder / "cases.jsonl"
    lines.write_text("".join(_line(row) for row in rows), encoding="utf-8")
    out = io.StringIO()
    call_command("grade", SCALES[scale], str(lines), assume_normal=True, stdout=out)
    return {answer["id"]: answer for answer in map(json.loads, out.getvalue().splitlines())}


def _line(row: dict[str, str]) -> str:
    # The text of the inputs is spliced in, so that no number passes through binary.
    age = row["age_years"] or "null"
    return (
        f'{{"id": {json.dumps(row["id"])}, "age_years": {age}, "inputs": {row["inputs_json"]}}}\n'
    )


@pytest.mark.parametrize("scale", SCALES)
def test_every_stated_and_derived_case_has_its_grade(cases, scale, tmp_path):
    rows = rows_of(cases, scale, {"stated", "derived"})
    assert len(rows) >= AT_LEAST[scale]
    answers = answers_to(rows, scale, tmp_path)
    wrong = [
        (row["id"], row["expected"], answers[row["id"]])
        for row in rows
        if str(answers[row["id"]]["grade"]) != row["expected"]
    ]
    assert wrong == []


@pytest.mark.parametrize("scale", SCALES)
def test_the_default_policies_give_the_grades_of_the_policy_cases(cases, scale, tmp_path):
    rows = rows_of(cases, scale, {"policy", "memory"})
    answers = answers_to(rows, scale, tmp_path)
    assert {row["id"]: row["expected"] for row in rows} == {
        name: str(answer["grade"]) for name, answer in answers.items()
    }


@pytest.mark.parametrize("scale", SCALES)
def test_read_strictly_no_case_claims_more_than_its_grade(cases, scale, tmp_path):
    rows = rows_of(cases, scale, {"stated", "derived"})
    lines = tmp_path / "cases.jsonl"
    lines.write_text("".join(_line(row) for row in rows), encoding="utf-8")
    out = io.StringIO()
    call_command("grade", SCALES[scale], str(lines), stdout=out)
    for row, answer in zip(rows, map(json.loads, out.getvalue().splitlines()), strict=True):
        assert answer["at_least"] <= int(row["expected"])
        assert str(answer["grade"]) in (row["expected"], "None")
