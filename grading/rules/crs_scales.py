"""The CRS scales of support, in the order in which they are shown."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from grading.rules.cartox import TABLE as CARTOX
from grading.rules.cartox_paediatric import TABLE as CARTOX_PEDIATRIC
from grading.rules.cases_crs_scales import support_findings
from grading.rules.ctcae_crs import TABLE as CTCAE_CRS
from grading.rules.lee2014 import TABLE as LEE
from grading.rules.mskcc import TABLE as MSKCC
from grading.rules.penn import TABLE as PENN
from grading.rules.support_grading import SupportTable
from grading.rules.verdict import Verdict

TABLES: tuple[SupportTable[Any], ...] = (LEE, PENN, CTCAE_CRS, CARTOX, CARTOX_PEDIATRIC, MSKCC)


def grade_case_by(
    table: SupportTable[Any], case: Mapping[str, Any], age_years: Decimal | None, normal: bool
) -> Verdict:
    """The verdict of one table on one JSON case, by its default policy; raises CaseRefused."""
    findings = support_findings(table.scale, case, age_years=age_years, assume_normal=normal)
    return table.grade(findings, table.default)
