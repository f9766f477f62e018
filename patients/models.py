"""Patients, their stays, the doses they were given and the treatments that followed."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from audit.facts import ClinicalFactQuerySet, RecordedFact
from patients import therapies
from patients.age import completed_years
from patients.medicines import TreatmentCode
from patients.windows import Dose, DoseKind, Profile
from staff.models import Bed, Ward


class Sex(models.TextChoices):
    """Administrative gender (FHIR)."""

    FEMALE = "female", "Female"
    MALE = "male", "Male"
    OTHER = "other", "Other"
    UNKNOWN = "unknown", "Unknown"


class PatientQuerySet(models.QuerySet["Patient"]):
    """Phrases about patients."""

    def on_wards(self, ward_ids: Iterable[int]) -> Self:
        """Patients with a stay, open or ended, on one of these wards."""
        return self.filter(stays__ward_id__in=list(ward_ids)).distinct()


class Patient(models.Model):
    """A person under observation; clinical facts hang on it and are never edited."""

    mrn = models.CharField("MRN", max_length=40, unique=True)
    family_name = models.CharField(max_length=80, blank=True)
    given_name = models.CharField(max_length=80, blank=True)
    birth_date = models.DateField(null=True, blank=True, help_text="Empty when not known.")
    sex = models.CharField(max_length=10, choices=Sex.choices, default=Sex.UNKNOWN)
    diagnosis = models.CharField(max_length=120, blank=True)
    is_synthetic = models.BooleanField(default=False)

    objects = PatientQuerySet.as_manager()

    class Meta:
        ordering = ["family_name", "given_name", "pk"]

    def __str__(self) -> str:
        return f"patient {self.pk}"

    @property
    def name(self) -> str:
        """The name as a ward list shows it; the MRN when no name is known."""
        parts = [part for part in (self.family_name, self.given_name) if part]
        return ", ".join(parts) or self.mrn

    def age_years(self, on: date) -> int | None:
        """Completed years on a day, by exact birthday; None when the age is not known."""
        return completed_years(self.birth_date, on=on)


class Stay(models.Model):
    """A patient on a ward, in a bed, from admission to discharge."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="stays")
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="stays")
    bed = models.ForeignKey(Bed, null=True, blank=True, on_delete=models.PROTECT)
    admitted_at = models.DateTimeField()
    discharged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["admitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(discharged_at=None),
                name="a_patient_has_one_open_stay",
            ),
            models.UniqueConstraint(
                fields=["bed"], condition=Q(discharged_at=None), name="a_bed_has_one_patient"
            ),
            models.CheckConstraint(
                condition=Q(discharged_at=None) | Q(discharged_at__gte=models.F("admitted_at")),
                name="discharge_is_not_before_admission",
            ),
        ]

    def __str__(self) -> str:
        return f"stay {self.pk}"


class BodyWeight(RecordedFact):
    """A weight in kg with the moment it was measured, for weight changes and doses."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="weights")
    weight_kg = models.DecimalField(max_digits=6, decimal_places=2)
    measured_at = models.DateTimeField()

    objects = ClinicalFactQuerySet["BodyWeight"].as_manager()

    class Meta(RecordedFact.Meta):
        ordering = ["measured_at", "pk"]
        constraints = [
            *RecordedFact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(weight_kg__gte=0.3, weight_kg__lte=400), name="weight_is_0_3_to_400_kg"
            ),
        ]


class BurdenMeasure(models.TextChoices):
    """How disease burden was assessed."""

    MARROW_BLASTS = "marrow_blasts", "Marrow blasts"
    PERIPHERAL_BLASTS = "peripheral_blasts", "Peripheral blasts"
    MRD = "mrd", "Measurable residual disease"
    PLASMA_CELLS = "plasma_cells", "Marrow plasma cells"


class DiseaseBurden(RecordedFact):
    """Disease burden in percent with its date; more extensive disease, more severe CRS."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="burdens")
    measure = models.CharField(max_length=20, choices=BurdenMeasure.choices)
    value_percent = models.DecimalField(max_digits=7, decimal_places=4)
    assessed_on = models.DateField()

    objects = ClinicalFactQuerySet["DiseaseBurden"].as_manager()

    class Meta(RecordedFact.Meta):
        ordering = ["assessed_on", "pk"]
        constraints = [
            *RecordedFact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(value_percent__gte=0, value_percent__lte=100),
                name="burden_is_0_to_100_percent",
            ),
        ]


