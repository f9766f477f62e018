"""Loads HL7 v2 messages from files, and says what became of every part of every one."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils import timezone

from interop.hl7v2.account import Receiving
from interop.hl7v2.importing import load
from interop.hl7v2.receiving import account
from interop.hl7v2.report import Report
from interop.management.loading import LoadingCommand, unusable, user_of, ward_of, zone_of


class Command(LoadingCommand):
    """One JSON summary on standard output; progress and errors on standard error."""

    name = "import_hl7"
    ward_help = "the ward of patients for whom no message names ours"
    rejects_help = (
        "write what was not stored here, one JSON object a line (default: in the data folder)"
    )
    help = (
        "Import HL7 v2 messages (ORU^R01, ADT) from files: plain, in batches or framed as for "
        "MLLP. History: nobody is paged."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the files and how to read them."""
        super().add_arguments(parser)
        parser.add_argument(
            "--time-zone",
            metavar="ZONE",
            help="the clock of times without an offset, such as Europe/London "
            "(default: as agreed with the sender, else the patient's ward's)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the import; exit with status 1 when the database refused a part."""
        now = timezone.now()
        how = Receiving(
            now=now,
            live=False,
            channel="file",
            by=user_of(options["by"]) or account(),
            ward=ward_of(options["ward"]),
            zone=zone_of(options["time_zone"]) if options["time_zone"] else None,
            registers=True,
        )
        rejects = self.rejects_of(options, now=now, ending="jsonl")
        paths = [Path(each) for each in options["files"]]
        try:
            with Report(rejects) as report:
                load(paths, how=how, dry=options["dry_run"], report=report, say=self.say)
        except OSError as error:
            raise unusable(error) from error
        self.end(report, rejects=rejects, left_out="what was not stored is")
