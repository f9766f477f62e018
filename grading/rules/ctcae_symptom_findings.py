"""What the CTCAE symptom terms read: signs, symptoms and what a clinician says about them."""

from dataclasses import dataclass
from decimal import Decimal

from grading.rules.vocabulary import Labeled


class Intervention(Labeled):
    """The treatment that a finding needed."""

    NONE = "none", "None"
    NON_URGENT = "non_urgent", "Non-urgent"
    URGENT = "urgent", "Urgent"


class SeizureType(Labeled):
    """The kind of seizure."""

    PARTIAL = "partial", "Partial, awake"
    GENERALIZED = "generalized", "Generalized"


@dataclass(frozen=True, slots=True)
class SymptomFindings:
    """What was recorded for one term; None is "not recorded" and never "normal".

    Temperature in Celsius; ANC in 10^9/L; ejection fraction in percent and its drop from
    baseline in points; body surface in percent; stools a day over the baseline; times in hours
    and minutes as named. The judgments are a clinician's.
    """

    term: str
    temperature_celsius: Decimal | None = None
    hours_above_40: Decimal | None = None
    neutrophils_10e9_l: Decimal | None = None
    minutes_at_or_above_38: Decimal | None = None
    ejection_fraction_percent: Decimal | None = None
    drop_points: Decimal | None = None
    body_surface_percent: Decimal | None = None
    severe_symptoms: bool | None = None
    limits_self_care: bool | None = None
    limits_instrumental: bool | None = None
    stools_over_baseline_per_day: Decimal | None = None
    hospitalized: bool | None = None
    life_threatening: bool | None = None
    symptomatic: bool | None = None
    intervention: str | None = None
    seizure_type: str | None = None
    brief: bool | None = None
    new_onset: bool | None = None
    multiple_despite_treatment: bool | None = None
    prolonged_repetitive: bool | None = None


_CLOSED: dict[str, frozenset[str]] = {
    "intervention": frozenset(Intervention),
    "seizure_type": frozenset(SeizureType),
}
NUMBERS = (
    "temperature_celsius",
    "hours_above_40",
    "neutrophils_10e9_l",
    "minutes_at_or_above_38",
    "ejection_fraction_percent",
    "drop_points",
    "body_surface_percent",
    "stools_over_baseline_per_day",
)


def check_findings(findings: SymptomFindings) -> None:
    """Raise ValueError for a word no rule knows or a number that cannot be."""
    for name, known in _CLOSED.items():
        value = getattr(findings, name)
        if value is not None and value not in known:
            listed = ", ".join(sorted(map(str, known)))
            raise ValueError(f"unknown {name} {str(value)!r}; known: {listed}")
    for name in NUMBERS:
        value = getattr(findings, name)
        if value is not None and not (value.is_finite() and value >= 0):
            raise ValueError(f"{name} must be a finite number of 0 or more, not {value}")
