"""What a person's second factor is guarded by: one row each, for every process to count in."""

from django.conf import settings
from django.db import models


class CodeGuard(models.Model):
    """How often a code was wrong since the last right one, and which code was used last.

    `last_step` is the number of the half minute whose code was used: neither it nor one
    before it is ever right again.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="code_guard"
    )
    wrong_count = models.PositiveIntegerField(default=0)
    waits_until = models.DateTimeField(null=True, blank=True)
    last_step = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"codes of {self.user_id}"
