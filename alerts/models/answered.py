"""What became of each due set: the record from which a ward says how many were done in time."""

from django.db import models

from patients.models import Patient
from staff.models import Ward


class AnsweredDue(models.Model):
    """A set that answered a due time, and how many due times had passed their grace by then.

    Written by the door with the set; append-only. `lost` is 0 for a set done within grace.
    The set counts although it may be corrected later: that somebody came is no less true.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    interval_minutes = models.PositiveIntegerField()
    answered_at = models.DateTimeField(help_text="When the set was measured.")
    lost = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["ward", "due_at"], name="answered_by_ward_and_due")]

    def __str__(self) -> str:
        return f"answer to a due set of patient {self.patient_id}"
