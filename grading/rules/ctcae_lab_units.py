"""The units laboratories report in, by quantity; limits are scaled only by exact factors.

Where CTCAE prints a limit in two systems the two are rounded apart, so each has its own column
and a value is graded in the one it was reported in.
"""

from collections.abc import Mapping
from decimal import Decimal

# Spelling, lower case: the column of limits it is graded in, and how many of it make one of that.
Spellings = Mapping[str, tuple[str, Decimal]]


def _units(**columns: str) -> dict[str, tuple[str, Decimal]]:
    """Spellings by column; a spelling may carry "=factor"."""
    found = {}
    for column, spellings in columns.items():
        for spelling in spellings.split():
            name, _, factor = spelling.partition("=")
            found[name.lower()] = (_COLUMN[column], Decimal(factor or 1))
    return found


_COLUMN = {
    "cells": "10^9/L",
    "g_l": "g/L",
    "g_dl": "g/dL",
    "mg_dl": "mg/dL",
    "mmol": "mmol/L",
    "umol": "umol/L",
    "seconds": "s",
    "enzyme": "U/L",
    "ratio": "",
    "clearance": "mL/min",
    "kg": "kg",
}
RATIO = ""  # the column of a quantity without a unit, and of one graded against its own limits

CELLS = _units(
    cells="10^9/L 10*9/L 10^3/uL 10*3/uL 10^3/mm3 10*3/mm3 K/uL thousand/uL x10^9/L x10E9/L 10E9/L"
    " 10^3/mL=1000 10*3/mL=1000 10^6/L=1000 10*6/L=1000 1/uL=1000 /uL=1000 cells/uL=1000"
    " /mm3=1000 1/mm3=1000 cells/mm3=1000"
)
HEMOGLOBIN = _units(g_l="g/L", g_dl="g/dL", mmol="mmol/L")
GRAMS = _units(g_l="g/L", g_dl="g/dL")
FIBRINOGEN = _units(g_l="g/L", mg_dl="mg/dL")
SALT = _units(mmol="mmol/L mEq/L")
MINERAL = _units(mmol="mmol/L", mg_dl="mg/dL")
URATE = _units(mmol="mmol/L umol/L=1000", mg_dl="mg/dL")
CLEARANCE = _units(clearance="mL/min")
# Graded only against limits in the same unit: any unit of the quantity will do, or none.
ENZYME = _units(ratio="U/L IU/L mU/mL ukat/L nkat/L u/l_37c")
PIGMENT = _units(ratio="mg/dL umol/L mmol/L mg/L")
PROTEIN = _units(ratio="g/L mg/dL g/dL mg/L")
SECONDS = _units(ratio="s sec seconds")
PURE = _units(ratio="1 {INR} INR ratio {ratio} pH [pH] {pH}")
WEIGHT = _units(ratio="kg g lb [lb_av]")

KNOWN = frozenset(
    spelling
    for quantity in (
        *(CELLS, HEMOGLOBIN, GRAMS, FIBRINOGEN, SALT, MINERAL, URATE, CLEARANCE),
        *(ENZYME, PIGMENT, PROTEIN, SECONDS, PURE, WEIGHT),
    )
    for spelling in quantity
) | {"ng/ml", "ug/l", "pg/ml", "ng/l", "ng/ml{feu}", "ng/ml{ddu}", "mg/l{feu}", "ug/ml", "%"}


def column_of(units: Spellings, unit: str | None) -> tuple[str, Decimal] | None:
    """The column and factor of a unit; None where the quantity is not graded in it.

    A unit that was not recorded is enough only for what is graded against its own limits.
    """
    if unit is None:
        return (RATIO, Decimal(1)) if unitless(units) else None
    return units.get(unit.strip().lower())


def unitless(units: Spellings) -> bool:
    """Whether a value needs no unit to be graded."""
    return all(column == RATIO for column, _ in units.values())
