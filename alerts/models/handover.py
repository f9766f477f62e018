"""What is handed over about a patient: a giver's words, and that they were read back."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from patients.models import Patient
from staff.models import Ward


class Illness(models.TextChoices):
    """How ill the giver holds the patient to be (I-PASS)."""

    STABLE = "stable", "Stable"
    WATCHER = "watcher", "Watcher"
    UNSTABLE = "unstable", "Unstable"


class HandoverWords(models.Model):
    """One version of a giver's own words, beside what the data say; the newest version stands.

    Append-only: what was said at a hand-over stays on record. Nobody's words replace a
    recorded value; an empty field is a section to which nobody added anything.
    """

    client_id = models.UUIDField(unique=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    illness = models.CharField(max_length=8, choices=Illness.choices, blank=True)
    summary = models.CharField(max_length=500, blank=True)
    actions = models.CharField(max_length=500, blank=True)
    situation = models.CharField(max_length=500, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["patient", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "version"], name="handover_words_never_fork"
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="handover_words_are_counted_from_1"
            ),
        ]

    def __str__(self) -> str:
        return f"hand-over words {self.version} of patient {self.patient_id}"


class HandoverReadBack(models.Model):
    """That somebody read a patient's sheet back, and what stood on it; append-only.

    `lines` is the sheet as it was read, section by section: the next hand-over shows in bold
    what is not among them.
    """

    client_id = models.UUIDField(unique=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    lines = models.JSONField(help_text="{section: [line]} as it was read.")

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["patient", "at"], name="read_back_by_patient_time")]

    def __str__(self) -> str:
        return f"read-back of patient {self.patient_id}"
