"""Messages that are about no single alert: digests, test pages, canaries, the system itself."""

from typing import Final

from django.db import models
from django.db.models import Q

from alerts.models.outgoing import Outgoing, OutgoingQuerySet
from staff.models import Ward


class Topic(models.TextChoices):
    """What a bulletin is about."""

    DIGEST_P3 = "digest_p3", "Alerts of this shift that nobody answered"
    DIGEST_P4 = "digest_p4", "What there is to know today"
    TEST_PAGE = "test_page", "A test of the way to whoever is on call"
    CANARY = "canary", "Proof that mail goes out"
    ROTA_GAP = "rota_gap", "Nobody will be on call"
    ROTA_GAP_NOW = "rota_gap_now", "Nobody is on call"
    MAIL_REFUSED = "mail_refused", "An address was refused for good"
    OLD_PACK = "old_pack", "The papers for a downtime are old"
    FEED_WAITS = "feed_waits", "Values of a feed could not be understood"
    BREAK_GLASS = "break_glass", "Somebody opened a patient of another ward"
    EMERGENCY = "emergency", "An emergency account was used"
    FACTOR_RESET = "factor_reset", "A second factor was taken away"


# Before the others of their kind, and never held back at night.
URGENT: Final = frozenset(
    {Topic.TEST_PAGE, Topic.ROTA_GAP_NOW, Topic.MAIL_REFUSED, Topic.BREAK_GLASS}
)


class Bulletin(Outgoing):
    """One bulletin to one person or mailbox; `key` says what it is about, and stands once each."""

    topic = models.CharField(max_length=14, choices=Topic.choices)
    ward = models.ForeignKey(Ward, null=True, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)

    objects = OutgoingQuerySet["Bulletin"].as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(sent_at=None), name="bulletin_unsent_by_due"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "channel", "recipient"], name="a_person_hears_a_bulletin_once"
            ),
            models.UniqueConstraint(
                fields=["key", "channel", "address"],
                condition=Q(recipient=None),
                name="an_address_hears_a_bulletin_once",
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) | ~Q(address=""),
                name="a_bulletin_goes_to_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.key
