"""The frame of the timeline: lanes from top to bottom on one axis of true time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from patients.windows import DoseKind, high_risk_spans
from screens.timeline.course import Course, instant

_GAP: Final = 0.016
# Lane, its title, its share of the height.
LANES: Final = (
    ("grade", "", 0.13),
    ("temperature", "°C", 0.14),
    ("pressure", "mmHg", 0.16),
    ("rates", "/min", 0.13),
    ("oxygen", "SpO₂ %", 0.13),
    ("neuro", "ICE", 0.08),
    ("labs", "Labs", 0.11),
    ("drugs", "", 0.1),
)
_REFS: Final = {name: f"y{n + 1 if n else ''}" for n, (name, _, _) in enumerate(LANES)}
OXYGEN_DEVICE: Final = "y9"  # drawn over the oxygen lane, on its right side
CAPD: Final = "y10"  # drawn over the neuro lane, on its right side
_PER_BAR: Final = 0.026
_MOST_TICKS: Final = 32


@dataclass(frozen=True, slots=True)
class Lane:
    """A strip of the chart: its axis, and its bottom and top as shares of the height."""

    ref: str
    title: str
    low: float
    high: float


def lanes(*, bars: int = 0) -> dict[str, Lane]:
    """Return every lane by name, from the top down, with a gap between each two.

    Each of `bars` rows below the medicines takes its own room.
    """
    shares = {name: share for name, _, share in LANES}
    shares["drugs"] += bars * _PER_BAR
    weight = sum(shares.values())
    free = 1 - _GAP * (len(LANES) - 1)
    found: dict[str, Lane] = {}
    top = 1.0
    for name, title, _ in LANES:
        bottom = top - free * shares[name] / weight
        found[name] = Lane(_REFS[name], title, max(bottom, 0.0), top)
        top = bottom - _GAP
    return found


def ref(name: str) -> str:
    """Return the axis of a lane, as a trace names it."""
    return _REFS[name]


def key_of(axis: str) -> str:
    """Return where the layout keeps an axis: “y2” is “yaxis2”."""
    return axis.replace("y", "yaxis")


def y_axis(lane: Lane, **own: Any) -> dict[str, Any]:
    """Return a lane's axis; people zoom in time, not in value."""
    return {
        "anchor": "x",
        "domain": [round(lane.low, 4), round(lane.high, 4)],
        "fixedrange": True,
        "title": {"text": lane.title, "standoff": 6},
        "automargin": False,
        "tickfont": {"size": 11},
        **own,
    }


def x_axis(course: Course) -> dict[str, Any]:
    """Return the shared axis, ticked at the ward's midnights and named by day of the course."""
    ticks = midnights(course)
    return {
        "type": "date",
        "anchor": _REFS["grade"],
        "side": "top",
        "range": [instant(course.start), instant(course.end)],
        "tickmode": "array",
        "tickvals": [instant(at) for at in ticks],
        "ticktext": [_tick(course, at) for at in ticks],
        "tickangle": 0,
        "showgrid": True,
        "showspikes": True,
        "spikemode": "across",
        "spikesnap": "cursor",
        "spikedash": "dot",
    }


def midnights(course: Course) -> list[datetime]:
    """Return the ward's midnights inside the axis; a day may have 23 or 25 hours."""
    day = course.start.astimezone(course.zone).date()
    found: list[datetime] = []
    while len(found) < _MOST_TICKS:
        day += timedelta(days=1)
        at = datetime(day.year, day.month, day.day, tzinfo=course.zone)
        if at > course.end:
            break
        found.append(at)
    return found


def _tick(course: Course, at: datetime) -> str:
    local = at.astimezone(course.zone)
    return course.day(at) or f"{local.day} {local:%b}"


def shapes(course: Course) -> list[dict[str, Any]]:
    """Return windows, dose lines and the limit of now; each by its meaning, colored by the page."""
    drawn = [_window(course, begin, end) for begin, end in _merged_windows(course)]
    drawn += [
        _upright(dose.started_at, name="dose", dash="solid", width=2)
        for dose in course.doses
        if course.start <= dose.started_at <= course.end
    ]
    if course.now <= course.end:
        drawn.append(_upright(course.now, name="limit", dash="dot", width=1))
    return drawn


def annotations(course: Course) -> list[dict[str, Any]]:
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
            "showarrow": False,
            "text": dose_words(dose.kind),
            "font": {"size": 11},
        }
        for dose in course.doses
        if course.start <= dose.started_at <= course.end
    ]


def dose_words(kind: DoseKind) -> str:
    """Return a dose kind as a ward writes it."""
    return kind.value.replace("_", " ").capitalize()


def _merged_windows(course: Course) -> list[tuple[datetime, datetime]]:
    """Windows that overlap are one shade: darker would read as riskier."""
    spans = sorted(
        (max(begin, course.start), min(end, course.end))
        for begin, end, _ in high_risk_spans(course.doses, zone=course.zone)
        if begin < course.end and end > course.start
    )
    merged: list[tuple[datetime, datetime]] = []
    for begin, end in spans:
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    assert all(one[1] < other[0] for one, other in pairwise(merged))
    return merged


def _window(course: Course, begin: datetime, end: datetime) -> dict[str, Any]:
    return {
        "type": "rect",
        "name": "window",
        "layer": "below",
        "xref": "x",
        "yref": "paper",
        "x0": instant(begin),
        "x1": instant(end),
        "y0": 0,
        "y1": 1,
        "line": {"width": 0},
        "fillcolor": "rgba(242,169,0,0.12)",
    }


def _upright(at: datetime, *, name: str, dash: str, width: int) -> dict[str, Any]:
    return {
        "type": "line",
        "name": name,
        "layer": "below",
        "xref": "x",
        "yref": "paper",
        "x0": instant(at),
        "x1": instant(at),
        "y0": 0,
        "y1": 1,
        "line": {"dash": dash, "width": width, "color": "#3a4351"},
    }
