"""Loads histories from FHIR files, and says what became of every resource."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from interop.csv.mapped import Setting
from interop.fhir.backload import Run, run
from interop.management.loading import LoadingCommand, unusable, user_of, ward_of


class Command(LoadingCommand):
    """One JSON summary on standard output; progress and errors on standard error."""

    name = "import_fhir"
    rejects_help = "write every part that was not charted here (default: in the data folder)"
    help = (
        "Import patients, stays, vital signs, oxygen, results, medicines and doses "
        "from FHIR R4 files: Bundles, single resources, ndjson. History: nobody is paged."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the import; exit with status 1 when a file or a patient could not be taken."""
        now = timezone.now()
        setting = Setting(now=now, zone=ZoneInfo("UTC"), ward=ward_of(options["ward"]))
        rejects = self.rejects_of(options, now=now, ending="ndjson")
        asked = Run(
            paths=[Path(path) for path in options["files"]],
            setting=setting,
            by=user_of(options["by"]),
            dry=options["dry_run"],
            rejects=rejects,
            say=self.say,
        )
        try:
            report = run(asked, clock=timezone.now)
        except OSError as error:
            raise unusable(error) from error
        self.end(report, rejects=rejects, left_out="what was not charted is")
