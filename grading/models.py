"""Grades as computed and as people confirmed them: append-only, and neither replaces the other."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.facts import ClinicalFact, ClinicalFactQuerySet, RecordedFact
from grading.confirming import Computed, Word, needs_second_person
from grading.rules.verdict import Verdict
from patients.models import Patient
from vitals.models import LabResult, NeuroAssessment, ObservationSet, SymptomReport

_GRADED = ("observation_set", "neuro_check", "lab_result", "symptom_report")


def _grades_only(field: str) -> Q:
    return Q(**{f"{each}__isnull": each != field for each in _GRADED})


class Assessment(ClinicalFact):
    """One computed grade of one set, neuro check, result or symptom; a re-grade supersedes it.

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
    lab_result = models.ForeignKey(
        LabResult, null=True, on_delete=models.PROTECT, related_name="assessments"
    )
    symptom_report = models.ForeignKey(
        SymptomReport, null=True, on_delete=models.PROTECT, related_name="assessments"
    )
    taken_at = models.DateTimeField(help_text="When the graded facts were true.")
    scale = models.CharField(max_length=20)
    term = models.CharField(max_length=80, blank=True, help_text="Of a scale that has many terms.")
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
                condition=_grades_only("observation_set")
                | _grades_only("neuro_check")
                | _grades_only("lab_result")
                | _grades_only("symptom_report"),
                name="an_assessment_grades_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(grade=None) | Q(grade=models.F("at_least")),
                name="a_known_grade_is_its_own_lower_bound",
            ),
        ]

    @property
    def computed(self) -> Computed:
        """The grade as a clinician's word is held against it."""
        return Computed(self.grade, self.at_least)


class Decision(models.TextChoices):
    """What a clinician says of a computed grade."""

    CONFIRMED = "confirmed", "Confirmed"
    CHANGED = "changed", "Changed"
    REJECTED = "rejected", "Not this syndrome"


class OtherCause(models.TextChoices):
    """Why it is not this syndrome."""

    INFECTION = "infection", "Infection"
    INFUSION_REACTION = "infusion_reaction", "Infusion reaction"
    TUMOR_FEVER = "tumor_fever", "Tumor fever"
    DRUG = "drug", "A medicine"
    OTHER = "other", "Something else"


class Confirmation(RecordedFact):
    """A clinician's word on one computed grade; the computed one stays beside it.

    `note` is the reason given, `seconded_by` the second person where two are needed.
    """

    client_id = models.UUIDField(unique=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="confirmations")
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="confirmations"
    )
    decision = models.CharField(max_length=10, choices=Decision.choices)
    grade = models.PositiveSmallIntegerField(null=True)
    cause = models.CharField(max_length=20, choices=OtherCause.choices, blank=True)
    note = models.CharField(max_length=300, blank=True)
    seconded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ClinicalFactQuerySet["Confirmation"].as_manager()

    class Meta(RecordedFact.Meta):
        ordering = ["recorded_at", "pk"]
        constraints = [
            *RecordedFact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(grade=None) | Q(grade__gte=0, grade__lte=5),
                name="confirmed_grade_is_0_to_5",
            ),
            models.CheckConstraint(
                condition=Q(decision="rejected", grade=None)
                | (~Q(decision="rejected") & Q(grade__isnull=False)),
                name="a_rejected_grade_is_none",
            ),
        ]

    @property
    def word(self) -> Word:
        """What was said, apart from who said it and when."""
        return Word(self.decision, self.grade, self.cause, self.note)

    @property
    def waits_for_second(self) -> bool:
        """Whether this counts only once another person has agreed."""
        needed = needs_second_person(self.word, self.assessment.computed)
        return needed and self.seconded_by_id is None


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
