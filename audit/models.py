"""The audit trail: append-only rows, each sealed with the digest of the one before."""

from django.conf import settings
from django.db import models

from audit.seals import PLAIN, Content, Head


class AuditChain(models.Model):
    """The head of one chain; a missing tail shows because the head remembers it."""

    scope = models.CharField(max_length=60, unique=True)
    seq = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")
    # The row that seq and digest are of.
    entry_id = models.BigIntegerField(null=True)
    # Whether the register of chains names it, so that it cannot vanish as a whole.
    is_registered = models.BooleanField(default=False)
    seal = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"{self.scope} #{self.seq}"

    def content(self) -> Head:
        """What the seal covers."""
        return Head(self.pk, self.scope, self.seq, self.digest, self.entry_id, self.is_registered)


class AuditEntry(models.Model):
    """One thing somebody did; `detail` holds ids and codes, never a reading or a name."""

    scope = models.CharField(max_length=60)
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    detail = models.JSONField(default=dict)
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    # How it was sealed (audit.seals): plainly, as the first were, or with a key.
    edition = models.PositiveSmallIntegerField(default=PLAIN)

    class Meta:
        ordering = ["scope", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["scope", "seq"], name="audit_chain_never_forks")
        ]
        indexes = [
            models.Index(fields=["subject", "at"], name="audit_by_subject"),
            models.Index(fields=["at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} #{self.seq} {self.action}"

    def content(self, previous_id: int | None) -> Content:
        """What the seal covers, given the row that stood before."""
        return Content(
            edition=self.edition,
            scope=self.scope,
            seq=self.seq,
            at=self.at,
            actor_id=self.actor_id,
            action=self.action,
            subject=self.subject,
            detail=self.detail,
            previous_digest=self.previous_digest,
            previous_id=previous_id,
        )


class KeptRequest(models.Model):
    """A request as it was first seen under its client_id: by digest, and what it made."""

    client_id = models.UUIDField(unique=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    made = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"request {self.client_id}"

    @property
    def result(self) -> int:
        """The id of what it made; an AssertionError for a request that makes nothing."""
        assert self.made is not None
        return self.made
