"""EASIX and its two variants after CAR-T cells, as context; not yet clinically approved.

EASIX is lactate dehydrogenase x creatinine / platelets; m-EASIX has C-reactive protein in the
place of creatinine, s-EASIX neither. Creatinine in umol/L taken for mg/dL would make EASIX 88
times too large, C-reactive protein in mg/L would make m-EASIX 10 times too large: so each value
comes with its unit, is converted, and is refused where it cannot be what the unit says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from grading.rules.scores import Measured, Quantity, Score, Sheet, factor, score
from grading.rules.verdict import Criterion

SOURCE = "Pennisi 2021"
CAUTION = (
    "Context, not an alarm; adult data. In patients of another center it said little about "
    "grade 2 and nothing about grade 3 neurotoxicity."
)
UMOL_PER_MG_DL = Decimal("88.42")  # creatinine; the standard constant, from memory (M)

LDH = Quantity("ldh", "Lactate dehydrogenase", "U/L", Decimal(0), Decimal(50000))
CREATININE = Quantity(
    "creatinine", "Creatinine", "mg/dL", Decimal("0.1"), Decimal(15), {"umol/L": UMOL_PER_MG_DL}
)
CRP = Quantity("crp", "C-reactive protein", "mg/dL", Decimal(0), Decimal(50), {"mg/L": Decimal(10)})
PLATELETS = Quantity("platelets", "Platelets", "10*9/L", Decimal(0), Decimal(3000))
_DIVISOR = replace(PLATELETS, low=Decimal(1))  # of none at all there is no quotient


def _row(name: str, words: str, *, source: str = SOURCE, tag: str = "V2") -> Criterion:
    return Criterion(name, 0, words, source, tag)


_LDH = (LDH, _row("easix-ldh", "Lactate dehydrogenase in U/L"))
_CREATININE = (CREATININE, _row("easix-creatinine", "times creatinine in mg/dL"))
_CRP = (
    CRP,
    _row("easix-crp", "times C-reactive protein in mg/dL", source=f"{SOURCE}, unit", tag="M"),
)
_PLATELETS = (_DIVISOR, _row("easix-platelets", "divided by platelets in 10*9/L"))
Entries = tuple[tuple[Quantity, Criterion], ...]
_ENTRIES: dict[str, Entries] = {
    "easix": (_LDH, _CREATININE, _PLATELETS),
    "m-easix": (_LDH, _CRP, _PLATELETS),
    "s-easix": (_LDH, _PLATELETS),
}


@dataclass(frozen=True, slots=True)
class BloodFindings:
    """The newest blood values, each with its unit; None is "not recorded"."""

    ldh: Measured | None = None
    creatinine: Measured | None = None
    crp: Measured | None = None
    platelets: Measured | None = None


def _sheet(name: str, title: str, formula: str) -> Sheet:
    entries = _ENTRIES[name]
    return Sheet(
        name=name,
        title=title,
        ruleset=f"{name}-2021/1",
        caution=CAUTION,
        items={quantity.name: quantity.label for quantity, _ in entries},
        rows=tuple((quantity.label, row) for quantity, row in entries),
        formula=formula,
    )


EASIX = _sheet("easix", "EASIX", "lactate dehydrogenase x creatinine / platelets")
M_EASIX = _sheet("m-easix", "m-EASIX", "lactate dehydrogenase x C-reactive protein / platelets")
S_EASIX = _sheet("s-easix", "s-EASIX", "lactate dehydrogenase / platelets")


def easix(findings: BloodFindings) -> Score:
    """LDH (U/L) x creatinine (mg/dL) / platelets (10*9/L), or what is missing."""
    return _quotient(EASIX, findings)


def m_easix(findings: BloodFindings) -> Score:
    """LDH (U/L) x C-reactive protein (mg/dL) / platelets (10*9/L), or what is missing."""
    return _quotient(M_EASIX, findings)


def s_easix(findings: BloodFindings) -> Score:
    """LDH (U/L) / platelets (10*9/L), or what is missing."""
    return _quotient(S_EASIX, findings)


def _quotient(sheet: Sheet, findings: BloodFindings) -> Score:
    lines = [
        factor(quantity, row, getattr(findings, quantity.name))
        for quantity, row in _ENTRIES[sheet.name]
    ]
    return score(sheet, lines, of=_divided, say=_logarithm)


def _divided(numbers: Mapping[str, Decimal]) -> Decimal:
    product = Decimal(1)
    for name, number in numbers.items():
        product = product / number if name == PLATELETS.name else product * number
    return product


def _logarithm(value: Decimal) -> str:
    # Published models use the logarithm; of 0 there is none.
    if value == 0:
        return ""
    return f"log2 is {value.ln() / Decimal(2).ln():.2f}"
