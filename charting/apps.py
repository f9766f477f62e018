"""The one door through which clinical facts enter."""

from django.apps import AppConfig


class ChartingConfig(AppConfig):
    """Register the app; tables use 64-bit keys."""

    name = "charting"
    default_auto_field = "django.db.models.BigAutoField"
