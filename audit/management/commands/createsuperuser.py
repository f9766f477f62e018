"""Django's own, which leaves an entry in the trail: somebody with a shell made an account."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.db import transaction
from django.utils import timezone

from audit import trail
from staff.models import User


class Command(createsuperuser.Command):
    """Create a superuser and put it on record."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Create it; all or nothing."""
        with transaction.atomic():
            before = set(User.objects.values_list("pk", flat=True))
            super().handle(*args, **options)
            for user in User.objects.exclude(pk__in=before):
                trail.record(
                    action="account.opened",
                    actor=None,
                    scope="staff",
                    subject=f"user:{user.pk}",
                    at=timezone.now(),
                    detail={"superuser": True, "way": "command"},
                )
