"""What every message on its way carries: to whom, by what channel, and how far it got."""

from datetime import datetime, timedelta
from typing import Final, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

# How long a sender may hold a message; after that another one takes it.
LEASE: Final = timedelta(seconds=30)
LONGEST_LEASE: Final = 2 * LEASE
# No message waits longer for its next attempt (alerts.pace, alerts.merging).
LONGEST_AHEAD: Final = timedelta(minutes=10)

Row_co = TypeVar("Row_co", bound="Outgoing", covariant=True)


class Channel(models.TextChoices):
    """How a message travels."""

    EMAIL = "email", "E-mail"
    WEBHOOK = "webhook", "Paging system"


_IS_UNSENT: Final = Q(sent_at=None, failed_at=None, dropped_at=None)


def _is_due(at: datetime) -> Q:
    free = Q(lease_until=None) | Q(lease_until__lt=at) | Q(lease_until__gt=at + LONGEST_LEASE)
    ahead = Q(due_at__gt=at + LONGEST_AHEAD)
    fresh = Q(attempts=0, due_at__lte=F("created_at"))
    return free & (Q(due_at__lte=at) | ahead | fresh)


class OutgoingQuerySet(models.QuerySet[Row_co]):
    """Phrases about messages on their way."""

    def due(self, at: datetime, *, takes_over: bool = True) -> Self:
        """Owed, its time come, and nobody holding it; `takes_over` what a lease has ended for.

        A lease, or a wait, further ahead than any can be was set by a clock that has
        since stepped back, so it counts as over. What was never tried nor put off on
        purpose is due whatever the clock says.
        """
        found = self.unsent().filter(_is_due(at))
        return found if takes_over else found.filter(lease_until=None)

    def unsent(self) -> Self:
        """Neither accepted, nor refused for good, nor replaced by another message."""
        return self.filter(_IS_UNSENT)

    def complete(self) -> Self:
        """With what composing each of them reads."""
        return self.select_related("recipient")

    def claim(self, pk: int, *, at: datetime, owner: str, takes_over: bool = True) -> bool:
        """Take one due message; false when another sender was first.

        The update names columns of its own row alone: PostgreSQL reads that row again
        after waiting for it, but not what a join or a subquery said of it before.
        """
        if not self.due(at, takes_over=takes_over).filter(pk=pk).exists():
            return False
        row = self.model._base_manager.filter(_IS_UNSENT, _is_due(at), pk=pk)
        taken = row.update(lease_until=at + LEASE, owner=owner, attempts=F("attempts") + 1)
        return taken == 1

    def held(self, pk: int, *, owner: str) -> Self:
        """Return this message if this owner holds it still."""
        return self.filter(pk=pk, owner=owner, sent_at=None)


class Outgoing(models.Model):
    """A message to one person or mailbox by one channel: queued, handed over, accepted."""

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

    class Meta:
        abstract = True

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
