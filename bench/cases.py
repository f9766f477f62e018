"""Invented cases of cytokine release syndrome: every device and drug, and much left unsaid."""

import random
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from grading.rules.crs_case import crs_findings
from grading.rules.crs_findings import CrsFindings
from grading.rules.vocabulary import (
    Inotrope,
    OxygenDevice,
    VasopressinAnalog,
    Vasopressor,
    VentilationReason,
)

_YES_NO: Final = (True, False, False)
# How often a key is charted at all.
_CHARTED: Final[Mapping[str, float]] = {
    "temperature_c": 0.95, "fever_within_course": 0.9, "antipyretic_or_anticytokine_given": 0.9,
    "hours_since_last_fever": 0.6, "hypotension_present": 0.9, "fluids_bolus": 0.8,
    "vasopressors": 0.9, "vasopressin": 0.8, "inotropes": 0.5, "oxygen_device": 0.95,
    "oxygen_flow_lpm": 0.8, "spo2": 0.9, "fever_attributed_elsewhere": 0.05,
    "hypotension_attributed_elsewhere": 0.05, "oxygen_for_comfort": 0.05,
    "baseline_home_oxygen_lpm": 0.05, "ventilation_reason": 0.2, "death_due_to_crs": 0.02,
}  # fmt: skip


def made(count: int, *, seed: int) -> list[dict[str, Any]]:
    """Cases as a case file holds them; the same seed gives the same cases."""
    source = random.Random(seed)
    return [_case(source) for _ in range(count)]


def findings_of(cases: list[dict[str, Any]]) -> list[CrsFindings]:
    """The cases as the table reads them."""
    return [crs_findings(case) for case in cases]


def _case(source: random.Random) -> dict[str, Any]:
    values = {
        "temperature_c": Decimal(source.randrange(3600, 4100)) / 100,
        "hours_since_last_fever": Decimal(source.randrange(72)),
        "vasopressors": source.sample(
            [*Vasopressor, *VasopressinAnalog], source.choice((0, 0, 0, 0, 1, 1, 2))
        ),
        "inotropes": source.sample(list(Inotrope), source.choice((0, 0, 0, 1))),
        "oxygen_device": source.choice((OxygenDevice.ROOM_AIR, *OxygenDevice)),
        "oxygen_flow_lpm": Decimal(source.randrange(0, 160)) / 10,
        "spo2": Decimal(source.randrange(84, 101)),
        "baseline_home_oxygen_lpm": Decimal(source.randrange(0, 4)),
        "ventilation_reason": source.choice(list(VentilationReason)),
    }
    return {
        key: _plain(values[key]) if key in values else source.choice(_YES_NO)
        for key, share in _CHARTED.items()
        if source.random() < share
    }


def _plain(value: Any) -> Any:
    """Text as JSON would give it, not members of a vocabulary."""
    if isinstance(value, list):
        return [str(each) for each in value]
    return str(value) if isinstance(value, str) else value
