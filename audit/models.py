"""The audit trail: append-only rows, each sealed with the digest of the one before."""

from django.conf import settings
from django.db import models


class AuditChain(models.Model):
    """The head of one chain; a missing tail shows because the head remembers it."""

    scope = models.CharField(max_length=60, unique=True)
    seq = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"{self.scope} #{self.seq}"


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

    class Meta:
        ordering = ["scope", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["scope", "seq"], name="audit_chain_never_forks")
        ]

    def __str__(self) -> str:
        return f"{self.scope} #{self.seq} {self.action}"


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
