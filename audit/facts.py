"""What every clinical fact shares: it is appended, and a correction supersedes it."""

from typing import Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q

F_co = TypeVar("F_co", bound="ClinicalFact", covariant=True)


class ClinicalFactQuerySet(models.QuerySet[F_co]):
    """Phrases that hold for every clinical fact."""

    def in_force(self) -> Self:
        """Facts that nothing superseded and nobody withdrew."""
        return self.filter(superseded_by__isnull=True, withdrawn=False)


class ClinicalFact(models.Model):
    """Abstract: a row that is never edited; its correction points back at it.

    `withdrawn` marks a correction that takes a fact back without replacing it.
    The table itself refuses UPDATE and DELETE (see audit.append_only).
    """

    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    reason = models.CharField(max_length=200, blank=True, help_text="Why this corrects a fact.")
    withdrawn = models.BooleanField(default=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(reason=""),
                name="%(app_label)s_%(class)s_correction_says_why",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn=False) | Q(supersedes__isnull=False),
                name="%(app_label)s_%(class)s_withdrawal_names_what",
            ),
        ]


class RecordedFact(ClinicalFact):
    """Abstract: a fact that one person wrote down at one time, apart from when it was true."""

    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta(ClinicalFact.Meta):
        abstract = True
