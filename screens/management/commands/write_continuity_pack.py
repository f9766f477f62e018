"""Write the papers for a downtime now, whatever the loops do."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from alerts import continuity
from screens.continuity import writing
from staff.models import Ward


class Command(BaseCommand):
    """Write a pack for each ward on which somebody is, or for the one that is named."""

    help = "Write each ward's last 24 hours and blank charts as PDF to CRS_CONTINUITY_DIR."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the code of one ward."""
        parser.add_argument("--ward", metavar="CODE", help="only this ward")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print where each pack lies; end with an error when one could not be written."""
        now = timezone.now()
        for ward in _wards(options["ward"]):
            # The claim keeps a loop from writing the same pack at the same time.
            continuity.claim(ward, now=now, anyway=True)
            try:
                path = writing.write(ward, now=now)
            except OSError as error:
                raise CommandError(f"{ward.code}: not written ({error.strerror}).") from error
            self.stdout.write(str(path))


def _wards(code: str | None) -> list[Ward]:
    if code is None:
        return continuity.wards()
    ward = Ward.objects.filter(code=code).first()
    if ward is None:
        raise CommandError(f"There is no ward {code}.")
    return [ward]
