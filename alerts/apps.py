"""Conditions that need a person, and the proof that somebody was told."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Register the app and its checks; tables use 64-bit keys."""

    name = "alerts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the check of the rules' numbers, and what the sender does beside alerting."""
        from alerts import checks, sweep
        from audit import anchoring

        checks.register_all()
        sweep.add_aside(anchoring.write_due)
