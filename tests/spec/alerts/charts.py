"""Charts of patients with nothing to tell; a test states only what matters."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from alerts import rulebook
from alerts.policy import CourseFacts, Facts, Family, Reading, SetFacts, conditions
from patients.windows import WindowState

BOOK = rulebook.current()
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
WELL = {
    "temperature_celsius": Decimal("36.8"),
    "heart_rate_bpm": 80,
    "respirations_per_minute": 16,
    "systolic_mmhg": 120,
    "mean_mmhg": Decimal(87),
    "spo2_percent": Decimal(98),
    "oxygen_class": 0,
    "vasopressors": 0,
    "consciousness": "alert",
}
CHILD_OF_6 = {"age_months": 6 * 12, "hypotension_below_mmhg": 82}


def reading(minutes_ago=0, **values):
    """A set of somebody who is well, some minutes before noon."""
    return Reading(NOON - timedelta(minutes=minutes_ago), **(WELL | values))


def chart(now=None, earlier=(), *, course=None, **seen):
    """Facts at noon: the newest set, `earlier` as (minutes before noon, values), newest first."""
    values = {"at_least": 0}
    known = {"grade": seen.get("at_least", 0)}
    return Facts(
        SetFacts(
            newest=reading(**(now or {})),
            earlier=tuple(reading(ago, **each) for ago, each in earlier),
            **(values | known | seen),
        ),
        CourseFacts(
            **(
                {
                    "window": WindowState.HIGH_RISK,
                    "age_months": 40 * 12,
                    "neutrophils_10e9_per_liter": Decimal("2.0"),
                }
                | (course or {})
            )
        ),
    )


def febrile(celsius="38.6", **more):
    """A chart with fever, and the grade of 1 that goes with it."""
    now = {"temperature_celsius": Decimal(celsius)} | more.pop("now", {})
    return chart(now, **({"fever": True, "at_least": 1} | more))


def told(facts):
    """Every condition as “rule severity”, with “?” for one that is provisional."""
    return sorted(
        f"{each.rule} {each.severity}{'?' if each.is_provisional else ''}"
        for each in conditions(facts, BOOK)
    )


def only(facts, family):
    """The same, of one family."""
    return sorted(
        f"{each.rule} {each.severity}{'?' if each.is_provisional else ''}"
        for each in conditions(facts, BOOK)
        if each.family is Family(family)
    )
