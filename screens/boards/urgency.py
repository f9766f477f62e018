"""The order of a board: unanswered P1, then grade, how overdue, a window that opens today."""

import re
from datetime import datetime
from typing import Any, Final

from alerts.models import AlertState
from alerts.policy import Severity
from screens.boards import flags
from screens.boards.kept import Drawn
from vitals import schedule

_DIGITS: Final = re.compile(r"(\d+)")

Key = tuple[bool, int, float, bool, list[Any], int]


def urgency(drawn: Drawn, *, now: datetime) -> Key:
    """Return the key by which the most urgent patient sorts first (operations 7.1)."""
    facts, tile = drawn.facts, drawn.tile
    return (
        not has_unanswered_p1(drawn),
        -(facts.row.at_least or 0),
        -overdue_ratio(drawn, now=now),
        not tile["opens_today"],
        natural(tile["bed"]),
        facts.row.pk,
    )


def has_unanswered_p1(drawn: Drawn) -> bool:
    """Whether somebody is in danger and nobody has answered."""
    return any(
        alert.severity == Severity.P1 and alert.state == AlertState.OPEN
        for alert in drawn.facts.alerts
    )


def is_asked_for(drawn: Drawn, *, now: datetime) -> bool:
    """Whether a set of this patient is wanted when it is due: neither away nor asleep."""
    row = drawn.facts.row
    if row.paused_until is not None or flags.is_asleep(row, now=now):
        return False
    return flags.elsewhere(row, now=now) is None


def overdue_ratio(drawn: Drawn, *, now: datetime) -> float:
    """Minutes late per minute of interval; 0 while not late, or while nobody is asked."""
    row = drawn.facts.row
    if row.due_at is None or not row.interval_minutes or not is_asked_for(drawn, now=now):
        return 0.0
    return schedule.overdue_ratio(now=now, due_at=row.due_at, interval_minutes=row.interval_minutes)


def natural(label: str) -> list[Any]:
    """Return a sort key in which bed 2 comes before bed 10."""
    return [
        (0, int(part), "") if part.isdigit() else (1, 0, part)
        for part in _DIGITS.split(label)
        if part
    ]
