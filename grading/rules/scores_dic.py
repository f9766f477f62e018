"""ISTH score of overt DIC: every item and the laboratory's own D-dimer tiers, or no score."""

from dataclasses import dataclass
from decimal import Decimal

from grading.rules.scores import (
    Line,
    Measured,
    Quantity,
    Score,
    ScorePart,
    Sheet,
    Used,
    added,
    looked_at,
    part_of,
    ranged,
    score,
)
from grading.rules.scores_easix import PLATELETS
from grading.rules.scores_hscore import FIBRINOGEN
from grading.rules.scores_tables import Range, range_of, ranges
from grading.rules.verdict import Criterion

SOURCE = "Taylor 2001, ISTH overt DIC"
OVERT_FROM = 5  # at or above; Taylor 2001
UNDERLYING = "underlying_disorder"
TIERS = "d_dimer_tiers"
D_DIMER = "d_dimer"
WITHOUT_CAUSE = "Without an underlying disorder the score is not to be used"

PROLONGATION = Quantity(
    "pt_prolongation", "Prothrombin time above its upper limit", "s", Decimal(-50), Decimal(200)
)
_HIGHEST_DIMER = Decimal(1_000_000)


def _table(name: str, words: str, spec: str) -> tuple[Range, ...]:
    return ranges(f"dic-{name}", words, spec, source=SOURCE)


_PLATELETS = _table("platelets", "Platelets {} x10^9/L", "2 <50 1 <100 0")
_PROLONGATION = _table("pt", "Prothrombin time prolonged by {} s", "0 <3 1 <6 2")
_FIBRINOGEN = _table("fibrinogen", "Fibrinogen {} g/L", "1 <1.0 0")
_BY_RISE = {
    points: Criterion(f"dic-dimer-{points}", points, words, SOURCE, "V2")
    for points, words in (
        (0, "No rise of D-dimer, by the tiers of the laboratory"),
        (2, "Moderate rise of D-dimer, by the tiers of the laboratory"),
        (3, "Strong rise of D-dimer, by the tiers of the laboratory"),
    )
}
DIC = Sheet(
    name="isth-dic",
    title="ISTH overt DIC",
    ruleset="isth-dic-2001/1",
    caution=(
        "Context, not an alarm. It needs a disorder that can cause DIC, such as CRS, and the "
        "D-dimer tiers of the laboratory."
    ),
    items={
        UNDERLYING: "A disorder that can cause DIC",
        D_DIMER: "D-dimer",
        TIERS: "The laboratory's D-dimer tiers",
        **{item.name: item.label for item in (PLATELETS, PROLONGATION, FIBRINOGEN)},
    },
    rows=tuple(("D-dimer", row) for row in _BY_RISE.values()),
    tables={
        PLATELETS.label: _PLATELETS,
        PROLONGATION.label: _PROLONGATION,
        FIBRINOGEN.label: _FIBRINOGEN,
    },
    most=3,
)


@dataclass(frozen=True, slots=True)
class DimerTiers:
    """From which D-dimer a laboratory calls the rise moderate, and strong; each at or above.

    `unit` says the assay too: FEU and DDU are never converted into each other. Raises
    ValueError unless 0 < moderate_from < strong_from.
    """

    unit: str
    moderate_from: Decimal
    strong_from: Decimal

    def __post_init__(self) -> None:
        """Refuse tiers that do not rise."""
        if not 0 < self.moderate_from < self.strong_from:
            raise ValueError("D-dimer tiers must rise from above 0")


@dataclass(frozen=True, slots=True)
class DicFindings:
    """The items; None is "not recorded", and blocks the score.

    `pt_prolongation` is the prothrombin time less the upper limit of its own laboratory.
    """

    underlying_disorder: bool | None = None
    platelets: Measured | None = None
    d_dimer: Measured | None = None
    pt_prolongation: Measured | None = None
    fibrinogen: Measured | None = None


def isth_dic(findings: DicFindings, *, tiers: DimerTiers | None) -> Score:
    """The points (0 to 8), or every item that is missing: a part of it is no score."""
    if findings.underlying_disorder is False:
        return Score(DIC.name, DIC.ruleset, None, DIC.caution, refused=(WITHOUT_CAUSE,))
    lines = [
        ranged(PLATELETS, _PLATELETS, findings.platelets),
        _dimer(findings.d_dimer, tiers),
        ranged(PROLONGATION, _PROLONGATION, findings.pt_prolongation),
        ranged(FIBRINOGEN, _FIBRINOGEN, findings.fibrinogen),
    ]
    if findings.underlying_disorder is None:
        lines.insert(0, Line(UNDERLYING, None, missing=(UNDERLYING,)))
    return score(DIC, lines, of=added, say=_reading)


def _dimer(given: Measured | None, tiers: DimerTiers | None) -> Line:
    if tiers is None:
        missing = (TIERS,) if given is not None else (D_DIMER, TIERS)
        return Line(D_DIMER, None, missing=missing)
    item = Quantity(D_DIMER, "D-dimer", tiers.unit, Decimal(0), _HIGHEST_DIMER)
    table = _table("tier", "{}", f"0 <{tiers.moderate_from} 2 <{tiers.strong_from} 3")

    def entry(value: Decimal, used: Used) -> tuple[Decimal, ScorePart]:
        row = _BY_RISE[range_of(table, value).points]
        return Decimal(row.grade), part_of(item, row, row.grade, (used,))

    return looked_at(item, given, entry)


def _reading(points: Decimal) -> str:
    if points >= OVERT_FROM:
        return f"compatible with overt DIC ({OVERT_FROM} or more)"
    return f"below overt DIC ({OVERT_FROM} or more)"
