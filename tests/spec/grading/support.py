"""The patient of the scales of support, and the ways to grade her by each."""

import json
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from grading.rules.cartox import CartoxPolicy, grade_cartox
from grading.rules.cartox_paediatric import PediatricCartoxPolicy, grade_pediatric_cartox
from grading.rules.cases import grade_line
from grading.rules.ctcae_crs import CtcaeCrsPolicy, grade_ctcae_crs
from grading.rules.lee2014 import LeePolicy, grade_lee2014
from grading.rules.mskcc import MskccPolicy, grade_mskcc
from grading.rules.organ import Toxicity
from grading.rules.penn import PennPolicy, grade_penn
from grading.rules.pressors import DoseUnit, Infusion, Intensity
from grading.rules.registry import SCALES
from grading.rules.support_findings import BloodProduct, SupportFindings
from grading.rules.vocabulary import Inotrope, OxygenDevice, Vasopressor, VentilationReason

GRADERS = {
    "lee-2014": grade_lee2014,
    "penn": grade_penn,
    "ctcae5-crs": grade_ctcae_crs,
    "cartox": grade_cartox,
    "cartox-paediatric": grade_pediatric_cartox,
    "mskcc": grade_mskcc,
}
POLICIES = {
    "lee-2014": LeePolicy,
    "penn": PennPolicy,
    "ctcae5-crs": CtcaeCrsPolicy,
    "cartox": CartoxPolicy,
    "cartox-paediatric": PediatricCartoxPolicy,
    "mskcc": MskccPolicy,
}
DULL: dict[str, Any] = {
    "age_years": 40,
    "temperature_celsius": Decimal("36.8"),
    "constitutional_symptoms": (),
    "antipyretics_given": False,
    "hypotension_present": False,
    "systolic_mmhg": 118,
    "fluid_bolus_given": False,
    "fluid_bolus_count": 0,
    "vasopressors": (),
    "vasopressin": False,
    "inotropes": frozenset(),
    "hypotension_refractory": False,
    "oxygen_device": OxygenDevice.ROOM_AIR,
    "spo2_percent": 98,
    "organ_toxicities": frozenset(),
    "coagulopathy_products": frozenset(),
    "hospitalized_for_crs": False,
    "febrile_neutropenia": False,
    "iv_antibiotics_given": False,
}


def dull(**charted: Any) -> SupportFindings:
    """An adult with everything charted and nothing wrong but what is stated."""
    return SupportFindings(**(DULL | charted))


def running(drug: str, dose: str | None = None, unit: str | None = None) -> Infusion:
    """One drug running."""
    return Infusion(drug, None if dose is None else Decimal(dose), unit)


def organs(**grades: int) -> frozenset[Toxicity]:
    """Toxicities by term, blanks written as underscores."""
    return frozenset(Toxicity(term.replace("_", " "), grade) for term, grade in grades.items())


def answer(scale: str, case: dict[str, Any], *, normal: bool = True) -> dict[str, Any]:
    """What the command answers to one case."""
    return grade_line(SCALES[scale], json.dumps(case), line=1, assume_normal=normal)


def grade_of(scale: str, **case: Any) -> Any:
    """The grade the command gives a febrile adult with what is stated."""
    got = answer(scale, {"age_years": 40, "temperature_c": 38.6} | case)
    assert "error" not in got, got["error"]
    return got["grade"]


