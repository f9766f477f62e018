"""Loads histories from CSV extracts, and says what became of every row."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from interop.csv.mapped import Setting
from interop.csv.run import Run, run
from interop.tables import suggesting
from interop.tables.mapping import Shape, TableMapping
from staff.models import User, Ward


class Command(BaseCommand):
    """One JSON summary on standard output; progress and errors on standard error."""

    help = (
        "Import patients, stays, vitals, oxygen, labs, vasoactive medicines and coma scores "
        "from CSV files. History: nobody is paged."
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
            help="write every row that was not stored here (default: in the data folder)",
        )
        parser.add_argument(
            "--time-zone",
            metavar="ZONE",
            default="UTC",
            help="the clock of times without an offset, such as Europe/London (default: UTC)",
        )
        tables = parser.add_mutually_exclusive_group()
        tables.add_argument(
            "--wide", action="store_true", help="a row is a set; headings are our own names"
        )
        tables.add_argument(
            "--tidy", action="store_true", help="a row is a value, as the tidy export writes it"
        )
        tables.add_argument(
            "--mapping", metavar="FILE", type=Path, help="JSON: what each column holds"
        )
        parser.add_argument("--by", metavar="USERNAME", help="who answers for this import")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the import; exit with status 1 when a file or a patient could not be taken."""
        now = timezone.now()
        mapping = _mapping(options)
        zone = _zone(mapping.zone if mapping else options["time_zone"])
        setting = Setting(now=now, zone=zone, ward=_ward(options["ward"]))
        rejects = Path(
            options["rejects"]
            or Path(settings.CRS_DATA_DIR) / "imports" / f"rejects-{now:%Y%m%dT%H%M%S%f}.csv"
        )
        if any(path.resolve() == rejects.resolve() for path in map(Path, options["files"])):
            raise CommandError(f"{rejects} is read by this import: name another rejects file.")
        asked = Run(
            paths=[Path(path) for path in options["files"]],
            setting=setting,
            by=_user(options["by"]),
            dry=options["dry_run"],
            rejects=rejects,
            say=self._say,
            mapping=mapping,
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
            self._say(f"rows that were not stored are in {rejects}")
        if report.failed:
            raise SystemExit(1)

    def _say(self, words: str) -> None:
        self.stderr.write(f"import_csv: {words}", self.style.NOTICE)


def _mapping(options: dict[str, Any]) -> TableMapping | None:
    """The mapping named, or that of tables in our own names; None for an extract."""
    if options["mapping"]:
        try:
            return TableMapping.from_json(json.loads(Path(options["mapping"]).read_text("utf-8")))
        except (OSError, ValueError) as error:
            raise CommandError(f"{options['mapping']}: {error}") from error
    if not (options["wide"] or options["tidy"]):
        return None
    shape = Shape.WIDE if options["wide"] else Shape.TIDY
    try:
        found = [suggesting.own(Path(each), shape, options["time_zone"])
                 for each in options["files"]]  # fmt: skip
    except (OSError, ValueError) as error:
        raise CommandError(f"{error}") from error
    if any(each != found[0] for each in found):
        raise CommandError("The files differ in their columns: import them one by one.")
    return found[0]


def _zone(name: str) -> ZoneInfo:
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


def _user(name: str | None) -> User | None:
    if name is None:
        return None
    found = User.objects.filter(username=name).first()
    if found is None:
        raise CommandError(f"There is no user “{name}”. Nothing was stored.")
    return found
