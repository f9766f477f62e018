"""Derive every current-state row again from the facts, or only compare."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from charting import state
from charting.models import PatientState
from patients.models import Patient


class Command(BaseCommand):
    """Print each row that was not what the facts say."""

    help = "Rebuild the current-state rows; --check changes nothing and fails on a difference."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer the comparison alone."""
        parser.add_argument("--check", action="store_true", help="Compare, change nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the patients one transaction at a time."""
        wrong = sum(self._rebuild(patient, keep=options["check"]) for patient in _everybody())
        if wrong and options["check"]:
            raise CommandError(f"{wrong} state rows differ from the facts")
        self.stdout.write(f"{wrong} state rows {'differ' if options['check'] else 'mended'}")

    @transaction.atomic
    def _rebuild(self, patient: Patient, *, keep: bool) -> bool:
        kept = PatientState.objects.filter(pk=patient.pk).first()
        different = ["row"] if kept is None else state.differs(kept, state.rebuild(patient))
        if kept is None:
            state.rebuild(patient)
        if different:
            self.stdout.write(f"patient {patient.pk}: {', '.join(different)}")
        if keep:
            transaction.set_rollback(True)
        return bool(different)


def _everybody() -> Any:
    return Patient.objects.order_by("pk").iterator(chunk_size=500)
