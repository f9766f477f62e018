"""Each opening of another ward's patient, its early end and its review: rows that only grow."""

import secrets
from datetime import datetime
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from patients.models import Patient

# No letter or digit that is read as another; it says nothing of the patient.
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_CHARACTERS: Final = 8


def new_code() -> str:
    """An opaque name for an opening, for the mail that tells of it."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_CHARACTERS))


class Reason(models.TextChoices):
    """Why somebody needs a patient who is not of their wards."""

    EMERGENCY = "emergency", "Emergency: I am needed at this patient"
    COMING = "coming", "The patient is coming to my ward"
    ADVICE = "advice", "I was asked for advice, or am on call for the patient"
    INCIDENT = "incident", "Review of an incident"
    OTHER = "other", "Another reason, in words"


class BreakGlassQuerySet(models.QuerySet["BreakGlass"]):
    """Phrases about openings."""

    def in_force(self, at: datetime) -> Self:
        """Those that let somebody read at a moment; the end itself is out."""
        return self.filter(opened_at__lte=at, ends_at__gt=at, end=None)

    def complete(self) -> Self:
        """With what a list shows of each."""
        return self.select_related("user", "end", "review__by")


class BreakGlass(models.Model):
    """Somebody may read one patient until `ends_at`, and said why."""

    code = models.CharField(max_length=8, unique=True, default=new_code)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    words = models.CharField(max_length=200)
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = BreakGlassQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(fields=["user", "patient", "ends_at"], name="opening_by_person_and_end")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("opened_at")), name="an_opening_ends_after_it_began"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="an_opening_says_why"),
        ]

    def __str__(self) -> str:
        return self.code


class BreakGlassEnd(models.Model):
    """Somebody needed the patient no longer, and said so before the time was over."""

    opening = models.OneToOneField(BreakGlass, on_delete=models.PROTECT, related_name="end")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"end of {self.opening_id}"


class BreakGlassReview(models.Model):
    """Another person looked at the opening afterwards, and wrote what came of it."""

    opening = models.OneToOneField(BreakGlass, on_delete=models.PROTECT, related_name="review")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(finding=""), name="a_review_says_what_it_found")
        ]

    def __str__(self) -> str:
        return f"review of {self.opening_id}"
