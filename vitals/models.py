"""What was measured: sets of observations, laboratory results and neuro checks."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.facts import ClinicalFact, ClinicalFactQuerySet
from patients.models import Patient
from staff.models import Ward
from vitals import plausibility
from vitals.neuro_rows import Handwriting, IceWardSet
from vitals.vocabulary import (
    Attribution,
    BloodPressureMethod,
    CarerSays,
    Consciousness,
    CorrectionCode,
    LateReason,
    OxygenDevice,
    RespiratoryDistress,
    Source,
    TemperatureSite,
    VasopressorIntensity,
    VentilationReason,
)

__all__ = [
    "Handwriting",
    "IceWardSet",
    "LabResult",
    "NeuroAssessment",
    "ObservationSet",
    "SymptomReport",
]


class ObservationSetQuerySet(ClinicalFactQuerySet["ObservationSet"]):
    """Phrases about sets of observations."""

    def for_patient(self, patient_id: int) -> Self:
        """Sets of one patient."""
        return self.filter(patient_id=patient_id)

    def between(self, start: datetime, end: datetime) -> Self:
        """Sets taken from `start` up to but not at `end`."""
        return self.filter(taken_at__gte=start, taken_at__lt=end)


def _hard_limits(field: str) -> models.CheckConstraint:
    limits = plausibility.limits_for(field, age_months=None)
    return models.CheckConstraint(
        condition=Q(**{f"{field}__isnull": True})
        | Q(**{f"{field}__gte": limits.hard_low, f"{field}__lte": limits.hard_high}),
        name=f"{field}_is_possible",
    )


# Each of a constraint of its own, in its words.
_NOT_LIMITED = frozenset({"capillary_refill_seconds"})


class ObservationSet(ClinicalFact):
    """One set of observations. None means *not recorded*, never normal.

    Times: `taken_at` when it was true, `charted_at` when somebody saved it on
    their device, `received_at` when this server stored it.
    """

    client_id = models.UUIDField(unique=True)
    body_hash = models.CharField(max_length=64)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="observation_sets")
    ward = models.ForeignKey(Ward, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    charted_at = models.DateTimeField()
    received_at = models.DateTimeField()
    charted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.NURSE)
    moved_from = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="moved_to",
        help_text="The same set, as it was charted for the wrong patient.",
    )  # fmt: skip
    correction_code = models.CharField(max_length=14, choices=CorrectionCode.choices, blank=True)
    late_reason = models.CharField(max_length=12, choices=LateReason.choices, blank=True)
    skipped = models.JSONField(null=True, help_text="Why not measured, by field; “set”: all else.")
    doubted = models.JSONField(
        null=True, help_text="[{field, value, why, confirmed}]: what the entry asked about again."
    )

    temperature_celsius = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    temperature_site = models.CharField(max_length=10, choices=TemperatureSite.choices, blank=True)
    heart_rate_bpm = models.PositiveSmallIntegerField(null=True)
    respirations_per_minute = models.PositiveSmallIntegerField(null=True)
    systolic_mmhg = models.PositiveSmallIntegerField(null=True)
    diastolic_mmhg = models.PositiveSmallIntegerField(null=True)
    mean_arterial_mmhg = models.PositiveSmallIntegerField(null=True)
    blood_pressure_method = models.CharField(
        max_length=10, choices=BloodPressureMethod.choices, blank=True
    )
    spo2_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    oxygen_device = models.CharField(max_length=30, choices=OxygenDevice.choices, blank=True)
    oxygen_flow_lpm = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    fio2_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    consciousness = models.CharField(max_length=30, choices=Consciousness.choices, blank=True)
    glasgow_coma_score = models.PositiveSmallIntegerField(null=True)
    hypotension = models.BooleanField(null=True)
    fluid_bolus_ml = models.PositiveIntegerField(null=True)
    vasopressors = models.JSONField(null=True)
    vasopressor_doses = models.JSONField(null=True, help_text="[{drug, dose, unit}], as charted.")
    vasopressor_intensity = models.CharField(
        max_length=4, choices=VasopressorIntensity.choices, blank=True
    )
    vasopressin = models.BooleanField(null=True)
    fluid_responsive = models.BooleanField(null=True)
    hypotension_refractory = models.BooleanField(null=True)
    life_threatening = models.BooleanField(null=True)
    hospitalized_for_crs = models.BooleanField(
        null=True, help_text="Stated by a clinician; a bed on the ward does not say it."
    )
    capillary_refill_seconds = models.PositiveSmallIntegerField(null=True)
    respiratory_distress = models.CharField(
        max_length=10, choices=RespiratoryDistress.choices, blank=True
    )
    spo2_scale = models.PositiveSmallIntegerField(
        null=True, help_text="NEWS2 scale 1 or 2, from here on; a clinician prescribes scale 2."
    )
    oxygen_for_comfort = models.BooleanField(null=True)
    baseline_home_oxygen_lpm = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    ventilation_reason = models.CharField(
        max_length=24, choices=VentilationReason.choices, blank=True
    )
    fever_attributed_elsewhere = models.BooleanField(null=True)
    hypotension_attributed_elsewhere = models.BooleanField(null=True)
    worried = models.BooleanField(null=True)
    carer_worried = models.BooleanField(null=True)
    carer_says = models.CharField(max_length=6, choices=CarerSays.choices, blank=True)
    pain_score = models.PositiveSmallIntegerField(null=True)
    urine_ml = models.PositiveSmallIntegerField(null=True, help_text="Since the set before.")
    note = models.CharField(max_length=500, blank=True)
    as_entered = models.JSONField(default=dict)

    objects = ObservationSetQuerySet.as_manager()

    class Meta(ClinicalFact.Meta):
        ordering = ["taken_at", "pk"]
        indexes = [models.Index(fields=["patient", "taken_at"], name="set_by_patient_time")]
        constraints = [
            *ClinicalFact.Meta.constraints,
            *(_hard_limits(field) for field in plausibility.OF_A_SET if field not in _NOT_LIMITED),
            models.CheckConstraint(
                condition=Q(systolic_mmhg=None)
                | Q(diastolic_mmhg=None)
                | Q(diastolic_mmhg__lt=models.F("systolic_mmhg")),
                name="diastolic_is_below_systolic",
            ),
            models.CheckConstraint(
                condition=Q(spo2_scale=None) | Q(spo2_scale__in=[1, 2]), name="spo2_scale_is_1_or_2"
            ),
            models.CheckConstraint(
                condition=Q(capillary_refill_seconds=None) | Q(capillary_refill_seconds__lte=60),
                name="capillary_refill_is_0_to_60_seconds",
            ),
        ]


class LabResult(ClinicalFact):
    """A laboratory result as reported, with its canonical value where one exists."""

    client_id = models.UUIDField(unique=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="lab_results")
    analyte = models.CharField(max_length=30, blank=True)
    loinc = models.CharField(max_length=12)
    display = models.CharField(max_length=120)
    taken_at = models.DateTimeField()
    received_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.NURSE)
    comparator = models.CharField(max_length=2, blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    text = models.CharField(max_length=500, blank=True)
    unit = models.CharField(max_length=30, blank=True)
    canonical_value = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    canonical_unit = models.CharField(max_length=30, blank=True)
    reference_low = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    reference_high = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    doubted = models.JSONField(null=True, help_text="As of a set of observations.")
    symptomatic = models.BooleanField(null=True)
    anticoagulated = models.BooleanField(null=True)

    objects = ClinicalFactQuerySet["LabResult"].as_manager()

    class Meta(ClinicalFact.Meta):
        ordering = ["taken_at", "pk"]
        indexes = [
            models.Index(fields=["patient", "analyte", "taken_at"], name="lab_by_patient_analyte")
        ]
        constraints = [
            *ClinicalFact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(value__isnull=False) | ~Q(text="") | Q(withdrawn=True),
                name="a_result_has_a_value_or_text",
            ),
        ]


class NeuroAssessment(ClinicalFact):
    """A neuro check: ICE (12 y and over) or CAPD (younger, or unable), and the rest of ICANS."""

    client_id = models.UUIDField(unique=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="neuro_checks")
    taken_at = models.DateTimeField()
    received_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.NURSE)
    ice_score = models.PositiveSmallIntegerField(null=True)
    capd_score = models.PositiveSmallIntegerField(null=True)
    unable_reason = models.CharField(max_length=30, blank=True)
    consciousness = models.CharField(max_length=30, choices=Consciousness.choices, blank=True)
    seizure = models.CharField(max_length=40, blank=True)
    motor_weakness = models.BooleanField(null=True)
    ice_items = models.JSONField(null=True, help_text="Points by item; absent: not asked.")
    capd_items = models.JSONField(null=True, help_text="Eight answers, 0 to 4; null: not judged.")
    consciousness_other_cause = models.BooleanField(null=True)
    seizure_minutes = models.PositiveSmallIntegerField(null=True)
    cerebral_edema = models.CharField(max_length=10, blank=True)
    raised_pressure_signs = models.JSONField(null=True)
    intracranial_hemorrhage = models.BooleanField(null=True)
    edema_due_to_hemorrhage = models.BooleanField(null=True)
    global_aphasia = models.BooleanField(null=True)
    headache = models.BooleanField(null=True)
    tremor = models.BooleanField(null=True)
    myoclonus = models.BooleanField(null=True)
    language = models.CharField(max_length=40, blank=True)
    interpreter = models.BooleanField(null=True)
    is_baseline = models.BooleanField(default=False)
    asked = models.JSONField(null=True, help_text="{objects, command, sentence} of ICE.")

    objects = ClinicalFactQuerySet["NeuroAssessment"].as_manager()

    class Meta(ClinicalFact.Meta):
        ordering = ["taken_at", "pk"]
        indexes = [models.Index(fields=["patient", "taken_at"], name="neuro_by_patient_time")]
        constraints = [
            *ClinicalFact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ice_score=None) | Q(ice_score__lte=10), name="ice_is_0_to_10"
            ),
            models.CheckConstraint(
                condition=Q(capd_score=None) | Q(capd_score__lte=32), name="capd_is_0_to_32"
            ),
        ]


class SymptomReport(ClinicalFact):
    """One symptom or sign at one time, as a clinician found and graded it (CTCAE words).

    `is_present` False says that it was looked for and not found. `findings` holds what a
    term is graded from where measured values decide it (grading.rules.ctcae_symptom).
    """

    client_id = models.UUIDField(unique=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="symptom_reports")
    symptom = models.CharField(max_length=40)
    taken_at = models.DateTimeField()
    received_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.NURSE)
    is_present = models.BooleanField()
    grade = models.PositiveSmallIntegerField(null=True, help_text="As picked; empty: not graded.")
    findings = models.JSONField(default=dict)
    attribution = models.CharField(max_length=10, choices=Attribution.choices, blank=True)
    note = models.CharField(max_length=200, blank=True)

    objects = ClinicalFactQuerySet["SymptomReport"].as_manager()

    class Meta(ClinicalFact.Meta):
        ordering = ["taken_at", "pk"]
        indexes = [models.Index(fields=["patient", "taken_at"], name="symptom_by_patient_time")]
        constraints = [
            *ClinicalFact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(grade=None) | Q(grade__gte=0, grade__lte=5), name="symptom_grade_0_to_5"
            ),
        ]
