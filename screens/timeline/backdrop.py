"""What lies behind every lane: risk windows, monitoring, doses, and the time without sets."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from patients.windows import high_risk_spans
from screens.timeline import axis, spans
from screens.timeline.course import Course, Moment, instant
from screens.timeline.spans import Span

_MIDDLE: Final = 0.5
_WHOLE: Final = 1.0
_MINUTE: Final = timedelta(minutes=1)


def traces(course: Course) -> list[dict[str, Any]]:
    """Return the shades, then the gaps, then a line for every dose."""
    windows = [_shade(span, "window", "shade") for span in high_risk(course)]
    watched = [_shade(span, "monitoring", "hatch") for span in monitoring(course)]
    missing = [Span(begin, end, _MIDDLE, _WHOLE, "gap", "shade") for begin, end, _ in gaps(course)]
    return [
        spans.bars([*windows, *watched], name="Windows", yaxis=axis.BACKDROP),
        spans.bars(missing, name="Gaps", yaxis=axis.BACKDROP),
        _doses(course),
    ]


def gap_words(course: Course, *, row: float, height: float, yaxis: str) -> dict[str, Any]:
    """Return the gaps again as hatched bars that say how many sets are missing."""
    told = [
        Span(begin, end, row, height, "gap", "hatch", words, words)
        for begin, end, words in gaps(course)
    ]
    return spans.bars(told, name="Missed", yaxis=yaxis)


def gaps(course: Course) -> list[tuple[datetime, datetime, str]]:
    """Return each time between two sets too far apart to be joined, and what was missed.

    Too far is more than twice the due interval; the time since the last set counts too.
    """
    found = []
    for earlier, later in pairwise([*course.moments, None]):
        assert earlier is not None, "only the last of a pair is open"
        until = later.at if later else course.end
        if until - earlier.at > earlier.holds_for:
            found.append((earlier.at, until, _missed(earlier, until, is_last=later is None)))
    return found


def high_risk(course: Course) -> list[tuple[datetime, datetime]]:
    """Return the high-risk time in sight; windows that overlap are one shade."""
    found = high_risk_spans(course.doses, zone=course.zone)
    return spans.merged(list(_inside(course, ((begin, end) for begin, end, _ in found))))


def monitoring(course: Course) -> list[tuple[datetime, datetime]]:
    """Return the time still monitored outside the high-risk windows."""
    lasting = [
        (dose.started_at, _end_of_day(course, dose.started_at, dose.profile.monitor_days))
        for dose in course.doses
    ]
    return spans.without(spans.merged(list(_inside(course, lasting))), high_risk(course))


def _missed(earlier: Moment, until: datetime, *, is_last: bool) -> str:
    slots = (until - earlier.at) / (earlier.interval_minutes * _MINUTE)
    # A set measured half an interval early counts for its slot; after the last there is none.
    count = max(int(slots) if is_last else round(slots) - 1, 1)
    return f"missed {count} set{'s' if count > 1 else ''}"


def _end_of_day(course: Course, at: datetime, days: int) -> datetime:
    """The ward's midnight at the end of that day of the course."""
    day = at.astimezone(course.zone).date() + timedelta(days=days + 1)
    return datetime(day.year, day.month, day.day, tzinfo=course.zone)


def _inside(
    course: Course, found: Iterable[tuple[datetime, datetime]]
) -> Iterable[tuple[datetime, datetime]]:
    for begin, end in found:
        if begin < course.end and end > course.start:
            yield max(begin, course.start), min(end, course.end)


def _shade(span: tuple[datetime, datetime], token: str, look: str) -> Span:
    return Span(*span, _MIDDLE, _WHOLE, token, look)


def _doses(course: Course) -> dict[str, Any]:
    x: list[str | None] = []
    y: list[float | None] = []
    for dose in course.doses:
        if course.start <= dose.started_at <= course.end:
            x += [instant(dose.started_at), instant(dose.started_at), None]
            y += [0, 1, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "Doses",
        "meta": {"token": "dose"},
        "x": x,
        "y": y,
        "line": {"width": 2},
        "hoverinfo": "skip",
        "showlegend": False,
        "xaxis": "x",
        "yaxis": axis.BACKDROP,
    }


def dose_names(course: Course) -> list[dict[str, Any]]:
    """Return the name of each dose, above its line."""
    return [
        {
            "name": "dose",
            "x": instant(dose.started_at),
            "xref": "x",
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "yshift": 16,  # above the names of the days
            "xanchor": "left",
            "xshift": -4,
            "showarrow": False,
            "text": f"▼ {axis.dose_words(dose.kind)}",
            "font": {"size": 10},
        }
        for dose in course.doses
        if course.start <= dose.started_at <= course.end
    ]
