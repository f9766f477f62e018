"""Courses laid on one axis from day 0: where a moment falls, and what each lane holds there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Final

from grading.grades import style_of
from patients.windows import Dose, WindowUnit, course_start, hours_after
from screens import labels
from screens.timeline.course import LONGEST_GAP, Course, Lab, Moment
from screens.timeline.series import LABS_HOLD
from screens.timeline.thinning import Point, drawn

LETTERS: Final = "ABCD"
MOST: Final = len(LETTERS)
LOWEST_LAB: Final = 0.1  # a logarithmic axis has no zero
_MOST_POINTS: Final = 400  # of one line: more than the screen has room for in one lane
_DAY_SECONDS: Final = 86_400


class Scale(StrEnum):
    """What the axis counts: ward-local days of the course, or elapsed hours since its dose."""

    DAY = "day"
    HOUR = "hour"


# From where to where the axis may reach, in its own unit; both ends included.
REACH: Final = {Scale.DAY: (-2.0, 31.0), Scale.HOUR: (-24.0, 168.0)}


@dataclass(frozen=True, slots=True)
class Lane:
    """One value that is compared, from the top down; a logarithmic one has no zero."""

    name: str
    title: str
    unit: str
    is_log: bool = False
    is_lab: bool = False


LANES: Final = (
    Lane("grade", "CRS grade", ""),
    Lane("temperature_celsius", "Temp. °C", "°C"),
    Lane("systolic_mmhg", "SBP mmHg", "mmHg"),
    Lane("spo2_percent", "SpO₂ %", "%"),
    Lane("crp", "CRP mg/L", "mg/L", is_log=True, is_lab=True),
    Lane("ferritin", "Ferritin", "ng/mL", is_log=True, is_lab=True),
)
BANDED: Final = LANES[1:]


@dataclass(frozen=True, slots=True)
class Aligned:
    """One patient's course with the letter it is told apart by; `zero` is its day 0."""

    letter: str
    course: Course
    zero: datetime
    dose: Dose


@dataclass(frozen=True, slots=True)
class Mark:
    """One point of a line: where, how high, what hovering says, and whether it is all known."""

    x: float
    y: float
    text: str
    is_known: bool = True


def align(courses: Sequence[Course]) -> list[Aligned]:
    """Return those that can be laid on the axis; without a dose given there is no day 0."""
    found = []
    for letter, course in zip(LETTERS, courses, strict=False):
        start = course_start(course.doses, at=course.end)
        if start is not None and start.started_at <= course.end:
            found.append(Aligned(letter, course, start.started_at, start))
    return found


def counts_hours(dose: Dose) -> bool:
    """Whether the windows of its product are counted in hours."""
    return any(rule.high_risk.unit is WindowUnit.HOUR for rule in dose.profile.anchors)


def position(at: datetime, *, zero: datetime, zone: tzinfo, scale: Scale) -> float:
    """Return where a moment falls: days from the midnight that begins day 0, or hours.

    Days are the ward's own, so a night with 23 or 25 hours shifts no day after it.
    """
    if scale is Scale.HOUR:
        return hours_after(at, dose_at=zero)
    local, begins = at.astimezone(zone), zero.astimezone(zone).date()
    of_day = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
    return (local.date() - begins).days + of_day.total_seconds() / _DAY_SECONDS


def line(each: Aligned, lane: Lane, *, scale: Scale) -> list[Mark | None]:
    """Return a lane's points, thinned, with None wherever the line must break."""
    known: dict[datetime, bool] = {}
    if lane.name == "grade":
        points = [_grade(m, each.course) for m in each.course.moments]
        known = {m.at: m.grade is not None for m in each.course.moments}
    elif lane.is_lab:
        points = [_lab(lab, each.course) for lab in labs_of(each.course, lane)]
    else:
        points = [
            _sign(m.at, value, lane, each.course)
            for m in each.course.moments
            if (value := getattr(m, lane.name)) is not None
        ]
    holds = {m.at: m.holds_for for m in each.course.moments}
    low, high = REACH[scale]
    inside = [p for p in points if low <= _x(p, each, scale) <= high]
    joined = drawn(
        inside,
        holds_for=lambda p: LABS_HOLD if lane.is_lab else holds.get(p.at, LONGEST_GAP),
        most=_MOST_POINTS,
    )
    return [
        None if p is None else Mark(_x(p, each, scale), p.value, p.text, known.get(p.at, True))
        for p in joined
    ]


def labs_of(course: Course, lane: Lane) -> list[Lab]:
    """Return the results of a lane that are numbers, oldest first."""
    return [lab for lab in course.labs if lab.analyte == lane.name and lab.value is not None]


def _x(point: Point, each: Aligned, scale: Scale) -> float:
    return position(point.at, zero=each.zero, zone=each.course.zone, scale=scale)


def _grade(moment: Moment, course: Course) -> Point:
    words = style_of(moment.grade, at_least=moment.at_least).label
    return Point(moment.at, float(moment.at_least), f"{course.when(moment.at)}<br>CRS {words}")


def _sign(at: datetime, value: Decimal | int, lane: Lane, course: Course) -> Point:
    return Point(at, float(value), f"{course.when(at)}<br>{labels.number(value)} {lane.unit}")


def _lab(lab: Lab, course: Course) -> Point:
    assert lab.value is not None, "a result in words has no point"
    said = f"{lab.comparator}{labels.number(lab.value)} {lab.unit}"
    height = max(float(lab.value), LOWEST_LAB)
    return Point(lab.at, height, f"{course.when(lab.at)}<br>{said}")
