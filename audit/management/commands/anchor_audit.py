"""Write down outside of the database how far every chain of the audit trail reaches."""

from datetime import UTC
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audit import anchoring


class Command(BaseCommand):
    """Print where the anchor lies and its seal, which may be written on paper."""

    help = "Write an anchor of the audit trail, for verify_audit --against."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("--to", metavar="FILE", type=Path, help="this file and no other")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it now, whatever the daily one says."""
        now = timezone.now()
        name = f"audit_{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}.jsonl"
        path = options["to"] or Path(settings.CRS_AUDIT_ANCHORS_DIR) / name
        try:
            anchor = anchoring.write(path, now=now)
        except OSError as error:
            raise CommandError(f"{path}: not written ({error.strerror})") from error
        self.stdout.write(f"{anchor.path}: {anchor.chains} chains, seal {anchor.seal}")
