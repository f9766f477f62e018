"""What came back about messages: bounces, delays, and our own canary."""

from django.db import models
from django.db.models import Q

from alerts.models.bulletin import Bulletin
from alerts.models.notification import Notification


class ReturnedAs(models.TextChoices):
    """What came back."""

    FAILED = "failed", "It could not be delivered"
    DELAYED = "delayed", "A mail server is holding it back"
    ARRIVED = "arrived", "It arrived"


class Returned(models.Model):
    """One letter about one message of ours; append-only, and each letter counts once."""

    key = models.CharField(max_length=64, help_text="Names the letter for good.")
    said = models.CharField(max_length=10, choices=ReturnedAs.choices)
    status = models.CharField(max_length=12, blank=True, help_text="RFC 3463, such as 5.1.1.")
    notification = models.ForeignKey(
        Notification, null=True, on_delete=models.PROTECT, related_name="returned"
    )
    bulletin = models.ForeignKey(
        Bulletin, null=True, on_delete=models.PROTECT, related_name="returned"
    )
    accepted_at = models.DateTimeField(null=True, help_text="When a mail server had taken it.")
    at = models.DateTimeField(help_text="When the letter was read.")

    class Meta:
        indexes = [models.Index(fields=["at"], name="returned_by_at")]
        constraints = [
            models.UniqueConstraint(fields=["key", "notification"], name="a_letter_counts_once"),
            models.UniqueConstraint(
                fields=["key", "bulletin"], name="a_letter_on_a_bulletin_counts_once"
            ),
            models.CheckConstraint(
                condition=Q(notification=None, bulletin__isnull=False)
                | Q(notification__isnull=False, bulletin=None),
                name="what_came_back_is_about_one_message",
            ),
        ]

    def __str__(self) -> str:
        return f"returned {self.pk}"
