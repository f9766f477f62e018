"""Organ toxicities: CTCAE terms with their grades, and which of them a CRS scale counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from grading.rules.vocabulary import Labeled


class OrganClass(Labeled):
    """What a CRS scale does with a CTCAE term."""

    TRANSAMINASE = "transaminase", "transaminases"
    OTHER_LIVER = "other_liver", "other liver function tests"
    CREATININE = "creatinine", "creatinine"
    ORGAN = "organ", "another organ"
    BLOOD_COUNT = "blood_count", "blood counts"
    OWN_COLUMN = "own_column", "graded by its own row, or constitutional"


_LIVER = (OrganClass.TRANSAMINASE, OrganClass.OTHER_LIVER)
# Lower case; every term not listed is a toxicity of some organ.
CLASS_OF: Mapping[str, OrganClass] = {
    "alt increased": OrganClass.TRANSAMINASE,
    "alanine aminotransferase increased": OrganClass.TRANSAMINASE,
    "ast increased": OrganClass.TRANSAMINASE,
    "aspartate aminotransferase increased": OrganClass.TRANSAMINASE,
    "transaminitis": OrganClass.TRANSAMINASE,
    "blood bilirubin increased": OrganClass.OTHER_LIVER,
    "bilirubin increased": OrganClass.OTHER_LIVER,
    "alkaline phosphatase increased": OrganClass.OTHER_LIVER,
    "ggt increased": OrganClass.OTHER_LIVER,
    "creatinine increased": OrganClass.CREATININE,
    "anemia": OrganClass.BLOOD_COUNT,
    "febrile neutropenia": OrganClass.BLOOD_COUNT,
    "lymphocyte count decreased": OrganClass.BLOOD_COUNT,
    "neutrophil count decreased": OrganClass.BLOOD_COUNT,
    "platelet count decreased": OrganClass.BLOOD_COUNT,
    "white blood cell decreased": OrganClass.BLOOD_COUNT,
    "cytokine release syndrome": OrganClass.OWN_COLUMN,
    "fever": OrganClass.OWN_COLUMN,
    "hypotension": OrganClass.OWN_COLUMN,
    "hypoxia": OrganClass.OWN_COLUMN,
    "anorexia": OrganClass.OWN_COLUMN,
    "arthralgia": OrganClass.OWN_COLUMN,
    "chills": OrganClass.OWN_COLUMN,
    "fatigue": OrganClass.OWN_COLUMN,
    "headache": OrganClass.OWN_COLUMN,
    "malaise": OrganClass.OWN_COLUMN,
    "myalgia": OrganClass.OWN_COLUMN,
    "nausea": OrganClass.OWN_COLUMN,
}


@dataclass(frozen=True, slots=True)
class Toxicity:
    """One CTCAE term with its grade, 0 to 5; raises ValueError outside that or without a term."""

    term: str
    grade: int

    def __post_init__(self) -> None:
        """Refuse a grade CTCAE does not have."""
        if not self.term.strip():
            raise ValueError("an organ toxicity needs the CTCAE term it is graded by")
        if self.grade not in range(6):
            raise ValueError(f"{self.term} must be 0 to 5, not {self.grade}")

    @property
    def organ(self) -> OrganClass:
        """What kind of term this is; an unknown one belongs to some organ."""
        return CLASS_OF.get(" ".join(self.term.lower().split()), OrganClass.ORGAN)

    def __str__(self) -> str:
        """The term and its grade as one reads them out."""
        return f"{self.term} grade {self.grade}"


Toxicities = frozenset[Toxicity]


def counted(toxicities: Toxicities, *, blood_counts: bool) -> Toxicities:
    """The toxicities of organs: without those with rows of their own and, unless asked, counts."""
    left_out = {OrganClass.OWN_COLUMN} | (set() if blood_counts else {OrganClass.BLOOD_COUNT})
    return frozenset(found for found in toxicities if found.organ not in left_out)


def worst(toxicities: Toxicities, *organs: OrganClass) -> int:
    """The highest grade among these kinds; 0 for none."""
    return max((found.grade for found in toxicities if found.organ in organs), default=0)


def worst_except(toxicities: Toxicities, *organs: OrganClass) -> int:
    """The highest grade outside these kinds; 0 for none."""
    return max((found.grade for found in toxicities if found.organ not in organs), default=0)


def worst_liver_test(toxicities: Toxicities) -> int:
    """The highest grade of any liver function test; 0 for none."""
    return worst(toxicities, *_LIVER)
