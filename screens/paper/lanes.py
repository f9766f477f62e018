"""The course on paper: nine lanes on one axis of true time, from grades down to events."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from reportlab.platypus import Flowable

from patients.windows import high_risk_spans
from screens import labels
from screens.paper import medicines_lane, ribbon, values_lane
from screens.paper.axis import Axis
from screens.paper.pen import DARK, LIGHT, MID, SMALL, TINY, Lane, Pen
from screens.timeline.axis import dose_words, midnights
from screens.timeline.course import Course

_LEFT: Final = 62.0
_RIGHT: Final = 34.0
_DAYS: Final = 18.0
_GAP: Final = 3.0
_EVENTS: Final = 22.0
_PLACE: Final = 6.5
_SAID: Final = 8.0
Draw = Callable[[Pen, Lane], None]
# What is drawn, its share of the height, and its name.
_LANES: Final[tuple[tuple[Draw, float], ...]] = (
    (values_lane.temperature, 1.0),
    (values_lane.pressure, 1.25),
    (values_lane.rates, 1.0),
    (values_lane.oxygen, 1.0),
    (values_lane.neuro, 0.55),
    (values_lane.labs, 0.95),
)


class Lanes(Flowable):  # type: ignore[misc]  # the writer ships no types
    """The whole course in one picture of a given size, in points."""

    def __init__(self, course: Course, *, wide: float, high: float) -> None:
        super().__init__()
        self.course, self.width, self.height = course, wide, high

    def wrap(self, _wide: float, _high: float) -> tuple[float, float]:
        """Return the size, whatever room there is."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw from the top down: days, grades, values, medicines, events."""
        pen = Pen(self.canv, Axis(self.course, _LEFT, self.width - _LEFT - _RIGHT))
        _days(pen, 0.0, self.height)
        top = self.height - _DAYS
        top = _ribbon(pen, top)
        drugs = medicines_lane.height_of(self.course)
        room = top - drugs - _EVENTS - _GAP * (len(_LANES) + 2)
        weight = sum(share for _, share in _LANES)
        for draw, share in _LANES:
            high = room * share / weight
            top -= high + _GAP
            _lane(pen, Lane(top, high), draw)
        top -= drugs + _GAP
        _lane(pen, Lane(top, drugs), medicines_lane.draw)
        _lane(pen, Lane(0.0, max(top - _GAP, 6.0)), _events)


def _ribbon(pen: Pen, top: float) -> float:
    high = 19.0
    if pen.axis.course.said:
        top -= _SAID
        ribbon.draw_said(pen, Lane(top, _SAID))
        top -= 1
    for graded, said in ((ribbon.graded_sets(pen), "CRS"), (ribbon.graded_checks(pen), "ICANS")):
        top -= high
        ribbon.draw(pen, Lane(top, high), graded, said=said)
        top -= _GAP
        high = 15.0
    return top


def _lane(pen: Pen, lane: Lane, draw: Draw) -> None:
    pen.canvas.setStrokeGray(LIGHT)
    pen.canvas.setLineWidth(0.4)
    pen.canvas.rect(pen.axis.left, lane.bottom, pen.axis.width, lane.height, stroke=1, fill=0)
    draw(pen, lane)


def _days(pen: Pen, bottom: float, top: float) -> None:
    """Shade the windows, rule the midnights, name the days, and mark the doses."""
    course = pen.axis.course
    below = top - _DAYS
    for begin, end, _ in high_risk_spans(course.doses, zone=course.zone):
        if begin < course.end and end > course.start:
            left, right = pen.axis.x(begin), pen.axis.x(end)
            pen.canvas.setFillGray(0.95)
            pen.canvas.rect(left, bottom, right - left, below - bottom, stroke=0, fill=1)
    ticks = midnights(course)
    step = -(-len(ticks) // 16) or 1
    for number, at in enumerate(ticks):
        _upright(pen, at, bottom, below, gray=LIGHT)
        if number % step == 0:
            local = at.astimezone(course.zone)
            date = f"{local.day} {labels.MONTHS[local.month]}"
            pen.words(pen.axis.x(at) + 1, below + 2, course.day(at) or date, bold=True)
            if course.day_zero is not None:
                pen.words(pen.axis.x(at) + 17, below + 2, date, size=TINY, gray=DARK)
    for dose in course.doses:
        if pen.axis.holds(dose.started_at):
            _upright(pen, dose.started_at, bottom, top - 7, gray=0.0, wide=1.1)
            pen.words(pen.axis.x(dose.started_at) + 2, top - 7, dose_words(dose.kind), size=SMALL)
    pen.words(pen.axis.left - 3, below + 2, "Day", size=SMALL, gray=DARK, to="left")


def _upright(
    pen: Pen, at: datetime, bottom: float, top: float, *, gray: float, wide: float = 0.4
) -> None:
    pen.canvas.setStrokeGray(gray)
    pen.canvas.setLineWidth(wide)
    x = pen.axis.x(at)
    pen.canvas.line(x, bottom, x, top)


def _events(pen: Pen, lane: Lane) -> None:
    """Draw each alert where it was raised, stacked where they would overlap; below, the ward."""
    middle = (lane.bottom + _PLACE + lane.top) / 2
    pen.words(pen.axis.left - 3, middle - 2, "Alerts", bold=True, to="left")
    _places(pen, lane.bottom)
    ends: list[float] = [0.0, 0.0]
    for mark in pen.axis.course.marks:
        x = pen.axis.x(mark.at)
        row = 0 if x >= ends[0] else 1
        ends[row] = x + 9
        y = lane.top - 5.5 - row * 6
        pen.canvas.setFillGray(DARK if mark.severity in _GRAVE else MID)
        _flag(pen.canvas, x, y)
        pen.words(x + 2, y, mark.severity, size=TINY, bold=mark.severity in _GRAVE)


def _places(pen: Pen, bottom: float) -> None:
    """Draw where the patient was, and dark over it who else watched."""
    course = pen.axis.course
    pen.words(pen.axis.left - 3, bottom + 1.4, "Ward", size=TINY, gray=DARK, to="left")
    for place, gray in (*((p, 1.0) for p in course.places), *((w, LIGHT) for w in course.watched)):
        begin, end = max(place.since, course.start), min(place.until or course.end, course.end)
        if begin < end:
            room = pen.axis.x(end) - pen.axis.x(begin)
            said = place.ward if room > 2.6 * len(place.ward) + 3 else ""
            pen.bar(begin, end, bottom + 0.6, _PLACE - 1.2, said=said, gray=gray)


_GRAVE: Final[Sequence[str]] = ("P1", "P2")


def _flag(canvas: Any, x: float, y: float) -> None:
    path = canvas.beginPath()
    path.moveTo(x - 1.5, y + 4)
    path.lineTo(x + 1.5, y + 4)
    path.lineTo(x, y)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)
