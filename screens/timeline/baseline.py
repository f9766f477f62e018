"""Before the dose against now: what each value was, what it is, and how old that is."""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from screens import labels
from screens.timeline.course import Course, Moment

Known = tuple[datetime, Decimal]
_VITALS: Final[tuple[tuple[str, Callable[[Moment], Decimal | int | None]], ...]] = (
    ("Temp. °C", lambda m: m.temperature_celsius),
    ("HR /min", lambda m: m.heart_rate_bpm),
    ("RR /min", lambda m: m.respirations_per_minute),
    ("Systolic", lambda m: m.systolic_mmhg),
    ("SpO₂ %", lambda m: m.spo2_percent),
)
_LABS: Final = (
    ("CRP mg/L", "crp"),
    ("Ferritin", "ferritin"),
    ("Platelets", "platelets"),
    ("Neutrophils", "neutrophils"),
    ("Fibrinogen", "fibrinogen"),
)


def strip(course: Course, *, now: datetime) -> list[dict[str, Any]]:
    """Return one item per value; a missing baseline or value stays empty and is shown so."""
    items = [(label, _of_sets(course, value_of)) for label, value_of in _VITALS]
    items += [(label, _of_labs(course, analyte)) for label, analyte in _LABS]
    return [_item(label, known, course, now=now) for label, known in items]


def _of_sets(course: Course, value_of: Callable[[Moment], Decimal | int | None]) -> list[Known]:
    pairs = ((moment.at, value_of(moment)) for moment in course.moments)
    return [(at, Decimal(value)) for at, value in pairs if value is not None]


def _of_labs(course: Course, analyte: str) -> list[Known]:
    return [
        (each.at, each.value)
        for each in course.labs
        if each.analyte == analyte and each.value is not None
    ]


def _item(label: str, known: Iterable[Known], course: Course, *, now: datetime) -> dict[str, Any]:
    known = list(known)
    zero = course.day_zero
    before = [value for at, value in known if zero is not None and at <= zero]
    baseline = before[-1] if before else None
    at, newest = known[-1] if known else (None, None)
    change = None if newest is None or baseline is None else newest - baseline
    return {
        "label": label,
        "baseline": labels.number(baseline),
        "now": labels.number(newest),
        "change": "" if change is None else labels.signed(change),
        "age_label": "" if at is None else labels.short_age(at, now=now),
    }
