"""What a shared tablet is known by: the device itself, who is on shift on it, PINs and badges."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q


class DeviceQuerySet(models.QuerySet["Device"]):
    """Phrases about registered devices."""

    def in_use(self) -> Self:
        """Devices that nobody took back."""
        return self.filter(revoked_at__isnull=True)


class Device(models.Model):
    """A tablet that belongs to a ward; its secret lies in its cookie, here only a digest."""

    name = models.CharField(max_length=40)
    ward = models.ForeignKey("staff.Ward", on_delete=models.PROTECT, related_name="devices")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    registered_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # When somebody last signed in or switched here; an ordinary page writes nothing.
    last_seen_at = models.DateTimeField(null=True, blank=True)
    wrong_badges = models.PositiveSmallIntegerField(default=0)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        ordering = ["ward", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="device_revoked_at_and_by_go_together",
            ),
            models.UniqueConstraint(
                fields=["ward", "name"],
                condition=Q(revoked_at=None),
                name="device_name_is_unique_on_its_ward",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ShiftSignInQuerySet(models.QuerySet["ShiftSignIn"]):
    """Phrases about shifts."""

    def running(self, at: datetime) -> Self:
        """Shifts that began and neither ran out nor were ended; the last instant is out."""
        return self.filter(started_at__lte=at, expires_at__gt=at, ended_at__isnull=True)


class ShiftSignIn(models.Model):
    """A full sign-in at the start of a shift; until it expires a PIN is enough on that ward."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shift_sign_ins"
    )
    ward = models.ForeignKey("staff.Ward", on_delete=models.CASCADE, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ShiftSignInQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["ward", "expires_at"], name="shift_by_ward_and_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("started_at")),
                name="shift_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} until {self.expires_at:%H:%M}"


class Pin(models.Model):
    """Six digits of one person, hashed; `wrong_count` is how often they failed since the last
    right one, and at the limit (tablets.pins) the PIN waits for a full sign-in.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="pin"
    )
    encoded = models.CharField(max_length=200)
    set_at = models.DateTimeField()
    wrong_count = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"PIN of {self.user_id}"


class Badge(models.Model):
    """The badge one person taps; only a keyed digest of its code is kept."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="badge"
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Badge of {self.user_id}"
