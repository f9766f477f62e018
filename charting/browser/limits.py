"""The limits of every value for the browser: the one table of vitals.plausibility."""

from decimal import Decimal
from typing import Any

from vitals import plausibility
from vitals.plausibility import Jump, Limits


def tables() -> dict[str, Any]:
    """For each field its unit, what is refused, and by age what is asked about again.

    `bands_from_months` are the youngest ages, oldest band first; a field with one row of soft
    limits has the same at every age.
    """
    names = (*plausibility.FIELDS, *plausibility.LABS)
    return {
        "bands_from_months": list(plausibility.BANDS_FROM_MONTHS),
        "fields": {name: _field(name) for name in names},
        "cannula_flow_to_confirm_lpm": _plain(plausibility.CANNULA_FLOW_TO_CONFIRM_LPM),
        "fahrenheit_reads": [_plain(edge) for edge in plausibility.FAHRENHEIT_READS],
        "no_point_reads": [_plain(edge) for edge in plausibility.NO_POINT_READS],
    }


def _field(name: str) -> dict[str, Any]:
    rows = [
        plausibility.limits_for(name, age_months=months)
        for months in plausibility.BANDS_FROM_MONTHS
    ]
    soft = [_soft(row) for row in rows]
    first = rows[0]
    return {
        "unit": first.unit,
        "hard": [_plain(first.hard_low), _plain(first.hard_high)],
        "soft": soft[:1] if all(each == soft[0] for each in soft) else soft,
        "jump": None if first.jump is None else _jump(first.jump),
    }


def _soft(limits: Limits) -> list[int | float | None]:
    return [None if edge is None else _plain(edge) for edge in (limits.soft_low, limits.soft_high)]


def _jump(jump: Jump) -> dict[str, Any]:
    minutes = None if jump.within is None else int(jump.within.total_seconds() // 60)
    return {"size": _plain(jump.size), "kind": str(jump.kind), "within_minutes": minutes}


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
