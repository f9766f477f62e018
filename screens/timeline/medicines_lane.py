"""The lanes of laboratory values and of medicines: what was found, and what was given."""

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10
from typing import Any, Final

from patients.medicines import TreatmentClass
from screens import labels
from screens.timeline import axis, series
from screens.timeline.axis import Lane
from screens.timeline.circulation import Part
from screens.timeline.course import Course, Drug, Lab
from screens.timeline.thinning import Point

# Analyte, its name in the legend, its color.
LABS: Final = (
    ("crp", "CRP mg/L", "lab-1"),
    ("ferritin", "Ferritin ng/mL", "lab-2"),
    ("il6", "IL-6 pg/mL", "lab-3"),
)
LOWEST_LAB: Final = 0.1  # a logarithmic axis has no zero
_DECADES: Final = {0.1: "", 1: "1", 10: "", 100: "100", 1000: "", 10_000: "10k", 100_000: "",
                   1_000_000: "1M"}  # fmt: skip
LETTERS: Final = {
    "tocilizumab": "T",
    "siltuximab": "S",
    "anakinra": "A",
    "methylprednisolone": "M",
    "dexamethasone": "D",
    "hydrocortisone": "H",
    "prednisolone": "P",
    "levetiracetam": "L",
    "antibiotic": "Ab",
    "antifungal": "Af",
    "antiviral": "Av",
    "fluid_bolus": "F",
    "red_cells": "RC",
    "platelets": "PL",
    "plasma": "FP",
    "cryoprecipitate": "CP",
    "fibrinogen_concentrate": "FC",
    "immunoglobulin": "IG",
    "diuretic": "Di",
    "filgrastim": "G",
    "other": "O",
}
# Drawn from start to stop, each on a row of its own.
BARS: Final = frozenset(
    {
        "norepinephrine", "epinephrine", "phenylephrine", "dopamine", "angiotensin_II",
        "metaraminol", "ephedrine", "vasopressin", "terlipressin", "milrinone", "dobutamine",
        "levosimendan", "enoximone", "maintenance_fluid", "dialysis", "hemofiltration", "oxygen",
        "non_invasive_ventilation", "invasive_ventilation", "intensive_care",
    }
)  # fmt: skip
_ROWS: Final = {TreatmentClass.ANTI_CYTOKINE: 3, TreatmentClass.CORTICOSTEROID: 2}
_OTHER_ROW: Final = 1


def labs(course: Course, lane: Lane) -> Part:
    """Return CRP, ferritin and IL-6 on a logarithmic axis."""
    traces = []
    for analyte, name, color in LABS:
        found = [each for each in course.labs if each.analyte == analyte]
        values = [_lab_point(course, each) for each in found if each.value is not None]
        traces.append(series.lab(values, name=name, color=color, showlegend=bool(values)))
    own = axis.y_axis(lane, type="log", tickvals=list(_DECADES), ticktext=list(_DECADES.values()))
    return traces, own | {"range": _log_range(traces)}


def _log_range(traces: Sequence[dict[str, Any]]) -> list[float]:
    """The whole decades that hold every value, 1 to 1000 at least, as a logarithmic axis counts."""
    values = [value for each in traces for value in each["y"] if value is not None]
    return [floor(log10(min([1, *values]))) - 0.1, ceil(log10(max([1000, *values]))) + 0.1]


def medicines(course: Course, lane: Lane) -> Part:
    """Return lettered marks for what was given and bars for what ran."""
    marks = [drug for drug in course.drugs if drug.code in LETTERS]
    row_of = rows(course)
    ran = [drug for drug in course.drugs if drug.code in row_of]
    bars = [
        (drug.at, drug.stopped_at or course.end, float(row_of[drug.code]), said(course, drug))
        for drug in ran
    ]
    traces = [
        _lettered(course, marks, lane),
        series.bars(bars, name="Running", color="drug", yaxis=lane.ref),
    ]
    ticks = {3: "anti-cytokine", 2: "steroid", 1: "other"}
    ticks |= {row_of[drug.code]: drug.label for drug in ran}
    own = axis.y_axis(
        lane,
        range=[min([0, *row_of.values()]) - 0.7, 3.7],
        tickmode="array",
        tickvals=list(ticks),
        ticktext=list(ticks.values()),
        showgrid=False,
    )
    return traces, own | {"tickfont": {"size": 10}}


def rows(course: Course) -> dict[str, int]:
    """Return the row of each treatment that ran, from 0 downward in the order they began."""
    ran = dict.fromkeys(drug.code for drug in course.drugs if drug.code in BARS)
    return {code: -n for n, code in enumerate(ran)}


def letters(drugs: Sequence[Drug]) -> list[str]:
    """Return the letter of each dose; tocilizumab is numbered, because its doses are counted."""
    given = 0
    found = []
    for drug in drugs:
        letter = LETTERS[drug.code]
        if drug.code == "tocilizumab":
            given += 1
            letter = f"{letter}{given}"
        found.append(letter)
    return found


def said(course: Course, drug: Drug) -> str:
    """Return what hovering over a medicine says; a note is text, never markup."""
    until = f" to {course.when(drug.stopped_at)}" if drug.stopped_at else ""
    parts = [f"{drug.label} {drug.dose}".strip(), escape(drug.note)]
    return "<br>".join([f"{course.when(drug.at)}{until}", *(part for part in parts if part)])


def lab_value(result: Lab) -> str:
    """Return a result as reported: comparator, value and unit, or its words."""
    if result.value is None:
        return result.text
    return f"{result.comparator}{labels.number(result.value)} {result.unit}".strip()


def _lab_point(course: Course, result: Lab) -> Point:
    assert result.value is not None, "a result in words has no point"
    text = f"{course.when(result.at)}<br>{escape(result.label)} {escape(lab_value(result))}"
    return Point(result.at, max(float(result.value), LOWEST_LAB), text)


def _lettered(course: Course, marks: Sequence[Drug], lane: Lane) -> dict[str, Any]:
    points = [
        Point(
            drug.at,
            float(_ROWS.get(TreatmentClass(drug.family), _OTHER_ROW)),
            said(course, drug),
        )
        for drug in marks
    ]
    drawn = series.trace(points, name="Given", color="drug", yaxis=lane.ref)
    return drawn | {
        "mode": "markers+text",
        "customdata": drawn["text"],
        "hovertemplate": "%{customdata}<extra></extra>",
        "text": letters(marks),
        "textposition": "middle right",
        "textfont": {"size": 12},
        "marker": {"size": 7, "symbol": "circle"},
        "cliponaxis": False,
    }
