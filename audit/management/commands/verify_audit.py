"""Walk the audit trail and say whether anybody tampered with it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import trail
from audit.models import AuditEntry


class Command(BaseCommand):
    """Print each break; exit status 1 when there is one."""

    help = "Verify the hash-chained audit trail."

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify every chain."""
        breaks = trail.verify()
        for found in breaks:
            self.stderr.write(f"{found.scope} #{found.seq}: {found.why}")
        if breaks:
            raise CommandError(f"{len(breaks)} breaks in the audit trail")
        self.stdout.write(f"{AuditEntry.objects.count()} entries, every chain is whole")
