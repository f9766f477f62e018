"""The lanes of measured values on paper, from temperature down to the laboratory."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from math import ceil, floor, log10
from typing import Final

from patients.medicines import TreatmentClass
from screens import labels, words
from screens.paper.axis import bounds, lines, thinned
from screens.paper.pen import BLACK, DARK, DASHED, DOTTED, MID, SOLID, TINY, Lane, Pen
from screens.timeline.course import Moment
from screens.timeline.medicines_lane import LABS, LOWEST_LAB

FEVER_CELSIUS: Final = 38.0
_LINES: Final = (SOLID, DASHED, DOTTED)
_DASH_WORDS: Final = ("—", "- -", "···")
Number = Decimal | int | None


def temperature(pen: Pen, lane: Lane) -> None:
    """Draw temperature with the line of 38.0, and antipyretics under it."""
    lane = _scaled(pen, lane, [lambda m: m.temperature_celsius], low=36.0, high=39.5)
    _titled(pen, lane, "Temp. °C")
    pen.level(lane, FEVER_CELSIUS, said="38.0")
    _line(pen, lane, lambda m: m.temperature_celsius)
    for drug in pen.axis.course.drugs:
        if drug.family == TreatmentClass.ANTIPYRETIC and pen.axis.holds(drug.at):
            x = pen.axis.x(drug.at)
            pen.canvas.setStrokeGray(DARK)
            pen.canvas.line(x, lane.bottom, x, lane.bottom + 4)


def pressure(pen: Pen, lane: Lane) -> None:
    """Draw a stick from diastolic to systolic for each set, and how many vasopressors ran."""
    lane = Lane(lane.bottom + 6, lane.height - 6)
    values: list[Callable[[Moment], Number]] = [
        lambda m: m.systolic_mmhg,
        lambda m: m.diastolic_mmhg,
    ]
    lane = _scaled(pen, lane, values, low=50, high=140)
    _titled(pen, lane, "BP mmHg")
    baseline = pen.axis.course.baseline_systolic_mmhg
    if baseline is not None:
        pen.level(lane, float(baseline), said=f"base {labels.number(baseline)}")
    pen.canvas.setLineWidth(0.7)
    pen.canvas.setStrokeGray(DARK)
    for x, high, low in _sticks(pen):
        pen.canvas.line(x, lane.y(low), x, lane.y(high))
    _line(pen, lane, lambda m: m.systolic_mmhg, wide=0.5)
    _line(pen, lane, lambda m: m.diastolic_mmhg, wide=0.5, dash=DASHED)
    _vasopressors(pen, lane.bottom - 6)


def rates(pen: Pen, lane: Lane) -> None:
    """Draw heart rate as a line and respirations dashed."""
    values: list[Callable[[Moment], Number]] = [
        lambda m: m.heart_rate_bpm, lambda m: m.respirations_per_minute,
    ]  # fmt: skip
    lane = _scaled(pen, lane, values, low=10, high=130)
    _titled(pen, lane, "HR /min", "- - RR")
    _line(pen, lane, lambda m: m.heart_rate_bpm)
    _line(pen, lane, lambda m: m.respirations_per_minute, dash=DASHED)


def oxygen(pen: Pen, lane: Lane) -> None:
    """Draw saturation over a band that names the oxygen device."""
    band, lane = Lane(lane.bottom, 7.5), Lane(lane.bottom + 8.5, lane.height - 8.5)
    lane = _scaled(pen, lane, [lambda m: m.spo2_percent], low=88, high=100)
    _titled(pen, lane, "SpO₂ %")
    pen.words(pen.axis.left - 3, band.bottom + 1.5, "O₂ by", size=TINY, gray=DARK, to="left")
    _line(pen, lane, lambda m: m.spo2_percent)
    course = pen.axis.course
    charted = [m for m in course.moments if m.oxygen_device]
    for device, sets in groupby(charted, key=lambda m: m.oxygen_device):
        run = list(sets)
        after = next((m.at for m in charted if m.at > run[-1].at), course.end)
        end = min(run[-1].at + run[-1].holds_for, after, course.end)
        is_wide = pen.axis.x(end) - pen.axis.x(run[0].at) > 26
        said = words.device(device, short=True) if is_wide else ""
        light = 0.97 if device == "room_air" else 0.82
        pen.bar(run[0].at, end, band.bottom, band.height, said=said, gray=light)


def neuro(pen: Pen, lane: Lane) -> None:
    """Draw the ICE score of each check as a dot, and CAPD as a ring on the same height of ten."""
    lane = Lane(lane.bottom, lane.height, 0, 10)
    pad = Lane(lane.bottom + 2, lane.height - 4, 0, 10)
    _titled(pen, lane, "ICE", ends=("0", "10"))
    for check in pen.axis.course.neuro:
        if check.ice_score is not None:
            pen.canvas.setFillGray(BLACK)
            pen.canvas.circle(pen.axis.x(check.at), pad.y(check.ice_score), 1.3, stroke=0, fill=1)
        elif check.capd_score is not None:
            pen.words(
                pen.axis.x(check.at), pad.bottom + 2, f"CAPD {check.capd_score}", size=4, to="both"
            )


def labs(pen: Pen, lane: Lane) -> None:
    """Draw CRP, ferritin and IL-6 on a logarithmic axis, each with a dash of its own."""
    found = {
        name: [
            (pen.axis.x(each.at), log10(max(float(each.value), LOWEST_LAB)))
            for each in pen.axis.course.labs
            if each.analyte == analyte and each.value is not None
        ]
        for analyte, name, _ in LABS
    }
    values = [y for points in found.values() for _, y in points]
    low, high = bounds((floor(min([0, *values])), ceil(max([3, *values]))), low=0, high=3)
    lane = Lane(lane.bottom, lane.height, low, high)
    _titled(pen, lane, "", ends=(_power(low), _power(high)))
    for decade in range(int(low) + 1, int(high)):
        pen.level(lane, decade, said=_power(decade))
    for number, ((name, points), dash) in enumerate(zip(found.items(), _LINES, strict=True)):
        pen.stroke(lane, [thinned(points)] if points else [], dash=dash)
        for x, value in thinned(points):
            pen.canvas.circle(x, lane.y(value), 1.1, stroke=0, fill=1)
        said = f"{_DASH_WORDS[number]} {name}"
        pen.words(pen.axis.left - 21, lane.top - 9 - 8 * number, said, size=TINY, to="left")


def _power(decade: float) -> str:
    return labels.number(Decimal(10) ** int(decade))


def _line(
    pen: Pen, lane: Lane, value_of: Callable[[Moment], Number], *,
    dash: Sequence[float] = SOLID, wide: float = 0.9,
) -> None:  # fmt: skip
    pen.stroke(lane, lines(pen.axis.course.moments, value_of, x=pen.axis.x), dash=dash, wide=wide)


def _scaled(
    pen: Pen, lane: Lane, values: Sequence[Callable[[Moment], Number]], *, low: float, high: float
) -> Lane:
    known = (value_of(m) for value_of in values for m in pen.axis.course.moments)
    least, most = bounds((float(each) for each in known if each is not None), low=low, high=high)
    return Lane(lane.bottom, lane.height, least, most)


def _titled(
    pen: Pen, lane: Lane, title: str, second: str = "", *, ends: tuple[str, str] | None = None
) -> None:
    left = pen.axis.left
    pen.words(left - 20, lane.bottom + lane.height / 2 - 2, title, bold=True, to="left")
    pen.words(left - 20, lane.bottom + lane.height / 2 - 9, second, size=TINY, to="left")
    low, high = ends or (f"{lane.low:g}", f"{lane.high:g}")
    pen.words(left - 3, lane.bottom, low, size=TINY, gray=DARK, to="left")
    pen.words(left - 3, lane.top - 4, high, size=TINY, gray=DARK, to="left")


def _sticks(pen: Pen) -> list[tuple[float, float, float]]:
    """One stick to a printed column: the highest systolic and the lowest diastolic in it."""
    both: dict[int, tuple[float, float, float]] = {}
    for m in pen.axis.course.moments:
        if m.systolic_mmhg is None or m.diastolic_mmhg is None:
            continue
        x = pen.axis.x(m.at)
        _, high, low = both.get(int(x), (x, 0.0, 999.0))
        both[int(x)] = (x, max(high, m.systolic_mmhg), min(low, m.diastolic_mmhg))
    return list(both.values())


def _vasopressors(pen: Pen, bottom: float) -> None:
    """How many vasopressors ran, from set to set; not charted is hatched, none is blank."""
    pen.words(pen.axis.left - 3, bottom + 0.8, "Vasopressors", size=TINY, gray=DARK, to="left")
    course = pen.axis.course
    spans: list[tuple[datetime, datetime, int | None]] = []
    for index, m in enumerate(course.moments):
        after = course.moments[index + 1].at if index + 1 < len(course.moments) else course.end
        count = None if m.vasopressors is None else len(m.vasopressors)
        end = min(m.at + m.holds_for, after)
        if spans and spans[-1][2] == count and spans[-1][1] == m.at:
            spans[-1] = (spans[-1][0], end, count)
        else:
            spans.append((m.at, end, count))
    for begin, end, count in spans:
        if count is None:
            pen.hatch(pen.axis.x(begin), pen.axis.x(end), bottom, 5)
        elif count:
            pen.bar(begin, end, bottom, 5, said=str(count), gray=0.85 if count == 1 else MID + 0.1)
