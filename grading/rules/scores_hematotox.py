"""CAR-HEMATOTOX from values before the cells, as context; not yet clinically approved."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from grading.rules.scores import Line, Measured, Quantity, Score, Sheet, added, ranged, score
from grading.rules.scores_easix import CRP, PLATELETS
from grading.rules.scores_tables import Range, ranges

SOURCE = "Rejeski 2021"
HIGH_FROM = 2  # at or above; Rejeski 2021
PER_THOUSAND = Decimal(1000)

NEUTROPHILS = Quantity(
    "neutrophils", "Neutrophils", "10*9/L", Decimal(0), Decimal(500), {"/uL": PER_THOUSAND}
)
HEMOGLOBIN = Quantity(
    "hemoglobin", "Hemoglobin", "g/dL", Decimal(1), Decimal(26), {"g/L": Decimal(10)}
)
FERRITIN = Quantity(
    "ferritin", "Ferritin", "ng/mL", Decimal(0), Decimal(5_000_000), {"ug/L": Decimal(1)}
)


def _table(name: str, words: str, spec: str) -> tuple[Range, ...]:
    return ranges(f"hematotox-{name}", words, spec, source=SOURCE)


# Copies differ in their signs at the edges; these are the ones that were checked.
_TABLES: tuple[tuple[Quantity, tuple[Range, ...]], ...] = (
    (PLATELETS, _table("platelets", "Platelets {} x10^9/L", "2 <75 1 <=175 0")),
    (NEUTROPHILS, _table("neutrophils", "Neutrophils {} x10^9/L", "1 <1.2 0")),
    (HEMOGLOBIN, _table("hemoglobin", "Hemoglobin {} g/dL", "1 <9.0 0")),
    (CRP, _table("crp", "C-reactive protein {} mg/dL", "0 <3.0 1")),
    (FERRITIN, _table("ferritin", "Ferritin {} ng/mL", "0 <650 1 <=2000 2")),
)
HEMATOTOX = Sheet(
    name="car-hematotox",
    title="CAR-HEMATOTOX",
    ruleset="car-hematotox-2021/1",
    caution=(
        "Context, not an alarm; adult lymphoma data. It is about low blood counts after the "
        "cells, not about CRS, and holds for values from before lymphodepletion only: check "
        "when that began."
    ),
    items={quantity.name: quantity.label for quantity, _ in _TABLES},
    rows=(),
    tables={quantity.label: table for quantity, table in _TABLES},
    most=2,
)


@dataclass(frozen=True, slots=True)
class BaselineFindings:
    """The last values before lymphodepletion, each with its unit; None is "not recorded"."""

    platelets: Measured | None = None
    neutrophils: Measured | None = None
    hemoglobin: Measured | None = None
    crp: Measured | None = None
    ferritin: Measured | None = None


def car_hematotox(findings: BaselineFindings, *, before: datetime) -> Score:
    """The points (0 to 7), or what is missing.

    `before` is when lymphodepletion began or, where that is not known, the first infusion: a
    value taken then or later, or at no stated time, is refused.
    """
    lines = [
        _line(quantity, table, getattr(findings, quantity.name), before=before)
        for quantity, table in _TABLES
    ]
    return score(HEMATOTOX, lines, of=added, say=_reading)


def _line(
    quantity: Quantity, table: tuple[Range, ...], given: Measured | None, *, before: datetime
) -> Line:
    if given is not None and (given.taken_at is None or given.taken_at >= before):
        why = f"{quantity.label}: not known to be from before the cells"
        return Line(quantity.name, None, missing=(quantity.name,), refused=(why,))
    return ranged(quantity, table, given)


def _reading(points: Decimal) -> str:
    return f"{'high' if points >= HIGH_FROM else 'low'} risk by its cut-off ({HIGH_FROM} or more)"
