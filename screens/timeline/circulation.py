"""The lanes of temperature, blood pressure with vasopressors, and rates."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from patients.medicines import TreatmentClass, TreatmentCode
from screens import labels
from screens.timeline import axis, limits_by_age, series, spans
from screens.timeline.axis import Lane
from screens.timeline.course import Course, instant
from screens.timeline.series import read_as, text_at
from screens.timeline.spans import Span
from screens.timeline.thinning import Point, thin

Part = tuple[list[dict[str, Any]], dict[str, Any]]
FEVER_CELSIUS: Final = 38.0  # at or above
# A systolic pressure below this share of the baseline is worth a look; not a grade.
OF_BASELINE: Final = Decimal("0.8")


def temperature(course: Course, lane: Lane) -> Part:
    """Return the temperature over its 38.0 rule, with antipyretic ticks under it."""
    values = series.points(course, lambda m: m.temperature_celsius)
    low, high = series.span(values, low=36.0, high=40.0, margin=0.3)
    floor = low - 0.5
    ticks = [
        Point(drug.at, floor + 0.3, text_at(course, drug.at, f"{drug.label} {drug.dose}"))
        for drug in course.drugs
        if drug.family == TreatmentClass.ANTIPYRETIC
    ]
    own = read_as("temperature", "T", color="temperature", unit="°C")
    traces = [
        series.level(course, FEVER_CELSIUS, name="38.0 °C", color="limit", yaxis=lane.ref,
                     dash="dash"),
        *series.vital(course, "temperature", "Temperature", "temperature", values, **own),
        series.carried(course, "temperature", "Temperature", "temperature",
                       "temperature_celsius", symbol="circle"),
        series.trace(
            ticks, name="Antipyretic", color="drug", yaxis=lane.ref, mode="markers",
            marker={"symbol": "line-ns-open", "size": 7, "line": {"width": 2}},
        ),
    ]  # fmt: skip
    return traces, axis.y_axis(
        lane, range=[floor, high], tickmode="array", tickvals=[36, 38, 40], showgrid=False
    )


def blood_pressure(course: Course, lane: Lane) -> Part:
    """Return a stick from diastolic to systolic per set, mean pressures, and running pressors."""
    systolic, diastolic, mean = _thinned(
        course,
        series.points(course, lambda m: m.systolic_mmhg),
        series.points(course, lambda m: m.diastolic_mmhg),
        series.points(course, lambda m: m.mean_arterial_mmhg),
    )
    low, high = series.span([*systolic, *diastolic], low=50, high=150, margin=4)
    floor = low - 0.3 * (high - low)
    band = (low + floor) / 2
    running = [
        Span(a, b, band, (low - floor) * 0.8, "event", "solid" if count > 1 else "tint",
             _pressors(count), text)
        for a, b, count, text in _counted(course)
    ]  # fmt: skip
    is_dense = len(systolic) > series.MOST_DOTS
    shown = {"yaxis": lane.ref, "mode": "markers"}
    hidden = shown | {"marker": {"size": 1, "opacity": 0}}
    traces = [
        *_baseline(course, lane),
        _sticks(systolic, diastolic, lane),
        series.trace(systolic, name="Systolic", **(hidden if is_dense else shown),
                     **read_as("pressure", "SBP", color="systolic", symbol=""), color="systolic"),
        series.trace(diastolic, name="Diastolic", **(hidden if is_dense else shown),
                     **read_as("pressure", "DBP", color="diastolic", symbol=""),
                     color="diastolic"),
        series.trace(mean, name="Mean pressure", yaxis=lane.ref, mode="markers", color="mean",
                     **read_as("pressure", "MAP", color="mean", symbol="◆"),
                     marker={"symbol": "diamond", "size": 3 if is_dense else 5}),
        series.carried(course, "pressure", "Systolic", "systolic", "systolic_mmhg",
                       symbol="circle"),
        spans.bars(running, name="Vasopressor", yaxis=lane.ref, textposition="none"),
        _counts(course, band, lane),
    ]  # fmt: skip
    return traces, axis.y_axis(lane, range=[floor, high], tickmode="array", tickvals=[50, 100, 150])


def pressor_spans(course: Course) -> list[tuple[datetime, datetime, str]]:
    """Return when vasopressors were charted as running, with their number and names.

    One runs until somebody charts otherwise; a set that does not say changes nothing.
    """
    return [(begin, end, text) for begin, end, _, text in _counted(course)]


def _counted(course: Course) -> list[tuple[datetime, datetime, int, str]]:
    found: list[tuple[datetime, datetime, int, str]] = []
    running: tuple[str, ...] = ()
    since = course.start
    for moment in course.moments:
        if moment.vasopressors is None or set(moment.vasopressors) == set(running):
            continue
        if running:
            found.append((since, moment.at, len(running), _running(course, since, running)))
        running, since = moment.vasopressors, moment.at
    if running:
        found.append((since, course.end, len(running), _running(course, since, running)))
    return found


def rates(course: Course, lane: Lane) -> Part:
    """Return heart and respiratory rate on one axis, with the usual range of the age."""
    heart = series.points(course, lambda m: m.heart_rate_bpm)
    breaths = series.points(course, lambda m: m.respirations_per_minute)
    known = limits_by_age.limits(course)
    levels = [
        series.level(course, value, name=words, color=color, yaxis=lane.ref, dash="dot")
        for value, words, color in known
    ]
    as_heart = read_as("rates", "HR", color="heart-rate", symbol="●")
    as_breaths = read_as("rates", "RR", color="respirations", symbol="▲")
    triangle = {"marker": {"symbol": "triangle-up", "size": 5}}
    traces = [
        *levels,
        *series.vital(course, "rates", "Heart rate", "heart-rate", heart, **as_heart),
        *series.vital(
            course, "rates", "Resp. rate", "respirations", breaths, **as_breaths, **triangle
        ),
    ]
    _, high = series.span([*heart, *breaths], low=0, high=130, margin=5)
    return traces, axis.y_axis(lane, range=[0, high], tickmode="array", tickvals=[0, 50, 100, 150])


def _baseline(course: Course, lane: Lane) -> list[dict[str, Any]]:
    """Lines at the systolic pressure before the dose and at 80 % of it, where it is known."""
    base = course.baseline_systolic_mmhg
    if base is None:
        return []
    low = base * OF_BASELINE
    return [
        series.level(course, float(base), name=f"Baseline systolic {labels.number(base)}",
                     color="baseline", yaxis=lane.ref, dash="dash"),
        series.level(course, float(low), name=f"80 % of baseline, {labels.number(low)}",
                     color="limit", yaxis=lane.ref, dash="dot"),
    ]  # fmt: skip


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
        "line": {"width": 2 if len(systolic) <= series.MOST_DOTS else 1},
        "hoverinfo": "skip",
        "showlegend": False,
        "xaxis": "x",
        "yaxis": lane.ref,
    }


def _thinned(course: Course, *both: list[Point]) -> list[list[Point]]:
    """Thin series that belong together at the same times, so that no stick loses an end."""
    marked = {mark.at for mark in course.marks}
    near = course.fine
    kept: set[datetime] = set()
    for values in both:
        inside = [p for p in values if near and near.begin <= p.at <= near.end]
        outside = [p for p in values if not near or not near.begin <= p.at <= near.end]
        for part in (inside, outside):
            kept |= {point.at for point in thin(part, most=series.MOST_POINTS, keep=marked)}
    return [[point for point in values if point.at in kept] for values in both]


def _counts(course: Course, row: float, lane: Lane) -> dict[str, Any]:
    """How many vasopressors, where each bar begins: in a light one, before a full one."""
    found = _counted(course)
    points = [Point(begin, row) for begin, *_ in found]
    drawn = series.trace(points, name="Vasopressors", color="event", yaxis=lane.ref)
    return drawn | {
        "mode": "text",
        "text": [str(count) for _, _, count, _ in found],
        "textposition": [
            "middle left" if count > 1 else "middle right" for _, _, count, _ in found
        ],
        "textfont": {"size": 10},
    }


def _pressors(count: int) -> str:
    return "1 pressor" if count == 1 else f"{count} pressors"


def _running(course: Course, since: datetime, running: tuple[str, ...]) -> str:
    names = ", ".join(TreatmentCode(code).label for code in running)
    return f"{len(running)} vasopressor(s): {names}, since {course.when(since)}"