_yes_no_unknown = st.sampled_from([True, False, None])
_UNITS = {
    Vasopressor.NOREPINEPHRINE: (DoseUnit.UG_MIN, DoseUnit.UG_KG_MIN),
    Vasopressor.EPINEPHRINE: (DoseUnit.UG_MIN,),
    Vasopressor.DOPAMINE: (DoseUnit.UG_KG_MIN,),
    Vasopressor.PHENYLEPHRINE: (DoseUnit.UG_MIN,),
    Vasopressor.ANGIOTENSIN_II: (DoseUnit.NG_KG_MIN,),
    Inotrope.DOBUTAMINE: (DoseUnit.UG_KG_MIN,),
}
_drugs_and_units = st.sampled_from(
    [(drug, unit) for drug, units in _UNITS.items() for unit in units]
)
infusions = st.builds(
    lambda pair, dose: Infusion(pair[0], dose, pair[1]),
    _drugs_and_units,
    st.none() | st.decimals("0", "250", places=1),
)
running_lists = st.lists(infusions, max_size=3).map(tuple)
toxicities = st.frozensets(
    st.builds(
        Toxicity,
        st.sampled_from(
            [
                "ALT increased",
                "AST increased",
                "creatinine increased",
                "Blood bilirubin increased",
                "Platelet count decreased",
                "Ejection fraction decreased",
                "Fatigue",
            ]
        ),
        st.integers(0, 5),
    ),
    max_size=3,
)
support_findings = st.builds(
    SupportFindings,
    age_years=st.none() | st.decimals("0", "90", places=1),
    temperature_celsius=st.none() | st.decimals("35", "42", places=1),
    fever_attributed_elsewhere=_yes_no_unknown,
    constitutional_symptoms=st.sampled_from([None, (), ("myalgia",)]),
    antipyretics_given=_yes_no_unknown,
    hypotension_present=_yes_no_unknown,
    hypotension_attributed_elsewhere=_yes_no_unknown,
    systolic_mmhg=st.none() | st.integers(50, 140),
    fluid_bolus_given=_yes_no_unknown,
    fluid_bolus_count=st.none() | st.integers(0, 3),
    fluid_responsive=_yes_no_unknown,
    vasopressors=st.none() | running_lists,
    vasopressin=_yes_no_unknown,
    inotropes=st.sampled_from([None, frozenset(), frozenset({Inotrope.MILRINONE})]),
    vasopressor_intensity=st.none() | st.sampled_from(Intensity),
    hours_on_dose=st.none() | st.decimals("0", "48", places=1),
    hours_on_vasopressor=st.none() | st.decimals("0", "72", places=1),
    hypotension_refractory=_yes_no_unknown,
    oxygen_device=st.none() | st.sampled_from(OxygenDevice),
    oxygen_flow_lpm=st.none() | st.decimals("0.1", "40", places=1),
    fio2_fraction=st.none() | st.decimals("0.21", "1", places=2),
    oxygen_for_comfort=_yes_no_unknown,
    baseline_home_oxygen_lpm=st.none() | st.decimals("0", "6", places=1),
    ventilation_reason=st.none() | st.sampled_from(VentilationReason),
    spo2_percent=st.none() | st.integers(70, 100),
    organ_toxicities=st.none() | toxicities,
    coagulopathy_products=st.none() | st.frozensets(st.sampled_from(BloodProduct), max_size=2),
    hospitalized_for_crs=_yes_no_unknown,
    febrile_neutropenia=_yes_no_unknown,
    iv_antibiotics_given=_yes_no_unknown,
    life_threatening=_yes_no_unknown,
)
# What must be stated for it to speak; withdrawing it may raise the grade or close the question.
EXCLUSIONS = frozenset(
    {
        "fever_attributed_elsewhere",
        "hypotension_attributed_elsewhere",
        "fluid_responsive",
        "oxygen_for_comfort",
        "baseline_home_oxygen_lpm",
        "ventilation_reason",
        "life_threatening",
        "death_due_to_crs",
    }
)


def contradicts_itself(findings: SupportFindings) -> bool:
    """Two recorded values that say the opposite; taking one away settles the matter."""
    lowest = findings.systolic_mmhg is not None and findings.systolic_mmhg < 90
    boluses = findings.fluid_bolus_count
    given = findings.fluid_bolus_given
    fraction = findings.fio2_fraction
    low_flow = findings.oxygen_device in (OxygenDevice.NASAL_CANNULA, OxygenDevice.BLOW_BY)
    return (
        (lowest and findings.hypotension_present is False)
        or (boluses is not None and given is not None and given != bool(boluses))
        or (lowest and findings.hypotension_refractory is False)
        # The flow stands in for an FiO2 that is not charted, and this one says otherwise.
        or (low_flow and fraction is not None and fraction >= Decimal("0.40"))
    )
