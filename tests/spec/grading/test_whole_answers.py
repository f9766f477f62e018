"""Whole answers, word for word: the reasons with their values, what is asked for, what is flagged.

`answers/` holds one chart for each scale. Under a title stand the case and both readings of it:
strictly, and with what is absent taken as normal. A sentence that changes is changed there too.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from grading.rules.cases import grade_line, parse_case
from grading.rules.registry import SCALES
from grading.rules.verdict import Verdict

CHARTS = sorted(Path(__file__).with_name("answers").glob("*.txt"))


def situations():
    for chart in CHARTS:
        for entry in chart.read_text(encoding="utf-8").removeprefix("== ").split("\n== "):
            title, case, answers = entry.rstrip("\n").split("\n", 2)
            yield pytest.param(chart.stem, case, answers, id=f"{chart.stem}: {title}")


def told(scale: str, case: str) -> str:
    """Both readings of a case, as the chart writes them."""
    strictly, as_normal = (said(scale, case, normal=normal) for normal in (False, True))
    second = "the same" if as_normal == strictly else as_normal
    return f"strictly: {strictly}\nabsent is normal: {second}"


def said(scale: str, case: str, *, normal: bool) -> str:
    """One verdict in lines."""
    inputs = parse_case(case)
    age = inputs.pop("age_years", None)
    verdict = SCALES[scale].grade(inputs, age if age is None else Decimal(age), normal)
    grade = verdict.grade if verdict.outcome is None else verdict.outcome
    lines = [f"{grade}, at least {verdict.at_least}, by {verdict.ruleset}"]
    lines += [
        f"{why.grade} {why.criterion}: {why.words}" + "".join(f" / {one}" for one in why.inputs)
        for why in verdict.because
    ]
    lines += [f"missing {name}" for name in verdict.missing]
    lines += [f"flag {flag}" for flag in verdict.flags]
    check(scale, verdict, grade_line(SCALES[scale], case, line=1, assume_normal=normal))
    return "\n    ".join(lines)


def check(scale: str, verdict: Verdict, answer: dict[str, Any]) -> None:
    """The verdict names its scale, and the command prints this very verdict."""
    assert verdict.scale == scale
    assert answer == verdict.as_dict() | {"missing": answer["missing"]}
    keys = SCALES[scale].key_of
    assert answer["missing"] == [keys.get(name, name) for name in verdict.missing]
    assert all(isinstance(why.inputs, tuple) for why in verdict.because)


SITUATIONS = list(situations())


@pytest.mark.parametrize(("scale", "case", "answers"), SITUATIONS)
def test_the_whole_answer_is_as_charted(scale, case, answers):
    assert told(scale, case) == answers


def test_every_scale_has_its_chart():
    assert {chart.stem for chart in CHARTS} == set(SCALES)


def test_no_situation_stands_twice_in_a_chart():
    for chart in CHARTS:
        lines = chart.read_text(encoding="utf-8").splitlines()
        titles = [line for line in lines if line.startswith("== ")]
        cases = [json.dumps(json.loads(line)) for line in lines if line.startswith("{")]
        assert len(set(titles)) == len(titles) == len(cases) == len(set(cases))
