"""Fill the demo ward with invented patients; what is there already stays as it is."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from demo import seed


class Command(BaseCommand):
    """Create wards, accounts and courses that end now."""

    help = "Fill the demo ward with invented patients (again: changes nothing)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill, and say in one line what was done."""
        filled = seed.fill(now=timezone.now())
        self.stdout.write(
            f"Demo ward: {filled.admitted} invented patients admitted, {filled.present} were there."
        )
