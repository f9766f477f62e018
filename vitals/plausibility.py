"""Which values can be, which are worth asking again about: one table for every way in.

Hard limits refuse, soft limits ask, and so does a jump from the value before. The form,
the interface, the imports and the database's own constraints read them here. Where
published bounds differ the wider one refuses and the narrower one asks: what has been
measured in somebody must not be refused. Not yet clinically approved.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from vitals.units import celsius_from_fahrenheit


class JumpKind(StrEnum):
    """How a value is held against the one before."""

    BY = "by"  # so many units
    PERCENT = "percent"  # so many percent of the value before
    TIMES = "times"  # so many times as much, either way


@dataclass(frozen=True, slots=True)
class Jump:
    """A change from the value before that asks; the bound itself asks. Bounded in time or not."""

    size: Decimal
    kind: JumpKind = JumpKind.BY
    within: timedelta | None = None

    def is_one(self, value: Decimal, *, before: Decimal, elapsed: timedelta) -> bool:
        """Whether a value is so far from the one before it."""
        if self.within is not None and elapsed > self.within:
            return False
        if self.kind is JumpKind.TIMES:
            low, high = sorted((value, before))
            return low > 0 and high >= low * self.size
        if self.kind is JumpKind.PERCENT:
            return abs(value - before) * 100 >= before * self.size
        return abs(value - before) >= self.size


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one field, all of them inclusive; soft ones and the jump may be open (None)."""

    unit: str
    hard_low: Decimal
    hard_high: Decimal
    soft_low: Decimal | None = None
    soft_high: Decimal | None = None
    jump: Jump | None = None

    def is_possible(self, value: Decimal) -> bool:
        """Whether the value can be stored at all."""
        return self.hard_low <= value <= self.hard_high

    def is_expected(self, value: Decimal) -> bool:
        """Whether the value needs no second look."""
        low_enough = self.soft_high is None or value <= self.soft_high
        return low_enough and (self.soft_low is None or value >= self.soft_low)


# Youngest age in completed months of each band, oldest band first; an unknown age is an adult.
ADULT_FROM_MONTHS: Final = 18 * 12
BANDS_FROM_MONTHS: Final = (ADULT_FROM_MONTHS, 12 * 12, 5 * 12, 12, 3, 0)

# Of a set of observations. Unit, hard limits, soft limits for adult, 12-17 y, 5-11 y, 1-4 y,
# 3-11 months and under 3 months (one alone holds for every age), and the jump that asks.
_OF_A_SET: Final[dict[str, tuple[str, str, tuple[str, ...], str]]] = {
    "temperature_celsius": ("°C", "25.0 45.0", ("35.0 41.0",), "2.0 in 4 h"),
    "heart_rate_bpm": (
        "/min", "10 350", ("40 160", "40 180", "45 190", "50 210", "60 230", "70 230"), "50",
    ),
    "respirations_per_minute": (
        "/min", "0 120", ("8 40", "8 45", "8 60", "10 70", "15 90", "20 90"), "12",
    ),
    "systolic_mmhg": (
        "mmHg", "20 300", ("70 220", "65 190", "60 170", "55 150", "45 130", "40 115"), "50",
    ),
    "diastolic_mmhg": (
        "mmHg", "5 220", ("35 130", "30 120", "25 110", "20 100", "15 90", "12 80"), "40",
    ),
    "mean_arterial_mmhg": (
        "mmHg", "10 250", ("45 150", "40 140", "35 130", "30 120", "25 110", "20 95"), "",
    ),
    "spo2_percent": ("%", "30 100", ("85 100",), "8"),
    "oxygen_flow_lpm": ("L/min", "0 80", ("0 60",), ""),
    "fio2_percent": ("%", "21 100", ("",), "30"),
    "fluid_bolus_ml": (
        "mL", "0 10000", ("0 2000", "0 1500", "0 1000", "0 600", "0 300", "0 150"), "",
    ),
    "baseline_home_oxygen_lpm": ("L/min", "0 15", ("",), ""),
    "glasgow_coma_score": ("{score}", "3 15", ("",), ""),
    "capillary_refill_seconds": ("s", "0 60", ("0 10",), ""),
    "pain_score": ("{score}", "0 10", ("",), ""),
    "urine_ml": (
        "mL", "0 10000", ("0 2000", "0 1500", "0 1000", "0 600", "0 300", "0 150"), "",
    ),
}  # fmt: skip
_OTHERS: Final[dict[str, tuple[str, str, tuple[str, ...], str]]] = {
    "weight_kg": (
        "kg", "0.3 400", ("30 200", "20 150", "10 90", "5 40", "3 15", "1.5 10"), "5 % in 24 h",
    ),
    "ice_score": ("{score}", "0 10", ("",), "3"),
    "capd_score": ("{score}", "0 32", ("",), "6"),
}  # fmt: skip
# Of laboratory results, in the analyte's canonical unit; one row holds for every age.
_LABS: Final[dict[str, tuple[str, str, tuple[str, ...], str]]] = {
    "crp": ("mg/L", "0 1000", ("0 500",), "x10"),
    # 800 000 ng/mL is published: from 500 000 on a value is asked about, not refused.
    "ferritin": ("ng/mL", "0 5000000", ("0 50000",), "x10"),
    "il6": ("pg/mL", "0 1000000", ("0 50000",), ""),
    "lactate": ("mmol/L", "0 35", ("0.3 15",), ""),
    "leukocytes": ("10*9/L", "0 1000", ("0 100",), ""),
    "hemoglobin": ("g/L", "10 260", ("50 200",), "x10"),
    "platelets": ("10*9/L", "0 3000", ("0 1000",), ""),
    "sodium": ("mmol/L", "90 210", ("120 160",), ""),
    "potassium": ("mmol/L", "0.8 15", ("2.5 6.5",), ""),
    "creatinine": ("mg/dL", "0.05 60", ("0.1 15",), ""),
    "alt": ("U/L", "0 30000", ("0 5000",), ""),
    "ast": ("U/L", "0 30000", ("0 5000",), ""),
    "bilirubin": ("mg/dL", "0 80", ("0 30",), ""),
    "fibrinogen": ("g/L", "0 15", ("0.5 10",), "x10"),
    "inr": ("1", "0.5 20", ("0.8 8",), ""),
}
OF_A_SET: Final = tuple(_OF_A_SET)
FIELDS: Final = (*_OF_A_SET, *_OTHERS)
LABS: Final = tuple(_LABS)

