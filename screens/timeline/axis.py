"""The frame of the timeline: lanes from top to bottom on one axis of true time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from patients.windows import DoseKind
from screens.timeline.course import Course, instant

_GAP: Final = 0.012
# Lane, what stands beside it, its share of the height.
LANES: Final = (
    ("grade", "Grade", 0.118),
    ("temperature", "Temp. °C", 0.105),
    ("pressure", "BP mmHg", 0.15),
    ("rates", "Rates /min", 0.115),
    ("oxygen", "SpO₂ %", 0.115),
    ("neuro", "Neuro", 0.095),
    ("labs", "Labs (log)", 0.125),
    ("drugs", "Drugs", 0.095),
    ("events", "Events", 0.09),
)
BACKDROP: Final = "y"  # behind every lane, from top to bottom, 0 to 1
_REFS: Final = {name: f"y{n}" for n, (name, _, _) in enumerate(LANES, start=2)}
OXYGEN_DEVICE: Final = "y11"  # drawn over the oxygen lane, on its right side
CAPD: Final = "y12"  # drawn over the neuro lane, on its right side
_PER_BAR: Final = 0.023
_MOST_TICKS: Final = 34
_DAYS_BEFORE: Final = timedelta(days=2)
_LEFT_OF_TICKS: Final = 96  # pixels of the margin in which a lane is named


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
        "automargin": False,
        "tickfont": {"size": 10},
        "ticklen": 3,
        **own,
    }


def backdrop_axis() -> dict[str, Any]:
    """Return the axis behind the lanes, which shows nothing of its own."""
    return {"anchor": "x", "domain": [0, 1], "range": [0, 1], "fixedrange": True,
            "visible": False}  # fmt: skip


def x_axis(course: Course) -> dict[str, Any]:
    """Return the shared axis, ticked at the ward's midnights and named by day of the course."""
    ticks = midnights(course)
    return {
        "type": "date",
        "anchor": "free",
        "position": 1,
        "side": "top",
        "range": [instant(each) for each in shown(course)],
        "tickmode": "array",
        "tickvals": [instant(at) for at in ticks],
        "ticktext": [tick(course, at) for at in ticks],
        "tickangle": 0,
        "tickfont": {"size": 12},
        "showgrid": True,
    }


def shown(course: Course) -> tuple[datetime, datetime]:
    """Return what is in sight at first: from two days before the dose on, or everything."""
    if course.day_zero is None:
        return course.start, course.end
    return max(course.start, min(course.day_zero - _DAYS_BEFORE, course.end)), course.end


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


def tick(course: Course, at: datetime) -> str:
    """Return the name of a day: of the course, or of the calendar before any dose."""
    return course.day(at) or calendar_day(course, at)


def calendar_day(course: Course, at: datetime) -> str:
    """Return “7 Mar” on the ward's calendar."""
    local = at.astimezone(course.zone)
    return f"{local.day} {local:%b}"


def names(found: dict[str, Lane], own: dict[str, str]) -> list[dict[str, Any]]:
    """Return what stands left of each lane; `own` says more than its plain name."""
    return [
        {
            "name": "lane",
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "xshift": -_LEFT_OF_TICKS,
            "y": round(lane.high, 4),
            "yref": "paper",
            "yanchor": "top",
            "align": "left",
            "showarrow": False,
            "text": lane.title + (f"<br>{own[name]}" if own.get(name) else ""),
            "font": {"size": 10},
        }
        for name, lane in found.items()
    ]


def dose_words(kind: DoseKind) -> str:
    """Return a dose kind as a ward writes it."""
    return kind.value.replace("_", " ").capitalize()
