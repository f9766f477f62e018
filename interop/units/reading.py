"""Read a quantity into the unit of its field: converted where that is exact, else refused.

Conversions are those that hold for every assay (vitals.analytes, vitals.units); sIL-2R
and the two kinds of D-dimer are never turned into one another. A number without a unit
counts only where one unit is in use.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from interop.codes import Code, Kind
from interop.csv import spellings
from interop.units.ucum import same_size
from vitals.analytes import ANALYTES, spelled
from vitals.units import celsius_from_fahrenheit, kilograms_from_pounds, percent_from_fraction

_LEAST_SHARE: Final = Decimal("0.21")
_SPELLINGS: Final = {
    "heart_rate_bpm": spellings.RATES,
    "respirations_per_minute": spellings.RATES,
    "systolic_mmhg": spellings.PRESSURES,
    "diastolic_mmhg": spellings.PRESSURES,
    "mean_arterial_mmhg": spellings.PRESSURES,
    "spo2_percent": spellings.PERCENTS,
    "oxygen_flow_lpm": spellings.FLOWS,
    "fio2_percent": {**spellings.OXYGEN_SHARES, "1": spellings.FRACTION},
    "weight_kg": spellings.WEIGHTS,
    "glasgow_coma_score": spellings.SCORES,
}
# Ward and laboratory spellings that the analytes' own table does not list.
_ALSO: Final = {
    "[IU]/L": "U/L", "[iU]/L": "U/L", "meq/L": "mEq/L", "10*3/mm3": "10*9/L",
    "10^3/mm3": "10*9/L", "K/mcL": "10*9/L", "k/uL": "10*9/L", "x10*9/L": "10*9/L",
    "ng/mL FEU": "ng/mL{FEU}", "ng/mL DDU": "ng/mL{DDU}", "{score}": "1",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Canonical:
    """A value in our own unit, beside the value and the unit as they came."""

    value: Decimal
    unit: str
    entered: Decimal
    entered_unit: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The unit is none that this value can be converted from; `words` name those known."""

    words: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """More than one unit is plausible for a bare number: a person must say which."""

    words: str


def quantity(value: Decimal, unit: str, *, of: Code) -> Canonical | Refused | Ambiguous:
    """Return the value in the unit of a code's field or analyte; never guesses.

    Exact: nothing is rounded but the 28th digit of a quotient. Whether the value is
    possible is not asked here.
    """
    if of.kind is Kind.LAB:
        return _of_analyte(value, unit, of)
    if of.field == "temperature_celsius":
        return _temperature(value, unit)
    if of.field == "fio2_percent" and not unit.strip():
        return _bare_share(value)
    known = _SPELLINGS.get(of.field)
    if known is None:
        return Refused(f"{of.display} is no quantity")
    found = spellings.unit_in(known, unit)
    if found is None:
        if not unit.strip():
            return Ambiguous(
                f"{value:f} without a unit: {' or '.join(sorted(set(known.values())))}"
            )
        return Refused(_unknown(of.display, unit, {name for name in known.values() if name}))
    if found == spellings.POUND:
        return Canonical(kilograms_from_pounds(value), spellings.KILOGRAM, value, unit)
    if found == spellings.FRACTION:
        return Canonical(percent_from_fraction(value), spellings.PERCENT, value, unit)
    return Canonical(value, found, value, unit)


@lru_cache(maxsize=2000)
def listed(analyte: str, unit: str) -> str | None:
    """The spelling under which an analyte lists this unit; None when it lists no such unit."""
    factors = ANALYTES[analyte].factors
    plain = unit.strip()
    for guess in (plain, spelled(plain), _ALSO.get(plain, "")):
        if (guess or not plain) and spelled(guess) in factors:
            return guess
    if not plain:
        return None
    return next((each for each in factors if same_size(plain, each)), None)


def plain(unit: str) -> str:
    """A unit as UCUM spells it, where a ward's or a laboratory's spelling is known."""
    said = unit.strip()
    return spelled(_ALSO.get(spelled(said), said))


def _of_analyte(value: Decimal, unit: str, of: Code) -> Canonical | Refused | Ambiguous:
    analyte = ANALYTES[of.analyte]
    found = listed(of.analyte, unit)
    if found is None:
        if not unit.strip():
            return Ambiguous(f"{analyte.label} of {value:f} without a unit")
        return Refused(_unknown(analyte.label, unit, set(analyte.factors)))
    return Canonical(analyte.canonical(value, found), analyte.unit, value, unit)


def _temperature(value: Decimal, unit: str) -> Canonical | Refused | Ambiguous:
    scale = spellings.temperature_scale(unit)
    if scale is None:
        return Refused(_unknown("temperature", unit, {"Cel", "[degF]"}))
    if scale == spellings.NO_UNIT:
        return Ambiguous(f"a temperature of {value:f} without a unit: Cel or [degF]")
    if scale == spellings.FAHRENHEIT:
        return Canonical(celsius_from_fahrenheit(value), spellings.CELSIUS, value, unit)
    return Canonical(value, spellings.CELSIUS, value, unit)


def _bare_share(value: Decimal) -> Canonical | Ambiguous:
    """A bare share of oxygen: from 0.21 to below 1 a fraction, above 1 a percentage."""
    if value == 1:
        return Ambiguous("an FiO2 of 1 without a unit may be a fraction or a percentage")
    percent = percent_from_fraction(value) if _LEAST_SHARE <= value < 1 else value
    return Canonical(percent, spellings.PERCENT, value, "")


def _unknown(label: str, unit: str, known: set[str]) -> str:
    return f"{label} in “{unit[:30]}”; known units: {', '.join(sorted(known)) or 'none'}"
