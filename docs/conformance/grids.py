"""The two full grids: every combination of the states of each table."""

from itertools import product

from . import crs_oracle, icans_oracle
from .rows import Case, Row

NOREPINEPHRINE = {"drug": "norepinephrine", "dose": 0.1, "unit": "ug/kg/min"}
PHENYLEPHRINE = {"drug": "phenylephrine", "dose": 0.5, "unit": "ug/kg/min"}

FEVER: dict[str, Case] = {"afebrile": {"temperature_c": 36.8}, "febrile": {"temperature_c": 39.1}}
COURSE: dict[str, Case] = {
    "new": {"fever_within_course": False, "antipyretic_or_anticytokine_given": False},
    "treated": {"fever_within_course": True, "antipyretic_or_anticytokine_given": True},
}


def _support(
    *, bolus: bool = False, drugs: tuple[Case, ...] = (), vasopressin: bool = False
) -> Case:
    return {
        "hypotension_present": bolus or bool(drugs),
        "fluids_bolus": bolus,
        "vasopressors": list(drugs),
        "vasopressin": vasopressin,
    }


PRESSURE: dict[str, Case] = {
    "stable": _support(),
    "bolus": _support(bolus=True),
    "one": _support(drugs=(NOREPINEPHRINE,)),
    "one-and-vasopressin": _support(drugs=(NOREPINEPHRINE,), vasopressin=True),
    "two": _support(drugs=(NOREPINEPHRINE, PHENYLEPHRINE)),
}
OXYGEN: dict[str, Case] = {
    "air": {"oxygen_device": "room_air"},
    "cannula": {"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": 2},
    "mask": {"oxygen_device": "simple_facemask", "oxygen_flow_lpm": 5},
    "cpap": {"oxygen_device": "cpap", "ventilation_reason": "hypoxia"},
    "ventilated": {"oxygen_device": "invasive_ventilation", "ventilation_reason": "hypoxia"},
}
CRS_AXES = (FEVER, COURSE, PRESSURE, OXYGEN)

ICE: dict[str, Case] = {f"ice-{score}": {"ice_score": score} for score in range(11)}
AROUSAL: dict[str, Case] = {
    name: {"consciousness": level}
    for name, level in (
        ("alert", "alert"),
        ("drowsy", "drowsy_awakens_spontaneously"),
        ("voice", "awakens_to_voice"),
        ("touch", "awakens_to_tactile"),
        ("unarousable", "unarousable"),
    )
}
SEIZURE: dict[str, Case] = {
    "no-seizure": {"seizure": "none"},
    "brief": {"seizure": "brief_resolved"},
    "prolonged": {"seizure": "prolonged"},
}
# Tremor and myoclonus are a state of their own because they must not count.
MOTOR: dict[str, Case] = {
    "strong": {"motor_focal_weakness_deep": False, "tremor": False, "myoclonus": False},
    "tremor": {"motor_focal_weakness_deep": False, "tremor": True, "myoclonus": True},
    "weak": {"motor_focal_weakness_deep": True, "tremor": False, "myoclonus": False},
}
EDEMA: dict[str, Case] = {
    "no-edema": {"cerebral_oedema": "none", "raised_icp_signs": []},
    "focal": {"cerebral_oedema": "focal", "raised_icp_signs": []},
    "diffuse": {"cerebral_oedema": "diffuse", "raised_icp_signs": []},
}
ICANS_AXES = (ICE, AROUSAL, SEIZURE, MOTOR, EDEMA)
ADULT_YEARS = 40


def crs_grid() -> list[Row]:
    """2 x 2 x 5 x 5 = 100 situations of an adult."""
    return _grid("astct-crs", CRS_AXES)


def icans_grid() -> list[Row]:
    """11 x 5 x 3 x 3 x 3 = 1,485 situations of an adult."""
    return _grid("astct-icans", ICANS_AXES)


def _grid(scale: str, axes: tuple[dict[str, Case], ...]) -> list[Row]:
    oracle = {"astct-crs": crs_oracle, "astct-icans": icans_oracle}[scale]
    rows = []
    for states in product(*axes):
        case: Case = {}
        for axis, state in zip(axes, states, strict=True):
            case |= axis[state]
        told = oracle.answer(case, age_years=ADULT_YEARS)
        name = "-".join((scale.removeprefix("astct-"), "grid", *states))
        rows.append(Row(name, scale, ADULT_YEARS, case, told.expected, "derived", told.why))
    return rows
