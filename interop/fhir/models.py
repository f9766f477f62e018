"""Which resources of other systems were taken in, and where each is found here."""

from django.conf import settings
from django.db import models

from patients.models import Patient


class HeldResource(models.Model):
    """A resource that was charted: `mark` is what makes it the same, `said` what it said.

    `target` is the id under which the same fact is read here; what corrects it is found
    from there. The table refuses UPDATE and DELETE.
    """

    mark = models.CharField(max_length=32, db_index=True)
    said = models.CharField(max_length=32)
    resource_type = models.CharField(max_length=40)
    target = models.CharField(max_length=80, blank=True)
    identifier_system = models.CharField(max_length=200, blank=True)
    identifier_value = models.CharField(max_length=120, blank=True)
    patient = models.ForeignKey(
        Patient, null=True, on_delete=models.PROTECT, related_name="held_resources"
    )
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["identifier_value", "resource_type"], name="held_by_identifier"),
            models.Index(fields=["resource_type", "target"], name="held_by_target"),
        ]
