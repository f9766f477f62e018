"""The comparison's twin: each day's gravest values of every patient as rows of text."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import floor
from typing import Any, Final

from grading.grades import style_of
from screens import labels
from screens.compare.aligned import BANDED, REACH, Aligned, Lane, Scale, labs_of, position
from screens.compare.band import BIN_HOURS, Band, Bin
from screens.timeline.course import Moment

_LOWEST: Final = frozenset({"systolic_mmhg", "spo2_percent"})
COLUMNS: Final = (
    "When", "Whose", "Highest CRS grade", "Highest temp. °C", "Lowest SBP mmHg", "Lowest SpO₂ %",
    "Highest CRP mg/L", "Highest ferritin ng/mL",
)  # fmt: skip


def table(compared: Sequence[Aligned], *, scale: Scale, band: Band | None = None) -> dict[str, Any]:
    """Return columns and rows: for each stretch every patient, and then the center's medians."""
    rows: dict[int, list[list[str]]] = defaultdict(list)
    for each in compared:
        for number, cells in _of_patient(each, scale):
            rows[number].append([_when(number, scale), each.letter, *cells])
    for number, cells in _of_center(band, scale):
        if number in rows:
            rows[number].append([_when(number, scale), "Center", *cells])
    return {
        "columns": list(COLUMNS),
        "rows": [row for number in sorted(rows) for row in rows[number]],
    }


def _of_patient(each: Aligned, scale: Scale) -> Iterable[tuple[int, list[str]]]:
    sets: dict[int, list[Moment]] = defaultdict(list)
    low, high = REACH[scale]
    for moment in each.course.moments:
        x = position(moment.at, zero=each.zero, zone=each.course.zone, scale=scale)
        if low <= x <= high:
            sets[_number(x, scale)].append(moment)
    labs = {lane.name: _labs(each, lane, scale) for lane in BANDED if lane.is_lab}
    for number in sorted({*sets, *(n for found in labs.values() for n in found)}):
        signs = [_sign(sets[number], lane) for lane in BANDED if not lane.is_lab]
        values = [labels.number(max(found[number], default=None)) for found in labs.values()]
        yield number, [_grade(sets[number]), *signs, *values]


def _labs(each: Aligned, lane: Lane, scale: Scale) -> dict[int, list[Decimal]]:
    found: dict[int, list[Decimal]] = defaultdict(list)
    low, high = REACH[scale]
    for lab in labs_of(each.course, lane):
        x = position(lab.at, zero=each.zero, zone=each.course.zone, scale=scale)
        if lab.value is not None and low <= x <= high:
            found[_number(x, scale)].append(lab.value)
    return found


def _grade(sets: Sequence[Moment]) -> str:
    """The gravest; known only when none of them could have been graver."""
    if not sets:
        return ""
    gravest = max(moment.at_least for moment in sets)
    is_known = all(moment.grade is not None for moment in sets)
    return style_of(gravest if is_known else None, at_least=gravest).short


def _sign(sets: Sequence[Moment], lane: Lane) -> str:
    values = [value for m in sets if (value := getattr(m, lane.name)) is not None]
    worst = min if lane.name in _LOWEST else max
    return labels.number(worst(values, default=None))


def _of_center(band: Band | None, scale: Scale) -> Iterable[tuple[int, list[str]]]:
    lanes = band.lanes if band else {}
    by_lane = {
        name: {_number(each.begin, scale): each for each in bins} for name, bins in lanes.items()
    }
    for number in sorted({n for bins in by_lane.values() for n in bins}):
        cells = [_center(by_lane.get(lane.name, {}).get(number)) for lane in BANDED]
        yield number, ["", *cells]


def _center(each: Bin | None) -> str:
    if each is None:
        return ""
    return f"median {each.median:.4g} ({each.low:.4g} to {each.high:.4g}), {each.patients} patients"


def _number(x: float, scale: Scale) -> int:
    return floor(x if scale is Scale.DAY else x / BIN_HOURS)


def _when(number: int, scale: Scale) -> str:
    if scale is Scale.DAY:
        return f"D{number}".replace("-", "−")
    return f"{number * BIN_HOURS} to {(number + 1) * BIN_HOURS} h".replace("-", "−")
