"""Make the key pair of backups, on a machine that is not the server."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from crs_monitor.backups import keys


class Command(BaseCommand):
    """Print the key file, once: `manage.py backup_key > crs-backup.key` in a safe place."""

    help = "Make an age key pair for backups. The private key is printed and kept nowhere."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the pair; what to do with it goes to the terminal."""
        text, recipient = keys.new_pair(at=timezone.now())
        self.stdout.write(text, ending="")
        self.stderr.write(
            "Keep what was printed away from the server, in two places: without it no backup "
            f"can be read. On the server set CRS_BACKUP_RECIPIENTS={recipient}"
        )
