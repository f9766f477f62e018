"""How many cases a second of one core the rules grade, beside a plain function."""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from bench import cases, contest
from bench.contest import Sample
from bench.plain_crs import plain_grade
from grading.rules.crs_astct import grade_crs
from grading.rules.registry import SCALES

CASES: Final = 2000
CASE, FINDINGS, PLAIN = "grade a case", "grade findings", "plain function, grade alone"


def measured(*, rounds: int, seed: int, seconds: float) -> tuple[list[Sample], list[str]]:
    """Grade the same cases in every way, in shuffled order; return samples and what is wrong.

    Every answer of the rules is compared with the plain function's before anything is timed.
    """
    made = cases.made(CASES, seed=seed)
    findings = cases.findings_of(made)
    scale = SCALES["astct-crs"]
    ways: dict[str, tuple[Callable[[Any], Any], Sequence[Any]]] = {
        CASE: (lambda case: scale.grade(case, None, False).as_dict(), made),  # noqa: FBT003
        FINDINGS: (grade_crs, findings),
        PLAIN: (plain_grade, findings),
    }
    faults = [
        f"case {number}: the table says {verdict.grade}, by hand {plain_grade(each)}"
        for number, each in enumerate(findings)
        if ((verdict := grade_crs(each)).grade, verdict.at_least) != plain_grade(each)
    ]
    samples = []
    for number, order in enumerate(contest.shuffled(list(ways), rounds=rounds, seed=seed)):
        samples += [_timed(name, *ways[name], round=number, seconds=seconds) for name in order]
    return samples, faults[:5]


def _timed(
    name: str,
    grade: Callable[[Any], Any],
    of: Sequence[Any],
    *,
    round: int,  # noqa: A002
    seconds: float,
) -> Sample:
    units = 0
    wall, cpu = time.perf_counter(), time.process_time()
    while (used := time.process_time() - cpu) < seconds:
        for each in of:
            grade(each)
        units += len(of)
    return Sample(name, round, units, used, time.perf_counter() - wall)
