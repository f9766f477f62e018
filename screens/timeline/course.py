"""What a timeline is drawn from: one course as plain values, in order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from typing import Final

from patients.windows import Dose, day_number
from screens import labels
from vitals import schedule
from vitals.schedule import Situation

LONGEST_GAP: Final = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Carried:
    """A value that a grade rests on, though it was measured at an earlier set."""

    field: str
    value: str
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """One set of observations with its grade; None was not recorded.

    `carried` is read only where every set is drawn; at a month of minutes it is empty.
    """

    at: datetime
    set_id: int
    grade: int | None
    at_least: int
    interval_minutes: int
    temperature_celsius: Decimal | None = None
    heart_rate_bpm: int | None = None
    respirations_per_minute: int | None = None
    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    mean_arterial_mmhg: int | None = None
    spo2_percent: Decimal | None = None
    oxygen_device: str = ""
    oxygen_flow_lpm: Decimal | None = None
    consciousness: str = ""
    vasopressors: tuple[str, ...] | None = None
    note: str = ""
    assessment_id: int = 0
    carried: tuple[Carried, ...] = ()

    @property
    def holds_for(self) -> timedelta:
        """How long it stands for the time after it: twice the due interval, at most 8 h."""
        return _held(self.interval_minutes)


@cache
def _held(interval_minutes: int) -> timedelta:
    """Kept: a figure asks it of thousands of sets."""
    return min(timedelta(minutes=2 * interval_minutes), LONGEST_GAP)


@cache
def interval_minutes(at_least: int) -> int:
    """Return a grade's interval in minutes once it has been seen for a while."""
    return schedule.vitals_minutes(
        Situation(at_least=at_least, in_high_risk=True, sets_at_grade=schedule.SETTLED)
    )


@dataclass(frozen=True, slots=True)
class Neuro:
    """One neuro check with its ICANS grade."""

    at: datetime
    grade: int | None
    at_least: int
    ice_score: int | None = None
    capd_score: int | None = None
    seizure: str = ""
    consciousness: str = ""
    check_id: int = 0
    assessment_id: int = 0
    is_baseline: bool = False
    has_handwriting: bool = False


@dataclass(frozen=True, slots=True)
class Lab:
    """One laboratory result; `value` in the canonical unit, None for words."""

    at: datetime
    analyte: str
    label: str
    value: Decimal | None
    unit: str
    comparator: str = ""
    text: str = ""
    graded: str = ""  # “CTCAE grade 3 (platelet count decreased)”, as stored


@dataclass(frozen=True, slots=True)
class Drug:
    """One medicine or support; without a stop it was given at a moment, or still runs."""

    at: datetime
    code: str
    label: str
    family: str
    stopped_at: datetime | None = None
    dose: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One alert: raised, and where it was acknowledged and closed, if it was."""

    at: datetime
    code: str
    severity: str
    words: str
    acknowledged_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A clinician's word on a computed grade, from the graded set on.

    `grade` is None where it was held not to be the syndrome; `waits` while a second
    person has not agreed, until when it does not count.
    """

    at: datetime
    scale: str
    decision: str
    grade: int | None
    of_at_least: int
    by: str
    said_at: datetime
    assessment_id: int = 0
    waits: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A stay on one ward, or care elsewhere; without `until` it lasts."""

    since: datetime
    ward: str
    bed: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fine:
    """The part of a thinned course in which more was read."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Course:
    """One patient's course between `start` and `end`, on the ward's clock.

    `now` limits the axis; `day_zero` is when the dose was given that days count from.
    `set_count` is how many sets the course has; where `moments` are fewer, they are those that
    hold every extreme, every change and both sides of every gap, and between `fine` more.
    `watched` is when intensive care or the family watched the patient, by order.
    `baseline_systolic_mmhg` is the median before the dose, None without enough sets.
    """

    zone: tzinfo
    now: datetime
    start: datetime
    end: datetime
    day_zero: datetime | None = None
    doses: Sequence[Dose] = ()
    moments: Sequence[Moment] = ()
    neuro: Sequence[Neuro] = ()
    labs: Sequence[Lab] = ()
    drugs: Sequence[Drug] = ()
    marks: Sequence[Mark] = ()
    said: Sequence[Said] = ()
    places: Sequence[Place] = ()
    watched: Sequence[Place] = ()
    born: date | None = None
    baseline_systolic_mmhg: Decimal | None = None
    set_count: int = 0
    fine: Fine | None = None

    @property
    def is_thinned(self) -> bool:
        """Whether sets were left out that say nothing new at this width."""
        return self.set_count > len(self.moments)

    def day(self, at: datetime) -> str:
        """Return “D5” counted from day zero; “” before any dose is recorded."""
        if self.day_zero is None:
            return ""
        days = day_number(at, day_zero=self.day_zero, zone=self.zone)
        return f"D{days}".replace("-", "−")

    def when(self, at: datetime) -> str:
        """Return the day of the course and the ward's clock, for hover and table."""
        local = at.astimezone(self.zone)
        # By hand: a figure asks thousands of times, and strftime is ten times as slow.
        clock = f"{local.hour:02}:{local.minute:02}, {local.day} {labels.MONTHS[local.month]}"
        day = self.day(at)
        return f"{day} · {clock}" if day else clock


def instant(at: datetime) -> str:
    """Return an instant as the chart's date axis holds it: UTC, so that no hour repeats."""
    return at.astimezone(UTC).isoformat(timespec="seconds")[:19]


def pressure(moment: Moment) -> str:
    """Return “112/64”; a dash for a half that was not recorded, “” for neither."""
    if moment.systolic_mmhg is None and moment.diastolic_mmhg is None:
        return ""
    halves = (labels.number(moment.systolic_mmhg), labels.number(moment.diastolic_mmhg))
    return "/".join(half or "–" for half in halves)
