"""Grades on paper: higher is taller, so that no color is needed; hatched where none is known."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from reportlab.lib.colors import HexColor

from grading.grades import style_of
from grading.services import SCALE
from screens.paper.pen import BLACK, DARK, MID, TINY, Lane, Pen
from screens.timeline.course import LONGEST_GAP
from screens.timeline.ribbon import Stretch, stretches
from screens.timeline.ribbon import said as said_of

GRAVEST: Final = 4
_NUMBERED_FROM: Final = 6.0  # points
_LOWEST: Final = 0.4  # of the height: grade 0
Graded = Sequence[tuple[datetime, int | None, int, timedelta]]


def draw(pen: Pen, lane: Lane, graded: Graded, *, said: str) -> None:
    """Draw one row of grades; the gaps between them are hatched."""
    course = pen.axis.course
    found = stretches(graded, end=course.end)
    pen.words(pen.axis.left - 3, lane.bottom + lane.height / 2 - 2, said, bold=True, to="left")
    edges = [course.start, *(at for each in found for at in (each.begin, each.end)), course.end]
    for end, begin in list(pairwise(edges))[::2]:
        pen.hatch(pen.axis.x(end), pen.axis.x(begin), lane.bottom, lane.height)
    for each in found:
        _stretch(pen, lane, each)
    pen.canvas.setStrokeGray(MID)
    pen.canvas.setLineWidth(0.4)
    pen.canvas.line(pen.axis.left, lane.bottom, pen.axis.left + pen.axis.width, lane.bottom)


def draw_said(pen: Pen, lane: Lane) -> None:
    """Draw the clinicians' words on the CRS grade over the computed one."""
    pen.words(pen.axis.left - 3, lane.bottom + 2, "Clinician", size=TINY, gray=DARK, to="left")
    for begin, end, word in said_of(pen.axis.course, SCALE):
        grade = "not CRS" if word.grade is None else f"{word.grade} {word.by}"
        wide = pen.axis.x(end) - pen.axis.x(begin)
        short = grade if wide > 3.2 * len(grade) else grade.split(" ", maxsplit=1)[0]
        pen.bar(begin, end, lane.bottom, lane.height, said=short, gray=1.0)


def graded_sets(pen: Pen) -> Graded:
    """Return the CRS grade of each set with how long it stands."""
    return [(m.at, m.grade, m.at_least, m.holds_for) for m in pen.axis.course.moments]


def graded_checks(pen: Pen) -> Graded:
    """Return the ICANS grade of each neuro check with how long it stands."""
    return [(n.at, n.grade, n.at_least, LONGEST_GAP) for n in pen.axis.course.neuro]


def _stretch(pen: Pen, lane: Lane, each: Stretch) -> None:
    """A grade that is not fully known is drawn at its lower bound, with an open, dashed edge."""
    left, right = pen.axis.x(each.begin), pen.axis.x(each.end)
    style = style_of(each.at_least)
    tall = min(_LOWEST + (1 - _LOWEST) * each.at_least / GRAVEST, 1.0) * lane.height
    known = each.grade is not None
    pen.canvas.setFillColor(HexColor(style.fill if known else "#ffffff"))
    pen.canvas.setStrokeColor(HexColor(style.line))
    pen.canvas.setLineWidth(0.5)
    pen.canvas.setDash([] if known else [1.5, 1])
    pen.canvas.rect(left, lane.bottom, max(right - left, 0.6), tall, stroke=1, fill=1)
    pen.canvas.setDash([])
    if right - left >= _NUMBERED_FROM:
        words = style_of(each.grade, at_least=each.at_least).short
        light = known and style.ink.lower() == "#ffffff"
        size = TINY + 1 if tall > 6 else TINY
        pen.words(
            (left + right) / 2, lane.bottom + min(tall / 2 - 2, lane.height - 7), words,
            size=size, gray=1.0 if light else (BLACK if known else DARK), bold=True, to="both",
        )  # fmt: skip
