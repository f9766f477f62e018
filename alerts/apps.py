"""Conditions that need a person, and the proof that somebody was told."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Register the app and its checks; tables use 64-bit keys."""

    name = "alerts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the check that the numbers of the alert rules can be read."""
        from alerts import checks

        checks.register_all()
