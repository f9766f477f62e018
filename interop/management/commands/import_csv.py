"""Loads histories from CSV extracts, and says what became of every row."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from interop.csv.mapped import Setting
from interop.csv.run import Run, run
from interop.management.loading import LoadingCommand, unusable, user_of, ward_of, zone_of
from interop.tables import suggesting
from interop.tables.mapping import Shape, TableMapping


class Command(LoadingCommand):
    """One JSON summary on standard output; progress and errors on standard error."""

    name = "import_csv"
    rejects_help = "write every row that was not stored here (default: in the data folder)"
    help = (
        "Import patients, stays, vitals, oxygen, labs, vasoactive medicines and coma scores "
        "from CSV files. History: nobody is paged."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the files and how to read them."""
        super().add_arguments(parser)
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

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the import; exit with status 1 when a file or a patient could not be taken."""
        now = timezone.now()
        mapping = _mapping(options)
        zone = zone_of(mapping.zone if mapping else options["time_zone"])
        setting = Setting(now=now, zone=zone, ward=ward_of(options["ward"]))
        rejects = self.rejects_of(options, now=now, ending="csv")
        asked = Run(
            paths=[Path(path) for path in options["files"]],
            setting=setting,
            by=user_of(options["by"]),
            dry=options["dry_run"],
            rejects=rejects,
            say=self.say,
            mapping=mapping,
        )
        try:
            report = run(asked, clock=timezone.now)
        except OSError as error:
            raise unusable(error) from error
        self.end(report, rejects=rejects, left_out="rows that were not stored are")


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
