"""Which values can be, which are worth asking again about: one table for every way in.

Hard limits refuse, soft limits ask. The form, the interface, the imports and the
database's own constraints read them here. Not yet clinically approved.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one field, all of them inclusive; soft ones may be open (None)."""

    unit: str
    hard_low: Decimal
    hard_high: Decimal
    soft_low: Decimal | None = None
    soft_high: Decimal | None = None

    def is_possible(self, value: Decimal) -> bool:
        """Whether the value can be stored at all."""
        return self.hard_low <= value <= self.hard_high

    def is_expected(self, value: Decimal) -> bool:
        """Whether the value needs no second look."""
        low_enough = self.soft_high is None or value <= self.soft_high
        return low_enough and (self.soft_low is None or value >= self.soft_low)


def _limits(unit: str, hard: str, soft: str = "") -> Limits:
    low, high = (Decimal(part) for part in hard.split())
    soft_low, soft_high = (Decimal(part) for part in soft.split()) if soft else (None, None)
    return Limits(unit, low, high, soft_low, soft_high)


# Youngest age in completed years of each band, oldest band first; an unknown age is an adult.
ADULT_FROM_YEARS: Final = 18
_BANDS: Final = (ADULT_FROM_YEARS, 12, 5, 1, 0)

# unit, hard limits, then soft limits for adult, 12-17 y, 5-11 y, 1-4 y and under 1 y.
_TABLE: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "temperature_celsius": ("°C", "25.0 45.0", ("35.0 41.0",) * 5),
    "heart_rate_bpm": (
        "/min", "10 350", ("40 160", "40 180", "45 190", "50 210", "60 230"),
    ),
    "respirations_per_minute": (
        "/min", "0 120", ("8 40", "8 45", "8 60", "10 70", "15 90"),
    ),
    "systolic_mmhg": (
        "mmHg", "20 300", ("70 220", "65 190", "60 170", "55 150", "45 130"),
    ),
    "diastolic_mmhg": (
        "mmHg", "5 220", ("35 130", "30 120", "25 110", "20 100", "15 90"),
    ),
    "mean_arterial_mmhg": (
        "mmHg", "10 250", ("45 150", "40 140", "35 130", "30 120", "25 110"),
    ),
    "spo2_percent": ("%", "30 100", ("85 100",) * 5),
    "oxygen_flow_lpm": ("L/min", "0 80", ("0 60",) * 5),
    "fio2_percent": ("%", "21 100", ("",) * 5),
    "fluid_bolus_ml": ("mL", "0 10000", ("0 2000", "0 1500", "0 1000", "0 600", "0 300")),
    "baseline_home_oxygen_lpm": ("L/min", "0 15", ("",) * 5),
    "glasgow_coma_score": ("{score}", "3 15", ("",) * 5),
    "capillary_refill_seconds": ("s", "0 60", ("0 10",) * 5),
    "weight_kg": ("kg", "0.3 400", ("30 200", "20 150", "10 90", "5 40", "2 15")),
}  # fmt: skip
FIELDS: Final = tuple(_TABLE)

CANNULA_FLOW_TO_CONFIRM_LPM: Final = Decimal(15)  # above it, on a plain nasal cannula
_LIMITS: Final[dict[str, tuple[Limits, ...]]] = {
    field: tuple(_limits(unit, hard, soft) for soft in by_band)
    for field, (unit, hard, by_band) in _TABLE.items()
}


def limits_for(field: str, *, age_years: int | None) -> Limits:
    """Return the limits of a field for an age in completed years."""
    age = ADULT_FROM_YEARS if age_years is None else age_years
    band = next((index for index, youngest in enumerate(_BANDS) if age >= youngest), -1)
    return _LIMITS[field][band]


def refusal(field: str, value: Decimal) -> str | None:
    """Say why a value cannot be stored, naming value and bound; None when it can."""
    limits = _LIMITS[field][0]
    if limits.is_possible(value):
        return None
    words = (
        f"{value:f} {limits.unit} is outside "
        f"{limits.hard_low:f} to {limits.hard_high:f} {limits.unit}"
    )
    hint = fahrenheit_hint(value) if field == "temperature_celsius" else None
    return f"{words}. {hint}" if hint else words


def fahrenheit_hint(value: Decimal) -> str | None:
    """Offer, never apply, the conversion of a Celsius field that reads like Fahrenheit."""
    if not Decimal(86) <= value <= Decimal(113):
        return None
    celsius = (value - 32) * 5 / 9
    return f"{value:f} °F would be {celsius:.1f} °C: enter degrees Celsius."


def doubt(field: str, value: Decimal, *, age_years: int | None) -> str | None:
    """Say why a possible value is worth asking about again; None when it is not."""
    limits = limits_for(field, age_years=age_years)
    if limits.is_expected(value):
        return None
    return f"{value:f} {limits.unit} is unusual at this age: measure again or confirm"


def pressure_refusal(systolic: Decimal | int | None, diastolic: Decimal | int | None) -> str | None:
    """Refuse a diastolic pressure that is not below the systolic one."""
    if systolic is None or diastolic is None or diastolic < systolic:
        return None
    return f"{diastolic} mmHg is not below the systolic pressure of {systolic} mmHg"
