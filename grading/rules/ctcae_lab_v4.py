"""The laboratory terms of CTCAE 4.03."""

from grading.rules import ctcae_lab_conditions as when
from grading.rules import ctcae_lab_units as units
from grading.rules.ctcae_lab_findings import CtcaeLabPolicy
from grading.rules.ctcae_lab_ladders import above, for_all, multiples, numbers
from grading.rules.ctcae_lab_rows import HIGH, LOW, Term
from grading.rules.ctcae_lab_terms import (
    ALP,
    ALT,
    AST,
    BILIRUBIN,
    BLOOD,
    BLOOD_TO_V5,
    GGT,
    INR,
    OVER_BASELINE,
    SALTS,
    WITH_SYMPTOMS,
    creatinine,
    fibrinogen,
    unless_symptomatic,
)
from grading.rules.ctcae_lab_terms_metabolic import (
    GLUCOSE,
    HEMOGLOBIN_UP,
    METABOLIC,
    triglyceride,
)

_GRADES = (1, 2, 3, 4)
_WITH_BASELINE = {
    1: when.baseline_recorded_or_open,
    2: when.baseline_recorded,
    3: when.baseline_recorded,
}
_URATE = Term(
    "Hyperuricemia",
    units.URATE,
    (
        numbers(
            HIGH,
            {"mmol/L": "ULN - - 0.59", "mg/dL": "ULN - - 10"},
            when=unless_symptomatic(1),
        ),
        numbers(
            HIGH,
            {"mmol/L": "ULN", "mg/dL": "ULN"},
            grades=(3,),
            when=for_all(when.symptomatic),
            asks=("symptomatic",),
            until={"mmol/L": "0.59", "mg/dL": "10"},
            said=" with physiologic consequences",
            name=WITH_SYMPTOMS,
        ),
    ),
)
_INR = Term(
    INR,
    units.PURE,
    (
        multiples(
            HIGH,
            "uln",
            "1 1.5 2.5",
            when=for_all(when.not_anticoagulated),
            asks=("anticoagulated",),
        ),
        multiples(
            HIGH,
            "baseline",
            "1 1.5 2.5",
            when={grade: when.on_anticoagulant(grade) for grade in _GRADES},
            asks=("anticoagulated",),
            said=", on anticoagulation",
            name=OVER_BASELINE,
        ),
    ),
)


def terms(policy: CtcaeLabPolicy) -> tuple[Term, ...]:
    """Every term of the edition under a policy."""
    enzymes = {
        ALT: "1 3 5 20",
        AST: "1 3 5 20",
        ALP: "1 2.5 5 20",
        GGT: "1 2.5 5 20",
        "CPK increased": "1 2.5 5 10",
        "Lipase increased": "1 1.5 2 5",
        "Serum amylase increased": "1 1.5 2 5",
    }
    return (
        *BLOOD,
        *BLOOD_TO_V5,
        *(
            Term(name, units.ENZYME, (multiples(HIGH, "uln", line),))
            for name, line in enzymes.items()
        ),
        Term(BILIRUBIN, units.PIGMENT, (multiples(HIGH, "uln", "1 1.5 3 10"),)),
        creatinine(multiples(HIGH, "baseline", "1 1.5 3", when=_WITH_BASELINE, name=OVER_BASELINE)),
        fibrinogen(None, {grade: when.fall_recorded(grade) for grade in _GRADES}, ""),
        Term(HEMOGLOBIN_UP, units.GRAMS, (above("hemoglobin_limit"),)),
        _INR,
        *SALTS,
        Term("Hyponatremia", units.SALT, (numbers(LOW, {"mmol/L": "LLN - 130 120"}),)),
        Term(
            "Hypophosphatemia",
            units.MINERAL,
            (numbers(LOW, {"mmol/L": "LLN 0.8 0.6 0.3", "mg/dL": "LLN 2.5 2.0 1.0"}),),
        ),
        *METABOLIC,
        *GLUCOSE,
        triglyceride(policy),
        _URATE,
    )
