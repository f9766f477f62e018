"""The dull patient of each scale: everything charted, nothing wrong."""

from decimal import Decimal
from typing import Any

from grading.rules.crs_astct import CrsFindings
from grading.rules.icans_astct import IcansFindings
from grading.rules.vocabulary import CerebralEdema, Consciousness, OxygenDevice, Seizure

WELL: dict[str, Any] = {
    "temperature_celsius": Decimal("36.8"),
    "fever_within_course": False,
    "fever_waiving_treatment_given": False,
    "hypotension_present": False,
    "fluid_bolus_given": False,
    "vasopressors": frozenset(),
    "vasopressin": False,
    "inotropes": frozenset(),
    "oxygen_device": OxygenDevice.ROOM_AIR,
    "spo2_percent": 98,
}
CLEAR: dict[str, Any] = {
    "age_years": 40,
    "ice_score": 10,
    "consciousness": Consciousness.ALERT,
    "seizure": Seizure.NONE,
    "motor_focal_weakness_deep": False,
    "cerebral_edema": CerebralEdema.NONE,
    "raised_pressure_signs": frozenset(),
}


def well(**charted: Any) -> CrsFindings:
    """A patient with nothing wrong but what is stated."""
    return CrsFindings(**(WELL | charted))


def febrile(**charted: Any) -> CrsFindings:
    """A patient with 38.6 °C and what is stated."""
    return well(**({"temperature_celsius": Decimal("38.6")} | charted))


def treated(**charted: Any) -> CrsFindings:
    """Fever earlier, tocilizumab since, no fever now, and what is stated."""
    earlier = {
        "fever_within_course": True,
        "fever_waiving_treatment_given": True,
        "waiving_agents": ("tocilizumab",),
    }
    return well(**(earlier | charted))


def clear(**charted: Any) -> IcansFindings:
    """An adult with a clear head but for what is stated."""
    return IcansFindings(**(CLEAR | charted))


def child(**charted: Any) -> IcansFindings:
    """A five-year-old with a clear head but for what is stated."""
    return clear(**({"age_years": 5, "ice_score": None, "capd_score": 0} | charted))
