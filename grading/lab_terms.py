"""Which CTCAE terms a stored laboratory value can be graded for. Standard library only."""

from functools import lru_cache
from typing import Final

from grading.rules import ctcae_lab_terms as lab
from grading.rules.ctcae_lab import Edition, term_of
from grading.rules.ctcae_lab_rows import HIGH, Term

# The value's own code: its terms. Two terms of one value are its two directions.
_TERMS: Final[dict[str, tuple[str, ...]]] = {
    "hemoglobin": ("Anemia", "Hemoglobin increased"),
    "leukocytes": ("White blood cell decreased", "Leukocytosis"),
    "neutrophils": ("Neutrophil count decreased",),
    "lymphocytes": ("Lymphocyte count decreased", "Lymphocyte count increased"),
    "platelets": ("Platelet count decreased",),
    "sodium": ("Hyponatremia", "Hypernatremia"),
    "potassium": ("Hypokalemia", "Hyperkalemia"),
    "calcium": ("Hypocalcemia", "Hypercalcemia"),
    "calcium_ionized": ("Hypocalcemia (ionized)", "Hypercalcemia (ionized)"),
    "magnesium": ("Hypomagnesemia", "Hypermagnesemia"),
    "phosphate": ("Hypophosphatemia", "Hyperphosphatemia"),
    "glucose": ("Hypoglycemia", "Hyperglycemia"),
    "creatinine": (lab.CREATININE,),
    "creatinine_si": (lab.CREATININE,),
    "urate": ("Hyperuricemia",),
    "alt": (lab.ALT,),
    "ast": (lab.AST,),
    "alp": (lab.ALP,),
    "ggt": (lab.GGT,),
    "bilirubin": (lab.BILIRUBIN,),
    "albumin": ("Hypoalbuminemia",),
    "ldh": ("Blood lactate dehydrogenase increased",),
    "fibrinogen": (lab.FIBRINOGEN,),
    "inr": (lab.INR,),
    "aptt": ("Activated partial thromboplastin time prolonged",),
    "triglyceride": ("Hypertriglyceridemia",),
}
# What CTCAE has no term for, however high: kept visible as such.
UNGRADED: Final[dict[str, str]] = {
    "crp": "CRP",
    "ferritin": "Ferritin",
    "il6": "IL-6",
    "procalcitonin": "Procalcitonin",
    "d_dimer_feu": "D-dimer",
    "d_dimer_ddu": "D-dimer",
}
ANALYTES: Final = frozenset(_TERMS) | frozenset(UNGRADED)
# Values of one substance in two systems of units share their baseline.
SAME_SUBSTANCE: Final[dict[str, frozenset[str]]] = {
    code: frozenset({"creatinine", "creatinine_si"}) for code in ("creatinine", "creatinine_si")
}


@lru_cache(maxsize=256)
def terms_of(analyte: str, edition: Edition) -> tuple[Term, ...]:
    """The terms of an edition for a stored value; none for a value it does not grade."""
    found = []
    for name in _TERMS.get(analyte, ()):
        try:
            found.append(term_of(name, edition).term)
        except ValueError:  # this edition has no such term
            continue
    return tuple(found)


def is_high(term: Term) -> bool:
    """Whether a term is about high values."""
    if term.ladders:
        return term.ladders[0].way == HIGH
    return term.name.startswith("Hyper")


def substances(analyte: str) -> frozenset[str]:
    """The codes under which the same substance is stored."""
    return SAME_SUBSTANCE.get(analyte, frozenset({analyte}))
