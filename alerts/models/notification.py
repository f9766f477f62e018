"""The messages about alerts: each a duty to tell one person by one channel."""

from typing import Self

from django.db import models
from django.db.models import Q

from alerts.models.alert import Alert, AlertState
from alerts.models.outgoing import Outgoing, OutgoingQuerySet


class Kind(models.TextChoices):
    """What a message says."""

    ALERT = "alert", "Somebody is needed"
    FOLLOW_UP = "follow_up", "Somebody took it; stand down"


class NotificationQuerySet(OutgoingQuerySet["Notification"]):
    """Phrases about messages to be sent."""

    def unsent(self) -> Self:
        """Still owed: the alert is open, or somebody took it and the others should know."""
        wanted = Q(kind=Kind.ALERT, alert__state=AlertState.OPEN) | Q(kind=Kind.FOLLOW_UP)
        return super().unsent().filter(wanted)

    def complete(self) -> Self:
        """With what composing each of them reads."""
        return super().complete().select_related("alert__ward")


class Notification(Outgoing):
    """One message about an alert to one person by one channel: the duty to tell them."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="notifications")
    step = models.PositiveSmallIntegerField()
    rung = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.ALERT)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["alert__severity", "due_at", "pk"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(sent_at=None), name="notification_unsent_by_due"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "step", "rung", "kind", "channel", "recipient"],
                name="a_person_is_told_once_per_rung",
            ),
            models.UniqueConstraint(
                fields=["alert", "step", "rung", "kind", "channel", "address"],
                condition=Q(recipient=None),
                name="an_address_is_told_once_per_rung",
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) | ~Q(address=""),
                name="a_message_goes_to_somebody",
            ),
        ]
