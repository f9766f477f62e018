"""The scales that can be asked for by name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any

from grading.rules import cases_crs_keys, crs_astct, crs_case, crs_scales, icans_astct, icans_case
from grading.rules.ruleset import Choice
from grading.rules.support_checks import check_support_table
from grading.rules.support_grading import SupportTable
from grading.rules.tables import check_crs_tables, check_icans_tables
from grading.rules.verdict import Criterion, Verdict

GradeCase = Callable[[Mapping[str, Any], Decimal | None, bool], Verdict]


@dataclass(frozen=True, slots=True)
class Scale:
    """One published scale: how to grade a case by it, and the rows a reviewer signs.

    `grade` takes the case, the age in years and whether absent keys are normal; `key_of`
    names, for a field of its findings, the key that a case would use; `choices` are what the
    table leaves open, each with its default.
    """

    name: str
    title: str
    ruleset: str
    grade: GradeCase
    key_of: Mapping[str, str]
    criteria: tuple[tuple[str, Criterion], ...]
    choices: tuple[tuple[Choice, Any], ...]
    flags: Iterable[StrEnum]
    check_tables: Callable[[], list[str]]


def _grade_crs(case: Mapping[str, Any], age_years: Decimal | None, normal: bool) -> Verdict:
    return crs_astct.grade_crs(
        crs_case.crs_findings(case, age_years=age_years, assume_normal=normal)
    )


def _grade_icans(case: Mapping[str, Any], age_years: Decimal | None, normal: bool) -> Verdict:
    return icans_astct.grade_icans(
        icans_case.icans_findings(case, age_years=age_years, assume_normal=normal)
    )


def _keys(field_of: Mapping[str, str]) -> dict[str, str]:
    # The first key wins: a missing temperature is asked for in Celsius.
    return {field: key for key, field in reversed(tuple(field_of.items()))}


def _with_defaults(choices: Sequence[Choice], policy: Any) -> tuple[tuple[Choice, Any], ...]:
    return tuple((choice, getattr(policy, choice.field)) for choice in choices)


def _support_scale(table: SupportTable[Any]) -> Scale:
    return Scale(
        name=table.scale,
        title=table.title,
        ruleset=table.ruleset,
        grade=partial(crs_scales.grade_case_by, table),
        key_of=_keys(cases_crs_keys.FIELD_OF),
        criteria=(
            *((rule.domain, rule.criterion) for rule in table.rules),
            ("", table.death),
            ("", table.nothing),
        ),
        choices=_with_defaults(table.choices, table.default),
        flags=tuple(flag for flag, _ in table.flags),
        check_tables=partial(check_support_table, table),
    )


SCALES: dict[str, Scale] = {
    scale.name: scale
    for scale in (
        Scale(
            name=crs_astct.SCALE,
            title="ASTCT 2019, cytokine release syndrome",
            ruleset=crs_astct.RULESET,
            grade=_grade_crs,
            key_of=_keys(crs_case.FIELD_OF),
            criteria=(
                *((rule.domain, rule.criterion) for rule in crs_astct.CRITERIA),
                *(("", row) for row in crs_astct.SPECIAL),
            ),
            choices=_with_defaults(crs_astct.CHOICES, crs_astct.DEFAULT_POLICY),
            flags=crs_astct.CrsFlag,
            check_tables=check_crs_tables,
        ),
        Scale(
            name=icans_astct.SCALE,
            title="ASTCT 2019, neurotoxicity (ICANS)",
            ruleset=icans_astct.RULESET,
            grade=_grade_icans,
            key_of=_keys(icans_case.FIELD_OF),
            criteria=(
                *((rule.domain, rule.criterion) for rule in icans_astct.CRITERIA),
                *(("", row) for row in icans_astct.SPECIAL),
            ),
            choices=_with_defaults(icans_astct.CHOICES, icans_astct.DEFAULT_ICANS_POLICY),
            flags=icans_astct.IcansFlag,
            check_tables=check_icans_tables,
        ),
        *map(_support_scale, crs_scales.TABLES),
    )
}


def check_tables() -> list[str]:
    """Every gap or overlap in the tables of every scale; empty when they are whole."""
    return [
        f"{scale.name}: {problem}" for scale in SCALES.values() for problem in scale.check_tables()
    ]
