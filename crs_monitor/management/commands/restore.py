"""Restore a backup into the empty database that CRS_DATABASE_URL names."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crs_monitor.backups import keys, restoring
from crs_monitor.backups.refusals import BackupRefusedError


class Command(BaseCommand):
    """Exit status 1 when anything is not as the backup says; nothing is loaded then.

    The database is named by CRS_DATABASE_URL alone: on a command line its password
    could be read by every user of the machine.
    """

    help = "Restore a backup into an empty database and prove that it is all there."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and the key."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", type=Path, required=True, help="The private key's file.")
        parser.add_argument(
            "--check", action="store_true", help="Decrypt and check the file; touch no database."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, and say what was proved."""
        began = time.monotonic()
        try:
            identities = keys.identities(options["identity"])
            if options["check"]:
                checked = restoring.check(options["file"], identities)
                self.stdout.write(_about(checked))
                self.stdout.write(f"whole; nothing was loaded, {time.monotonic() - began:.1f} s")
                return
            done = restoring.restore(options["file"], identities, now=timezone.now())
        except BackupRefusedError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{_about(done.checked)}\n"
            "All agree with the backup: rows, digests, audit chains, open alerts, messages.\n"
            f"{done.told_again} open alerts are told anew; {done.put_away} messages of the past "
            "are put away.\n"
            "Chart again what was charted since, look at who has left or lost a token or "
            "tablet since, and make a new backup.\n"
            f"restored in {time.monotonic() - began:.1f} s"
        )
        if done.breaks:
            first = done.breaks[0]
            raise CommandError(
                f"Restored, but the audit trail had {len(done.breaks)} breaks when the backup was "
                f"taken, the first at {first.scope} #{first.seq}: manage.py verify_audit"
            )


def _about(checked: restoring.Checked) -> str:
    facts = checked.manifest.facts
    return (
        f"backup of {checked.opening.taken_at:%Y-%m-%d %H:%M:%S} UTC by version "
        f"{checked.opening.program}: {checked.manifest.rows} rows of "
        f"{len(checked.manifest.tables)} tables, {facts.open_alerts} open alerts, "
        f"{facts.unsent_messages} unsent messages, {facts.audit_entries} audit entries in "
        f"{facts.audit_chains} chains\naudit heads {facts.audit_heads_sha256}"
    )
