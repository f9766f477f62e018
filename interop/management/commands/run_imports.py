"""Works off the uploaded files that wait, and removes those whose time is over."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from interop.imports import work


class Command(BaseCommand):
    """What the sender does each minute beside its alerts, by hand."""

    help = "Try or import uploaded files that wait, without any broker."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what waits, once."""
        waiting = len(work.due())
        work.work_off(now=timezone.now())
        self.stdout.write(f"{waiting} uploaded files were waiting")
