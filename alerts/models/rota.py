"""Who is on call for a ward, and which nurse looks after which patient."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from patients.models import Patient
from staff.models import Ward


class RotaRole(models.TextChoices):
    """Whom a ward can call."""

    BEDSIDE_NURSE = "bedside_nurse", "Bedside nurse"
    CHARGE_NURSE = "charge_nurse", "Charge nurse"
    ONCOLOGY_FELLOW = "oncology_fellow", "Oncology fellow"
    ONCOLOGY_ATTENDING = "oncology_attending", "Oncology attending"
    ICU_OUTREACH = "icu_outreach", "ICU outreach"
    PHARMACIST = "pharmacist", "Pharmacist"
    NEUROLOGY = "neurology", "Neurology"
    SITE_NURSE_MANAGER = "site_nurse_manager", "Site nurse manager"
    IT_ON_CALL = "it_on_call", "IT on call"


class RotaSource(models.TextChoices):
    """How a slot came in."""

    MANUAL = "manual", "Entered by a person"
    IMPORT = "import", "Loaded from a file"


class RotaSlotQuerySet(models.QuerySet["RotaSlot"]):
    """Phrases about slots."""

    def standing(self) -> Self:
        """Slots that nobody cancelled."""
        return self.filter(cancelled_at=None)

    def on_at(self, at: datetime) -> Self:
        """Slots that cover a moment."""
        return self.standing().filter(starts_at__lte=at, ends_at__gt=at)


class RotaSlot(models.Model):
    """One person or team mailbox on call for one role of one ward, from and until."""

    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="rota_slots")
    role = models.CharField(max_length=20, choices=RotaRole.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    mailbox = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    backup = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(max_length=6, choices=RotaSource.choices, default=RotaSource.MANUAL)
    external_id = models.CharField(max_length=120, blank=True, help_text="UID of the calendar.")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = RotaSlotQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["ward", "role", "starts_at"], name="rota_by_ward_role")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="a_slot_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(mailbox=""), name="a_slot_has_somebody"
            ),
            models.UniqueConstraint(
                fields=["ward", "external_id"],
                condition=Q(cancelled_at=None) & ~Q(external_id=""),
                name="an_imported_slot_stands_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.ward_id}"


class NurseAssignment(models.Model):
    """The nurse who looks after a patient, from and until; the bedside nurse of alerts."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="nurses")
    nurse = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["patient", "starts_at"], name="nurse_by_patient")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="an_assignment_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"nurse {self.nurse_id} of patient {self.patient_id}"
