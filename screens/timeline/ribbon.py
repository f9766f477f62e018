"""The grade ribbon, CRS above ICANS: color and number, and nothing where nothing was charted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from grading.grades import style_of
from screens.timeline import axis
from screens.timeline.course import LONGEST_GAP, Course, instant

# Narrower than this share of the axis, a number would run over its neighbors.
_NUMBERED_FROM: Final = 0.011
_CRS_ROW: Final = (1.06, 1.94)
_ICANS_ROW: Final = (0.06, 0.94)
_ALERT_ROW: Final = 2.4
NEURO_HOLDS: Final = LONGEST_GAP


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time for which one grade stands."""

    begin: datetime
    end: datetime
    grade: int | None
    at_least: int


def stretches(
    graded: Sequence[tuple[datetime, int | None, int, timedelta]], *, end: datetime
) -> list[Stretch]:
    """Join equal grades that follow each other; a grade stands only as long as it holds.

    `graded` is time, grade, least grade, and how long it holds, in order of time.
    """
    found: list[Stretch] = []
    for index, (at, grade, at_least, holds) in enumerate(graded):
        following = graded[index + 1][0] if index + 1 < len(graded) else end
        until = min(at + holds, following, end)
        last = found[-1] if found else None
        same = last is not None and (last.grade, last.at_least) == (grade, at_least)
        if last is not None and same and last.end == at:
            found[-1] = replace(last, end=until)
        elif until > at:
            found.append(Stretch(at, until, grade, at_least))
    return found


def shapes(course: Course) -> list[dict[str, Any]]:
    """Return the colored stretches with their numbers."""
    crs = [(m.at, m.grade, m.at_least, m.holds_for) for m in course.moments]
    icans = [(n.at, n.grade, n.at_least, NEURO_HOLDS) for n in course.neuro]
    return [
        _rectangle(stretch, row, course)
        for graded, row in ((crs, _CRS_ROW), (icans, _ICANS_ROW))
        for stretch in stretches(graded, end=course.end)
    ]


def traces(course: Course) -> list[dict[str, Any]]:
    """Return what hovering over the ribbon says, and the alerts above it."""
    crs = [
        (m.at, f"CRS {style_of(m.grade, at_least=m.at_least).label}", sum(_CRS_ROW) / 2,
         f"sets/{m.set_id}/")
        for m in course.moments
    ]  # fmt: skip
    icans = [
        (n.at, f"ICANS {style_of(n.grade, at_least=n.at_least).short}", sum(_ICANS_ROW) / 2, "")
        for n in course.neuro
    ]
    alerts = [
        (m.at, f"{m.severity} {m.words} ({m.code})", _ALERT_ROW, f"alerts/{m.code}/")
        for m in course.marks
    ]
    return [
        _hover("Grade", [*crs, *icans], course, size=9, opacity=0.0, symbol="square"),
        _hover("Alert", alerts, course, size=11, opacity=1.0, symbol="triangle-down"),
    ]


def y_axis(lane: axis.Lane) -> dict[str, Any]:
    """Return the ribbon's axis: two named rows, and room for alerts above."""
    return axis.y_axis(
        lane,
        range=[0, 2.8],
        tickmode="array",
        tickvals=[0.5, 1.5, _ALERT_ROW],
        ticktext=["ICANS", "CRS", "Alerts"],
        showgrid=False,
    )


def _hover(
    name: str,
    rows: list[tuple[datetime, str, float, str]],
    course: Course,
    *,
    size: int,
    opacity: float,
    symbol: str,
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "meta": {"token": "event"},
        "x": [instant(at) for at, _, _, _ in rows],
        "y": [y for _, _, y, _ in rows],
        "text": [f"{course.when(at)}<br>{words}" for at, words, _, _ in rows],
        "customdata": [link for _, _, _, link in rows],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"size": size, "opacity": opacity, "symbol": symbol},
        "showlegend": False,
        "xaxis": "x",
        "yaxis": axis.ref("grade"),
    }


def _rectangle(stretch: Stretch, row: tuple[float, float], course: Course) -> dict[str, Any]:
    style = style_of(stretch.grade, at_least=stretch.at_least)
    solid = style_of(stretch.at_least)
    wide = (stretch.end - stretch.begin) / (course.end - course.start) >= _NUMBERED_FROM
    known = stretch.grade is not None
    return {
        "type": "rect",
        # The page colors by name; “≥2” is colored as 2 with a dashed edge.
        "name": solid.color_token.removeprefix("--"),
        "xref": "x",
        "yref": axis.ref("grade"),
        "x0": instant(stretch.begin),
        "x1": instant(stretch.end),
        "y0": row[0],
        "y1": row[1],
        "fillcolor": solid.fill,
        "opacity": 1.0 if known else 0.75,
        "line": {"color": solid.line, "width": 1 if known else 2, "dash": _dash(known=known)},
        "label": {"text": style.short if wide else "", "font": {"color": solid.ink, "size": 12}},
    }


def _dash(*, known: bool) -> str:
    return "solid" if known else "dash"
