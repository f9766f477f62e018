"""What left the system, for whom, and the keys that make study ids."""

import secrets

from django.conf import settings
from django.db import models

from patients.models import Patient
from staff.models import Ward


def _secret() -> str:
    return secrets.token_hex(32)


class ExportKey(models.Model):
    """A study or registry: under one key a patient always has the same study id.

    Without the secret nobody can tell which patient a study id is.
    """

    name = models.CharField(max_length=60, unique=True)
    secret = models.CharField(max_length=64, default=_secret, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ExportKind(models.TextChoices):
    """What was taken out."""

    TIDY = "tidy", "Tidy CSV"
    WIDE = "wide", "Wide CSV"
    SDTM = "sdtm", "Study tables (SDTM-like)"
    CIBMTR = "cibmtr", "CIBMTR 4100 draft"
    EBMT = "ebmt", "EBMT draft"
    ADVERSE_EVENT = "adverse_event", "Adverse event text"


class ExportEntry(models.Model):
    """One export that was made: append-only, so that “reported before” can be answered."""

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=14, choices=ExportKind.choices)
    patient = models.ForeignKey(Patient, null=True, on_delete=models.PROTECT, related_name="+")
    ward = models.ForeignKey(Ward, null=True, on_delete=models.PROTECT, related_name="+")
    is_deidentified = models.BooleanField()
    key = models.ForeignKey(ExportKey, null=True, on_delete=models.PROTECT, related_name="+")
    rows = models.PositiveIntegerField()
    patients = models.PositiveIntegerField()
    content = models.JSONField(
        default=dict, help_text="Of registry drafts: the onsets of the episodes reported."
    )

    class Meta:
        ordering = ["pk"]
