"""Django's own, which leaves an entry in the trail: somebody with a shell set a password."""

from typing import Any

from django.contrib.auth.management.commands import changepassword
from django.db import transaction
from django.utils import timezone

from audit import trail
from staff.models import User


class Command(changepassword.Command):
    """Set a password and put on record whose, and that it was done here."""

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> str | None:
        """Set it; all or nothing."""
        username = options["username"]
        before = User.objects.filter(username=username).values_list("password", flat=True).first()
        said: str | None = super().handle(*args, **options)
        user = User.objects.filter(username=username).first()
        if user is not None and user.password != before:
            trail.record(
                action="password.set",
                actor=None,
                scope="staff",
                subject=f"user:{user.pk}",
                at=timezone.now(),
                detail={"way": "command"},
            )
        return said
