"""What a provisional grade waits for: which reading to take again, when, and what silence does."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any, Final

from alerts import rulebook
from alerts.models import Alert, AlertState
from alerts.policy import Family
from screens import labels
from vitals.models import ObservationSet

_PRESSURE: Final = "blood pressure"
_SATURATION: Final = "SpO₂"
_BY_FAMILY: Final = {Family.HEMODYNAMIC: (_PRESSURE,), Family.OXYGEN: (_SATURATION,)}


def prompt(
    alerts: Iterable[Alert], observations: ObservationSet, *, zone: tzinfo, now: datetime
) -> dict[str, Any] | None:
    """Return the nurse's prompt for a second reading; None when nothing waits for one.

    Only what this very set showed is asked for again: a newer set has answered already.
    """
    waiting = [
        alert
        for alert in alerts
        if alert.is_provisional
        and alert.state != AlertState.CLOSED
        and alert.last_seen_at >= observations.received_at
    ]
    if not waiting:
        return None
    ends = [alert.next_step_at for alert in waiting if alert.next_step_at is not None]
    return {
        "again": " and ".join(_readings(waiting, observations)),
        "minutes": rulebook.current().a03.apart_minutes,
        "until": labels.clock(min(ends), zone=zone, now=now) if ends else "",
    }


def _readings(alerts: list[Alert], observations: ObservationSet) -> list[str]:
    """The readings to take again: a grade rests on the pressure unless the saturation is low."""
    spo2 = observations.spo2_percent
    is_low = spo2 is not None and spo2 < rulebook.current().a09.spo2_below_percent
    of_a_grade = (_PRESSURE, _SATURATION) if is_low else (_PRESSURE,)
    wanted = {
        reading for alert in alerts for reading in _BY_FAMILY.get(Family(alert.family), of_a_grade)
    }
    return [reading for reading in (_PRESSURE, _SATURATION) if reading in wanted]
