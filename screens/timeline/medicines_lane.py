"""The lane of medicines: lettered marks for what was given, bars for what ran."""

from collections.abc import Sequence
from html import escape
from typing import Any, Final

from patients.medicines import TreatmentClass
from screens.timeline import axis, series, spans
from screens.timeline.axis import Lane
from screens.timeline.circulation import Part
from screens.timeline.course import Course, Drug
from screens.timeline.labs_lane import LABS, LOWEST_LAB, lab_value
from screens.timeline.spans import Span
from screens.timeline.thinning import Point

__all__ = ["BARS", "LABS", "LETTERS", "LOWEST_LAB", "lab_value", "letters", "medicines", "rows"]

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
_LONGEST_NAME: Final = 14
_TOO_NEAR: Final = 0.02  # of the course: letters closer than this cover each other


def medicines(course: Course, lane: Lane) -> Part:
    """Return lettered marks for what was given and bars for what ran, each with its stops."""
    marks = [drug for drug in course.drugs if drug.code in LETTERS and drug.at >= course.start]
    row_of = rows(course)
    ran = list({drug.code: drug for drug in course.drugs if drug.code in row_of}.values())
    bars = [_bar(course, drug, row_of[drug.code]) for drug in course.drugs if drug.code in row_of]
    traces = [
        spans.bars(bars, name="Running", yaxis=lane.ref),
        _lettered(course, marks, lane),
    ]
    own = axis.y_axis(
        lane,
        range=[min([1, *row_of.values()]) - 0.55, 3.6],
        tickmode="array",
        tickvals=[3, 2, 1, *(row_of[drug.code] for drug in ran)],
        ticktext=["anti-cyt.", "steroid", "other", *(_short(drug.label) for drug in ran)],
        ticklen=0,
        showgrid=False,
    )
    return traces, own | {"tickfont": {"size": 9}}


def rows(course: Course) -> dict[str, int]:
    """Return the row of each treatment that ran, from 0 downward in the order they began."""
    ran = dict.fromkeys(drug.code for drug in course.drugs if drug.code in BARS)
    return {code: -n for n, code in enumerate(ran)}


def letters(drugs: Sequence[Drug]) -> list[str]:
    """Return the letter of each dose: tocilizumab numbered, a fluid bolus with its volume."""
    given = 0
    found = []
    for drug in drugs:
        letter = LETTERS[drug.code]
        if drug.code == "tocilizumab":
            given += 1
            letter = f"{letter}{given}"
        elif drug.code == "fluid_bolus" and drug.dose:
            letter = f"{letter} {drug.dose.split(' ')[0]}"
        found.append(letter)
    return found


def said(course: Course, drug: Drug) -> str:
    """Return what hovering over a medicine says; a note is text, never markup."""
    until = f" to {course.when(drug.stopped_at)}" if drug.stopped_at else ""
    parts = [f"{drug.label} {drug.dose}".strip(), escape(drug.note)]
    return "<br>".join([f"{course.when(drug.at)}{until}", *(part for part in parts if part)])


def _bar(course: Course, drug: Drug, row: int) -> Span:
    begin, end = max(drug.at, course.start), drug.stopped_at or course.end
    words = said(course, drug).replace("<br>", ", ")
    return Span(begin, end, float(row), 0.8, "drug", "tint", drug.label, words)


def _short(label: str) -> str:
    """As much of a name as the margin holds."""
    return label if len(label) <= _LONGEST_NAME else f"{label[: _LONGEST_NAME - 1]}…"


def _side_by_side(course: Course, points: Sequence[Point], told: Sequence[str]) -> list[str]:
    """Letters of one row that would lie on each other, told together at the first of them."""
    near = (course.end - course.start) * _TOO_NEAR
    said = list(told)
    first: dict[float, int] = {}
    for n, point in enumerate(points):
        before = first.get(point.value)
        if before is not None and point.at - points[before].at < near:
            said[before] = f"{said[before]} {said[n]}"
            said[n] = ""
        else:
            first[point.value] = n
    return said


def _lettered(course: Course, marks: Sequence[Drug], lane: Lane) -> dict[str, Any]:
    points = [
        Point(
            drug.at,
            float(_ROWS.get(TreatmentClass(drug.family), _OTHER_ROW)),
            said(course, drug),
        )
        for drug in marks
    ]
    drawn = series.trace(
        points, name="Given", color="drug", yaxis=lane.ref,
        **series.read_as("drugs", "", color="drug", symbol=""),
    )  # fmt: skip
    return drawn | {
        "mode": "markers+text",
        "customdata": drawn.get("text", []),
        "hovertemplate": "%{customdata}<extra></extra>",
        "text": _side_by_side(course, points, letters(marks)),
        "textposition": "middle right",
        "textfont": {"size": 10},
        "marker": {"size": 6, "symbol": "circle"},
        "cliponaxis": False,
    }
