"""Patients of every kind for the properties that tables cannot state."""

from decimal import Decimal

from hypothesis import strategies as st

from grading.rules.crs_astct import CrsFindings
from grading.rules.icans_astct import IcansFindings
from grading.rules.vocabulary import (
    CerebralEdema,
    Consciousness,
    Inotrope,
    OxygenDevice,
    RaisedPressureSign,
    Seizure,
    Vasopressor,
    VentilationReason,
)

yes_no_unknown = st.sampled_from([True, False, None])
temperatures = st.none() | st.decimals("34", "42", places=2)
# A flow of 0 states that nothing is given; it is an exclusion, not a measurement.
flows = st.none() | st.decimals("0.1", "60", places=1)
vasopressors = st.frozensets(st.sampled_from(Vasopressor), max_size=4)

crs_findings = st.builds(
    CrsFindings,
    temperature_celsius=temperatures,
    fever_within_course=yes_no_unknown,
    fever_waiving_treatment_given=yes_no_unknown,
    hours_since_last_fever=st.none() | st.decimals("0", "100", places=1),
    fever_attributed_elsewhere=yes_no_unknown,
    hypotension_present=yes_no_unknown,
    hypotension_attributed_elsewhere=yes_no_unknown,
    fluid_bolus_given=yes_no_unknown,
    vasopressors=st.none() | vasopressors,
    vasopressin=yes_no_unknown,
    inotropes=st.none() | st.frozensets(st.sampled_from(Inotrope), max_size=2),
    oxygen_device=st.none() | st.sampled_from(OxygenDevice),
    oxygen_flow_lpm=flows,
    oxygen_for_comfort=yes_no_unknown,
    baseline_home_oxygen_lpm=st.none() | st.decimals("0", "10", places=1),
    ventilation_reason=st.none() | st.sampled_from(VentilationReason),
    spo2_percent=st.none() | st.integers(70, 100),
)
# What a clinician must state for it to speak; withdrawing it may raise the grade.
CRS_EXCLUSIONS = {
    "fever_attributed_elsewhere",
    "hypotension_attributed_elsewhere",
    "oxygen_for_comfort",
    "baseline_home_oxygen_lpm",
    "ventilation_reason",
    "death_due_to_crs",
    "waiving_agents",
}

_icans = {
    "consciousness": st.none() | st.sampled_from(Consciousness),
    "consciousness_other_cause": yes_no_unknown,
    "seizure": st.none() | st.sampled_from(Seizure),
    "motor_focal_weakness_deep": yes_no_unknown,
    "cerebral_edema": st.none() | st.sampled_from(CerebralEdema),
    "raised_pressure_signs": st.none()
    | st.frozensets(st.sampled_from(RaisedPressureSign), max_size=2),
    "intracranial_hemorrhage": yes_no_unknown,
    "edema_due_to_hemorrhage": yes_no_unknown,
    "global_aphasia": yes_no_unknown,
}
adults = st.builds(
    IcansFindings,
    age_years=st.decimals("12", "90", places=1) | st.just(Decimal(12)),
    ice_score=st.none() | st.integers(0, 10),
    **_icans,
)
children = st.builds(
    IcansFindings,
    age_years=st.decimals("0.1", "11.9", places=1),
    capd_score=st.none() | st.integers(0, 32),
    capd_baseline=st.none() | st.integers(0, 32),
    **_icans,
)
icans_findings = adults | children
ICANS_FINDINGS = (
    "ice_score",
    "capd_score",
    "consciousness",
    "seizure",
    "motor_focal_weakness_deep",
    "cerebral_edema",
    "raised_pressure_signs",
)
