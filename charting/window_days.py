"""How many of the ward's calendar days remain until a window opens, closes, or monitoring ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from patients.windows import Dose, day_number, high_risk_spans

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class WindowDays:
    """Whole days from today; 0 is today, None that nothing of the kind lies ahead."""

    to_opening: int | None = None
    to_closing: int | None = None
    to_end: int | None = None
    opened_today: bool = False
    first_dose_at: datetime | None = None


def days_of(doses: Sequence[Dose], *, at: datetime, zone: tzinfo) -> WindowDays:
    """Count the days for all doses together: the next opening, the last closing and end."""
    if not doses:
        return WindowDays()

    def ahead(moment: datetime) -> int:
        return day_number(moment, day_zero=at, zone=zone)

    spans = [(start, end) for start, end, _ in high_risk_spans(doses, zone=zone)]
    opening = [ahead(start) for start, _ in spans if start > at]
    closing = [ahead(end - _INSTANT) for start, end in spans if start <= at < end]
    end = max(
        each.profile.monitor_days - day_number(at, day_zero=each.started_at, zone=zone)
        for each in doses
    )
    return WindowDays(
        to_opening=min(opening, default=None),
        to_closing=max(closing, default=None),
        to_end=end if end >= 0 else None,
        opened_today=any(start <= at and ahead(start) == 0 for start, _ in spans),
        first_dose_at=min(each.started_at for each in doses),
    )
