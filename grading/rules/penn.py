"""Penn grading of cytokine release syndrome; not yet clinically approved.

Source: Porter DL et al., Sci Transl Med 2015;7:303ra139 and J Hematol Oncol 2018;11:35. Any
oxygen is grade 3, and only creatinine and liver tests are organ toxicities of this table.
Vasopressin counts as a high-dose vasopressor (Levine 2021), the opposite of ASTCT.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from grading.rules import support_flags as ask
from grading.rules.answers import Answer, both
from grading.rules.organ import (
    OrganClass,
    Toxicities,
    counted,
    worst,
    worst_except,
    worst_liver_test,
)
from grading.rules.ruleset import Choice
from grading.rules.support_findings import BloodProduct, SupportFindings
from grading.rules.support_flags import SupportFlag
from grading.rules.support_grading import Rules, SupportTable, in_order
from grading.rules.support_groups import DOSE_SOURCE, organ_rows, untreated_row
from grading.rules.support_oxygen import Oxygen, oxygen_given
from grading.rules.support_pressure import VASOPRESSIN, Pressure, several_boluses
from grading.rules.support_rows import (
    DOSES,
    HOURS,
    INOTROPES,
    INTENSITY_NEEDS,
    UNTREATED,
    VASOPRESSOR_NEEDS,
    Row,
    Test,
    check_choices,
    fever_row,
    oxygen_row,
    pressure_row,
    recorded_row,
)
from grading.rules.verdict import Criterion, Rule, Verdict

COAGULOPATHY = "coagulopathy"
CARE = "care"

_SOURCE = "Porter 2018, Penn CRS table"
_LEVINE = "Levine 2021, Penn trials of tisagenlecleucel"
_SILENT = f"{_SOURCE} (silent on this)"
_VASOPRESSIN = "Vasopressin, counted as a high-dose vasopressor"
_ASKED_OXYGEN = Oxygen()
_CLOTTING: frozenset[str] = frozenset(
    {
        BloodProduct.FRESH_FROZEN_PLASMA,
        BloodProduct.CRYOPRECIPITATE,
        BloodProduct.FIBRINOGEN_CONCENTRATE,
    }
)


@dataclass(frozen=True, slots=True)
class PennPolicy:
    """Where the published table is silent: one choice each, not yet clinically approved."""

    inotropes_count: bool = False
    untreated_hypotension_grade: int = 2
    single_bolus_grade: int = 2
    vasopressin_is_high_dose: bool = True
    creatinine_four_grade: int = 3
    doses_decide_intensity: bool = True
    high_dose_hours: int = 3

    def __post_init__(self) -> None:
        """Refuse a choice that would turn the order of the table around."""
        check_choices(self)

    @property
    def questions(self) -> ask.Questions:
        """The questions that tables share, under these choices."""
        pressure = Pressure(self.inotropes_count, self.doses_decide_intensity, self.high_dose_hours)
        return ask.Questions(pressure, Oxygen(), blood_counts=False)


DEFAULT_PENN_POLICY = PennPolicy()
CHOICES = (
    INOTROPES,
    UNTREATED,
    Choice("P11", "single_bolus_grade", "Grade of one fluid bolus; the table says multiple"),
    Choice(
        "vaso", "vasopressin_is_high_dose", "Whether vasopressin counts as a high-dose vasopressor"
    ),
    Choice("creat", "creatinine_four_grade", "Grade of creatinine grade 4; the table stops at 3"),
    DOSES,
    HOURS,
)


@lru_cache(maxsize=64)
def rules_for(policy: PennPolicy) -> Rules:
    """Every row of the table under a policy, the gravest first."""
    pressure = policy.questions.pressure

    def grade_of(toxicities: Toxicities) -> int:
        return _organ_grade(toxicities, policy.creatinine_four_grade)

    oxygen = Criterion("penn-3-oxygen", 3, "Any oxygen, CPAP and BiPAP included", _SOURCE, "V2")
    ventilator = Criterion("penn-4-ventilator", 4, "Ventilated for hypoxia", _SOURCE, "V2")
    return in_order(
        *_pressure_rows(policy, pressure),
        *_fluid_rows(policy, pressure),
        untreated_row(
            "penn",
            _SOURCE,
            policy.untreated_hypotension_grade,
            pressure.untreated,
            "hypotension_present",
        ),
        oxygen_row(ventilator, _ASKED_OXYGEN.ventilated),
        oxygen_row(oxygen, _oxygen),
        *organ_rows("penn", _SOURCE, grade_of, _organ_words(policy.creatinine_four_grade)),
        *_care_rows(),
    )


def _pressure_rows(policy: PennPolicy, pressure: Pressure) -> Iterator[Row]:
    def vasopressin(findings: SupportFindings) -> Answer:
        if findings.hypotension_attributed_elsewhere or not policy.vasopressin_is_high_dose:
            return False
        return VASOPRESSIN in pressure.running(findings) or findings.vasopressin

    def besides_vasopressin(test: Test) -> Test:
        def met(findings: SupportFindings) -> Answer:
            return False if vasopressin(findings) else test(findings)

        return met

    rows: tuple[tuple[str, str, str, str, Test, tuple[str, ...]], ...] = (
        ("4-vasopressin", _VASOPRESSIN, _LEVINE, "V2", vasopressin, ("vasopressin",)),
        (
            "4-high-stated",
            "Vasopressor dose stated to be high",
            _SOURCE,
            "V2",
            besides_vasopressin(pressure.stated_high),
            INTENSITY_NEEDS,
        ),
        (
            "4-high-dose",
            "Vasopressors high by the dose table",
            DOSE_SOURCE,
            "M",
            besides_vasopressin(pressure.high_by_dose),
            INTENSITY_NEEDS,
        ),
        (
            "3-vasopressor",
            "Vasopressors, not known to be at a high dose",
            _SOURCE,
            "V2",
            besides_vasopressin(pressure.not_known_high),
            VASOPRESSOR_NEEDS,
        ),
    )
    for name, words, source, tag, met, needs in rows:
        yield pressure_row(Criterion(f"penn-{name}", int(name[0]), words, source, tag), met, *needs)


def _fluid_rows(policy: PennPolicy, pressure: Pressure) -> Iterator[Row]:
    def several(findings: SupportFindings) -> Answer:
        return both(pressure.bolus_only(findings), several_boluses(findings))

    def one(findings: SupportFindings) -> Answer:
        return False if several(findings) else pressure.bolus_only(findings)

    single = policy.single_bolus_grade
    yield pressure_row(
        Criterion("penn-3-boluses", 3, "Hypotension treated with several boluses", _SOURCE, "V2"),
        several,
        "fluid_bolus_count",
    )
    yield pressure_row(
        Criterion(
            f"penn-{single}-bolus", single, "Hypotension treated with one bolus", _SILENT, "P"
        ),
        one,
        "fluid_bolus_given",
    )


def _oxygen(findings: SupportFindings) -> Answer:
    return False if _ASKED_OXYGEN.ventilated(findings) else oxygen_given(findings)


def _coagulopathy(findings: SupportFindings) -> Answer:
    products = findings.coagulopathy_products
    return None if products is None else bool(products & _CLOTTING)


def _organ_grade(toxicities: Toxicities, creatinine_four_grade: int) -> int:
    creatinine = worst(toxicities, OrganClass.CREATININE)
    kidney = (0, 0, 2, 3, creatinine_four_grade, creatinine_four_grade)[creatinine]
    return max(kidney, (0, 0, 0, 2, 3, 3)[worst_liver_test(toxicities)])


def _organ_words(creatinine_four_grade: int) -> dict[int, str]:
    words = {
        3: "Liver tests of grade 4, or creatinine of grade 3",
        2: "Liver tests of grade 3, or creatinine of grade 2",
    }
    return words if creatinine_four_grade == 3 else {4: "Creatinine of grade 4"} | words


def _care_rows() -> Iterator[Row]:
    yield Rule(
        criterion=Criterion(
            "penn-3-coagulopathy", 3, "Plasma, cryoprecipitate or fibrinogen given", _SOURCE, "V2"
        ),
        domain=COAGULOPATHY,
        met=_coagulopathy,
        needs=("coagulopathy_products",),
        inputs=lambda findings: tuple(
            BloodProduct(product).label for product in sorted(findings.coagulopathy_products or ())
        ),
    )
    for name, words, field in (
        ("2-hospital", "In hospital for symptoms of CRS", "hospitalized_for_crs"),
        ("2-neutropenia", "Fever with neutropenia", "febrile_neutropenia"),
        ("2-intravenous", "Intravenous therapy other than fluid", "iv_antibiotics_given"),
        ("1-antipyretic", "Antipyretic as supportive care", "antipyretics_given"),
    ):
        row = Criterion(f"penn-{name}", int(name[0]), words, _SOURCE, "V2")
        yield recorded_row(row, CARE, field)
    yield fever_row(Criterion("penn-1-fever", 1, "Fever of 38.0 °C or above", _SOURCE, "V2"))


def _other_organ(findings: SupportFindings, _: ask.Questions) -> bool:
    named = (OrganClass.CREATININE, OrganClass.TRANSAMINASE, OrganClass.OTHER_LIVER)
    organs = counted(findings.organ_toxicities or frozenset(), blood_counts=False)
    return worst_except(organs, *named) > 1


def _creatinine_four(findings: SupportFindings, _: ask.Questions) -> bool:
    return worst(findings.organ_toxicities or frozenset(), OrganClass.CREATININE) > 3


def _vasopressin_runs(findings: SupportFindings, asked: ask.Questions) -> bool:
    return VASOPRESSIN in asked.pressure.running(findings)


TABLE = SupportTable(
    scale="penn",
    title="Penn, cytokine release syndrome",
    ruleset="penn-2018/1",
    default=DEFAULT_PENN_POLICY,
    choices=CHOICES,
    rules_for=rules_for,
    death=Criterion("penn-5-death", 5, "Death due to CRS", _SOURCE, "V2"),
    nothing=Criterion("penn-0-nothing", 0, "No row of the table is met", _SOURCE, "D"),
    flags=(
        *ask.FEVER_FLAGS,
        *ask.DOSE_FLAGS,
        (SupportFlag.VASOPRESSIN_HIGH, _vasopressin_runs),
        *ask.PRESSURE_FLAGS,
        *ask.OXYGEN_FLAGS,
        (SupportFlag.OTHER_ORGAN, _other_organ),
        (SupportFlag.CREATININE, _creatinine_four),
    ),
)


def grade_penn(findings: SupportFindings, policy: PennPolicy = DEFAULT_PENN_POLICY) -> Verdict:
    """The Penn grade (0 to 5) that these findings force, with reasons.

    Raises ValueError for a word or number outside its bounds, TypeError for a binary float.
    """
    return TABLE.grade(findings, policy)
