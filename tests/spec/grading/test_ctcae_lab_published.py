"""The published laboratory cases, row by row, through the real command."""

import csv
import json

import pytest

from tests.spec.grading.case_files import answers_to, rows_of, too_sure_of, wrong_of

NOT_GRADABLE = "not gradable"
# A column of the sample files: the key of a case.
_NUMBERS = {
    "value": "value",
    "ref_low": "lln",
    "ref_high": "uln",
    "baseline": "baseline",
    "pct_change_from_baseline": "pct_change_from_baseline",
}
_WORDS = {"term": "term", "unit": "unit", "ctcae_version": "ctcae_version"}


def line_of(row):
    """A row as JSON, its numbers spliced in as printed; blank is not recorded."""
    parts = [f'"id": {json.dumps(row["case_id"])}']
    parts += [f'"{key}": {json.dumps(row[column])}' for column, key in _WORDS.items()]
    parts += [f'"{key}": {row[column]}' for column, key in _NUMBERS.items() if row[column]]
    if row["baseline_flag"]:
        parts.append(f'"baseline_abnormal": {json.dumps(row["baseline_flag"] != "NORMAL")}')
    return "{" + ", ".join(parts) + "}"


def graded(answer):
    """The grade as the sample files write it; a refused line names its term or its unit."""
    if "error" in answer:
        assert "term" in answer["error"] or "unit" in answer["error"]
        return NOT_GRADABLE
    if answer["grade"] is None:
        assert answer["missing"]
        return NOT_GRADABLE
    return str(answer["grade"])


@pytest.mark.parametrize(("version", "at_least"), [(4, 449), (5, 412), (6, 379)])
def test_every_row_of_the_sample_files_has_its_grade(samples, tmp_path, version, at_least):
    file = samples / "ctcae_lab" / f"ctcae_v{version}_cases.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) >= at_least
    answers = answers_to(map(line_of, rows), "ctcae-lab", tmp_path, assume_normal=True)
    wrong = [
        (row, answer)
        for row, answer in zip(rows, answers, strict=True)
        if graded(answer) != row["expected_grade"]
    ]
    assert wrong == []


def test_every_stated_and_derived_case_has_its_grade(cases, tmp_path):
    rows = rows_of(cases, "CTCAE-LAB", {"stated", "derived"})
    assert len(rows) >= 27
    assert wrong_of(rows, "ctcae-lab", tmp_path) == []
    assert too_sure_of(rows, "ctcae-lab", tmp_path) == []
