"""What a ward's tablet last said of itself: sets it has not sent, and its clock."""

from django.db import models

from staff.models import Ward


class TabletReport(models.Model):
    """One tablet, by a number made in its browser; nothing of a patient.

    `is_on_duty` until it says that it rests: one that falls silent on duty may hold sets.
    """

    tablet = models.UUIDField(unique=True)
    ward = models.ForeignKey(Ward, null=True, on_delete=models.CASCADE, related_name="+")
    unsent = models.PositiveIntegerField(default=0)
    oldest_at = models.DateTimeField(null=True)
    is_on_duty = models.BooleanField(default=True)
    clock_off_seconds = models.IntegerField(null=True)
    heard_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ward", "heard_at"], name="tablets_of_a_ward")]

    def __str__(self) -> str:
        return f"tablet {str(self.tablet)[:4]}"
