"""When the next set of observations is due, and how late it is.

Intervals in minutes; configuration defaults, not yet clinically approved.
"""

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


# Minutes between full sets once the grade has been seen before, by the lowest
# grade that the recorded data force.
_STEADY_MINUTES: Final = {0: 240, 1: 120, 2: 60, 3: 60, 4: 60, 5: 60}
# Minutes to the next set when that grade is new.
_FIRST_MINUTES: Final = {0: 240, 1: 30, 2: 15, 3: 15, 4: 15, 5: 15}
_LATER_MONITORING_MINUTES: Final = 360  # grade 0, out of the window, after day 9
_CLOSE_WATCH_DAYS: Final = 9
_GRACE_SHARE: Final = 0.25
_GRACE_MINUTES: Final = (5.0, 30.0)


def next_interval_minutes(
    *, at_least: int, is_new_grade: bool, in_high_risk: bool, day: int | None
) -> int:
    """Return minutes to the next full set; `day` counts from the infusion."""
    if is_new_grade and at_least > 0:
        return _FIRST_MINUTES[at_least]
    if at_least == 0 and not in_high_risk and day is not None and day > _CLOSE_WATCH_DAYS:
        return _LATER_MONITORING_MINUTES
    return _STEADY_MINUTES[at_least]


def grace_minutes(interval_minutes: int) -> float:
    """A quarter of the interval, at least 5 and at most 30 minutes."""
    low, high = _GRACE_MINUTES
    return min(max(interval_minutes * _GRACE_SHARE, low), high)


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


def _late(now: datetime, due_at: datetime) -> timedelta:
    # In UTC: two times of one zone are subtracted on the clock's face, which is an
    # hour off in the night the clocks change.
    return now.astimezone(UTC) - due_at.astimezone(UTC)
