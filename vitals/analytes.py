"""The laboratory values that matter after T-cell therapy: codes, units, bounds.

Conversion factors are listed only where they hold for every assay; a unit that
is not listed is refused. Values stay in the unit reported as well, under a code
whose name is of that unit: LOINC has one code by mass and another by moles.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from vitals import plausibility


class UnknownUnitError(ValueError):
    """The unit is not one this analyte can be converted from."""


@dataclass(frozen=True, slots=True)
class Analyte:
    """One laboratory value; `factors` turn a reported unit into the canonical one.

    `molar` are the codes for an amount of substance, each beside its like in `by_mass`.
    """

    code: str
    label: str
    by_mass: tuple[str, ...]
    molar: tuple[str, ...]
    unit: str
    hard_low: Decimal
    hard_high: Decimal
    factors: dict[str, Decimal] = field(default_factory=dict)

    @property
    def loinc(self) -> tuple[str, ...]:
        """Every code of the value, those that are not molar first."""
        return self.by_mass + self.molar

    def takes(self, loinc: str, unit: str) -> bool:
        """Whether a code is that of values in this unit; a unit not listed is asked elsewhere."""
        plain = spelled(unit)
        return plain not in self.factors or (loinc in self.molar) == is_molar(plain)

    def loinc_in(self, unit: str, *, like: str = "") -> str:
        """The code of values in this unit: `like` where it is one, else what goes with it."""
        like = like or self.loinc[0]
        if self.takes(like, unit):
            return like
        own, others = self.by_mass, self.molar
        if like in self.molar:
            own, others = others, own
        return dict(zip(own, others, strict=False)).get(like, others[0])

    def canonical(self, value: Decimal, unit: str) -> Decimal:
        """Convert to the canonical unit; raises UnknownUnitError, never guesses."""
        try:
            return value * self.factors[spelled(unit)]
        except KeyError:
            known = ", ".join(self.factors)
            raise UnknownUnitError(f"{self.label} in “{unit}”; known units: {known}") from None


# Ward and laboratory spellings of UCUM codes.
_SPELLINGS: Final = {
    "IU/L": "U/L", "K/uL": "10*9/L", "10*3/uL": "10*9/L", "10^3/uL": "10*9/L", "sec": "s",
    "x10^9/L": "10*9/L", "10^9/L": "10*9/L", "ug/L": "ng/mL", "ng/L": "pg/mL", "": "1",
    "{INR}": "1", "µmol/L": "umol/L", "mcg/L": "ng/mL",
}  # fmt: skip


def spelled(unit: str) -> str:
    """The UCUM code of a unit as wards and laboratories write it."""
    return _SPELLINGS.get(unit.strip(), unit.strip())


def is_molar(unit: str) -> bool:
    """Whether a listed unit is one of moles, or of equivalents, which LOINC counts as moles."""
    return "mol/" in unit or "Eq/" in unit


def sent_as(analyte: str, loinc: str, unit: str) -> str:
    """The code under which a stored result goes out: one whose name is of its unit.

    Results kept before codes and units were compared may stand under the other one.
    """
    known = ANALYTES.get(analyte)
    return known.loinc_in(unit, like=loinc) if known else loinc


def _row(
    code: str, label: str, loinc: str, unit: str, bounds: str, others: str = ""
) -> tuple[str, Analyte]:
    """One value; in `loinc` the molar codes stand behind the bar, in the order of their likes."""
    by_mass, _, molar = loinc.partition("|")
    low, high = bounds.split() if bounds else _plausible(code)
    factors = {unit: Decimal(1)}
    for pair in others.split():
        other, factor = pair.split("=")
        # Molar units are written as "per so many", as the conversion tables print them.
        factors[other] = 1 / Decimal(factor[2:]) if factor.startswith("1/") else Decimal(factor)
    return code, Analyte(
        code,
        label,
        tuple(by_mass.split()),
        tuple(molar.split()),
        unit,
        Decimal(low),
        Decimal(high),
        factors,
    )


def _plausible(code: str) -> tuple[str, str]:
    """Those of analytes that may also be improbable stand with the other limits."""
    limits = plausibility.limits_for(code, age_months=None)
    return str(limits.hard_low), str(limits.hard_high)


ANALYTES: Final[dict[str, Analyte]] = dict(
    [
        _row("crp", "C-reactive protein", "1988-5 30522-7", "mg/L", "", "mg/dL=10"),
        _row("ferritin", "Ferritin", "2276-4", "ng/mL", ""),
        _row("il6", "Interleukin 6", "26881-3", "pg/mL", ""),
        _row("lactate", "Lactate", "| 32693-4 2524-7", "mmol/L", ""),
        _row("ldh", "Lactate dehydrogenase", "2532-0", "U/L", "0 50000"),
        _row("procalcitonin", "Procalcitonin", "33959-8", "ng/mL", "0 1000"),
        _row("leukocytes", "White cells", "6690-2 804-5", "10*9/L", ""),
        _row("neutrophils", "Neutrophils", "751-8", "10*9/L", "0 500"),
        _row("lymphocytes", "Lymphocytes", "731-0", "10*9/L", "0 500"),
        _row("hemoglobin", "Hemoglobin", "718-7", "g/L", "", "g/dL=10"),
        _row("platelets", "Platelets", "777-3", "10*9/L", ""),
        _row("sodium", "Sodium", "| 2951-2 2947-0", "mmol/L", "", "mEq/L=1"),
        _row("potassium", "Potassium", "| 2823-3 6298-4", "mmol/L", "", "mEq/L=1"),
        _row("chloride", "Chloride", "| 2075-0 2069-3", "mmol/L", "50 180", "mEq/L=1"),
        _row("bicarbonate", "Bicarbonate", "| 1963-8", "mmol/L", "1 80", "mEq/L=1"),
        _row("calcium", "Calcium, total", "17861-6 | 2000-8", "mg/dL", "2 25", "mmol/L=4.008"),
        # Two charges: an equivalent of calcium is half a mole.
        _row("calcium_ionized", "Calcium, ionized", "| 1994-3", "mmol/L", "0.2 4", "mEq/L=0.5"),
        _row("magnesium", "Magnesium", "19123-9 | 2601-3", "mg/dL", "0.2 20", "mmol/L=2.431"),
        _row("phosphate", "Phosphate", "2777-1 | 14879-1", "mg/dL", "0.1 40", "mmol/L=3.097"),
        _row("glucose", "Glucose", "2345-7 | 14749-6", "mg/dL", "1 3000", "mmol/L=18.02"),
        _row(
            "urea_nitrogen", "Urea nitrogen", "3094-0 | 14937-7", "mg/dL", "0 400", "mmol/L=1/0.357"
        ),
        _row("creatinine", "Creatinine", "2160-0", "mg/dL", ""),
        _row("creatinine_si", "Creatinine", "| 14682-9", "umol/L", "4 5300"),
        _row("urate", "Urate", "3084-1 | 14933-6", "mg/dL", "0 50", "umol/L=1/59.48"),
        _row("alt", "ALT", "1742-6", "U/L", ""),
        _row("ast", "AST", "1920-8", "U/L", ""),
        _row("alp", "Alkaline phosphatase", "6768-6", "U/L", "0 20000"),
        _row("ggt", "GGT", "2324-2", "U/L", "0 20000"),
        _row("bilirubin", "Bilirubin, total", "1975-2 | 14631-6", "mg/dL", "", "umol/L=1/17.10"),
        _row("albumin", "Albumin", "1751-7", "g/dL", "0.3 8", "g/L=0.1"),
        _row("fibrinogen", "Fibrinogen", "3255-7", "g/L", "", "mg/dL=0.01"),
        _row("d_dimer_feu", "D-dimer (FEU)", "48065-7", "ng/mL{FEU}", "0 1000000"),
        _row("d_dimer_ddu", "D-dimer (DDU)", "48066-5", "ng/mL{DDU}", "0 1000000"),
        _row("inr", "INR", "6301-6 5895-7", "1", ""),
        _row("pt", "Prothrombin time", "5902-2", "s", "5 200"),
        _row("aptt", "aPTT", "14979-9 3173-2", "s", "10 250"),
        _row(
            "triglyceride",
            "Triglyceride",
            "2571-8 1644-4 | 14927-8 30524-3",
            "mg/dL",
            "5 15000",
            "mmol/L=88.57",
        ),
        _row("troponin_t", "Troponin T", "6598-7", "ng/mL", "0 500"),
        _row("blood_culture", "Blood culture", "600-7", "", "0 0"),
        _row("urine_culture", "Urine culture", "630-4", "", "0 0"),
    ]
)
BY_LOINC: Final[dict[str, Analyte]] = {
    loinc: analyte for analyte in ANALYTES.values() for loinc in analyte.loinc
}
