"""What symptoms and values say of the organs around a moment; nothing recorded is not well."""

import uuid
from datetime import timedelta

import pytest

from grading import organs
from grading.models import Assessment
from grading.organs import Said, TermGrade, constitutional, neutropenic, organ_toxicities
from tests.factories.ward import NOW, a_patient
from vitals.models import SymptomReport

CREATININE, ALT = "Creatinine increased", "Alanine aminotransferase increased"
A_DAY = timedelta(hours=24)
INSTANT = timedelta(microseconds=1)


def graded(term, grade, *, ago=timedelta(hours=1)):
    return TermGrade(term, NOW - ago, grade)


def said(symptom, *, present=True, grade=None, ago=timedelta(hours=1)):
    return Said(symptom, NOW - ago, present, grade)


def toxic(*, symptoms=(), grades=()):
    found = organ_toxicities(symptoms, grades, NOW)
    return None if found is None else {(each.term, each.grade) for each in found}


def test_nothing_recorded_is_not_no_toxicity():
    assert toxic() is None


def test_one_normal_value_does_not_speak_for_all_organs():
    assert toxic(grades=[graded(CREATININE, 0)]) is None
    assert toxic(grades=[graded("Hypokalemia", 0), graded(ALT, 0)]) is None
    assert toxic(grades=[graded(CREATININE, 0), graded(ALT, 0)]) == {(CREATININE, 0), (ALT, 0)}


def test_blood_counts_and_constitutional_terms_alone_say_nothing_of_organs():
    assert toxic(grades=[graded("Platelet count decreased", 4)]) is None
    assert toxic(symptoms=[said("headache", grade=2)]) is None


def test_what_was_found_is_taken_as_the_whole_of_it():
    assert toxic(grades=[graded(CREATININE, 2)]) == {(CREATININE, 2)}
    assert toxic(symptoms=[said("vomiting", grade=3)]) == {("Vomiting", 3)}


def test_a_symptom_nobody_graded_is_at_least_grade_1():
    assert toxic(symptoms=[said("cough")]) == {("Cough", 1)}


def test_the_newest_grade_of_a_term_counts_and_of_one_moment_the_graver():
    older = graded(CREATININE, 3, ago=timedelta(hours=5))
    assert toxic(grades=[older, graded(CREATININE, 1)]) == {(CREATININE, 1)}
    assert toxic(grades=[graded(CREATININE, 1), graded(CREATININE, 2)]) == {(CREATININE, 2)}
    picked = [said("diarrhea", grade=1)]
    assert toxic(symptoms=picked, grades=[graded("Diarrhea", 3)]) == {("Diarrhea", 3)}


@pytest.mark.parametrize(
    ("ago", "counts"), [(A_DAY, True), (A_DAY + INSTANT, False), (-INSTANT, False)]
)
def test_a_finding_reaches_a_day_and_never_backwards(ago, counts):
    assert (toxic(grades=[graded(CREATININE, 3, ago=ago)]) is not None) is counts
    assert (constitutional([said("chills", ago=ago)], NOW) is not None) is counts


def test_constitutional_symptoms_are_those_that_were_asked_for():
    assert constitutional([], NOW) is None
    assert constitutional([said("cough")], NOW) is None
    assert constitutional([said("chills", present=False)], NOW) == ()
    both = [said("muscle_pain"), said("chills", present=False), said("malaise")]
    assert constitutional(both, NOW) == ("feeling unwell", "muscle aches")


def test_neutropenia_is_as_stated_and_as_counted():
    low, enough = graded("Neutrophil count decreased", 3), graded("Neutrophil count decreased", 2)
    assert neutropenic([], [], NOW) == (None, None)
    assert neutropenic([said("febrile_neutropenia")], [low], NOW) == (True, True)
    assert neutropenic([said("febrile_neutropenia", present=False)], [enough], NOW) == (
        False,
        False,
    )


@pytest.mark.django_db
def test_only_facts_in_force_are_read():
    patient = a_patient()

    def report(symptom, **more):
        return SymptomReport.objects.create(
            client_id=uuid.uuid4(), patient=patient, symptom=symptom,
            **{"is_present": True, "taken_at": NOW, "received_at": NOW} | more,
        )  # fmt: skip

    def grade(of, at_least, known=None, **more):
        return Assessment.objects.create(
            patient=patient, symptom_report=of, taken_at=NOW, scale="ctcae-symptom",
            term="Cough", ruleset="r", grade=known, at_least=at_least, assessed_at=NOW, **more,
        )  # fmt: skip

    cough = report("cough", grade=2)
    report("cough", grade=1, supersedes=cough, reason="typing")
    report("rash", taken_at=NOW - A_DAY)
    report("fatigue", taken_at=NOW - A_DAY - INSTANT)
    report("chills", taken_at=NOW + INSTANT)
    first = grade(cough, 2, 2)
    grade(cough, 1, supersedes=first, reason="typing")
    grade(cough, 0)  # not known, and nothing that it must be
    grade(cough, 0, 0)
    found = organs.recorded(patient.pk, since=NOW, until=NOW)
    assert {(each.symptom, each.grade) for each in found.symptoms} == {("cough", 1), ("rash", None)}
    assert sorted(each.grade for each in found.grades) == [0, 1]
    assert {each.taken_at for each in found.grades} == {NOW}
    later = organs.recorded(patient.pk, since=NOW)
    assert "chills" in {each.symptom for each in later.symptoms}
    assert organs.recorded(a_patient().pk, since=NOW).symptoms == []
