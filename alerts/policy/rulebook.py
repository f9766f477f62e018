"""One edition of the numbers of all alert rules; where it is kept is not its business."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from alerts.policy.numbers import (
    FastBreathing,
    FastHeart,
    FirstFever,
    HighCapd,
    HigherGrade,
    LongFever,
    LowerIce,
    LowIce,
    LowOxygen,
    LowPressure,
    LowTemperature,
    MaskedFever,
    NoResponse,
    Plain,
    Recurrence,
    RisingTemperature,
    SevereGrade,
    Worry,
)
from alerts.policy.vocabulary import Severity


@dataclass(frozen=True, slots=True)
class Crp:
    """A20, in mg/L; all lines inclusive."""

    severity: Severity
    high: Severity
    doubled_to: Decimal
    at_least: Decimal
    high_from: Decimal
    within_hours: int
    ASCENDING: ClassVar = (("doubled_to", "at_least", "high_from"),)


@dataclass(frozen=True, slots=True)
class Ferritin:
    """A21, in ng/mL; inclusive, but fibrinogen (g/L) below and ALT above its line."""

    severity: Severity
    high: Severity
    doubled_to: Decimal
    at_least: Decimal
    high_from: Decimal
    within_hours: int
    fibrinogen_below: Decimal
    alt_above_limits: Decimal
    ASCENDING: ClassVar = (("doubled_to", "at_least", "high_from"),)


@dataclass(frozen=True, slots=True)
class Fibrinogen:
    """A22, in g/L; below the lines, not at them."""

    severity: Severity
    very_low: Severity
    below: Decimal
    very_low_below: Decimal
    ASCENDING: ClassVar = (("very_low_below", "below"),)


@dataclass(frozen=True, slots=True)
class Organs:
    """A23; limits of a laboratory that reports none are in its canonical unit."""

    severity: Severity
    critical: Severity
    creatinine_times_baseline: Decimal
    liver_above_limits: Decimal
    bilirubin_above_limits: Decimal
    lactate_from: Decimal
    lactate_critical_from: Decimal
    platelets_below: Decimal
    alt_limit: Decimal
    ast_limit: Decimal
    bilirubin_limit: Decimal
    ASCENDING: ClassVar = (("lactate_from", "lactate_critical_from"),)


@dataclass(frozen=True, slots=True)
class SinceDose:
    """A24."""

    severity: Severity
    hours: int


@dataclass(frozen=True, slots=True)
class ManyDoses:
    """A25: this dose of 24 h or of the course is one to look at."""

    severity: Severity
    in_24_hours: int
    in_course: int
    ASCENDING: ClassVar = (("in_24_hours", "in_course"),)


@dataclass(frozen=True, slots=True)
class PumpStopped:
    """A27: which therapies run without a stop, for how long, and when a stop is long."""

    severity: Severity
    long: Severity
    long_hours: int
    therapies: tuple[str, ...]
    cycle_days: int


@dataclass(frozen=True, slots=True)
class Supply:
    """A26: so long before a window; a look counts for so many days."""

    severity: Severity
    hours_before: int
    counts_for_days: int


@dataclass(frozen=True, slots=True)
class NextDose:
    """A28: with CRS from this grade; for some therapies hours apart from it, or after a grade."""

    severity: Severity
    from_grade: int
    apart_hours: int
    apart_therapies: tuple[str, ...]
    split_from_grade: int
    split_therapies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overdue:
    """A29."""

    severity: Severity
    missed: Severity
    missed_if_graded: Severity
    graded_from: int


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A31 and A37: `graded` from this grade on."""

    severity: Severity
    graded: Severity
    graded_from: int


@dataclass(frozen=True, slots=True)
class WindowNotice:
    """A35."""

    severity: Severity
    ends_in_days: int


@dataclass(frozen=True, slots=True)
class Baselines:
    """A36."""

    severity: Severity
    hours_after_dose: int


@dataclass(frozen=True, slots=True)
class RotaGap:
    """A40."""

    severity: Severity
    begun: Severity
    within_hours: int


@dataclass(frozen=True, slots=True)
class Silence:
    """A41, A42 and A43: longer than this."""

    severity: Severity
    minutes: int


@dataclass(frozen=True, slots=True)
class TabletClock:
    """A44."""

    severity: Severity
    seconds: int


@dataclass(frozen=True, slots=True)
class LateEntry:
    """A45."""

    severity: Severity
    after_minutes: int


@dataclass(frozen=True, slots=True)
class Steps:
    """By how much a value gets worse until people are told again; a device by one class."""

    temperature_celsius: Decimal
    systolic_mmhg: Decimal
    spo2_percent: Decimal
    ice_score: Decimal
    oxygen_class: Decimal


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Every number of the rules that are implemented; `name` is kept with each alert."""

    name: str
    edition: int
    status: str
    steps: Steps
    a01: FirstFever
    a02: RisingTemperature
    a03: HigherGrade
    a04: SevereGrade
    a05: Recurrence
    a06: LongFever
    a07: NoResponse
    a08: LowPressure
    a09: LowOxygen
    a10: FastHeart
    a11: FastBreathing
    a12: LowTemperature
    a13: MaskedFever
    a14: Worry
    a15: Worry
    a16: LowerIce
    a17: LowIce
    a18: Plain
    a19: HighCapd
    a20: Crp
    a21: Ferritin
    a22: Fibrinogen
    a23: Organs
    a24: SinceDose
    a25: ManyDoses
    a26: Supply
    a27: PumpStopped
    a28: NextDose
    a29: Overdue
    a30: Plain
    a31: Incomplete
    a32: Plain
    a33: Plain
    a34: Plain
    a35: WindowNotice
    a36: Baselines
    a37: Incomplete
    a38: Plain
    a39: Plain
    a40: RotaGap
    a41: Silence
    a42: Silence
    a43: Silence
    a44: TabletClock
    a45: LateEntry
