"""Charted doses in the unit in which a vasopressor table prints its line. Standard library only."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from grading.rules.pressors import DOSE_LINES, DoseUnit, Infusion

_SHOWN: Final = Decimal("0.0001")
_PER_KG: Final = frozenset({DoseUnit.UG_KG_MIN, DoseUnit.NG_KG_MIN})
# ug in one of them: per minute, or per kg and minute.
_UG: Final[dict[str, Decimal]] = {
    DoseUnit.UG_MIN: Decimal(1),
    DoseUnit.UG_KG_MIN: Decimal(1),
    DoseUnit.NG_KG_MIN: Decimal("0.001"),
    DoseUnit.MG_H: Decimal(1000) / 60,
}
_UNITS: Final = frozenset[str](DoseUnit)


def needs_weight(drug: str, unit: str) -> bool:
    """Whether only a body weight brings this unit to the one of the drug's line."""
    line = DOSE_LINES.get(drug)
    if line is None or unit not in _UG:
        return False
    return (unit in _PER_KG) != (line.unit in _PER_KG)


def infusion(
    drug: str, dose: Decimal | None, unit: str, *, weight_kg: Decimal | None = None
) -> Infusion:
    """A drug that runs, its dose in the unit of its line where that can be worked out.

    A dose in a unit that no table reads is left out: the drug runs at a dose not known.
    """
    if dose is None or unit not in _UNITS:
        return Infusion(drug)
    line = DOSE_LINES.get(drug)
    if line is None or unit == line.unit or unit not in _UG:
        return Infusion(drug, dose, unit)
    if needs_weight(drug, unit):
        if weight_kg is None:
            return Infusion(drug, dose, unit)
        dose = dose * weight_kg if unit in _PER_KG else dose / weight_kg
    return Infusion(drug, _plain(dose * _UG[unit]), line.unit)


def is_above_line(one: Infusion) -> bool:
    """Whether one drug alone is at its line of high dose or above it."""
    line = DOSE_LINES.get(one.drug)
    return (
        line is not None
        and one.dose is not None
        and one.unit == line.unit
        and one.dose >= line.high_from
    )


def charted(rows: Iterable[dict[str, Any]]) -> dict[str, tuple[Decimal, str]]:
    """Dose and unit by drug, as a set keeps them; two pumps of one drug and unit add up."""
    found: dict[str, tuple[Decimal, str]] = {}
    for row in rows:
        dose, unit = Decimal(row["dose"]), row["unit"]
        before = found.get(row["drug"])
        if before is not None and before[1] == unit:
            dose += before[0]
        found[row["drug"]] = (dose, unit)
    return found


def _plain(dose: Decimal) -> Decimal:
    """Four decimals, so that a rate worked out of another unit reads like one."""
    return dose.quantize(_SHOWN).normalize() + 0
