"""HScore of hemophagocytic syndrome: all nine items or none; not yet clinically approved."""

from dataclasses import dataclass
from decimal import Decimal

from grading.rules.scores import (
    Line,
    Measured,
    Quantity,
    Score,
    Sheet,
    added,
    part_of,
    ranged,
    score,
    stated,
)
from grading.rules.scores_easix import PLATELETS
from grading.rules.scores_hematotox import FERRITIN, HEMOGLOBIN
from grading.rules.scores_tables import Range, ranges
from grading.rules.verdict import Criterion

SOURCE = "Fardet 2014, HScore"
CUT_OFF = 169  # at or above; the side of the edge is policy
MG_DL_PER_MMOL = Decimal("88.57")  # triglyceride; the standard constant, from memory (M)

TEMPERATURE = Quantity("temperature", "Temperature", "Cel", Decimal(25), Decimal(45))
LEUKOCYTES = Quantity("leukocytes", "White cells", "10*9/L", Decimal(0), Decimal(1000))
TRIGLYCERIDE = Quantity(
    "triglyceride", "Triglyceride", "mmol/L", Decimal("0.05"), Decimal(60),
    {"mg/dL": MG_DL_PER_MMOL},
)  # fmt: skip
FIBRINOGEN = Quantity(
    "fibrinogen", "Fibrinogen", "g/L", Decimal(0), Decimal(15), {"mg/dL": Decimal(100)}
)
AST = Quantity("ast", "AST", "U/L", Decimal(0), Decimal(30000))
IMMUNOSUPPRESSION = "known_immunosuppression"
HEPATOMEGALY = "hepatomegaly"
SPLENOMEGALY = "splenomegaly"
HEMOPHAGOCYTOSIS = "hemophagocytosis"
_CYTOPENIAS = "cytopenias"


def _table(name: str, words: str, spec: str) -> tuple[Range, ...]:
    return ranges(f"hscore-{name}", words, spec, source=SOURCE)


def _row(name: str, points: int, words: str) -> Criterion:
    return Criterion(f"hscore-{name}", points, words, SOURCE, "V2")


_TABLES: tuple[tuple[Quantity, tuple[Range, ...]], ...] = (
    (TEMPERATURE, _table("temperature", "Temperature {} °C", "0 <38.4 33 <=39.4 49")),
    (FERRITIN, _table("ferritin", "Ferritin {} ng/mL", "0 <2000 35 <=6000 50")),
    (TRIGLYCERIDE, _table("triglyceride", "Triglyceride {} mmol/L", "0 <1.5 44 <=4 64")),
    (FIBRINOGEN, _table("fibrinogen", "Fibrinogen {} g/L", "30 <=2.5 0")),
    (AST, _table("ast", "AST {} U/L", "0 <30 19")),
)
# 1 is a lineage that counts, not a point.
_LINEAGES: tuple[tuple[Quantity, tuple[Range, ...]], ...] = (
    (HEMOGLOBIN, _table("hemoglobin", "Lineage, hemoglobin {} g/dL", "1 <=9.2 0")),
    (LEUKOCYTES, _table("leukocytes", "Lineage, white cells {} x10^9/L", "1 <=5.0 0")),
    (PLATELETS, _table("platelets", "Lineage, platelets {} x10^9/L", "1 <=110 0")),
)
_BY_LINEAGES = (
    _row("lineages-0", 0, "No lineage low"),
    _row("lineages-1", 0, "One lineage low"),
    _row("lineages-2", 24, "Two lineages low"),
    _row("lineages-3", 34, "Three lineages low"),
)
_SUPPRESSED = {
    False: _row("suppression-no", 0, "No known immunosuppression"),
    True: _row("suppression-yes", 18, "Known immunosuppression"),
}
_ORGANS = (
    _row("organs-none", 0, "Neither liver nor spleen enlarged"),
    _row("organs-one", 23, "Liver or spleen enlarged"),
    _row("organs-both", 38, "Liver and spleen enlarged"),
)
_HEMOPHAGOCYTOSIS = {
    False: _row("aspirate-no", 0, "No hemophagocytosis on the aspirate"),
    True: _row("aspirate-yes", 35, "Hemophagocytosis on the aspirate"),
}
HSCORE = Sheet(
    name="hscore",
    title="HScore",
    ruleset="hscore-2014/1",
    caution=(
        "Context, not an alarm; adult data, and not validated after CAR-T cells: patients "
        "without hemophagocytic syndrome were above the cut-off too."
    ),
    items={
        IMMUNOSUPPRESSION: "Known immunosuppression",
        HEPATOMEGALY: "Enlarged liver",
        SPLENOMEGALY: "Enlarged spleen",
        HEMOPHAGOCYTOSIS: "Hemophagocytosis on the aspirate",
        **{quantity.name: quantity.label for quantity, _ in (*_TABLES, *_LINEAGES)},
    },
    rows=(
        *(("Immunosuppression", row) for row in _SUPPRESSED.values()),
        *(("Enlarged organs", row) for row in _ORGANS),
        *(("Cytopenias", row) for row in _BY_LINEAGES),
        *(("Hemophagocytosis", row) for row in _HEMOPHAGOCYTOSIS.values()),
    ),
    tables={
        **{quantity.label: table for quantity, table in _TABLES},
        **{f"{item.label}: lineages, not points": table for item, table in _LINEAGES},
    },
    most=64,
)


