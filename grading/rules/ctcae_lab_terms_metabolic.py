"""Metabolic laboratory terms whose limits are the same in every edition held here."""

from grading.rules import ctcae_lab_conditions as when
from grading.rules import ctcae_lab_units as units
from grading.rules.ctcae_lab_findings import CtcaeLabPolicy
from grading.rules.ctcae_lab_ladders import for_all, multiples, numbers
from grading.rules.ctcae_lab_rows import HIGH, LOW, Term
from grading.rules.ctcae_lab_terms import WITH_SYMPTOMS, unless_symptomatic

METABOLIC = (
    Term(
        "Hypoalbuminemia",
        units.GRAMS,
        (numbers(LOW, {"g/L": "LLN 30 20", "g/dL": "LLN 3.0 2.0"}),),
        top_is_clinical=True,
    ),
    Term(
        "Hypoglycemia",
        units.MINERAL,
        (numbers(LOW, {"mmol/L": "LLN 3.0 2.2 1.7", "mg/dL": "LLN 55 40 30"}),),
    ),
    Term(
        "Cholesterol high",
        units.MINERAL,
        (numbers(HIGH, {"mmol/L": "ULN 7.75 10.34 12.92", "mg/dL": "ULN 300 400 500"}),),
    ),
    Term(
        "Acidosis", units.PURE, (numbers(LOW, {"": "LLN - 7.3"}, said=" pH"),), top_is_clinical=True
    ),
    Term(
        "Alkalosis",
        units.PURE,
        (numbers(HIGH, {"": "ULN - 7.5"}, said=" pH"),),
        top_is_clinical=True,
    ),
)
# As printed in 4.03 and again in 6.0; 5.0 has words only.
GLUCOSE = (
    Term(
        "Hyperglycemia",
        units.MINERAL,
        (numbers(HIGH, {"mmol/L": "- - 13.9 27.8", "mg/dL": "- - 250 500"}),),
    ),
    Term(
        "Hyperglycemia (fasting)",
        units.MINERAL,
        (numbers(HIGH, {"mmol/L": "ULN 8.9 13.9 27.8", "mg/dL": "ULN 160 250 500"}),),
    ),
)
# From 5.0 on without an absolute limit: only the consequences tell grade 1 from 3.
URATE = Term(
    "Hyperuricemia",
    units.PIGMENT,
    (
        multiples(
            HIGH,
            "uln",
            "1",
            when=unless_symptomatic(1),
            said=" without physiologic consequences",
        ),
        multiples(
            HIGH,
            "uln",
            "1",
            grades=(3,),
            when=for_all(when.symptomatic),
            asks=("symptomatic",),
            said=" with physiologic consequences",
            name=WITH_SYMPTOMS,
        ),
    ),
    top_is_clinical=True,
)
HEMOGLOBIN_UP = "Hemoglobin increased"


def triglyceride(policy: CtcaeLabPolicy) -> Term:
    """Triglyceride; whether the first limit itself counts is a choice."""
    sign = "=" if policy.triglyceride_limit_counts else ""
    return Term(
        "Hypertriglyceridemia",
        units.MINERAL,
        (
            numbers(
                HIGH,
                {"mmol/L": f"{sign}1.71 3.42 5.7 11.4", "mg/dL": f"{sign}150 300 500 1000"},
            ),
        ),
    )
