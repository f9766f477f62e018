"""Load a ward's rota from an iCalendar or CSV file; the same file twice changes nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from alerts import rota_csv, rota_ical, rota_import
from alerts.rota_lines import People
from staff.models import Ward


class Command(BaseCommand):
    """Good lines are stored, bad ones named with their number."""

    help = "Load a ward's rota from FILE.ics or FILE.csv."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the ward's code and the file."""
        parser.add_argument("ward")
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Report, and store nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and report; ends with an error when any line was left out."""
        ward = Ward.objects.filter(code=options["ward"]).first()
        if ward is None:
            raise CommandError(f"No ward has the code {options['ward']}.")
        path: Path = options["file"]
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"The file cannot be read ({type(error).__name__}).") from error
        now, people = timezone.now(), People.known()
        if path.suffix.casefold() == ".ics":
            lines = rota_ical.read(text, people=people, zone=ward.zone, now=now)
        elif path.suffix.casefold() == ".csv":
            lines = rota_csv.read(text.splitlines(), people=people, zone=ward.zone)
        else:
            raise CommandError("The file must end in .ics or .csv.")
        report = rota_import.store(
            lines, ward=ward, by=None, now=now, is_rehearsal=options["dry_run"]
        )
        for number, fault in report.faults:
            self.stderr.write(f"line {number}: {fault}")
        self.stdout.write(f"{'Would be: ' if options['dry_run'] else ''}{report}")
        if report.faults:
            raise CommandError("Some lines were left out.")
