"""The laboratory terms of CTCAE 5.0."""

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
    pancreas,
    unless_symptomatic,
    with_baseline,
)
from grading.rules.ctcae_lab_terms_metabolic import (
    HEMOGLOBIN_UP,
    METABOLIC,
    URATE,
    triglyceride,
)

_GRADES = (1, 2, 3)
LDH = Term("Blood lactate dehydrogenase increased", units.ENZYME, (multiples(HIGH, "uln", "1"),))
HEMOGLOBIN = Term(HEMOGLOBIN_UP, units.GRAMS, (above("uln"),))
FIBRINOGEN = fibrinogen(
    for_all(when.fibrinogen_limits),
    for_all(when.fibrinogen_fall),
    ", baseline abnormal",
)
# Absolute, unlike 4.03, which multiplied ULN.
INR_TERM = Term(
    INR,
    units.PURE,
    (
        numbers(
            HIGH,
            {"": "1.2 1.5 2.5"},
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
_WEIGHT = Term(
    "Weight gain",
    units.WEIGHT,
    (numbers(HIGH, {"*": "=5 =10 =20"}, said=" % over baseline", of="gain_percent"),),
)
# 5.0 gives no numbers for these: treatment and its urgency decide.
_CLINICAL = (
    Term("Hypophosphatemia", units.MINERAL, clinical="By treatment, not by the value"),
    Term("Hyperphosphatemia", units.MINERAL, clinical="By treatment, not by the value"),
    Term("Hyperglycemia", units.MINERAL, clinical="By treatment, not by the value"),
)


def hyponatremia(*, closed: bool) -> Term:
    """Sodium: symptoms tell grade 2 from 3; `closed` leaves no gap below 130."""
    first = "130" if closed else "=129"
    return Term(
        "Hyponatremia",
        units.SALT,
        (
            numbers(LOW, {"mmol/L": f"LLN {first} 125 120"}, when=unless_symptomatic(2)),
            numbers(
                LOW,
                {"mmol/L": first},
                grades=(3,),
                when=for_all(when.symptomatic),
                asks=("symptomatic",),
                until={"mmol/L": "125"},
                said=", symptomatic",
                name=WITH_SYMPTOMS,
            ),
        ),
    )


def terms(policy: CtcaeLabPolicy) -> tuple[Term, ...]:
    """Every term of the edition under a policy."""
    over_baseline = multiples(
        HIGH,
        "baseline",
        "1.5 3",
        grades=(2, 3),
        when=for_all(when.baseline_recorded),
        name=OVER_BASELINE,
    )
    return (
        *BLOOD,
        *BLOOD_TO_V5,
        with_baseline(ALT, "1 3 5 20", "=1.5 3 5 20", units.ENZYME),
        with_baseline(AST, "1 3 5 20", "=1.5 3 5 20", units.ENZYME),
        with_baseline(ALP, "1 2.5 5 20", "=2 2.5 5 20", units.ENZYME),
        with_baseline(GGT, "1 2.5 5 20", "=2 2.5 5 20", units.ENZYME),
        with_baseline(BILIRUBIN, "1 1.5 3 10", "1 1.5 3 10", units.PIGMENT),
        Term("CPK increased", units.ENZYME, (multiples(HIGH, "uln", "1 2.5 5 10"),)),
        pancreas("Lipase increased", ("1.5", "2", "5")),
        pancreas("Serum amylase increased", ("1.5", "2", "5")),
        LDH,
        creatinine(over_baseline),
        FIBRINOGEN,
        HEMOGLOBIN,
        INR_TERM,
        *SALTS,
        hyponatremia(closed=policy.sodium_gap_closed),
        *METABOLIC,
        triglyceride(policy),
        URATE,
        _WEIGHT,
        *_CLINICAL,
    )
