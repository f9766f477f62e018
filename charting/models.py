"""The current state of each monitored patient: one row, so that the board is one query."""

from django.conf import settings
from django.db import models

from charting.break_glass.models import BreakGlass, BreakGlassEnd, BreakGlassReview
from grading.models import Assessment, Confirmation
from patients.models import Patient
from staff.models import Bed, Ward
from vitals.models import ObservationSet

__all__ = ["BreakGlass", "BreakGlassEnd", "BreakGlassReview", "ChartLook", "PatientState"]


class PatientState(models.Model):
    """Derived, never the truth: written by the door, rebuilt by charting.state.

    `ward` is empty for a patient who is on no ward now. `doses` holds what window
    rules need (charting.state), because where a patient stands depends on the clock.
    """

    patient = models.OneToOneField(
        Patient, on_delete=models.PROTECT, primary_key=True, related_name="state"
    )
    ward = models.ForeignKey(Ward, null=True, on_delete=models.PROTECT, related_name="states")
    bed = models.ForeignKey(Bed, null=True, on_delete=models.PROTECT, related_name="+")
    latest_set = models.ForeignKey(
        ObservationSet, null=True, on_delete=models.PROTECT, related_name="+"
    )
    latest_assessment = models.ForeignKey(
        Assessment, null=True, on_delete=models.PROTECT, related_name="+"
    )
    latest_icans = models.ForeignKey(
        Assessment, null=True, on_delete=models.PROTECT, related_name="+"
    )
    latest_confirmation = models.ForeignKey(
        Confirmation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    latest_taken_at = models.DateTimeField(null=True)
    at_least_before = models.PositiveSmallIntegerField(null=True)
    at_least_since = models.DateTimeField(null=True)
    doses = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["ward"], name="state_by_ward")]

    def __str__(self) -> str:
        return f"state of patient {self.patient_id}"


class ChartLook(models.Model):
    """When one person last opened one patient's timeline, and when the time before that."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    looked_at = models.DateTimeField()
    before_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "patient"], name="a_person_last_looked_at_a_chart_once"
            )
        ]

    def __str__(self) -> str:
        return f"look of {self.user_id} at patient {self.patient_id}"
