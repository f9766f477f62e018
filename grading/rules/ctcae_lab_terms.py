"""Laboratory terms whose limits are the same in every edition held here."""

from grading.rules import ctcae_lab_conditions as when
from grading.rules import ctcae_lab_units as units
from grading.rules.ctcae_lab_ladders import for_all, multiples, numbers
from grading.rules.ctcae_lab_rows import HIGH, LOW, Ladder, Term, When

ALT = "Alanine aminotransferase increased"
AST = "Aspartate aminotransferase increased"
ALP = "Alkaline phosphatase increased"
GGT = "GGT increased"
BILIRUBIN = "Blood bilirubin increased"
CREATININE = "Creatinine increased"
FIBRINOGEN = "Fibrinogen decreased"
INR = "INR increased"
OVER_BASELINE = "over baseline"
WITH_SYMPTOMS = "with symptoms"
BASELINE_WAS_NORMAL = for_all(when.baseline_normal)
BASELINE_WAS_HIGH = for_all(when.baseline_high)


def with_baseline(name: str, normal: str, abnormal: str, kind: units.Spellings) -> Term:
    """A liver test: multiples of ULN, or of the baseline where that was above ULN."""
    asks = ("baseline_abnormal",)
    return Term(
        name,
        kind,
        (
            multiples(
                HIGH, "uln", normal, when=BASELINE_WAS_NORMAL, asks=asks, said=", baseline normal"
            ),
            multiples(
                HIGH,
                "baseline",
                abnormal,
                when=BASELINE_WAS_HIGH,
                asks=asks,
                said=", baseline abnormal",
                name="abnormal baseline",
            ),
        ),
    )


def unless_symptomatic(*grades: int) -> dict[int, When]:
    """The lower of two rows, in these grades."""
    return for_all(when.asymptomatic, grades=grades)


def pancreas(name: str, steps: tuple[str, str, str]) -> Term:
    """An enzyme whose grade above the second step depends on symptoms."""
    first, second, third = steps
    asks = ("symptomatic",)
    return Term(
        name,
        units.ENZYME,
        (
            multiples(HIGH, "uln", f"1 {first}", until=second),
            multiples(
                HIGH,
                "uln",
                f"{second} {third}",
                grades=(2, 3),
                when=unless_symptomatic(2, 3),
                said=", asymptomatic",
                name="asymptomatic",
            ),
            multiples(
                HIGH,
                "uln",
                f"{second} {third}",
                grades=(3, 4),
                when=for_all(when.symptomatic),
                asks=asks,
                said=", with signs or symptoms",
                name=WITH_SYMPTOMS,
            ),
        ),
    )


def fibrinogen(limits: dict[int, When] | None, fall: dict[int, When], said: str) -> Term:
    """Multiples of LLN, the fall from baseline, and one absolute limit for everybody."""
    falling = numbers(
        HIGH,
        {"*": "0 =25 =50 =75"},
        when=fall,
        asks=("baseline_abnormal",) if limits else (),
        said=f" % decrease from baseline{said}",
        name="fall from baseline",
        of="fall_percent",
    )
    return Term(
        FIBRINOGEN,
        units.FIBRINOGEN,
        (
            multiples(
                LOW,
                "lln",
                "1 0.75 0.5 0.25",
                when=limits,
                asks=("baseline_abnormal",) if limits else (),
            ),
            numbers(LOW, {"g/L": "0.5", "mg/dL": "50"}, grades=(4,), name="absolute"),
            falling,
        ),
    )


def creatinine(over_baseline: Ladder) -> Term:
    """The worse of the multiples of ULN and of the baseline."""
    return Term(CREATININE, units.PIGMENT, (multiples(HIGH, "uln", "1 1.5 3 6"), over_baseline))


def _cells(name: str, line: str) -> Term:
    return Term(name, units.CELLS, (numbers(LOW, {"10^9/L": line}),))


def hypokalemia() -> Term:
    """Potassium: symptoms tell grade 1 from 2."""
    return Term(
        "Hypokalemia",
        units.SALT,
        (
            numbers(LOW, {"mmol/L": "LLN - 3.0 2.5"}, when=unless_symptomatic(1)),
            numbers(
                LOW,
                {"mmol/L": "LLN"},
                grades=(2,),
                when=for_all(when.symptomatic),
                asks=("symptomatic",),
                until={"mmol/L": "3.0"},
                said=", symptomatic",
                name=WITH_SYMPTOMS,
            ),
        ),
    )


ANEMIA = Term(
    "Anemia",
    units.HEMOGLOBIN,
    (numbers(LOW, {"g/L": "LLN 100 80", "g/dL": "LLN 10.0 8.0", "mmol/L": "LLN 6.2 4.9"}),),
    top_is_clinical=True,
)
PLATELETS_LOW = "LLN 75 50 25"
BLOOD = (
    ANEMIA,
    _cells("White blood cell decreased", "LLN 3.0 2.0 1.0"),
    _cells("CD4 lymphocytes decreased", "LLN 0.5 0.2 0.05"),
    Term(
        "Leukocytosis",
        units.CELLS,
        (numbers(HIGH, {"10^9/L": "- - 100"}),),
        top_is_clinical=True,
    ),
    Term("Lymphocyte count increased", units.CELLS, (numbers(HIGH, {"10^9/L": "- 4 20"}),)),
    Term(
        "Activated partial thromboplastin time prolonged",
        units.SECONDS,
        (multiples(HIGH, "uln", "1 1.5 2.5"),),
    ),
    Term("Haptoglobin decreased", units.PROTEIN, (multiples(LOW, "lln", "1"),)),
)
BLOOD_TO_V5 = (
    _cells("Platelet count decreased", PLATELETS_LOW),
    _cells("Neutrophil count decreased", "LLN 1.5 1.0 0.5"),
    _cells("Lymphocyte count decreased", "LLN 0.8 0.5 0.2"),
)
SALTS = (
    Term("Hypernatremia", units.SALT, (numbers(HIGH, {"mmol/L": "ULN 150 155 160"}),)),
    hypokalemia(),
    Term("Hyperkalemia", units.SALT, (numbers(HIGH, {"mmol/L": "ULN 5.5 6.0 7.0"}),)),
    Term(
        "Hypocalcemia",
        units.MINERAL,
        (numbers(LOW, {"mmol/L": "LLN 2.0 1.75 1.5", "mg/dL": "LLN 8.0 7.0 6.0"}),),
    ),
    Term(
        "Hypocalcemia (ionized)",
        units.MINERAL,
        (numbers(LOW, {"mmol/L": "LLN 1.0 0.9 0.8", "mg/dL": "LLN 4.0 3.6 3.2"}),),
    ),
    Term(
        "Hypercalcemia",
        units.MINERAL,
        (numbers(HIGH, {"mmol/L": "ULN 2.9 3.1 3.4", "mg/dL": "ULN 11.5 12.5 13.5"}),),
    ),
    Term(
        "Hypercalcemia (ionized)",
        units.MINERAL,
        (numbers(HIGH, {"mmol/L": "ULN 1.5 1.6 1.8", "mg/dL": "ULN 6.0 6.4 7.2"}),),
    ),
    Term(
        "Hypomagnesemia",
        units.MINERAL,
        (numbers(LOW, {"mmol/L": "LLN 0.5 0.4 0.3", "mg/dL": "LLN 1.2 0.9 0.7"}),),
    ),
    Term(
        "Hypermagnesemia",
        units.MINERAL,
        (numbers(HIGH, {"mmol/L": "ULN - 1.23 3.30", "mg/dL": "ULN - 3.0 8.0"}),),
    ),
)
