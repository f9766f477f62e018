"""One value over time as a trace: thinned, broken at gaps, readable by the crosshair."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from screens.timeline import axis
from screens.timeline.course import LONGEST_GAP, Course, Moment, instant
from screens.timeline.thinning import Point, drawn, thin

# Blood is taken about once a day: two days apart are still one line, a missed day is not.
LABS_HOLD: Final = timedelta(hours=36)
# More points than these lie side by side as a line; a dot for each would only be ink.
MOST_DOTS: Final = 400
MOST_POINTS: Final = 1000  # of one line, about one for each pixel


def points(course: Course, value_of: Callable[[Moment], Decimal | int | None]) -> list[Point]:
    """Return the recorded values of the sets as points; what was not recorded is no point."""
    pairs = ((moment.at, value_of(moment)) for moment in course.moments)
    return [Point(at, float(value)) for at, value in pairs if value is not None]


def vital(
    course: Course,
    lane: str,
    name: str,
    color: str,
    values: Sequence[Point],
    **own: Any,
) -> list[dict[str, Any]]:
    """Return a line through recorded values, open wherever sets are missing.

    A dense line has no dots; a value that stands alone between two gaps keeps its own.
    """
    holds = {moment.at: moment.holds_for for moment in course.moments}
    line = drawn(
        values,
        holds_for=lambda point: holds.get(point.at, LONGEST_GAP),
        most=MOST_POINTS,
        keep={mark.at for mark in course.marks},
        fine=(course.fine.begin, course.fine.end) if course.fine else None,
    )
    yaxis = axis.ref(lane)
    if len(line) <= MOST_DOTS:
        return [trace(line, name=name, color=color, yaxis=yaxis, **own)]
    main = {**own, "mode": "lines"}
    alone = {**own, "mode": "markers", "meta": {"token": color}}
    return [
        trace(line, name=name, color=color, yaxis=yaxis, **main),
        trace(_alone(line), name=f"{name}, single", color=color, yaxis=yaxis, **alone),
    ]


def _alone(line: Sequence[Point | None]) -> list[Point]:
    """Points with a gap on both sides, which no line shows."""
    around = [None, *line, None]
    triples = zip(around, line, around[2:], strict=False)
    return [here for before, here, after in triples if here and not before and not after]


def carried(
    course: Course, lane: str, name: str, color: str, field: str, *, symbol: str
) -> dict[str, Any]:
    """Return the values of earlier sets on which a later grade rests, hollow and unjoined."""
    found = [
        Point(
            moment.at,
            float(each.value),
            f"{course.when(moment.at)}<br>{name} {each.value}, carried forward from "
            f"{course.when(each.taken_at)}",
        )
        for moment in course.moments
        for each in moment.carried
        if each.field == field
    ]
    return trace(
        thin(found, most=MOST_DOTS),
        name=f"{name}, carried",
        color=color,
        yaxis=axis.ref(lane),
        mode="markers",
        marker={"size": 6, "symbol": f"{symbol}-open"},
    )


def lab(values: Sequence[Point], *, name: str, color: str, **own: Any) -> dict[str, Any]:
    """Return a laboratory value as a line, broken where a day was left out."""
    line = drawn(values, holds_for=lambda _: LABS_HOLD)
    return trace(line, name=name, color=color, yaxis=axis.ref("labs"), **own)


def level(
    course: Course, value: float, *, name: str, color: str, yaxis: str, dash: str
) -> dict[str, Any]:
    """Return a level line from one end of the course to the other."""
    ends = [Point(course.start, value, name), Point(course.end, value, name)]
    return trace(
        ends, name=name, color=color, yaxis=yaxis, mode="lines", line={"width": 1, "dash": dash}
    )


def trace(
    values: Iterable[Point | None], *, name: str, color: str, yaxis: str, **own: Any
) -> dict[str, Any]:
    """Return a scatter trace; the page knows its color by name, and no words are sent twice."""
    points = list(values)
    told = any(point is not None and point.text for point in points)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "meta": {"token": color},
        "x": [None if point is None else instant(point.at) for point in points],
        "y": [None if point is None else point.value for point in points],
        **({"text": ["" if point is None else point.text for point in points]} if told else {}),
        **({"hovertemplate": "%{text}<extra></extra>"} if told else {"hoverinfo": "skip"}),
        "connectgaps": False,
        "line": {"width": 1.6},
        "marker": {"size": 5},
        "showlegend": False,
        "xaxis": "x",
        "yaxis": yaxis,
        **own,
    }


def read_as(
    lane: str,
    name: str,
    *,
    color: str,
    unit: str = "",
    symbol: str = "●",
    since: bool = False,
) -> dict[str, Any]:
    """Return what the crosshair needs to read a trace: lane, name, unit and its sign.

    `since` where the age is counted from when the value began, not from when it was seen last.
    """
    read = {"lane": lane, "name": name, "unit": unit, "symbol": symbol, "since": since}
    return {"meta": {"token": color, "read": read}}


def span(values: Iterable[Point], *, low: float, high: float, margin: float) -> list[float]:
    """Return an axis range that holds the usual range and every value."""
    seen = [point.value for point in values]
    return [min([low, *seen]) - margin, max([high, *seen]) + margin]


def text_at(course: Course, at: datetime, words: str) -> str:
    """Return what hovering says: when, then what."""
    return f"{course.when(at)}<br>{words}"
