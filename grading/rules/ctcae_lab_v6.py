"""The laboratory terms of CTCAE 6.0, as far as their limits are known."""

from decimal import Decimal

from grading.rules import ctcae_lab_conditions as when
from grading.rules import ctcae_lab_units as units
from grading.rules.ctcae_lab_findings import CtcaeLabPolicy
from grading.rules.ctcae_lab_ladders import for_all, multiples, numbers
from grading.rules.ctcae_lab_rows import HIGH, LOW, Term
from grading.rules.ctcae_lab_terms import (
    ALP,
    ALT,
    AST,
    BILIRUBIN,
    BLOOD,
    GGT,
    OVER_BASELINE,
    SALTS,
    creatinine,
    pancreas,
    with_baseline,
)
from grading.rules.ctcae_lab_terms_metabolic import (
    GLUCOSE,
    METABOLIC,
    URATE,
    triglyceride,
)
from grading.rules.ctcae_lab_v5 import (
    FIBRINOGEN,
    HEMOGLOBIN,
    INR_TERM,
    LDH,
    hyponatremia,
)

_NEW = (
    Term("Thrombocytopenia", units.CELLS, (numbers(LOW, {"10^9/L": "LLN 75 50 10"}),)),
    Term(
        "Neutrophil count decreased",
        units.CELLS,
        (numbers(LOW, {"10^9/L": "1.5 1.0 0.5 0.1"}),),
    ),
    Term(
        ALP,
        units.ENZYME,
        (
            multiples(
                HIGH,
                "uln",
                "1",
                when=for_all(when.above_baseline),
                asks=("baseline",),
                said=" and above baseline",
            ),
        ),
    ),
    Term("HDL decreased", units.PROTEIN, (multiples(LOW, "lln", "1"),)),
    Term("LDL increased", units.PROTEIN, (multiples(HIGH, "uln", "1"),)),
    # Below 10 mL/min the edition says nothing; the row above it is the least it can be.
    Term(
        "Creatinine clearance decreased",
        units.CLEARANCE,
        (numbers(LOW, {"mL/min": "=49 =25"}, grades=(2, 3)),),
        silent_below=Decimal(10),
    ),
)
_OVER_LOW_BASELINE = multiples(
    HIGH,
    "baseline",
    "1.5 3",
    grades=(2, 3),
    when=for_all(when.baseline_below_limit),
    asks=("baseline_abnormal",),
    said=", baseline below LLN",
    name=OVER_BASELINE,
)


def terms(policy: CtcaeLabPolicy) -> tuple[Term, ...]:
    """Every term of the edition under a policy."""
    return (
        *BLOOD,
        *_NEW,
        with_baseline(ALT, "1 3 5 20", "=1 1.5 2 4", units.ENZYME),
        with_baseline(AST, "1 3 5 20", "=1 1.5 2 4", units.ENZYME),
        with_baseline(GGT, "1 2.5 5 20", "=1 1.5 3 10", units.ENZYME),
        with_baseline(BILIRUBIN, "1 1.5 3 10", "=1 1.5 2.5 10", units.PIGMENT),
        pancreas("Lipase increased", ("1.5", "3", "5")),
        pancreas("Serum amylase increased", ("1.5", "2", "5")),
        LDH,
        creatinine(_OVER_LOW_BASELINE),
        FIBRINOGEN,
        HEMOGLOBIN,
        INR_TERM,
        *SALTS,
        hyponatremia(closed=True),
        *METABOLIC,
        *GLUCOSE,
        triglyceride(policy),
        URATE,
    )
