"""The timeline's twin: every value as a row of text, newest first."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from grading.grades import style_of
from patients.medicines import TreatmentCode
from screens import labels, words
from screens.timeline.course import Course, Drug, Moment, Neuro, pressure
from screens.timeline.labs_lane import lab_value

COLUMNS: Final = (
    "Time", "Day", "CRS grade", "Temp. °C", "HR /min", "RR /min", "BP mmHg", "SpO₂ %",
    "Oxygen", "Consciousness", "Vasopressors", "Also recorded",
)  # fmt: skip
MOST_ROWS: Final = 1500
_BLANKS: Final = ("",) * (len(COLUMNS) - 3)


def table(course: Course, *, most: int = MOST_ROWS) -> dict[str, Any]:
    """Return columns and rows; when not all rows fit, the last one says how many are left out."""
    rows: list[tuple[datetime, Moment | str]] = [(moment.at, moment) for moment in course.moments]
    rows += _also(course)
    rows.sort(key=lambda row: row[0], reverse=True)
    shown = [[*_stamp(course, at), *_cells(told)] for at, told in rows[:most]]
    left_out = len(rows) - len(shown)
    if left_out:
        shown.append(["", "", *_BLANKS, f"and {left_out} older rows, not shown here"])
    return {"columns": list(COLUMNS), "rows": shown}


def _stamp(course: Course, at: datetime) -> tuple[str, str]:
    local = at.astimezone(course.zone)
    clock = f"{local.hour:02}:{local.minute:02}"
    return f"{local.day} {labels.MONTHS[local.month]} {clock}", course.day(at)


def _cells(told: Moment | str) -> list[str]:
    return [*_BLANKS, told] if isinstance(told, str) else [*_set(told), ""]


def _set(moment: Moment) -> list[str]:
    running = moment.vasopressors
    return [
        style_of(moment.grade, at_least=moment.at_least).short,
        labels.temperature(moment.temperature_celsius),
        labels.number(moment.heart_rate_bpm),
        labels.number(moment.respirations_per_minute),
        pressure(moment),
        labels.number(moment.spo2_percent),
        _oxygen(moment),
        words.consciousness(moment.consciousness),
        "" if running is None else _drugs(running),
    ]


def _oxygen(moment: Moment) -> str:
    device = words.device(moment.oxygen_device)
    flow = labels.number(moment.oxygen_flow_lpm)
    return f"{device} {flow} L/min" if device and flow else device


def _drugs(codes: Iterable[str]) -> str:
    return ", ".join(TreatmentCode(code).label for code in codes) or "none"


def _also(course: Course) -> Iterable[tuple[datetime, str]]:
    for check in course.neuro:
        yield check.at, _neuro(check)
    for result in course.labs:
        yield result.at, f"{result.label}: {lab_value(result)}"
    for drug in course.drugs:
        yield drug.at, _drug(drug, course)
    for dose in course.doses:
        yield dose.started_at, f"{dose.profile.label}: {dose.kind.value.replace('_', ' ')}"
    for mark in course.marks:
        yield mark.at, f"Alert {mark.severity} {mark.code}: {mark.words}"


def _neuro(check: Neuro) -> str:
    scores = [
        f"ICE {check.ice_score}" if check.ice_score is not None else "",
        f"CAPD {check.capd_score}" if check.capd_score is not None else "",
        words.consciousness(check.consciousness),
        f"seizure: {check.seizure.replace('_', ' ')}" if check.seizure else "",
    ]
    grade = f"ICANS {style_of(check.grade, at_least=check.at_least).short}"
    return ", ".join([grade, *(score for score in scores if score)])


def _drug(drug: Drug, course: Course) -> str:
    until = f", stopped {course.when(drug.stopped_at)}" if drug.stopped_at else ""
    note = f" ({drug.note})" if drug.note else ""
    return f"{drug.label} {drug.dose}".strip() + until + note
