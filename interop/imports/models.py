"""Uploaded files and how far each import is: what a worker, or the next one, goes on from."""

import uuid

from django.conf import settings
from django.db import models

from staff.models import Ward


class JobState(models.TextChoices):
    """Where an uploaded file stands."""

    UPLOADED = "uploaded", "Waits for its mapping"
    TRYING = "trying", "Being tried, nothing is stored"
    TRIED = "tried", "Tried: waits for a decision"
    IMPORTING = "importing", "Being imported"
    DONE = "done", "Imported"
    FAILED = "failed", "Could not be read"
    GONE = "gone", "Its file was removed"


RUNNING = (JobState.TRYING, JobState.IMPORTING)


class ImportJob(models.Model):
    """One uploaded file. The rows remember what is to be done; a broker only wakes workers.

    `claimed_until` is the end of a worker's lease: after it, another worker goes on. The
    file lies under `file_name`, drawn at random, in the data folder and is never served.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, help_text="What the person called the file.")
    file_name = models.CharField(max_length=60)
    size_bytes = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.UPLOADED)
    mapping = models.JSONField(null=True)
    registers = models.BooleanField(default=False)
    batch = models.ForeignKey(
        "interop.ImportBatch", null=True, on_delete=models.PROTECT, related_name="+"
    )
    claimed_until = models.DateTimeField(null=True)
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    tried = models.JSONField(null=True, help_text="The summary of the try.")
    summary = models.JSONField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "claimed_until"], name="import_job_to_do")]


class ImportPart(models.Model):
    """One patient's rows of one import that are stored: counts, and what was refused why."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="parts")
    mark = models.CharField(max_length=64)
    content = models.JSONField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["job", "mark"], name="a_part_is_imported_once")
        ]
