"""When the next set, neuro check and laboratory panel are due, and how late they are.

Intervals in minutes, the shortest of phase, CRS grade, ICANS and a held earlier grade;
only a person's order may lengthen one. Configuration defaults, not yet clinically approved.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final


class DueState(StrEnum):
    """How the next set stands against its due time."""

    NONE = "none"
    OK = "ok"
    DUE_SOON = "due_soon"
    DUE = "due"
    OVERDUE = "overdue"
    MISSED = "missed"


# Minutes between full sets once the grade has been seen for a while, by the lowest
# grade that the recorded data force.
_STEADY_MINUTES: Final = {0: 240, 1: 120, 2: 60, 3: 60, 4: 60, 5: 60}
# Minutes after the first, second, ... set of a grade. Grade 2 is looked at every
# quarter of an hour until two sets in a row were no worse.
_FIRST_MINUTES: Final[Mapping[int, tuple[int, ...]]] = {
    0: (), 1: (30, 60, 60, 60, 60), 2: (15, 15), 3: (15, 15), 4: (15, 15), 5: (15, 15),
}  # fmt: skip
SETTLED: Final = 99  # so many sets at a grade that its first sequence is over
_GRADE_1_WITHOUT_FEVER: Final = (timedelta(hours=24), 240)
_WATCH_MINUTES: Final = (60, 120, 120, 120)  # after a warning sign: a recheck, then three more
WATCH_SETS: Final = len(_WATCH_MINUTES)
_LATER_MONITORING_MINUTES: Final = 360  # grade 0, out of the window, after day 9
_CLOSE_WATCH_DAYS: Final = 9
_NEURO_MINUTES: Final = {0: 720, 1: 240, 2: 240, 3: 120, 4: 60, 5: 60}
_NEURO_HIGH_RISK_MINUTES: Final = 480
_NEURO_BY_ICANS_MINUTES: Final = {1: 240, 2: 120, 3: 60, 4: 60, 5: 60}
_NEURO_NEW_DROP_MINUTES: Final = 30
NEURO_SERIES: Final = 4  # half-hourly checks after a new drop
_LABS_MINUTES: Final = {0: 1440, 1: 1440, 2: 720, 3: 720, 4: 360, 5: 360}
_LABS_UNTIL_DAY: Final = 14  # grade 0 and out of the window: daily until then, then by order
# How far a person may lengthen the interval, by grade.
_LONGEST_ORDER_MINUTES: Final = {0: 360, 1: 240, 2: 120, 3: 60, 4: 60, 5: 60}
LONGEST_ORDER: Final = timedelta(hours=24)
# Where another system or the family watches: the grade is looked at again, or a check-in comes.
_ICU_MINUTES: Final = 240
_HOME_MINUTES: Final = 480
HOME_NEURO: Final = timedelta(days=1)
HOME_GRACE: Final = timedelta(hours=2)  # then a check-in is missed
_HOLD: Final = {
    1: timedelta(hours=6), 2: timedelta(hours=6), 3: timedelta(hours=12), 4: timedelta(hours=12),
    5: timedelta(hours=12),
}  # fmt: skip
NIGHT_FROM_HOUR: Final = 22
NIGHT_UNTIL_HOUR: Final = 6
_GRACE_SHARE: Final = 0.25
_GRACE_MINUTES: Final = (5.0, 30.0)


@dataclass(frozen=True, slots=True)
class Situation:
    """What the intervals depend on.

    `sets_at_grade` counts sets since this grade began, this one included. `day` counts
    from the infusion, None without one. `held_at_least` is a graver grade whose interval is
    still kept. `watch_sets_left` counts down after a warning sign at grade 0.
    `icans_at_least` is None before the first neuro check.
    """

    at_least: int
    in_high_risk: bool
    sets_at_grade: int = 1
    day: int | None = None
    since_fever: timedelta | None = None
    held_at_least: int | None = None
    watch_sets_left: int = 0
    icans_at_least: int | None = None
    neuro_series_left: int = 0
    in_icu: bool = False
    at_home: bool = False


def vitals_minutes(at: Situation) -> int:
    """Return minutes to the next full set; raises KeyError for a grade that is none.

    In intensive care that is the next look at the grade, at home the next check-in.
    """
    if at.at_home:
        return _HOME_MINUTES
    if at.in_icu:
        return _ICU_MINUTES
    minutes = [_by_grade(at)]
    if at.held_at_least is not None:
        minutes.append(_STEADY_MINUTES[at.held_at_least])
    if at.watch_sets_left:
        minutes.append(_WATCH_MINUTES[WATCH_SETS - at.watch_sets_left])
    return min(minutes)


def neuro_minutes(at: Situation) -> int:
    """Return minutes to the next neuro check; at home a carer looks once a day."""
    if at.at_home:
        return HOME_NEURO // timedelta(minutes=1)
    minutes = [_NEURO_MINUTES[at.at_least]]
    if at.held_at_least is not None:
        minutes.append(_NEURO_MINUTES[at.held_at_least])
    if at.in_high_risk:
        minutes.append(_NEURO_HIGH_RISK_MINUTES)
    if at.icans_at_least:
        minutes.append(_NEURO_BY_ICANS_MINUTES[at.icans_at_least])
    if at.neuro_series_left:
        minutes.append(_NEURO_NEW_DROP_MINUTES)
    return min(minutes)


def labs_minutes(at: Situation) -> int | None:
    """Return minutes to the next laboratory panel; None when only an order or visit asks."""
    if at.at_home:
        return None
    late = at.day is not None and at.day > _LABS_UNTIL_DAY
    if at.at_least == 0 and not at.in_high_risk and late:
        return None
    return _LABS_MINUTES[at.at_least]


def longest_order_minutes(at_least: int) -> int:
    """Return how far an order may stretch the interval between sets at this grade."""
    return _LONGEST_ORDER_MINUTES[at_least]


def held_until(*, from_at_least: int, at: datetime) -> datetime:
    """Return until when a grade that fell keeps its interval; `at` in the ward's zone.

    6 h, from grade 3 or 4 12 h, and never ending in the night: a night's end is 06:00.
    """
    # In UTC, for a night in which the clocks change is 11 or 13 hours long.
    ends = (at.astimezone(UTC) + _HOLD[from_at_least]).astimezone(at.tzinfo)
    if NIGHT_UNTIL_HOUR <= ends.hour < NIGHT_FROM_HOUR:
        return ends
    morning = ends.replace(hour=NIGHT_UNTIL_HOUR, minute=0, second=0, microsecond=0, fold=0)
    return morning if ends.hour < NIGHT_UNTIL_HOUR else morning + timedelta(days=1)


def grace_minutes(interval_minutes: int) -> float:
    """A quarter of the interval, at least 5 and at most 30 minutes."""
    low, high = _GRACE_MINUTES
    return min(max(interval_minutes * _GRACE_SHARE, low), high)


def labs_grace_minutes(interval_minutes: int) -> float:
    """A quarter of the interval: daily values are late when they are 30 hours old."""
    return interval_minutes * _GRACE_SHARE


def overdue_state(*, now: datetime, due_at: datetime, interval_minutes: int) -> DueState:
    """Place `now` against a due time: grace and one whole interval are inclusive."""
    grace = grace_minutes(interval_minutes)
    late = _late(now, due_at) / timedelta(minutes=1)
    if late < -grace:
        return DueState.OK
    if late <= 0:
        return DueState.DUE_SOON
    if late <= grace:
        return DueState.DUE
    return DueState.OVERDUE if late <= interval_minutes else DueState.MISSED


def overdue_ratio(*, now: datetime, due_at: datetime, interval_minutes: int) -> float:
    """Minutes late per minute of interval: ten late on a 15-minute check outranks an
    hour late on a six-hourly one."""
    return max(_late(now, due_at) / timedelta(minutes=interval_minutes), 0.0)


def lost_count(*, now: datetime, due_at: datetime, interval_minutes: int) -> int:
    """Return how many due times have passed their grace by now, one each interval; 0 within it."""
    past = _late(now, due_at) - timedelta(minutes=grace_minutes(interval_minutes))
    return 0 if past <= timedelta() else 1 + past // timedelta(minutes=interval_minutes)


def _by_grade(at: Situation) -> int:
    first = _FIRST_MINUTES[at.at_least]
    if at.sets_at_grade <= len(first):
        return first[at.sets_at_grade - 1]
    if at.at_least == 0 and _is_later_monitoring(at):
        return _LATER_MONITORING_MINUTES
    long_enough, minutes = _GRADE_1_WITHOUT_FEVER
    if at.at_least == 1 and at.since_fever is not None and at.since_fever >= long_enough:
        return minutes
    return _STEADY_MINUTES[at.at_least]


def _is_later_monitoring(at: Situation) -> bool:
    return not at.in_high_risk and at.day is not None and at.day > _CLOSE_WATCH_DAYS


def _late(now: datetime, due_at: datetime) -> timedelta:
    # In UTC: two times of one zone are subtracted on the clock's face, which is an
    # hour off in the night the clocks change.
    return now.astimezone(UTC) - due_at.astimezone(UTC)
