"""The numbers of every alert rule, as one edition: thresholds, hours and severities.

Read from alerts/rules.yaml by alerts.rulebook; nothing here has a default, so that a
number which nobody stated is an error. ASCENDING names fields that must rise strictly.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from alerts.policy.vocabulary import Severity

# Upper limits by age: completed months from which a limit holds, and the limit.
ByAge = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Plain:
    """A rule without numbers of its own."""

    severity: Severity


@dataclass(frozen=True, slots=True)
class FirstFever:
    """A01; the count is urgent below the line, the age below the birthday."""

    severity: Severity
    urgent: Severity
    neutrophils_below_10e9_per_liter: Decimal
    neutrophils_hold_hours: int
    infant_before_years: int


@dataclass(frozen=True, slots=True)
class RisingTemperature:
    """A02: from the lower line up to but not at the upper one; a rise of at least so much."""

    severity: Severity
    from_celsius: Decimal
    below_celsius: Decimal
    rise_celsius: Decimal
    within_hours: int
    ASCENDING: ClassVar = (("from_celsius", "below_celsius"),)


@dataclass(frozen=True, slots=True)
class HigherGrade:
    """A03, and for all soft readings: how a second one confirms the first."""

    severity: Severity
    provisional: Severity
    from_grade: int
    apart_minutes: int  # at least, between the two readings
    silence_minutes: int  # without a second reading it counts as confirmed


@dataclass(frozen=True, slots=True)
class SevereGrade:
    """A04."""

    severity: Severity
    from_grade: int


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A05: so many days at most after the last episode resolved."""

    severity: Severity
    within_days: int


@dataclass(frozen=True, slots=True)
class LongFever:
    """A06; both hours belong to the rule."""

    severity: Severity
    early: Severity
    early_hours: int
    late_hours: int
    ASCENDING: ClassVar = (("early_hours", "late_hours"),)


@dataclass(frozen=True, slots=True)
class NoResponse:
    """A07: hours since the first dose, fewer at a severe grade."""

    severity: Severity
    hours: int
    hours_if_severe: int
    severe_from_grade: int
    ASCENDING: ClassVar = (("hours_if_severe", "hours"),)


@dataclass(frozen=True, slots=True)
class LowPressure:
    """A08; a child's own limit, and 90 mmHg for adults, is that of grading.hypotension."""

    severity: Severity
    baseline_share: Decimal
    baseline_below_mmhg: int
    mean_below_mmhg: int
    hard_systolic_below_mmhg: int
    hard_mean_below_mmhg: int
    ASCENDING: ClassVar = (
        ("hard_systolic_below_mmhg", "baseline_below_mmhg"),
        ("hard_mean_below_mmhg", "mean_below_mmhg"),
    )


@dataclass(frozen=True, slots=True)
class LowOxygen:
    """A09."""

    severity: Severity
    spo2_below_percent: Decimal
    hard_spo2_below_percent: Decimal
    ASCENDING: ClassVar = (("hard_spo2_below_percent", "spo2_below_percent"),)


@dataclass(frozen=True, slots=True)
class FastHeart:
    """A10: above the limit, not at it; at or over the rise."""

    severity: Severity
    with_fever: Severity
    adult_above_bpm: int
    child_above_bpm: ByAge
    rise_bpm: int
    apart_minutes: int


@dataclass(frozen=True, slots=True)
class FastBreathing:
    """A11: an adult at the limit, a child above it."""

    severity: Severity
    adult_from_per_minute: int
    child_above_per_minute: ByAge


@dataclass(frozen=True, slots=True)
class LowTemperature:
    """A12."""

    severity: Severity
    below_celsius: Decimal


@dataclass(frozen=True, slots=True)
class MaskedFever:
    """A13: hours since a drug that hides fever, the last one included."""

    severity: Severity
    within_hours: int


@dataclass(frozen=True, slots=True)
class Worry:
    """A14 and A15: graver when pressed again within these hours."""

    severity: Severity
    again: Severity
    again_within_hours: int


@dataclass(frozen=True, slots=True)
class LowerIce:
    """A16: where no baseline is known, up to this score is below it."""

    severity: Severity
    at_most_without_baseline: int


@dataclass(frozen=True, slots=True)
class LowIce:
    """A17."""

    severity: Severity
    at_most: int
    fall: int
    within_hours: int


@dataclass(frozen=True, slots=True)
class HighCapd:
    """A19; `known` when a check of these hours showed it already."""

    severity: Severity
    known: Severity
    at_least: int
    rise: int
    within_hours: int
