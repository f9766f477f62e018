"""What every command that loads files shares: its options, where rejects go, how it ends."""

import json
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from staff.models import User, Ward


class _Report(Protocol):
    failed: bool

    def as_json(self) -> dict[str, Any]:
        """Counts that add up, and warnings."""


class LoadingCommand(BaseCommand):
    """One JSON summary on standard output; progress and errors on standard error."""

    name = ""
    ward_help = "give imported patients a closed stay on this ward"
    rejects_help = "write what was not stored here (default: in the data folder)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the files and who answers for them."""
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--ward", metavar="CODE", help=self.ward_help)
        parser.add_argument(
            "--dry-run", action="store_true", help="store nothing, and print the same summary"
        )
        parser.add_argument("--rejects", metavar="FILE", type=Path, help=self.rejects_help)
        parser.add_argument("--by", metavar="USERNAME", help="who answers for this import")

    def rejects_of(self, options: dict[str, Any], *, now: datetime, ending: str) -> Path:
        """Where what was not stored is written; CommandError for a file that is read."""
        given = Path(settings.CRS_DATA_DIR) / "imports" / f"rejects-{now:%Y%m%dT%H%M%S%f}.{ending}"
        rejects = Path(options["rejects"] or given)
        if any(path.resolve() == rejects.resolve() for path in map(Path, options["files"])):
            raise CommandError(f"{rejects} is read by this import: name another rejects file.")
        return rejects

    def end(self, report: _Report, *, rejects: Path, left_out: str) -> None:
        """Print the summary; status 1 when a file or a part of it could not be taken."""
        summary = report.as_json()
        self.stdout.write(json.dumps(summary, indent=2, ensure_ascii=False))
        for words in summary["warnings"]:
            self.say(words)
        if summary["quarantined"] or summary["rejected"]:
            self.say(f"{left_out} in {rejects}")
        if report.failed:
            raise SystemExit(1)

    def say(self, words: str) -> None:
        """Write progress, apart from the summary."""
        self.stderr.write(f"{self.name}: {words}", self.style.NOTICE)


def unusable(error: OSError) -> CommandError:
    """What to say of a file that cannot be read or written."""
    return CommandError(f"cannot use {error.filename}: {error.strerror}")


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name; CommandError for one that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CommandError(f"“{name}” is not an IANA time zone such as Europe/London.") from error


def ward_of(code: str | None) -> Ward | None:
    """The ward of this code, None for none; CommandError names those that are known."""
    if code is None:
        return None
    found = Ward.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(Ward.objects.order_by("code").values_list("code", flat=True)) or "none"
        raise CommandError(f"There is no ward “{code}”; known are: {known}. Nothing was stored.")
    return found


def user_of(name: str | None) -> User | None:
    """The account of this name, None for none; CommandError for one that is not there."""
    if name is None:
        return None
    found = User.objects.filter(username=name).first()
    if found is None:
        raise CommandError(f"There is no user “{name}”. Nothing was stored.")
    return found
