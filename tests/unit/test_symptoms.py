"""The catalog of symptoms: everything the table names can be reported, and is graded rightly."""

import pytest

from grading.rules.ctcae_symptom import SymptomFindings, grade_symptom
from grading.rules.organ import Toxicity
from vitals.analytes import ANALYTES
from vitals.symptoms import (
    BODY_SYSTEM_OF,
    LINE_OF_ANALYTE,
    SYMPTOMS,
    SYSTEM_WORDS,
    BodySystem,
    lines_of,
)

# The table of symptoms for families, word for word.
NAMED = {
    "general": "fever, chills, fatigue, weakness, loss of appetite, nausea, vomiting, diarrhea, "
    "headache, joint or muscle aches, skin rash",
    "heart": "low blood pressure, increased heart rate, irregular heartbeat, decreased heart "
    "function, swelling and fluid build-up (edema)",
    "brain": "headache, confusion, dizziness, seizures, hallucinations, decreased coordination, "
    "problems talking, problems swallowing, shaking, problems controlling movements",
    "lungs": "cough, shortness of breath, decreased lung function, reduced oxygen level",
    "other": "decreased kidney function, decreased liver function, increased cytokines in the "
    "blood, change in electrolytes, change in blood clotting",
}


@pytest.mark.parametrize("system", BodySystem)
def test_every_symptom_of_the_table_is_asked_in_its_body_system_and_order(system):
    named = NAMED[system].split(", ")
    asked = [line.lower() for line in lines_of(system)]
    assert [line for line in asked if line in named] == named


@pytest.mark.parametrize("symptom", [s for s in SYMPTOMS.values() if s.term], ids=lambda s: s.code)
def test_the_rules_know_the_term_and_agree_on_its_organ(symptom):
    grade_symptom(SymptomFindings(term=symptom.term))
    assert Toxicity(symptom.term, 1).organ == symptom.organ


def test_only_what_ctcae_has_no_row_for_goes_without_a_term():
    assert {code for code, each in SYMPTOMS.items() if not each.term} == {
        "liver_function",
        "cytokines",
        "electrolytes",
    }


def test_a_code_fits_its_column_and_says_its_systems():
    assert all(len(code) <= 40 and code == each.code for code, each in SYMPTOMS.items())
    assert BODY_SYSTEM_OF["headache"] == (BodySystem.GENERAL, BodySystem.BRAIN)
    assert BODY_SYSTEM_OF.keys() == SYMPTOMS.keys()
    assert SYSTEM_WORDS.keys() == set(BodySystem)


def test_no_term_is_asked_twice():
    terms = [each.term for each in SYMPTOMS.values() if each.term]
    assert len(terms) == len(set(terms))


def test_lines_of_laboratory_values_name_values_that_are_stored():
    assert LINE_OF_ANALYTE.keys() <= ANALYTES.keys()
