"""From recorded values to explained grades."""

from django.apps import AppConfig


class GradingConfig(AppConfig):
    """Register the app; tables use 64-bit keys."""

    name = "grading"
    default_auto_field = "django.db.models.BigAutoField"
