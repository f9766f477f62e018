"""Grades as computed: append-only, each with the edition and the reasons that made it."""

from typing import Any

from django.db import models
from django.db.models import Q

from audit.facts import ClinicalFact, ClinicalFactQuerySet
from grading.rules.verdict import Verdict
from patients.models import Patient
from vitals.models import NeuroAssessment, ObservationSet


class Assessment(ClinicalFact):
    """One computed grade of one set or neuro check; a re-grade supersedes, never edits.

    `grade` is empty when what was not recorded could change it; `at_least` is then
    the lowest grade that the recorded values force. `course` is the fold's state
    after this set (grading.course_state).
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="assessments")
    observation_set = models.ForeignKey(
        ObservationSet, null=True, on_delete=models.PROTECT, related_name="assessments"
    )
    neuro_check = models.ForeignKey(
        NeuroAssessment, null=True, on_delete=models.PROTECT, related_name="assessments"
    )
    taken_at = models.DateTimeField(help_text="When the graded facts were true.")
    scale = models.CharField(max_length=20)
    ruleset = models.CharField(max_length=40)
    grade = models.PositiveSmallIntegerField(null=True)
    outcome = models.CharField(max_length=30, blank=True)
    at_least = models.PositiveSmallIntegerField()
    because = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    flags = models.JSONField(default=list)
    evidence = models.JSONField(default=list)
    course = models.JSONField(default=dict)
    assessed_at = models.DateTimeField()

    objects = ClinicalFactQuerySet["Assessment"].as_manager()

    class Meta(ClinicalFact.Meta):
        ordering = ["taken_at", "pk"]
        indexes = [
            models.Index(fields=["patient", "scale", "taken_at"], name="assessment_by_patient")
        ]
        constraints = [
            *ClinicalFact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(observation_set=None, neuro_check__isnull=False)
                | Q(observation_set__isnull=False, neuro_check=None),
                name="an_assessment_grades_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(grade=None) | Q(grade=models.F("at_least")),
                name="a_known_grade_is_its_own_lower_bound",
            ),
        ]


def columns_of(verdict: Verdict) -> dict[str, Any]:
    """What a scale answered, as an assessment keeps it."""
    return {
        "ruleset": verdict.ruleset,
        "grade": verdict.grade,
        "at_least": verdict.at_least,
        "outcome": verdict.outcome or "",
        "because": [
            {"words": reason.words, "grade": reason.grade, "inputs": list(reason.inputs)}
            for reason in verdict.because
        ],
        "missing": list(verdict.missing),
        "flags": [str(flag) for flag in verdict.flags],
    }
