"""One value over time as a trace: thinned, broken at gaps, with words to hover over."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from screens import labels
from screens.timeline import axis
from screens.timeline.course import LONGEST_GAP, Course, Moment, instant
from screens.timeline.thinning import Point, drawn

# Blood is taken about once a day: two days apart are still one line, a missed day is not.
LABS_HOLD: Final = timedelta(hours=36)


def points(
    course: Course,
    value_of: Callable[[Moment], Decimal | int | None],
    words: str,
    unit: str,
) -> list[Point]:
    """Return the recorded values of the sets as points; what was not recorded is no point."""
    found = []
    for moment in course.moments:
        value = value_of(moment)
        if value is not None:
            text = f"{course.when(moment.at)}<br>{words} {labels.number(value)} {unit}"
            found.append(Point(moment.at, float(value), text))
    return found


def vital(
    course: Course,
    lane: str,
    name: str,
    color: str,
    values: Sequence[Point],
    **own: Any,
) -> dict[str, Any]:
    """Return a line through recorded values, open wherever sets are missing."""
    holds = {moment.at: moment.holds_for for moment in course.moments}
    line = drawn(
        values,
        holds_for=lambda point: holds.get(point.at, LONGEST_GAP),
        keep={mark.at for mark in course.marks},
    )
    return trace(line, name=name, color=color, yaxis=axis.ref(lane), **own)


def lab(values: Sequence[Point], *, name: str, color: str, **own: Any) -> dict[str, Any]:
    """Return a laboratory value as a line, broken where a day was left out."""
    line = drawn(values, holds_for=lambda _: LABS_HOLD)
    return trace(line, name=name, color=color, yaxis=axis.ref("labs"), **own)


def trace(
    values: Iterable[Point | None], *, name: str, color: str, yaxis: str, **own: Any
) -> dict[str, Any]:
    """Return a scatter trace; the page knows its color by name."""
    points = list(values)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "meta": {"token": color},
        "x": [None if point is None else instant(point.at) for point in points],
        "y": [None if point is None else point.value for point in points],
        "text": ["" if point is None else point.text for point in points],
        "hovertemplate": "%{text}<extra></extra>",
        "connectgaps": False,
        "line": {"width": 1.6},
        "marker": {"size": 5},
        "showlegend": False,
        "xaxis": "x",
        "yaxis": yaxis,
        **own,
    }


def span(values: Iterable[Point], *, low: float, high: float, margin: float) -> list[float]:
    """Return an axis range that holds the usual range and every value."""
    seen = [point.value for point in values]
    return [min([low, *seen]) - margin, max([high, *seen]) + margin]


def bars(spans: Sequence[tuple[datetime, datetime, float, str]], **own: Any) -> dict[str, Any]:
    """Return thick horizontal bars: begin, end, height and words of each."""
    line: list[Point | None] = []
    for begin, end, height, text in spans:
        line += [Point(begin, height, text), Point(end, height, text), None]
    return trace(line, mode="lines", line={"width": 6}, **own)
