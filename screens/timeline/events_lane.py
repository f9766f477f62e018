"""The lane of events: alerts from raised to closed, where the patient was, cultures and notes."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from typing import Any, Final

from screens.timeline import axis, series, spans
from screens.timeline.axis import Lane
from screens.timeline.circulation import Part
from screens.timeline.course import Course, Mark
from screens.timeline.series import text_at
from screens.timeline.spans import Span
from screens.timeline.thinning import Point

_PLACE_ROW: Final = 0.0
_WATCHED_ROW: Final = 0.2
_MOST_ROWS: Final = 3  # of alerts side by side; more share the last
_HEIGHT: Final = 0.8
_URGENT: Final = frozenset({"P1", "P2"})
_CULTURE: Final = "culture"
_LONGEST_NOTE: Final = 80


def events(course: Course, lane: Lane) -> Part:
    """Return the bars of places and alerts, and a letter for each culture and note."""
    rows = stacked(course.marks, end=course.end)
    top = max([1, *rows]) + 1
    marks = [bar for mark, row in zip(course.marks, rows, strict=True)
             for bar in _alert(course, mark, row)]  # fmt: skip
    traces = [
        spans.bars([*_places(course), *_watched(course)], name="Ward", yaxis=lane.ref),
        spans.bars(marks, name="Alert", yaxis=lane.ref),
        _severities(course, rows, lane),
        _lettered(course, float(top), lane),
    ]
    own = axis.y_axis(
        lane,
        range=[-0.55, top + 0.55],
        tickmode="array",
        tickvals=[_PLACE_ROW, (1 + top - 1) / 2, top],
        ticktext=["ward", "alerts", "notes"],
        ticklen=0,
        showgrid=False,
    )
    return traces, own | {"tickfont": {"size": 9}}


def stacked(marks: Sequence[Mark], *, end: datetime) -> list[int]:
    """Return the row of each alert, from 1 up, such that few overlap; the last row takes all."""
    free_from: list[datetime] = []
    rows: list[int] = []
    for mark in marks:
        until = mark.closed_at or end
        row = next((n for n, free in enumerate(free_from) if free <= mark.at), len(free_from))
        row = min(row, _MOST_ROWS - 1)
        if row == len(free_from):
            free_from.append(until)
        else:
            free_from[row] = max(free_from[row], until)
        rows.append(row + 1)
    return rows


def _alert(course: Course, mark: Mark, row: int) -> list[Span]:
    """Solid until somebody has it, hatched until it is closed; a moment has a width to be seen."""
    closed = mark.closed_at or course.end
    taken = min(mark.acknowledged_at or closed, closed)
    token = "event" if mark.severity in _URGENT else "limit"
    link = f"alerts/{mark.code}/"
    words = f"Alert {mark.severity} {escape(mark.words)} ({mark.code}), {_story(course, mark)}"
    found = [Span(mark.at, taken, row, _HEIGHT, token, "solid", mark.severity, words, link)]
    if taken < closed:
        found.append(Span(taken, closed, row, _HEIGHT, token, "hatch", "", words, link))
    return found


def _severities(course: Course, rows: Sequence[int], lane: Lane) -> dict[str, Any]:
    """P1 to P4 in front of each alert, for who sees no colors."""
    points = [Point(mark.at, float(row)) for mark, row in zip(course.marks, rows, strict=True)]
    drawn = series.trace(points, name="Severity", color="event", yaxis=lane.ref)
    return drawn | {
        "mode": "text",
        "text": [mark.severity for mark in course.marks],
        "textposition": "middle left",
        "textfont": {"size": 9},
    }


def _story(course: Course, mark: Mark) -> str:
    said = [f"raised {course.when(mark.at)}"]
    if mark.acknowledged_at:
        said.append(f"acknowledged {course.when(mark.acknowledged_at)}")
    said.append(f"closed {course.when(mark.closed_at)}" if mark.closed_at else "not closed")
    return ", ".join(said)


def _places(course: Course) -> list[Span]:
    found = []
    for place in course.places:
        begin, end = max(place.since, course.start), min(place.until or course.end, course.end)
        if begin < end:
            where = f"{place.ward}, bed {place.bed}" if place.bed else place.ward
            text = f"{escape(where)}, since {course.when(place.since)}"
            found.append(
                Span(begin, end, _PLACE_ROW, _HEIGHT, "limit", "outline", escape(place.ward), text)
            )
    return found


def _watched(course: Course) -> list[Span]:
    """Over the ward, because the ward's own bed stays the patient's."""
    found = []
    for place in course.watched:
        begin, end = max(place.since, course.start), min(place.until or course.end, course.end)
        if begin < end:
            words = f"{place.ward}, by order, since {course.when(place.since)}"
            found.append(
                Span(begin, end, _WATCHED_ROW, _HEIGHT / 2, "event", "dots", place.ward, words)
            )
    return found


def _notes(course: Course) -> Iterator[tuple[datetime, str]]:
    """A note that the next sets repeat is told once."""
    before = ""
    for moment in course.moments:
        if moment.note and moment.note != before:
            yield moment.at, moment.note
        before = moment.note


def _lettered(course: Course, row: float, lane: Lane) -> dict[str, Any]:
    told = [
        (result.at, "C", f"{escape(result.label)}: {escape(result.text or 'see result')}")
        for result in course.labs
        if _CULTURE in result.label.lower() or _CULTURE in result.analyte
    ]
    told += [(at, "N", f"Note: {escape(note[:_LONGEST_NOTE])}") for at, note in _notes(course)]
    told.sort(key=lambda each: each[0])
    points = [Point(at, row, text_at(course, at, words)) for at, _, words in told]
    drawn = series.trace(points, name="Notes", color="drug", yaxis=lane.ref)
    return drawn | {
        "mode": "text",
        "customdata": drawn.get("text", []),
        "hovertemplate": "%{customdata}<extra></extra>",
        "text": [letter for _, letter, _ in told],
        "textfont": {"size": 10},
        "cliponaxis": False,
    }
