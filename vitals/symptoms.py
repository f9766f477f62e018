"""The symptoms and signs that can be reported, by the body systems families read about.

Standard library only. A line is what is asked at the bedside; a symptom is what is stored, and
it is graded by one CTCAE term or, where CTCAE has none for it, not at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class BodySystem(StrEnum):
    """The five body systems of the table of symptoms."""

    GENERAL = "general"
    HEART = "heart"
    BRAIN = "brain"
    LUNGS = "lungs"
    OTHER = "other"


SYSTEM_WORDS: Final[dict[BodySystem, str]] = {
    BodySystem.GENERAL: "General",
    BodySystem.HEART: "Heart and blood vessels",
    BodySystem.BRAIN: "Brain and nervous system",
    BodySystem.LUNGS: "Lungs",
    BodySystem.OTHER: "Other changes and laboratory markers",
}


@dataclass(frozen=True, slots=True)
class Symptom:
    """One symptom or sign: its words, its body systems and the CTCAE 5.0 term that grades it.

    `term` is empty where CTCAE has no term for it. `organ` says what the CRS scales do with
    the term, in the words of their own rules. `snomed` is given where it is known and was not
    checked against a release.
    """

    code: str
    words: str
    systems: tuple[BodySystem, ...]
    term: str
    line: str
    organ: str = "organ"
    snomed: str = ""


_G, _H, _B, _L, _O = BodySystem
_OWN: Final = "own_column"


def _row(
    code: str,
    words: str,
    systems: tuple[BodySystem, ...] | BodySystem,
    term: str,
    *,
    line: str = "",
    organ: str = "organ",
    snomed: str = "",
) -> tuple[str, Symptom]:
    where = (systems,) if isinstance(systems, BodySystem) else systems
    return code, Symptom(code, words, where, term, line or words, organ, snomed)


_ACHES: Final = "Joint or muscle aches"
_RHYTHM: Final = "Irregular heartbeat"
_FUNCTION: Final = "Decreased heart function"
_FLUID: Final = "Swelling and fluid build-up (edema)"
_MIND: Final = "Confusion"
_TALKING: Final = "Problems talking"
_DROWSY: Final = "Drowsiness or less alert"

# The table's own lines first in each system; what else CTCAE grades there stands after them.
SYMPTOMS: Final[dict[str, Symptom]] = dict(
    [
        _row("fever", "Fever", _G, "Fever", organ=_OWN, snomed="386661006"),
        _row("chills", "Chills", _G, "Chills", organ=_OWN, snomed="43724002"),
        _row("fatigue", "Fatigue", _G, "Fatigue", organ=_OWN, snomed="84229001"),
        _row("weakness", "Weakness", _G, "Generalized muscle weakness"),
        _row(
            "loss_of_appetite", "Loss of appetite", _G, "Anorexia", organ=_OWN, snomed="79890006"
        ),
        _row("nausea", "Nausea", _G, "Nausea", organ=_OWN, snomed="422587007"),
        _row("vomiting", "Vomiting", _G, "Vomiting", snomed="422400008"),
        _row("diarrhea", "Diarrhea", _G, "Diarrhea", snomed="62315008"),
        _row("headache", "Headache", (_G, _B), "Headache", organ=_OWN, snomed="25064002"),
        _row("joint_pain", "Joint aches", _G, "Arthralgia", line=_ACHES, organ=_OWN,
             snomed="57676002"),
        _row("muscle_pain", "Muscle aches", _G, "Myalgia", line=_ACHES, organ=_OWN,
             snomed="68962001"),
        _row("rash", "Skin rash", _G, "Rash maculo-papular", snomed="271807003"),
        _row("malaise", "Feeling unwell", _G, "Malaise", organ=_OWN),
        _row("febrile_neutropenia", "Fever with few neutrophils", _G, "Febrile neutropenia",
             organ="blood_count"),
        _row("low_blood_pressure", "Low blood pressure", _H, "Hypotension", organ=_OWN,
             snomed="45007003"),
        _row("fast_heart_rate", "Increased heart rate", _H, "Sinus tachycardia",
             snomed="3424008"),
        _row("atrial_fibrillation", "Atrial fibrillation", _H, "Atrial fibrillation",
             line=_RHYTHM),
        _row("supraventricular_tachycardia", "Supraventricular tachycardia", _H,
             "Supraventricular tachycardia", line=_RHYTHM),
        _row("ventricular_arrhythmia", "Ventricular arrhythmia", _H, "Ventricular arrhythmia",
             line=_RHYTHM),
        _row("ejection_fraction_decreased", "Ejection fraction decreased", _H,
             "Ejection fraction decreased", line=_FUNCTION),
        _row("left_ventricular_dysfunction", "Left ventricular dysfunction", _H,
             "Left ventricular systolic dysfunction", line=_FUNCTION),
        _row("heart_failure", "Heart failure", _H, "Heart failure", line=_FUNCTION),
        _row("edema", "Generalized edema", _H, "Generalized edema", line=_FLUID,
             snomed="267038008"),
        _row("capillary_leak", "Capillary leak", _H, "Capillary leak syndrome", line=_FLUID),
        _row("confusion", "Confusion", _B, "Confusion", snomed="40917007"),
        _row("delirium", "Delirium", _B, "Delirium", line=_MIND),
        _row("dizziness", "Dizziness", _B, "Dizziness", snomed="404640003"),
        _row("seizure", "Seizures", _B, "Seizure", snomed="91175000"),
        _row("hallucinations", "Hallucinations", _B, "Hallucinations", snomed="7011001"),
        _row("decreased_coordination", "Decreased coordination", _B, "Ataxia",
             snomed="20262006"),
        _row("slurred_speech", "Slurred speech", _B, "Dysarthria", line=_TALKING,
             snomed="8011004"),
        _row("loss_of_words", "Trouble finding or understanding words", _B, "Dysphasia",
             line=_TALKING),
        _row("problems_swallowing", "Problems swallowing", _B, "Dysphagia", snomed="40739000"),
        _row("shaking", "Shaking", _B, "Tremor", snomed="26079004"),
        _row("involuntary_movements", "Problems controlling movements", _B,
             "Movements involuntary"),
        _row("drowsiness", "Drowsiness", _B, "Somnolence", line=_DROWSY),
        _row("depressed_consciousness", "Depressed level of consciousness", _B,
             "Depressed level of consciousness", line=_DROWSY),
        _row("encephalopathy", "Encephalopathy", _B, "Encephalopathy", line=_DROWSY),
        _row("cough", "Cough", _L, "Cough", snomed="49727002"),
        _row("shortness_of_breath", "Shortness of breath", _L, "Dyspnea", snomed="267036007"),
        _row("decreased_lung_function", "Decreased lung function", _L,
             "Adult respiratory distress syndrome"),
        _row("reduced_oxygen", "Reduced oxygen level", _L, "Hypoxia", organ=_OWN,
             snomed="389087006"),
        _row("kidney_function", "Decreased kidney function", _O, "Acute kidney injury"),
        _row("liver_function", "Decreased liver function", _O, ""),
        _row("cytokines", "Increased cytokines in the blood", _O, ""),
        _row("electrolytes", "Change in electrolytes", _O, ""),
        _row("clotting", "Change in blood clotting", _O,
             "Disseminated intravascular coagulation"),
    ]
)  # fmt: skip

BODY_SYSTEM_OF: Final[Mapping[str, tuple[BodySystem, ...]]] = {
    each.code: each.systems for each in SYMPTOMS.values()
}
# Laboratory values by the line of the table they speak for; all of them are laboratory markers.
COUNTS: Final = "Change in blood counts"
MARKERS: Final = "Other laboratory markers"
_ANALYTES: Final = {
    SYMPTOMS["kidney_function"].line: "creatinine creatinine_si urea_nitrogen urate",
    SYMPTOMS["liver_function"].line: "alt ast alp ggt bilirubin albumin",
    SYMPTOMS["cytokines"].line: "il6",
    SYMPTOMS["electrolytes"].line: "sodium potassium chloride bicarbonate calcium"
    " calcium_ionized magnesium phosphate",
    SYMPTOMS["clotting"].line: "fibrinogen inr pt aptt d_dimer_feu d_dimer_ddu",
    COUNTS: "leukocytes neutrophils lymphocytes hemoglobin platelets",
}
LINE_OF_ANALYTE: Final[Mapping[str, str]] = {
    analyte: line for line, analytes in _ANALYTES.items() for analyte in analytes.split()
}


def lines_of(system: BodySystem) -> dict[str, tuple[Symptom, ...]]:
    """The lines of one body system in the order asked, each with its symptoms."""
    lines: dict[str, tuple[Symptom, ...]] = {}
    for symptom in SYMPTOMS.values():
        if system in symptom.systems:
            lines[symptom.line] = (*lines.get(symptom.line, ()), symptom)
    return lines