CANNULA_FLOW_TO_CONFIRM_LPM: Final = Decimal(15)  # above it, on a plain nasal cannula
# A number in the Celsius field that reads like Fahrenheit, or like a lost decimal point.
FAHRENHEIT_READS: Final = (Decimal(86), Decimal(113))
NO_POINT_READS: Final = (Decimal(250), Decimal(450))


def _pair(text: str) -> tuple[Decimal | None, Decimal | None]:
    low, high = text.split() if text else (None, None)
    return (Decimal(low), Decimal(high)) if low and high else (None, None)


def _jump(text: str) -> Jump | None:
    """Read “50”, “2.0 in 4 h”, “5 % in 24 h” or “x10”."""
    if not text:
        return None
    if text.startswith("x"):
        return Jump(Decimal(text[1:]), JumpKind.TIMES)
    size, _, span = text.partition(" in ")
    within = timedelta(hours=int(span.removesuffix(" h"))) if span else None
    kind = JumpKind.PERCENT if size.endswith(" %") else JumpKind.BY
    return Jump(Decimal(size.removesuffix(" %")), kind, within)


def _bands(unit: str, hard: str, soft: tuple[str, ...], jump: str) -> tuple[Limits, ...]:
    low, high = (Decimal(part) for part in hard.split())
    by_band = soft * len(BANDS_FROM_MONTHS) if len(soft) == 1 else soft
    return tuple(Limits(unit, low, high, *_pair(each), _jump(jump)) for each in by_band)


_LIMITS: Final[dict[str, tuple[Limits, ...]]] = {
    name: _bands(*row) for name, row in (_OF_A_SET | _OTHERS | _LABS).items()
}


def limits_for(field: str, *, age_months: int | None) -> Limits:
    """Return the limits of a field or analyte for an age in completed months."""
    age = ADULT_FROM_MONTHS if age_months is None else age_months
    band = next((n for n, youngest in enumerate(BANDS_FROM_MONTHS) if age >= youngest), -1)
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
    hint = temperature_hint(value) if field == "temperature_celsius" else None
    return f"{words}. {hint}" if hint else words


def celsius_meant(value: Decimal) -> Decimal | None:
    """What a number typed as degrees Celsius may have meant; only ever offered, never applied."""
    if FAHRENHEIT_READS[0] <= value <= FAHRENHEIT_READS[1]:
        return celsius_from_fahrenheit(value).quantize(Decimal("0.1"))
    if NO_POINT_READS[0] <= value <= NO_POINT_READS[1] and value == value.to_integral_value():
        return value / 10
    return None


def temperature_hint(value: Decimal) -> str | None:
    """Offer what an impossible temperature may have meant; None when nothing suggests itself."""
    celsius = celsius_meant(value)
    if celsius is None:
        return None
    if value <= FAHRENHEIT_READS[1]:
        return f"{value:f} °F would be {celsius:.1f} °C: enter degrees Celsius."
    return f"Was {celsius:.1f} °C meant? Enter it with its decimal point."


def doubt(field: str, value: Decimal, *, age_months: int | None) -> str | None:
    """Say why a possible value is worth asking about again; None when it is not."""
    limits = limits_for(field, age_months=age_months)
    if limits.is_expected(value):
        return None
    return f"{value:f} {limits.unit} is unusual at this age: measure again or confirm"


def jump(field: str, value: Decimal, *, before: Decimal, elapsed: timedelta) -> str | None:
    """Say that a value is far from the one `elapsed` before it; None when it is not."""
    limits = _LIMITS[field][0]
    if limits.jump is None or not limits.jump.is_one(value, before=before, elapsed=elapsed):
        return None
    question = ": is the unit right?" if limits.jump.kind is JumpKind.TIMES else ""
    return f"{value:f} {limits.unit}, after {before:f} {limits.unit} before{question}"


def pressure_refusal(systolic: Decimal | int | None, diastolic: Decimal | int | None) -> str | None:
    """Refuse a diastolic pressure that is not below the systolic one."""
    if systolic is None or diastolic is None or diastolic < systolic:
        return None
    return f"{diastolic} mmHg is not below the systolic pressure of {systolic} mmHg"
