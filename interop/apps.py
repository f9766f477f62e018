"""Bringing data in and out: parse, map, validate, then the same door."""

from django.apps import AppConfig


class InteropConfig(AppConfig):
    """Register the app; tables use 64-bit keys."""

    name = "interop"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have uploaded files worked off where no worker is woken."""
        from alerts import sweep
        from interop.imports import work

        sweep.add_aside(work.work_off)
