"""The lanes of temperature, blood pressure with vasopressors, and rates."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from patients.medicines import TreatmentClass, TreatmentCode
from screens.timeline import axis, series
from screens.timeline.axis import Lane
from screens.timeline.course import Course, Moment, instant, pressure
from screens.timeline.thinning import Point, thin

Part = tuple[list[dict[str, Any]], dict[str, Any]]
FEVER_CELSIUS: Final = 38.0  # at or above


def temperature(course: Course, lane: Lane) -> Part:
    """Return the temperature line with antipyretic ticks under it."""
    values = series.points(course, lambda m: m.temperature_celsius, "Temperature", "°C")
    low, high = series.span(values, low=36.0, high=40.0, margin=0.3)
    ticks = [
        Point(drug.at, low + 0.15, f"{course.when(drug.at)}<br>{drug.label} {drug.dose}")
        for drug in course.drugs
        if drug.family == TreatmentClass.ANTIPYRETIC
    ]
    traces = [
        series.vital(course, "temperature", "Temperature", "temperature", values),
        series.trace(
            ticks,
            name="Antipyretic",
            color="drug",
            yaxis=lane.ref,
            mode="markers",
            marker={"symbol": "line-ns-open", "size": 9},
        ),
    ]
    return traces, axis.y_axis(lane, range=[low, high])


def fever_line() -> dict[str, Any]:
    """Return the line at 38.0 °C, which itself is fever."""
    return {
        "type": "line",
        "name": "limit",
        "xref": "paper",
        "yref": axis.ref("temperature"),
        "x0": 0,
        "x1": 1,
        "y0": FEVER_CELSIUS,
        "y1": FEVER_CELSIUS,
        "line": {"dash": "dash", "width": 1, "color": "#7a8494"},
    }


def blood_pressure(course: Course, lane: Lane) -> Part:
    """Return a stick from diastolic to systolic per set, mean pressures, and running pressors."""
    systolic, diastolic, mean = _thinned(
        course,
        _pressures(course, lambda m: m.systolic_mmhg),
        _pressures(course, lambda m: m.diastolic_mmhg),
        _pressures(course, lambda m: m.mean_arterial_mmhg),
    )
    low, high = series.span([*systolic, *diastolic], low=50, high=150, margin=6)
    dots: dict[str, Any] = {"mode": "markers", "yaxis": lane.ref}
    diamond: dict[str, Any] = {"marker": {"symbol": "diamond", "size": 5}}
    traces = [
        _sticks(systolic, diastolic, lane),
        series.trace(systolic, name="Systolic", color="systolic", **dots),
        series.trace(diastolic, name="Diastolic", color="diastolic", **dots),
        series.trace(mean, name="Mean pressure", color="mean", **dots, **diamond),
        series.bars(
            [(a, b, low - 8, text) for a, b, text in pressor_spans(course)],
            name="Vasopressor",
            color="event",
            yaxis=lane.ref,
        ),
    ]
    return traces, axis.y_axis(lane, range=[low - 14, high])


def pressor_spans(course: Course) -> list[tuple[datetime, datetime, str]]:
    """Return when vasopressors were charted as running, with their number and names.

    One runs until somebody charts otherwise; a set that does not say changes nothing.
    """
    found: list[tuple[datetime, datetime, str]] = []
    running: tuple[str, ...] = ()
    since = course.start
    for moment in course.moments:
        if moment.vasopressors is None or set(moment.vasopressors) == set(running):
            continue
        if running:
            found.append((since, moment.at, _running(course, since, running)))
        running, since = moment.vasopressors, moment.at
    if running:
        found.append((since, course.end, _running(course, since, running)))
    return found


def rates(course: Course, lane: Lane) -> Part:
    """Return heart and respiratory rate on one axis."""
    heart = series.points(course, lambda m: m.heart_rate_bpm, "Heart rate", "/min")
    breaths = series.points(course, lambda m: m.respirations_per_minute, "Resp. rate", "/min")
    own = {"showlegend": True}
    traces = [
        series.vital(course, "rates", "Heart rate", "heart-rate", heart, **own),
        series.vital(course, "rates", "Resp. rate", "respirations", breaths, **own),
    ]
    _, high = series.span([*heart, *breaths], low=0, high=130, margin=5)
    return traces, axis.y_axis(lane, range=[0, high])


def _pressures(course: Course, value_of: Callable[[Moment], int | None]) -> list[Point]:
    found = []
    for moment in course.moments:
        value = value_of(moment)
        if value is not None:
            text = f"{course.when(moment.at)}<br>{_pressure_words(moment)}"
            found.append(Point(moment.at, float(value), text))
    return found


def _pressure_words(moment: Moment) -> str:
    mean = moment.mean_arterial_mmhg
    said = f"BP {pressure(moment) or 'not recorded'} mmHg"
    return said if mean is None else f"{said}, mean {mean}"


def _sticks(systolic: list[Point], diastolic: list[Point], lane: Lane) -> dict[str, Any]:
    """One upright per set that recorded both pressures; nothing is drawn between sets."""
    bottoms = {point.at: point.value for point in diastolic}
    x: list[str | None] = []
    y: list[float | None] = []
    for top in systolic:
        if top.at in bottoms:
            x += [instant(top.at), instant(top.at), None]
            y += [bottoms[top.at], top.value, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "Pressure range",
        "meta": {"token": "systolic"},
        "x": x,
        "y": y,
        "line": {"width": 2},
        "hoverinfo": "skip",
        "showlegend": False,
        "xaxis": "x",
        "yaxis": lane.ref,
    }


def _thinned(course: Course, *both: list[Point]) -> list[list[Point]]:
    """Thin series that belong together at the same times, so that no stick loses an end."""
    marked = {mark.at for mark in course.marks}
    kept = {point.at for values in both for point in thin(values, keep=marked)}
    return [[point for point in values if point.at in kept] for values in both]


def _running(course: Course, since: datetime, running: tuple[str, ...]) -> str:
    names = ", ".join(TreatmentCode(code).label for code in running)
    return f"since {course.when(since)}<br>{len(running)} vasopressor(s): {names}"
