"""The whole table a tablet grades by: the answers, the thresholds on the way to them, the words."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from charting.browser import crs, icans, policy, words
from charting.browser.diagram import ALPHABET
from charting.entry_values import READERS, VASOPRESSORS
from grading import course
from grading import icans as grading_icans
from grading.rules.crs_astct import DEFAULT_POLICY, FEVER_CELSIUS
from grading.rules.crs_oxygen import LOW_FLOW_MAX_LPM
from grading.rules.icans_criteria import PROLONGED_SEIZURE_MINUTES
from grading.rules.icans_scores import ICE_ITEMS
from vitals import plausibility

# Numbers that the door cuts, never rounds, to so many places.
_WITH_PLACES: Final = (
    "temperature_celsius", "spo2_percent", "oxygen_flow_lpm", "baseline_home_oxygen_lpm",
)  # fmt: skip
STATUS: Final = "not yet clinically approved"
# Of the course, what the CRS table and the rules of a set read.
_GROUPS: Final = frozenset(
    {
        "temperature_celsius", "pressure", "spo2_percent", "oxygen_device", "vasopressors",
        "vasopressin", "baseline_home_oxygen_lpm",
    }
)  # fmt: skip


def whole() -> dict[str, Any]:
    """All of it, in JSON types."""
    return {
        "status": STATUS,
        "alphabet": ALPHABET,
        "crs": crs.tables() | {"words": words.of_crs(), "course": _course()},
        "icans": icans.tables() | {"words": words.of_icans(), "scores": _scores()},
        "alerts": policy.tables(),
    }


def _course() -> dict[str, Any]:
    """Which values stand in for others, for how long, and the thresholds of a set."""
    return {
        "groups": {
            group: {
                "fields": fields,
                "measures": sorted(course.IS_PRESSURE) if group == "pressure" else [group],
                "minutes": _minutes(lasts),
            }
            for group, fields, lasts in course.GROUPS
            if group in _GROUPS
        },
        "fever_celsius": float(FEVER_CELSIUS),
        "low_flow_max_lpm": float(LOW_FLOW_MAX_LPM),
        "ask_below_spo2_percent": DEFAULT_POLICY.ask_below_spo2_percent,
        "fever_waiver_minutes": 60 * (DEFAULT_POLICY.fever_waiver_hours or 0),
        "hides_fever_minutes": _minutes(course.MAY_HIDE_FEVER_FOR),
        "bolus_minutes": _minutes(course.CARRY_MINUTES),
        "closes_after_minutes": _minutes(course.EPISODE_CLOSES_AFTER),
        "devices": crs.DEVICES,
        "reasons": crs.REASONS,
        "vasopressors": VASOPRESSORS,
        "places": {name: _places(name) for name in _WITH_PLACES},
    }


def _scores() -> dict[str, Any]:
    """How ICE and CAPD are added up, and the bands of their totals."""
    return {
        "capd_below_years": grading_icans.POLICY.capd_below_age_years,
        "ice_items": ICE_ITEMS,
        "ice_up_to": icans.ICE_UP_TO,
        "capd_up_to": icans.CAPD_UP_TO,
        "prolonged_minutes": int(PROLONGED_SEIZURE_MINUTES),
        "unable": icans.UNABLE,
        "levels": icans.LEVELS,
        "seizures": icans.SEIZURES,
        "edema": icans.EDEMA,
    }


def _minutes(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds() // 60)


def _places(name: str) -> int:
    """After how many places the door cuts a number: seen on one that has more."""
    low = plausibility.limits_for(name, age_months=None).hard_low
    kept = READERS[name](name, low + Decimal("0.111111111"))
    return -int(kept.as_tuple().exponent)
