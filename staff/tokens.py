"""Bearer tokens of integrations: what each may do, on which wards, until when."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from staff.models import User, Ward

# A secret begins with this, so that a scanner finds one that was left lying about.
_MARK: Final = "crs_"
PREFIX_CHARACTERS: Final = 10
# So often, at most, a use is written down: it says whether a token is in use, not how much.
_USE_IS_NEWS_AFTER: Final = timedelta(minutes=5)


class Scope(models.TextChoices):
    """What a token may be used for, within what the role of its user may do."""

    READ_PATIENTS = "read:patients", "Read patients, their readings and grades"
    WRITE_OBSERVATIONS = "write:observations", "Chart sets, neuro checks and symptoms"
    WRITE_LABS = "write:labs", "Record laboratory results"
    WRITE_TREATMENTS = "write:treatments", "Record doses, medicines and supports"
    WRITE_GRADES = "write:grades", "Confirm, change or reject grades"
    READ_ALERTS = "read:alerts", "Read alerts, who has them and how many there were"
    WRITE_ALERTS = "write:alerts", "Answer, put off, close and hand over alerts"
    READ_WARD = "read:ward", "Read the rota, the beds and the tablets of a ward"
    WRITE_WARD = "write:ward", "Change the rota, assignments, beds and tablets of a ward"
    EXPORT = "export", "Take many patients out at once"
    IMPORT = "import", "Load histories from files, which page nobody"


class ApiToken(models.Model):
    """A bearer token; only the digest of its secret is kept.

    `scopes` empty (null) is a token from before there were scopes: it may do what its
    user's role may, and nothing that a scope alone allows. `ward_ids` null: all wards
    of its user.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens"
    )
    label = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    prefix = models.CharField(max_length=PREFIX_CHARACTERS, blank=True, editable=False)
    scopes = models.JSONField(null=True, blank=True, editable=False)
    ward_ids = models.JSONField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.label

    @staticmethod
    def digest_of(secret: str) -> str:
        """What is stored in place of the secret."""
        return sha256(secret.encode()).hexdigest()

    @classmethod
    def issue(
        cls,
        user: "User",
        *,
        label: str,
        scopes: Iterable[Scope] | None = None,
        wards: Iterable["Ward"] | None = None,
        expires_at: datetime | None = None,
    ) -> tuple["ApiToken", str]:
        """Create a token and return it with the secret, which is shown this once."""
        secret = _MARK + secrets.token_urlsafe(32)
        token = cls.objects.create(
            user=user,
            label=label,
            digest=cls.digest_of(secret),
            prefix=secret[:PREFIX_CHARACTERS],
            scopes=None if scopes is None else sorted({Scope(each).value for each in scopes}),
            ward_ids=None if wards is None else sorted(ward.pk for ward in wards),
            expires_at=expires_at,
        )
        return token, secret

    def has_ended(self, *, at: datetime) -> bool:
        """Whether it is refused: revoked, or its end has come; the end itself is out."""
        is_over = self.expires_at is not None and at >= self.expires_at
        return self.revoked_at is not None or is_over

    def revoke(self, *, at: datetime) -> None:
        """Refuse this token from now on."""
        self.revoked_at = at
        self.save(update_fields=["revoked_at"])

    def note_use(self, *, at: datetime) -> None:
        """Write down that it is in use, now and then."""
        if self.last_used_at is None or not timedelta(0) <= at - self.last_used_at < (
            _USE_IS_NEWS_AFTER
        ):
            ApiToken.objects.filter(pk=self.pk).update(last_used_at=at)
