"""Loads HL7 v2 messages from files, and says what became of every part of every one."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from interop.hl7v2.account import Receiving
from interop.hl7v2.importing import load
from interop.hl7v2.receiving import account
from interop.hl7v2.report import Report
from staff.models import User, Ward


class Command(BaseCommand):
    """One JSON summary on standard output; progress and errors on standard error."""

    help = (
        "Import HL7 v2 messages (ORU^R01, ADT) from files: plain, in batches or framed as for "
        "MLLP. History: nobody is paged."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the files and how to read them."""
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument(
            "--ward", metavar="CODE", help="the ward of patients for whom no message names ours"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="store nothing, and print the same summary"
        )
        parser.add_argument(
            "--rejects",
            metavar="FILE",
            type=Path,
            help="write what was not stored here, one JSON object a line "
            "(default: in the data folder)",
        )
        parser.add_argument(
            "--time-zone",
            metavar="ZONE",
            help="the clock of times without an offset, such as Europe/London "
            "(default: as agreed with the sender, else the patient's ward's)",
        )
        parser.add_argument("--by", metavar="USERNAME", help="who answers for this import")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the import; exit with status 1 when the database refused a part."""
        now = timezone.now()
        how = Receiving(
            now=now,
            live=False,
            channel="file",
            by=_user(options["by"]),
            ward=_ward(options["ward"]),
            zone=_zone(options["time_zone"]),
            registers=True,
        )
        rejects = Path(
            options["rejects"]
            or Path(settings.CRS_DATA_DIR) / "imports" / f"rejects-{now:%Y%m%dT%H%M%S%f}.jsonl"
        )
        paths = [Path(each) for each in options["files"]]
        if any(path.resolve() == rejects.resolve() for path in paths):
            raise CommandError(f"{rejects} is read by this import: name another rejects file.")
        try:
            with Report(rejects) as report:
                load(paths, how=how, dry=options["dry_run"], report=report, say=self._say)
        except OSError as error:
            raise CommandError(f"cannot use {error.filename}: {error.strerror}") from error
        summary = report.as_json()
        self.stdout.write(json.dumps(summary, indent=2, ensure_ascii=False))
        for words in summary["warnings"]:
            self._say(words)
        if summary["quarantined"] or summary["rejected"]:
            self._say(f"what was not stored is in {rejects}")
        if report.failed:
            raise SystemExit(1)

    def _say(self, words: str) -> None:
        self.stderr.write(f"import_hl7: {words}", self.style.NOTICE)


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CommandError(f"“{name}” is not an IANA time zone such as Europe/London.") from error


def _ward(code: str | None) -> Ward | None:
    if code is None:
        return None
    found = Ward.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(Ward.objects.order_by("code").values_list("code", flat=True)) or "none"
        raise CommandError(f"There is no ward “{code}”; known are: {known}. Nothing was stored.")
    return found


def _user(name: str | None) -> User:
    if name is None:
        return account()
    found = User.objects.filter(username=name).first()
    if found is None:
        raise CommandError(f"There is no user “{name}”. Nothing was stored.")
    return found
