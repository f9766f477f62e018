"""Loads histories from FHIR files, and says what became of every resource."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from interop.csv.mapped import Setting
from interop.fhir.backload import Run, run
from interop.management.commands import import_csv


class Command(BaseCommand):
    """One JSON summary on standard output; progress and errors on standard error."""

    help = (
        "Import patients, stays, vital signs, oxygen, results, medicines and doses "
        "from FHIR R4 files: Bundles, single resources, ndjson. History: nobody is paged."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the files and how to read them."""
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument(
            "--ward", metavar="CODE", help="give imported patients a closed stay on this ward"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="store nothing, and print the same summary"
        )
        parser.add_argument(
            "--rejects",
            metavar="FILE",
            type=Path,
            help="write every part that was not charted here (default: in the data folder)",
        )
        parser.add_argument("--by", metavar="USERNAME", help="who answers for this import")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the import; exit with status 1 when a file or a patient could not be taken."""
        now = timezone.now()
        setting = Setting(now=now, zone=ZoneInfo("UTC"), ward=import_csv._ward(options["ward"]))
        rejects = Path(
            options["rejects"]
            or Path(settings.CRS_DATA_DIR) / "imports" / f"rejects-{now:%Y%m%dT%H%M%S%f}.ndjson"
        )
        if any(path.resolve() == rejects.resolve() for path in map(Path, options["files"])):
            raise CommandError(f"{rejects} is read by this import: name another rejects file.")
        asked = Run(
            paths=[Path(path) for path in options["files"]],
            setting=setting,
            by=import_csv._user(options["by"]),
            dry=options["dry_run"],
            rejects=rejects,
            say=self._say,
        )
        try:
            report = run(asked, clock=timezone.now)
        except OSError as error:
            raise CommandError(f"cannot use {error.filename}: {error.strerror}") from error
        summary = report.as_json()
        self.stdout.write(json.dumps(summary, indent=2, ensure_ascii=False))
        for words in summary["warnings"]:
            self._say(words)
        if summary["quarantined"] or summary["rejected"]:
            self._say(f"what was not charted is in {rejects}")
        if report.failed:
            raise SystemExit(1)

    def _say(self, words: str) -> None:
        self.stderr.write(f"import_fhir: {words}", self.style.NOTICE)