class Infusion(RecordedFact):
    """A dose that was actually given, pinned to the profile edition it began under."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="infusions")
    therapy = models.CharField(max_length=40)
    therapy_edition = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=40, choices=[(k.value, k.value) for k in DoseKind])
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    dose_value = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    dose_unit = models.CharField(max_length=12, blank=True)

    objects = ClinicalFactQuerySet["Infusion"].as_manager()

    class Meta(RecordedFact.Meta):
        ordering = ["started_at", "pk"]
        indexes = [models.Index(fields=["patient", "started_at"], name="infusion_by_patient_time")]

    @property
    def profile(self) -> Profile:
        """The pinned edition; a newer label never shifts a running course."""
        return therapies.profile(self.therapy, self.therapy_edition)

    def as_dose(self) -> Dose:
        """The dose as the window rules see it."""
        return Dose(self.profile, DoseKind(self.kind), self.started_at, self.stopped_at)


class PlannedDose(RecordedFact):
    """A dose that is to be given; planned again by a later row, and never by editing this one."""

    client_id = models.UUIDField(unique=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="planned_doses")
    therapy = models.CharField(max_length=40)
    kind = models.CharField(max_length=40, choices=[(k.value, k.value) for k in DoseKind])
    planned_at = models.DateTimeField()

    objects = ClinicalFactQuerySet["PlannedDose"].as_manager()

    class Meta(RecordedFact.Meta):
        ordering = ["planned_at", "pk"]
        indexes = [models.Index(fields=["patient", "planned_at"], name="planned_by_patient_time")]

    def as_dose(self) -> Dose:
        """The dose as the window rules would see it if it were given as planned."""
        return Dose(therapies.profile(self.therapy), DoseKind(self.kind), self.planned_at)


class SupplyCheck(RecordedFact):
    """Somebody looked: tocilizumab lies ready for this patient; `recorded_at` says when."""

    client_id = models.UUIDField(unique=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="supply_checks")

    objects = ClinicalFactQuerySet["SupplyCheck"].as_manager()

    class Meta(RecordedFact.Meta):
        ordering = ["recorded_at", "pk"]


class TreatmentQuerySet(ClinicalFactQuerySet["Treatment"]):
    """Phrases about treatments."""

    def running(self, at: datetime) -> Self:
        """Treatments that had started and not stopped at this moment."""
        return self.filter(started_at__lte=at).filter(Q(stopped_at=None) | Q(stopped_at__gt=at))


class Treatment(RecordedFact):
    """A medicine or support given, with start, stop, dose and UCUM unit.

    Stopping an infusion appends a row that supersedes the running one.
    """

    client_id = models.UUIDField(unique=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="treatments")
    code = models.CharField(max_length=40, choices=TreatmentCode.choices)
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    dose_value = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    dose_unit = models.CharField(max_length=12, blank=True)
    route = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=200, blank=True)
    beyond_reason = models.CharField(
        max_length=200,
        blank=True,
        db_default="",
        help_text="Why it was given outside the described interval, number or amount.",
    )

    objects = TreatmentQuerySet.as_manager()

    class Meta(RecordedFact.Meta):
        ordering = ["started_at", "pk"]
        indexes = [models.Index(fields=["patient", "started_at"], name="treatment_by_patient_time")]
        constraints = [
            *RecordedFact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(stopped_at=None) | Q(stopped_at__gte=models.F("started_at")),
                name="a_treatment_stops_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(dose_value=None) | ~Q(dose_unit=""), name="a_dose_has_a_unit"
            ),
        ]


def doses_of(infusions: Iterable[Any]) -> list[Dose]:
    """Infusion rows in force, as the window rules see them."""
    return [infusion.as_dose() for infusion in infusions]
