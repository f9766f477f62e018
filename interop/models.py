"""What imports remember: each run, each row it met, and whose an ICU stay is."""

from django.conf import settings
from django.db import models

from interop.exports.models import ExportEntry, ExportKey
from interop.fhir.models import HeldResource
from interop.imports.models import ImportJob, ImportPart
from interop.quarantine.models import (
    Feed,
    HeldResult,
    LocalMapping,
    MergedPatient,
    MessageText,
    QuarantinedItem,
    QuarantineResolution,
    ReceivedMessage,
)
from patients.models import Patient
from staff.models import Ward

__all__ = [
    "ExportEntry",
    "ExportKey",
    "Feed",
    "HeldResource",
    "HeldResult",
    "ImportBatch",
    "ImportJob",
    "ImportPart",
    "ImportedRow",
    "ImportedStay",
    "LocalMapping",
    "MergedPatient",
    "MessageText",
    "QuarantineResolution",
    "QuarantinedItem",
    "ReceivedMessage",
]


class ImportBatch(models.Model):
    """One run of an import: who, when, which files, and what came of it."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ward = models.ForeignKey(Ward, null=True, on_delete=models.PROTECT, related_name="+")
    time_zone = models.CharField(max_length=64)
    files = models.JSONField(default=list)
    summary = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]


class ImportedRow(models.Model):
    """A row and where it went: it is stored once, however often its file is read.

    `content` keeps what was not stored, so that it can be looked at and mended;
    the table refuses UPDATE and DELETE.
    """

    digest = models.CharField(max_length=32)
    outcome = models.CharField(max_length=12)
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="rows")
    patient = models.ForeignKey(
        Patient, null=True, on_delete=models.PROTECT, related_name="imported_rows"
    )
    kind = models.CharField(max_length=30)
    file = models.PositiveSmallIntegerField(help_text="Position in the batch's list of files.")
    line = models.PositiveIntegerField()
    reason = models.CharField(max_length=40, blank=True)
    content = models.JSONField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "outcome"], name="a_row_meets_an_outcome_once"
            )
        ]


class ImportedStay(models.Model):
    """The patient an ICU stay's number belongs to, for files that name only the stay."""

    icustay_id = models.CharField(max_length=40, unique=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="imported_stays")
