"""Proof that the tables of support are whole: no support falls between two of their rows."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product
from typing import Any

from grading.rules.pressors import Infusion, Intensity
from grading.rules.support_findings import SupportFindings
from grading.rules.support_grading import SupportTable
from grading.rules.support_oxygen import OXYGEN
from grading.rules.support_pressure import PRESSURE
from grading.rules.tables import Situation, misfits, row_problems
from grading.rules.verdict import Rule
from grading.rules.vocabulary import CANNULAS, OxygenDevice, Vasopressor

# Rows that stand above others on purpose: what meets them meets a lower row as well.
ABOVE_OTHERS = frozenset({"cartox-ped-4-despite", "cartox-ped-3-bipap"})
_FRACTIONS = tuple(Decimal(fraction) for fraction in ("0.39", "0.40", "1"))
_HOURS = (Decimal("23.9"), Decimal(24))


def check_support_table(
    table: SupportTable[Any], rules: Sequence[Rule[SupportFindings]] | None = None
) -> list[str]:
    """The gaps and overlaps of one table; empty when it is whole."""
    rows = table.rules if rules is None else rules
    alike = [rule for rule in rows if rule.criterion.id not in ABOVE_OTHERS]
    return [*row_problems(rows), *misfits(alike, (*_pressure(), *_oxygen()))]


def _pressure() -> Iterator[Situation[SupportFindings]]:
    drugs = tuple(Vasopressor)[:2]
    both = (False, True)
    for number, vasopressin, level, hours in product(range(3), both, Intensity, _HOURS):
        for boluses, low, refractory in product(range(3), both, both):
            findings = SupportFindings(
                vasopressors=tuple(Infusion(drug) for drug in drugs[:number]),
                vasopressin=vasopressin,
                vasopressor_intensity=level,
                hours_on_vasopressor=hours,
                hypotension_refractory=refractory,
                fluid_bolus_count=boluses,
                hypotension_present=low,
                systolic_mmhg=95,
            )
            yield findings, {PRESSURE: int(bool(number or vasopressin or boluses or low))}


def _oxygen() -> Iterator[Situation[SupportFindings]]:
    for device, fraction in product(OxygenDevice, _FRACTIONS):
        if device != OxygenDevice.ROOM_AIR:
            given = SupportFindings(oxygen_device=device, fio2_fraction=fraction)
            yield given, {OXYGEN: 1}
    yield SupportFindings(oxygen_device=OxygenDevice.ROOM_AIR), {OXYGEN: 0}
    for device in CANNULAS:
        none = SupportFindings(oxygen_device=device, oxygen_flow_lpm=Decimal(0))
        yield none, {OXYGEN: 0}
