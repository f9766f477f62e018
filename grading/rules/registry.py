"""The scales that can be asked for by name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any

from grading.rules import (
    cases_crs_keys,
    cases_ctcae,
    cases_scores,
    crs_astct,
    crs_case,
    crs_scales,
    ctcae_lab,
    ctcae_symptom,
    icans_astct,
    icans_case,
    news2,
    pews,
)
from grading.rules.ctcae_checks import check_lab_tables, check_symptom_tables
from grading.rules.ruleset import Choice
from grading.rules.scores_sheets import check_score_tables
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
    table leaves open, each with its default. `by_domain` lists the rows under their domain
    instead of the gravest first.
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
    by_domain: bool = False


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
        Scale(
            name=news2.SCALE,
            title="NEWS2, Royal College of Physicians 2017",
            ruleset=news2.RULESET,
            grade=cases_scores.grade_news2_case,
            key_of=_keys(cases_scores.NEWS2_FIELD_OF),
            criteria=news2.criteria(),
            choices=(),
            flags=news2.News2Flag,
            check_tables=news2.check_news2_tables,
            by_domain=True,
        ),
        Scale(
            name=pews.SCALE,
            title="National PEWS, NHS England",
            ruleset=pews.RULESET,
            grade=cases_scores.grade_pews_case,
            key_of=_keys(cases_scores.PEWS_FIELD_OF),
            criteria=pews.criteria(),
            choices=_with_defaults(pews.CHOICES, pews.DEFAULT_PEWS_POLICY),
            flags=pews.PewsFlag,
            check_tables=pews.check_pews_tables,
            by_domain=True,
        ),
        Scale(
            name=ctcae_lab.SCALE,
            title="CTCAE, laboratory terms",
            ruleset=ctcae_lab.RULESET,
            grade=cases_ctcae.grade_lab_case,
            key_of=_keys(cases_ctcae.LAB_FIELD_OF),
            criteria=ctcae_lab.criteria(),
            choices=_with_defaults(ctcae_lab.CHOICES, ctcae_lab.DEFAULT_LAB_POLICY),
            flags=ctcae_lab.LabFlag,
            check_tables=check_lab_tables,
            by_domain=True,
        ),
        Scale(
            name=ctcae_symptom.SCALE,
            title="CTCAE 5.0, symptoms and signs",
            ruleset=ctcae_symptom.RULESET,
            grade=cases_ctcae.grade_symptom_case,
            key_of=_keys(cases_ctcae.SYMPTOM_FIELD_OF),
            criteria=ctcae_symptom.criteria(),
            choices=(),
            flags=ctcae_symptom.SymptomFlag,
            check_tables=check_symptom_tables,
            by_domain=True,
        ),
    )
}


def check_tables() -> list[str]:
    """Every gap or overlap in the tables of every scale and score; empty when they are whole."""
    problems = [
        f"{scale.name}: {problem}" for scale in SCALES.values() for problem in scale.check_tables()
    ]
    return problems + check_score_tables()
