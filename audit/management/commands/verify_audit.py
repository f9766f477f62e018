"""Walk the audit trail and say whether anybody tampered with it."""

import time
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import anchoring, proving
from audit.models import AuditChain, AuditEntry


class Command(BaseCommand):
    """Print each break; exit status 1 when there is one."""

    help = "Verify the sealed audit trail, from the first entry of each chain to its head."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the anchors to hold it against."""
        parser.add_argument(
            "--against",
            metavar="FILE",
            type=Path,
            action="append",
            default=[],
            help="an anchor (anchor_audit), kept outside of the database; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify every chain, then every anchor."""
        began, count = time.monotonic(), 0
        for found in chain(proving.breaks(), *map(_against, options["against"])):
            self.stderr.write(f"{found.scope} #{found.seq}: {found.why}")
            count += 1
        chains, entries = AuditChain.objects.count(), AuditEntry.objects.count()
        seconds = time.monotonic() - began
        self.stdout.write(f"{entries} entries in {chains} chains, {seconds:.1f} s")
        if count:
            raise CommandError(f"{count} breaks in the audit trail")
        held = f" and holds {len(options['against'])} anchors" if options["against"] else ""
        self.stdout.write(f"every chain is whole{held}")


def _against(path: Path) -> list[proving.Break]:
    try:
        return list(anchoring.breaks(path))
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise CommandError(f"{path}: is no anchor") from error
