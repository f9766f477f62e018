"""Risk windows and day numbers: after which dose, for how long, on the ward's calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final


class DoseKind(StrEnum):
    """What a dose was, as far as risk windows care."""

    INFUSION = "infusion"
    SPLIT_DOSE_1 = "split_dose_1"
    SPLIT_DOSE_2 = "split_dose_2"
    STEP_1 = "step_1"
    STEP_2 = "step_2"
    STEP_3 = "step_3"
    FIRST_FULL = "first_full"
    CYCLE_1_START = "cycle_1_start"
    CYCLE_1_DAY_15 = "cycle_1_day_15"
    CYCLE_2_START = "cycle_2_start"
    LATER_CYCLE_START = "later_cycle_start"
    DOSE_STEP_UP = "dose_step_up"
    RESTART_AFTER_INTERRUPTION = "restart_after_interruption"
    SUBSEQUENT = "subsequent"


# A dose of one of these kinds is day 0 of a course; the others count on from it.
COURSE_OPENERS: Final = frozenset(
    {
        DoseKind.INFUSION,
        DoseKind.SPLIT_DOSE_1,
        DoseKind.STEP_1,
        DoseKind.CYCLE_1_START,
        DoseKind.CYCLE_2_START,
        DoseKind.LATER_CYCLE_START,
    }
)


class WindowUnit(StrEnum):
    """Cell products count ward-local days, bispecific doses count hours."""

    DAY = "day"
    HOUR = "hour"


class WindowState(StrEnum):
    """Where a patient stands; it words an alert and never mutes one."""

    NONE = "none"  # no dose recorded
    BEFORE = "before"  # before the dose, or before its window opens
    HIGH_RISK = "high_risk"
    MONITORING = "monitoring"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class HighRisk:
    """The heightened range after a dose; both ends belong to it."""

    unit: WindowUnit
    first: int
    last: int

    def words(self) -> str:
        """Return for example “days 3–14”."""
        return f"{self.unit}s {self.first}–{self.last}"


@dataclass(frozen=True, slots=True)
class AnchorRule:
    """Doses of these kinds open this window (a restart only after a long enough stop)."""

    kinds: frozenset[DoseKind]
    high_risk: HighRisk
    minimum_gap_hours: int = 0


@dataclass(frozen=True, slots=True)
class Profile:
    """One edition of one product's windows; a course keeps the edition it began with."""

    id: str
    edition: int
    brand: str
    generic: str
    target: str
    therapy_class: str
    anchors: tuple[AnchorRule, ...]
    monitor_days: int
    pediatric: bool
    source: str

    @property
    def label(self) -> str:
        """Return the name a ward uses, for example “Kymriah (tisagenlecleucel)”."""
        return f"{self.brand} ({self.generic})" if self.brand else self.generic

    def kinds(self) -> frozenset[DoseKind]:
        """Every dose kind that this product's windows know."""
        return frozenset(kind for rule in self.anchors for kind in rule.kinds)


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose that was actually given, with the profile edition it is pinned to."""

    profile: Profile
    kind: DoseKind
    started_at: datetime
    stopped_at: datetime | None = None

    def __post_init__(self) -> None:
        """Keep instants in UTC.

        Python subtracts two times of one zone on the clock's face, which is an hour
        off in the night the clocks change.
        """
        object.__setattr__(self, "started_at", self.started_at.astimezone(UTC))
        if self.stopped_at is not None:
            object.__setattr__(self, "stopped_at", self.stopped_at.astimezone(UTC))


@dataclass(frozen=True, slots=True)
class WindowStatus:
    """Where a patient stands at one moment, and which dose put them there."""

    state: WindowState
    dose: Dose | None = None
    high_risk: HighRisk | None = None


def day_number(at: datetime, *, day_zero: datetime, zone: tzinfo) -> int:
    """Count ward-local calendar days from the day of the dose, which is day 0.

    Dates are subtracted, never seconds: a day with 23 or 25 hours is one day.
    """
    return (at.astimezone(zone).date() - day_zero.astimezone(zone).date()).days


def hours_after(at: datetime, *, dose_at: datetime) -> float:
    """Return elapsed hours since a dose, negative before it."""
    return (at.astimezone(UTC) - dose_at.astimezone(UTC)) / timedelta(hours=1)


def course_start(doses: Sequence[Dose], *, at: datetime) -> Dose | None:
    """Return the dose that is day 0 at this moment: the last opener given by then.

    Before the first dose it is the first one; without doses there is none.
    """
    openers = sorted(
        (dose for dose in doses if dose.kind in COURSE_OPENERS), key=lambda dose: dose.started_at
    ) or sorted(doses, key=lambda dose: dose.started_at)
    given = [dose for dose in openers if dose.started_at <= at]
    return given[-1] if given else (openers[0] if openers else None)


def window_status(doses: Sequence[Dose], *, at: datetime, zone: tzinfo) -> WindowStatus:
    """Return the union over all doses: high risk wins, then before, then monitoring.

    A patient is watched as long as any window's product asks for. Doses that open
    no window are watched too where there is no other.
    """
    opened: Sequence[tuple[Dose, HighRisk | None]] = _opened_windows(doses) or [
        (dose, None) for dose in sorted(doses, key=lambda dose: dose.started_at)
    ]
    if not opened:
        return WindowStatus(WindowState.NONE)
    given = [(dose, window) for dose, window in opened if dose.started_at <= at]
    if not given:
        return WindowStatus(WindowState.BEFORE, *opened[0])
    places = [(_place(at, dose=dose, window=window, zone=zone), dose, window)
              for dose, window in given]  # fmt: skip
    for wanted in (WindowState.HIGH_RISK, WindowState.BEFORE):
        for place, dose, window in reversed(places):
            if place is wanted:
                return WindowStatus(wanted, dose, window)
    for dose, window in reversed(given):
        if day_number(at, day_zero=dose.started_at, zone=zone) <= dose.profile.monitor_days:
            return WindowStatus(WindowState.MONITORING, dose, window)
    return WindowStatus(WindowState.CLOSED, *given[-1])


def high_risk_spans(
    doses: Sequence[Dose], *, zone: tzinfo
) -> list[tuple[datetime, datetime, Dose]]:
    """Return each high-risk window as instants, for shading a timeline."""
    return [(*_span(dose, window, zone), dose) for dose, window in _opened_windows(doses)]


def _opened_windows(doses: Sequence[Dose]) -> list[tuple[Dose, HighRisk]]:
    in_order = sorted(doses, key=lambda dose: dose.started_at)
    opened = []
    for index, dose in enumerate(in_order):
        before = in_order[index - 1] if index else None
        for rule in dose.profile.anchors:
            if dose.kind in rule.kinds and _gap_is_long_enough(dose, before, rule):
                opened.append((dose, rule.high_risk))
                break
    return opened


def _gap_is_long_enough(dose: Dose, before: Dose | None, rule: AnchorRule) -> bool:
    """A stop that nobody timed counts as long enough: unknown is not harmless."""
    if rule.minimum_gap_hours == 0 or before is None or before.stopped_at is None:
        return True
    return dose.started_at - before.stopped_at >= timedelta(hours=rule.minimum_gap_hours)


def _place(at: datetime, *, dose: Dose, window: HighRisk | None, zone: tzinfo) -> WindowState:
    if window is None:
        return WindowState.MONITORING
    if window.unit is WindowUnit.HOUR:
        reached: float = hours_after(at, dose_at=dose.started_at)
    else:
        reached = day_number(at, day_zero=dose.started_at, zone=zone)
    if reached < window.first:
        return WindowState.BEFORE
    return WindowState.HIGH_RISK if reached <= window.last else WindowState.MONITORING


def _span(dose: Dose, window: HighRisk, zone: tzinfo) -> tuple[datetime, datetime]:
    if window.unit is WindowUnit.HOUR:
        return (
            dose.started_at + timedelta(hours=window.first),
            dose.started_at + timedelta(hours=window.last),
        )
    midnight = dose.started_at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    first = max(midnight + timedelta(days=window.first), dose.started_at.astimezone(zone))
    return first, midnight + timedelta(days=window.last + 1)