@dataclass(frozen=True, slots=True)
class HscoreFindings:
    """The nine items; None is "not recorded", and blocks the score."""

    known_immunosuppression: bool | None = None
    hepatomegaly: bool | None = None
    splenomegaly: bool | None = None
    hemophagocytosis: bool | None = None
    temperature: Measured | None = None
    hemoglobin: Measured | None = None
    leukocytes: Measured | None = None
    platelets: Measured | None = None
    ferritin: Measured | None = None
    triglyceride: Measured | None = None
    fibrinogen: Measured | None = None
    ast: Measured | None = None


def hscore(findings: HscoreFindings) -> Score:
    """The points (0 to 337), or every item that is missing: a part of it is no score."""
    suppressed, seen = findings.known_immunosuppression, findings.hemophagocytosis
    lines = [
        stated(
            IMMUNOSUPPRESSION,
            HSCORE.items[IMMUNOSUPPRESSION],
            None if suppressed is None else _SUPPRESSED[suppressed],
        ),
        _organs(findings),
        _cytopenias(findings),
        *(ranged(item, table, getattr(findings, item.name)) for item, table in _TABLES),
        stated(
            HEMOPHAGOCYTOSIS,
            HSCORE.items[HEMOPHAGOCYTOSIS],
            None if seen is None else _HEMOPHAGOCYTOSIS[seen],
        ),
    ]
    return score(HSCORE, lines, of=added, say=_reading)


def _organs(findings: HscoreFindings) -> Line:
    liver, spleen = findings.hepatomegaly, findings.splenomegaly
    if liver is None or spleen is None:
        both = ((HEPATOMEGALY, liver), (SPLENOMEGALY, spleen))
        missing = tuple(name for name, answer in both if answer is None)
        return Line("organs", None, missing=missing)
    return stated("organs", "Enlarged organs", _ORGANS[liver + spleen])


def _cytopenias(findings: HscoreFindings) -> Line:
    lines = [ranged(item, table, getattr(findings, item.name)) for item, table in _LINEAGES]
    parts = [line.part for line in lines if line.part is not None]
    if len(parts) < len(lines):
        return Line(
            _CYTOPENIAS,
            None,
            missing=tuple(name for line in lines for name in line.missing),
            refused=tuple(words for line in lines for words in line.refused),
        )
    low = int(added({line.name: line.number for line in lines if line.number is not None}))
    row = _BY_LINEAGES[low]
    item = Quantity(_CYTOPENIAS, "Cytopenias", "", Decimal(0), Decimal(3))
    used = tuple(one for part in parts for one in part.used)
    return Line(_CYTOPENIAS, Decimal(row.grade), part_of(item, row, row.grade, used))


def _reading(points: Decimal) -> str:
    side = "at or above" if points >= CUT_OFF else "below"
    return f"{side} the published cut-off of {CUT_OFF}"
