"""The lane of laboratory values, on a logarithmic axis: three always, the rest when asked for."""

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10
from typing import Any, Final

from screens import labels
from screens.timeline import axis, series
from screens.timeline.axis import Lane
from screens.timeline.circulation import Part
from screens.timeline.course import Course, Lab
from screens.timeline.series import read_as, text_at
from screens.timeline.thinning import Point

# Analyte, its name, its color.
LABS: Final = (
    ("crp", "CRP mg/L", "lab-1"),
    ("ferritin", "Ferritin ng/mL", "lab-2"),
    ("il6", "IL-6 pg/mL", "lab-3"),
)
MORE_LABS: Final = (
    ("fibrinogen", "Fibrinogen g/L", "systolic"),
    ("platelets", "Platelets 10⁹/L", "neuro"),
    ("neutrophils", "Neutrophils 10⁹/L", "temperature"),
    ("creatinine", "Creatinine mg/dL", "respirations"),
    ("creatinine_si", "Creatinine µmol/L", "respirations"),
    ("alt", "ALT U/L", "heart-rate"),
    ("ldh", "LDH U/L", "mean"),
    ("lactate", "Lactate mmol/L", "event"),
)
# The marker of each and the sign that stands for it in words: told apart without color.
_SIGNS: Final = {
    "crp": ("circle", "●"),
    "ferritin": ("diamond", "◆"),
    "il6": ("triangle-up", "▲"),
    "fibrinogen": ("square", "■"),
    "platelets": ("triangle-down", "▼"),
    "neutrophils": ("cross", "✚"),
    "creatinine": ("x", "✖"),
    "creatinine_si": ("x", "✖"),
    "alt": ("star", "★"),
    "ldh": ("hexagon", "⬢"),
    "lactate": ("pentagon", "⬟"),
}
LOWEST_LAB: Final = 0.01  # a logarithmic axis has no zero
_DECADES: Final = {0.01: "", 0.1: ".1", 1: "1", 10: "10", 100: "100", 1000: "1k", 10_000: "10k",
                   100_000: "100k", 1_000_000: "1M"}  # fmt: skip
_MOST_NAMED: Final = 4


def labs(course: Course, lane: Lane) -> Part:
    """Return CRP, ferritin and IL-6, and the others hidden until somebody asks for them."""
    by_analyte: dict[str, list[Lab]] = {}
    for each in course.labs:
        by_analyte.setdefault(each.analyte, []).append(each)
    traces = [_line(course, by_analyte.get(row[0], ()), row) for row in LABS]
    more = [_line(course, by_analyte[row[0]], row) for row in MORE_LABS if row[0] in by_analyte]
    hidden = [trace | {"visible": False} for trace in more]
    low, high = _log_range([*traces, *more])
    decades = {value: name for value, name in _DECADES.items() if low <= log10(value) <= high}
    named = decades if len(decades) <= _MOST_NAMED else dict(list(decades.items())[::2])
    own = axis.y_axis(
        lane, type="log", range=[low, high], tickmode="array", tickvals=list(named),
        ticktext=list(named.values()),
    )  # fmt: skip
    return [*traces, *hidden], own


def toggles(course: Course) -> list[dict[str, Any]]:
    """Return the laboratory values that can be shown: name, sign, and whether there are any."""
    known = {each.analyte for each in course.labs if each.value is not None}
    return [
        {"name": name, "sign": _SIGNS[analyte][1], "shown": row in LABS}
        for row in (*LABS, *MORE_LABS)
        for analyte, name, _ in (row,)
        if row in LABS or analyte in known
    ]


def lab_value(result: Lab) -> str:
    """Return a result as reported: comparator, value and unit, or its words."""
    if result.value is None:
        return result.text
    return f"{result.comparator}{labels.number(result.value)} {result.unit}".strip()


def _line(course: Course, found: Sequence[Lab], row: tuple[str, str, str]) -> dict[str, Any]:
    analyte, name, color = row
    symbol, sign = _SIGNS[analyte]
    values = [_point(course, each) for each in found if each.value is not None]
    short, _, unit = name.rpartition(" ")
    return series.lab(
        values,
        name=name,
        color=color,
        marker={"symbol": symbol, "size": 6},
        **read_as("labs", short, color=color, symbol=sign, unit=unit),
    )


def _log_range(traces: Sequence[dict[str, Any]]) -> tuple[float, float]:
    """The whole decades that hold every value, 1 to 1000 at least, as a logarithmic axis counts."""
    values = [value for each in traces for value in each["y"] if value is not None]
    return floor(log10(min([1, *values]))) - 0.2, ceil(log10(max([1000, *values]))) + 0.2


def _point(course: Course, result: Lab) -> Point:
    assert result.value is not None, "a result in words has no point"
    told = f"{escape(result.label)} {escape(lab_value(result))}"
    graded = f"<br>{escape(result.graded)}" if result.graded else ""
    value = max(float(result.value), LOWEST_LAB)
    return Point(result.at, value, text_at(course, result.at, told + graded))
