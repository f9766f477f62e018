"""Back the database up: encrypted, read again, and noted in the audit trail."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crs_monitor.backups import keys, making, restoring
from crs_monitor.backups.refusals import BackupRefusedError


class Command(BaseCommand):
    """Exit status 1, and no file, when the backup could not be made and read again."""

    help = "Write an encrypted backup of the database as it is at this moment."
    # A backup is most needed when something is wrong, such as a migration that waits.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the place, and for whom."""
        parser.add_argument("--to", type=Path, required=True, help="A folder, or a new file.")
        parser.add_argument(
            "--recipient",
            action="append",
            default=[],
            help="A public key, age1...; may be repeated. Without it CRS_BACKUP_RECIPIENTS.",
        )
        parser.add_argument(
            "--identity", type=Path, help="A key file, to decrypt and check it at once."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and say what it holds."""
        began = time.monotonic()
        written = options["recipient"] or settings.CRS_BACKUP_RECIPIENTS
        try:
            recipients = keys.recipients(written)
            made = making.make(to=options["to"], recipients=recipients, now=timezone.now())
            if options["identity"]:
                restoring.check(made.path, keys.identities(options["identity"]))
        except BackupRefusedError as error:
            raise CommandError(str(error)) from error
        facts, seconds = made.manifest.facts, time.monotonic() - began
        self.stdout.write(
            f"{made.path}\n"
            f"{made.size_bytes} bytes, sha256 {made.sha256}\n"
            f"{made.manifest.rows} rows of {len(made.manifest.tables)} tables, "
            f"{facts.open_alerts} open alerts, {facts.unsent_messages} unsent messages, "
            f"{facts.audit_entries} audit entries in {facts.audit_chains} chains\n"
            f"audit heads {facts.audit_heads_sha256}\n"
            f"left out: {', '.join(made.opening.left_out) or 'nothing'}\n"
            f"{'decrypted and checked' if options['identity'] else 'read again from the disk'}, "
            f"{seconds:.1f} s"
        )
        if not made.is_noted:
            self.stderr.write("Not noted in the audit trail: its tables wait for migrate.")
