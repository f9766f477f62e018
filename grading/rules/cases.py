"""JSON lines in, verdicts out: what the `grade` command does, without Django."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from grading.rules.case_fields import CaseRefused, number, shown
from grading.rules.registry import Scale

__all__ = ["CaseRefused", "grade_case", "grade_line", "parse_case"]

# Columns of a case file that say nothing clinical.
_ENVELOPE = frozenset({"id", "age_years", "scale", "expected", "certainty", "why", "source"})
_age = number(0, 130, "years")


def grade_line(
    scale: Scale, text: str, *, line: int, assume_normal: bool = False
) -> dict[str, Any]:
    """The answer to one line: a verdict, or `line` and `error` where it cannot be graded."""
    identity: dict[str, Any] = {}
    try:
        case = parse_case(text)
        if "id" in case:
            identity["id"] = case["id"]
        return identity | grade_case(scale, case, assume_normal=assume_normal)
    except (ValueError, ArithmeticError, RecursionError) as refused:
        # ArithmeticError: a number beyond what a decimal can hold.
        reason = str(refused) if isinstance(refused, CaseRefused) else _not_json(refused)
        return identity | {"line": line, "error": reason}


def grade_case(
    scale: Scale, case: Mapping[str, Any], *, assume_normal: bool = False
) -> dict[str, Any]:
    """The verdict on one parsed case, its missing inputs named as the case would name them.

    The case stands in the line itself, or in its `inputs` beside `id` and `age_years`.
    Raises CaseRefused.
    """
    age = case.get("age_years")
    age_years = None if age is None else _age("age_years", age)
    inputs = {key: value for key, value in case.items() if key not in _ENVELOPE}
    if "inputs" in inputs:
        inner = inputs.pop("inputs")
        if not isinstance(inner, dict):
            raise CaseRefused([f"inputs must be an object, not {shown(inner)}"])
        if inputs:
            raise CaseRefused([f"unknown key {shown(key)} beside inputs" for key in inputs])
        inputs = inner
    verdict = scale.grade(inputs, age_years, assume_normal).as_dict()
    verdict["missing"] = [scale.key_of.get(name, name) for name in verdict["missing"]]
    return verdict


def parse_case(text: str) -> dict[str, Any]:
    """One JSON object with its numbers as decimals; raises CaseRefused or a decoding error."""
    case = _DECODER.decode(text)
    if not isinstance(case, dict):
        raise CaseRefused([f"a line must be one JSON object, not {shown(case)}"])
    return case


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    case = dict(pairs)
    if len(case) != len(pairs):
        seen = [key for key, _ in pairs]
        twice = sorted({key for key in seen if seen.count(key) > 1})
        raise CaseRefused([f"{shown(key)} is given twice" for key in twice])
    return case


def _not_json(refused: Exception) -> str:
    if isinstance(refused, ArithmeticError):
        return "not readable: a number is too large to hold"
    return f"not readable as JSON: {refused}"


_DECODER = json.JSONDecoder(
    parse_float=Decimal, parse_constant=Decimal, object_pairs_hook=_each_key_once
)
