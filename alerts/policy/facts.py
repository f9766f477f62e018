"""What the alert rules read of one patient; None is “not recorded” and never normal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from alerts.policy.planning import PlannedFacts
from patients.windows import WindowState


@dataclass(frozen=True, slots=True)
class Reading:
    """One set as the alert rules see it.

    `oxygen_class`: 0 air, comfort or unchanged home oxygen; 1 low flow; 2 high flow or
    mask; 3 positive pressure. `hypotension` is a person's judgment, `vasopressors` how
    many run. `at_least` is the grade the set was given, where it is known here.
    """

    taken_at: datetime
    temperature_celsius: Decimal | None = None
    heart_rate_bpm: int | None = None
    respirations_per_minute: int | None = None
    systolic_mmhg: int | None = None
    mean_mmhg: Decimal | None = None
    spo2_percent: Decimal | None = None
    oxygen_class: int | None = None
    hypotension: bool | None = None
    vasopressors: int | None = None
    consciousness: str = ""
    worried: bool = False
    carer_worried: bool = False
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class SetFacts:
    """The set the rules are asked about, and those of the 24 h before, newest first.

    `grade` is None when what is missing could change it; only a known grade ends an
    alert. `rests_on_pressure`: a grade of 2 stands only because a measured pressure is
    below the limit; no judgment, fluid, vasopressor or oxygen says so too.
    """

    newest: Reading
    earlier: tuple[Reading, ...] = ()
    at_least: int = 0
    grade: int | None = None
    grade_before: int | None = None
    fever: bool = False
    rests_on_pressure: bool = False
    unusual_values: int = 0  # kept although the entry asked about them


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """What is known of the patient and the course at that set.

    `hypotension_below_mmhg` is the limit for the age. `recurs`: this set opens an
    episode within the days after the last one that count. `neutrophils`: None when no
    result is new enough. A baseline is a median of sets before the first dose.
    """

    window: WindowState
    age_months: int | None = None
    hypotension_below_mmhg: int = 90
    neutrophils_10e9_per_liter: Decimal | None = None
    hours_since_masking_drug: Decimal | None = None
    baseline_systolic_mmhg: int | None = None
    baseline_heart_rate_bpm: int | None = None
    recurs: bool = False
    episode_opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a set is judged by."""

    seen: SetFacts
    course: CourseFacts


@dataclass(frozen=True, slots=True)
class NeuroCheck:
    """One neuro check; an empty text is “not examined”."""

    taken_at: datetime
    ice_score: int | None = None
    capd_score: int | None = None


@dataclass(frozen=True, slots=True)
class NeuroFacts:
    """A neuro check, those of the hours before it, newest first, and the baselines."""

    newest: NeuroCheck
    earlier: tuple[NeuroCheck, ...] = ()
    ice_baseline: int | None = None
    capd_baseline: int | None = None
    consciousness: str = ""
    seizure: str = ""
    weakness: bool | None = None
    raised_pressure: bool = False


@dataclass(frozen=True, slots=True)
class LabValue:
    """One result in its canonical unit; `comparator` as reported, such as “<”.

    `limits` is the value divided by the laboratory's own upper limit.
    """

    taken_at: datetime
    value: Decimal
    comparator: str = ""
    limits: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LabFacts:
    """Results by analyte, newest first, of the time that rules look back on."""

    results: Mapping[str, tuple[LabValue, ...]] = field(default_factory=dict)
    creatinine_baseline: Decimal | None = None
    neuro_score_fell: bool | None = None


@dataclass(frozen=True, slots=True)
class DoseTiming:
    """One anti-cytokine dose and the grade that stood when it was given."""

    given_at: datetime
    at_least_then: int


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What becomes true by waiting; every field None or empty where nothing is known."""

    at: datetime
    at_least: int = 0
    grade: int | None = None
    graded_at: datetime | None = None
    fever_since: datetime | None = None  # at grade 1, since the episode or a graver grade
    last_fever_at: datetime | None = None
    first_blocker: DoseTiming | None = None
    last_tocilizumab: DoseTiming | None = None
    pump_stopped_at: datetime | None = None
    days_to_opening: int | None = None  # whole ward days; 0 is today
    days_to_closing: int | None = None
    days_to_end: int | None = None
    opened_today: bool = False
    first_dose_at: datetime | None = None
    missing_baselines: tuple[str, ...] | None = None  # None: nobody looked
    plan: PlannedFacts | None = None


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """How alerting itself stands; None where it could not be found out."""

    hours_to_rota_gap: Decimal | None = None  # 0 or less: it has begun
    message_refused: bool = False
    oldest_urgent_message_minutes: Decimal | None = None
    heartbeat_age_minutes: Decimal | None = None
    database_is_read_only: bool = False
