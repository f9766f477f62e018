"""From recorded values to explained grades."""

from django.apps import AppConfig


class GradingConfig(AppConfig):
    """Register the app and its checks; tables use 64-bit keys."""

    name = "grading"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the check that the grading tables are whole."""
        from grading import checks

        checks.register_all()
