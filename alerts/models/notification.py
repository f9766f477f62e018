"""The messages about alerts: each a duty to tell one person by one channel."""

from datetime import datetime, timedelta
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from alerts.models.alert import Alert, AlertState

# How long a sender may hold a message; after that another one takes it.
LEASE: Final = timedelta(seconds=30)
LONGEST_LEASE: Final = 2 * LEASE


class Kind(models.TextChoices):
    """What a message says."""

    ALERT = "alert", "Somebody is needed"
    FOLLOW_UP = "follow_up", "Somebody took it; stand down"


class Channel(models.TextChoices):
    """How a message travels."""

    EMAIL = "email", "E-mail"
    WEBHOOK = "webhook", "Paging system"


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Phrases about messages to be sent."""

    def due(self, at: datetime) -> Self:
        """Not sent, its alert unanswered, its time come, and nobody holding it.

        A lease further ahead than any lease can be was set by a clock that has
        since stepped back, so it counts as free.
        """
        free = Q(lease_until=None) | Q(lease_until__lt=at) | Q(lease_until__gt=at + LONGEST_LEASE)
        return self.unsent().filter(free, due_at__lte=at)

    def unsent(self) -> Self:
        """Still owed: the alert is open and this message did not go out."""
        return self.filter(sent_at=None, alert__state=AlertState.OPEN)

    def claim(self, pk: int, *, at: datetime, owner: str) -> bool:
        """Take one due message; false when another sender was first."""
        return (
            self.due(at)
            .filter(pk=pk)
            .update(lease_until=at + LEASE, owner=owner, attempts=models.F("attempts") + 1)
            == 1
        )


class Notification(models.Model):
    """One message about an alert to one person by one channel: the duty to tell them."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="notifications")
    step = models.PositiveSmallIntegerField()
    rung = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.ALERT)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    role = models.CharField(max_length=20, blank=True, help_text="Whose duty it is to be told.")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    address = models.CharField(max_length=254, blank=True, help_text="A mailbox or a webhook.")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    owner = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    handed_at = models.DateTimeField(null=True, help_text="When last handed to the mail server.")
    sent_at = models.DateTimeField(null=True, help_text="When the mail server accepted it.")
    failed_at = models.DateTimeField(null=True, help_text="When it was refused for good.")
    dropped_at = models.DateTimeField(null=True, help_text="When another message took its place.")
    message_id = models.CharField(max_length=120)
    last_error = models.CharField(max_length=300, blank=True)

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

    @property
    def mailbox(self) -> str:
        """Where this message goes: the person's own address, or that of a team."""
        return self.recipient.email if self.recipient else self.address

    @property
    def who(self) -> str:
        """Whom a page names: the person, or the mailbox of a team."""
        return self.recipient.display_name() if self.recipient else self.address

    @property
    def by(self) -> str:
        """How it travels, as words in a sentence: “e-mail”."""
        return Channel(self.channel).label.lower()
