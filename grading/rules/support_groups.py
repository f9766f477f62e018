"""Groups of rows that more than one table of support prints alike."""

from collections.abc import Callable, Iterator

from grading.rules.answers import Answer
from grading.rules.organ import OrganClass, Toxicities, counted, worst, worst_except
from grading.rules.support_findings import SupportFindings
from grading.rules.support_oxygen import Oxygen
from grading.rules.support_pressure import Pressure
from grading.rules.support_rows import (
    INTENSITY_NEEDS,
    VASOPRESSOR_NEEDS,
    Row,
    Test,
    organ_row,
    oxygen_row,
    pressure_row,
)
from grading.rules.verdict import Criterion

DOSE_SOURCE = "Lee 2014, high-dose vasopressor table (from memory)"
_SEVERAL = "Several vasopressors, vasopressin counted, at any dose"


def dose_rows(prefix: str, source: str, pressure: Pressure) -> Iterator[Row]:
    """High dose or several vasopressors are grade 3; one at a low dose, or fluid, is grade 2."""

    def alone(test: Test) -> Test:
        def met(findings: SupportFindings) -> Answer:
            return False if pressure.several(findings) else test(findings)

        return met

    several, fluid = _SEVERAL, "Hypotension treated with fluid alone"
    low = "One vasopressor, not known to be at a high dose"
    stated = "One vasopressor, its dose stated to be high"
    by_dose = "One vasopressor, high by the dose table"
    bolus = ("fluid_bolus_given",)
    rows: tuple[tuple[str, str, str, Test, tuple[str, ...]], ...] = (
        ("3-vasopressors", several, "V2", pressure.several, VASOPRESSOR_NEEDS),
        ("3-high-stated", stated, "V2", alone(pressure.stated_high), INTENSITY_NEEDS),
        ("3-high-dose", by_dose, "M", alone(pressure.high_by_dose), INTENSITY_NEEDS),
        ("2-vasopressor", low, "V2", alone(pressure.not_known_high), VASOPRESSOR_NEEDS),
        ("2-fluid", fluid, "V2", pressure.bolus_only, bolus),
    )
    for name, words, tag, met, needs in rows:
        said = DOSE_SOURCE if tag == "M" else source
        row = Criterion(f"{prefix}-{name}", int(name[0]), words, said, tag)
        yield pressure_row(row, met, *needs)


def untreated_row(prefix: str, source: str, grade: int, met: Test, *needs: str) -> Row:
    """Hypotension that nobody treated, on which the tables are silent."""
    words = "Hypotension, untreated"
    silent = f"{source} (silent on this)"
    return pressure_row(
        Criterion(f"{prefix}-{grade}-untreated", grade, words, silent, "P"), met, *needs
    )


def fraction_rows(
    prefix: str, source: str, oxygen: Oxygen, *, tag: str = "V2", ventilator_tag: str = "V2"
) -> Iterator[Row]:
    """A ventilator is grade 4, FiO2 of 0.40 or above grade 3, less oxygen grade 2."""
    low = "Oxygen, not known to reach FiO2 0.40"
    rows: tuple[tuple[str, int, str, str, Test], ...] = (
        ("ventilator", 4, "Ventilator support for hypoxia", ventilator_tag, oxygen.ventilated),
        ("oxygen", 3, "Oxygen at FiO2 0.40 or above", tag, oxygen.high),
        ("oxygen", 2, low, tag, oxygen.not_known_high),
    )
    for name, grade, words, checked, met in rows:
        yield oxygen_row(Criterion(f"{prefix}-{grade}-{name}", grade, words, source, checked), met)


def organ_rows(
    prefix: str, source: str, grade_of: Callable[[Toxicities], int], words: dict[int, str]
) -> Iterator[Row]:
    """One row for each grade of organ toxicity that the table names."""

    def reaches(grade: int) -> Callable[[Toxicities], bool]:
        return lambda toxicities: grade_of(toxicities) == grade

    for grade, said in words.items():
        row = Criterion(f"{prefix}-{grade}-organ", grade, said, source, "V2")
        yield organ_row(row, reaches(grade))


def organ_grade(toxicities: Toxicities, *, blood_counts: bool, lower_from: int) -> int:
    """The grade these toxicities make, 0 to 4.

    Transaminases of grade `lower_from` or above stand one grade lower than other organs.
    """
    organs = counted(toxicities, blood_counts=blood_counts)
    others = min(4, worst_except(organs, OrganClass.TRANSAMINASE))
    transaminases = min(4, worst(organs, OrganClass.TRANSAMINASE))
    return max(others, transaminases - (transaminases >= lower_from))
